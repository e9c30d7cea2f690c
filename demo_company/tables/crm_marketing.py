"""Activities, campaign members, web events, recommendation answers as of a moment."""

import numpy as np

from demo_company.rows import NULL, Rows, full, known, maybe, texts
from demo_company.simulation.chunk import Chunk
from demo_company.tables import keys
from demo_company.world import World

EVENTS = {1: "pageview", 2: "signin", 3: "product"}
REMARKS = {True: "响应太慢", False: "服务不错"}


def person(gid: np.ndarray) -> np.ndarray:
    return (gid + 1) * 2


def gid_of(chunk: Chunk, party: np.ndarray) -> np.ndarray:
    return np.where(party == NULL, NULL, chunk.parties.gid[np.maximum(party, 0)])


def activities(chunk: Chunk, cut: int) -> Rows:
    """Calls, visits, mails; a few are deleted for good some days later."""
    every = chunk.activities
    here = np.flatnonzero((every.made < cut) & ~known(cut, every.gone))
    act = every.take(here)
    gid = gid_of(chunk, act.party)
    party = np.where(act.party == NULL, chunk.old + np.maximum(act.lead, 0), act.party)
    p = chunk.parties.take(party)
    moved = (p.moved * 86_400 < act.time) & (act.party != NULL) & (act.opportunity == NULL)
    return Rows(
        act_id=keys.ids(chunk.number, here), acc_id=np.where(gid == NULL, NULL, gid + 10_001),
        person_id=np.where((gid == NULL) | (act.opportunity != NULL), NULL, person(gid)),
        lead_no=keys.lead_numbers(chunk.number, act.lead), opp_id=keys.ids(chunk.number, act.opportunity),
        owner_uid=keys.rep_user(np.where(moved, p.next_owner, p.owner)), act_kind=act.kind,
        inbound=act.inbound.astype(np.int64), done=(act.outcome != 2).astype(np.int64),
        by_robot=act.automated.astype(np.int64), result_code=act.outcome, happened_on=act.time, minutes=act.minutes,
        created_on=act.made, modified_on=full(len(here), NULL),
    )  # fmt: skip


def members(chunk: Chunk, cut: int) -> Rows:
    here = np.flatnonzero(chunk.members.assigned < cut)
    member = chunk.members.take(here)
    gid = gid_of(chunk, member.party)
    return Rows(
        member_id=keys.ids(chunk.number, here), campaign_no=member.campaign + 1,
        lead_no=keys.lead_numbers(chunk.number, member.lead), person_id=np.where(gid == NULL, NULL, person(gid)),
        acc_id=np.where(gid == NULL, NULL, gid + 10_001),
        arm=texts([" TCX"[a] for a in member.arm.tolist()]), assigned_on=member.assigned,
        touched_on=maybe(known(cut, member.touched), member.touched),
        responded_on=maybe(known(cut, member.responded), member.responded),
    )  # fmt: skip


def web_events(chunk: Chunk, world: World, cut: int) -> Rows:
    """The tracker sends an event twice now and then: same uuid, another sequence number."""
    here = np.flatnonzero(chunk.engagements.made < cut)
    event = chunk.engagements.take(here)
    gid = gid_of(chunk, event.party)
    campaign = np.where(event.lead == NULL, NULL, chunk.leads.campaign[np.maximum(event.lead, 0)])
    channel = np.where(event.lead == NULL, 0, chunk.leads.channel[np.maximum(event.lead, 0)])
    seq = keys.ids(chunk.number, here)
    return Rows(
        seq=seq, event_uuid=texts([f"{s * 2654435761 % 2**32:08x}-{s:08x}" for s in seq.tolist()]),
        acc_id=np.where(gid == NULL, NULL, gid + 10_001), lead_no=keys.lead_numbers(chunk.number, event.lead),
        campaign_no=np.where(campaign == NULL, NULL, campaign + 1),
        event_name=texts([EVENTS[k] for k in event.kind.tolist()]), source_channel=channel + 1, happened_on=event.time,
    )  # fmt: skip


def nps(chunk: Chunk, cut: int) -> Rows:
    here = np.flatnonzero(chunk.nps.sent < cut)
    answer = chunk.nps.take(here)
    gid = chunk.parties.gid[answer.party]
    back = known(cut, answer.answered)
    low = answer.score < 7
    return Rows(
        answer_id=keys.ids(chunk.number, here), acc_id=keys.account(gid), person_id=person(gid), sent_on=answer.sent,
        answered_on=maybe(back, answer.answered), score=maybe(back, answer.score),
        remark=texts([REMARKS[x] if b and n % 3 == 0 else None
                      for x, b, n in zip(low.tolist(), back.tolist(), here.tolist(), strict=True)]),
    )  # fmt: skip
