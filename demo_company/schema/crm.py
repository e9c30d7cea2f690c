"""The CRM: times in UTC, change times empty until the first change, states as integers, soft deletes."""

from sqlalchemy import MetaData

from demo_company.schema.columns import table

metadata = MetaData()

res_user = table(
    "res_user", metadata, uid="*int", rep_code="text:8", display_name="text:40", login_mail="text:80",
    dept="text:40", team_name="text:40", boss_uid="int", active="small", write_date="utc",
)  # fmt: skip
accounts = table(
    "accounts", metadata, acc_id="*int", acc_name="text:120", acc_kind="small", biz_type="text:1", sector="text:40",
    headcount="int", turnover="money", province="text:40", country_code="text:2", city_name="text:40", uscc="text:30",
    tel="text:30", mail="text:120", web="text:120", owner_uid="int", source_channel="small", parent_acc_id="int",
    merged_to="int", erp_no="text:20", lifecycle="text:20", created_on="utc", modified_on="utc", is_deleted="small",
    deleted_on="utc",
)  # fmt: skip
contact_person = table(
    "contact_person", metadata, person_id="*int", acc_id="int", person_name="text:60", mail="text:120",
    mobile="text:30", position="text:40", birthday="day", opt_in="small", opt_in_until="day", created_on="utc",
    modified_on="utc",
)  # fmt: skip
lead = table(
    "lead", metadata, lead_no="*text:16", source_channel="small", campaign_no="int", owner_uid="int",
    lead_state="small",
    company="text:120", person_name="text:60", mail="text:120", mobile="text:30", created_on="utc",
    first_touch_on="utc", qualified_on="utc", converted_on="utc", to_acc_id="int", to_opp_id="int", modified_on="utc",
)  # fmt: skip
sales_stage = table(
    "sales_stage", metadata, stage_code="*text:10", pipeline="text:20", seq="small", result_code="small",
    win_pct="quantity",
)  # fmt: skip
opportunity = table(
    "opportunity", metadata, opp_id="*int", acc_id="int", title="text:160", owner_uid="int", opp_type="small",
    pipeline="text:20", product_family="text:40", source_channel="small", campaign_no="int", stage_code="text:10",
    result_code="small", active="small", amount="money", cur="text:3", win_pct="quantity", expected_close="day",
    created_on="utc", closed_on="utc", lost_reason="text:40", modified_on="utc",
)  # fmt: skip
opportunity_stage_log = table(
    "opportunity_stage_log", metadata, log_id="*int", opp_id="int", stage_code="text:10", entered_on="utc",
    amount="money", cur="text:3", owner_uid="int", changed_by="int",
)  # fmt: skip
activity = table(
    "activity", metadata, act_id="*int", acc_id="int", person_id="int", lead_no="text:16", opp_id="int",
    owner_uid="int", act_kind="small", inbound="small", done="small", by_robot="small", result_code="small",
    happened_on="utc", minutes="small", created_on="utc", modified_on="utc",
)  # fmt: skip
quote_header = table(
    "quote header", metadata, quote_id="*int", opp_id="int", acc_id="int", version_no="small", asked_on="utc",
    sent_on="utc", total="money", cur="text:3", quote_state="small", created_on="utc", modified_on="utc",
)  # fmt: skip
service_agreement = table(
    "service_agreement", metadata, agr_id="*int", acc_id="int", opp_id="int", agr_no="text:20", agr_type="text:2",
    prev_agr_id="int", amends_agr_id="int",
    signed_on="utc", begins="day", ends="day", amount_fen="fen", price_per="text:1", cur="text:3",
    recurring="small", product_family="text:40", owner_uid="int", agr_state="small", stopped="day", created_on="utc",
    modified_on="utc",
)  # fmt: skip
campaign = table(
    "campaign", metadata, campaign_no="*int", title="text:120", source_channel="small", theme="text:60", begins="day",
    ends="day", budget="money", cur="text:3", created_on="utc", modified_on="utc",
)  # fmt: skip
campaign_member = table(
    "campaign_member", metadata, member_id="*int", campaign_no="int", lead_no="text:16", person_id="int",
    acc_id="int", arm="text:1", assigned_on="utc", touched_on="utc", responded_on="utc",
)  # fmt: skip
marketing_spend = table(
    "marketing_spend", metadata, spend_id="*int", campaign_no="int", source_channel="small", spend_day="day_text",
    amount="money", cur="text:3",
)  # fmt: skip
web_event = table(
    "web_event", metadata, seq="*int", event_uuid="text:40", acc_id="int", lead_no="text:16", campaign_no="int",
    event_name="text:20", source_channel="small", happened_on="utc",
)  # fmt: skip
nps_answer = table(
    "nps_answer", metadata, answer_id="*int", acc_id="int", person_id="int", sent_on="utc", answered_on="utc",
    score="small", remark="text:200",
)  # fmt: skip
sales_goal = table(
    "sales_goal", metadata, goal_id="*int", metric="text:60", month="day", grain="text:1", team_name="text:40",
    owner_uid="int", province="text:40", goal="money", cur="text:3", set_on="day",
)  # fmt: skip
