from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from identity.clusters import build_clusters
from identity.links import find_links, make_link
from tests.identity.identity_builders import account, customer, valid

# two plausible numbers; what makes them valid is tested with the tax numbers
TAX_A, TAX_B = "91310000MA1K00001A", "91310000MA1K00002B"


def _clusters(records, apart=()):
    links, doubts = find_links(records)
    result = build_clusters(records, links, apart)
    return result, doubts


def _groups(records, apart=()):
    return [{record[2] for record in group} for group in _clusters(records, apart)[0].groups]


RECORDS = st.lists(
    st.builds(
        lambda make, key, name, tax, mail, city, refers: make(
            f"{key}", name=name, tax_id=tax, has_valid_tax_id=bool(tax), email=mail, city=city, refers_to=refers
        ),
        st.sampled_from([account, customer]),
        st.integers(0, 9),
        st.sampled_from([None, "恒丰机械", "永利塑胶", "恒丰机械设备"]),
        st.sampled_from([None, None, TAX_A, TAX_B]),
        st.sampled_from([None, "a@x.cn", "b@x.cn"]),
        st.sampled_from([None, "上海", "苏州"]),
        st.sampled_from([None, None, "0", "3", "7"]),
    ),
    unique_by=lambda record: record.id,
    max_size=12,
)


@given(RECORDS, st.randoms(use_true_random=False))
def test_the_order_of_records_and_links_does_not_matter(records, random):
    first, first_doubts = _clusters(records)
    shuffled = list(records)
    random.shuffle(shuffled)
    links, doubts = find_links(shuffled)
    random.shuffle(links)
    assert build_clusters(shuffled, links) == first
    assert doubts == first_doubts


@given(RECORDS)
def test_each_record_is_in_one_group_and_no_group_has_two_valid_tax_ids(records):
    groups = _clusters(records)[0].groups
    assert sorted(member for group in groups for member in group) == sorted(record.id for record in records)
    tax_of = {record.id: record.tax_id for record in records}
    assert all(len({tax_of[member] for member in group} - {None}) <= 1 for group in groups)


def test_an_explicit_reference_merges():
    assert _groups([account("a", refers_to="E"), customer("E")]) == [{"a", "E"}]


def test_a_reference_that_two_systems_could_mean_says_nothing():
    other = replace(customer("E"), id=("erp_two", "erp_customers", "E"))
    assert len(_groups([account("a", refers_to="E"), customer("E"), other])) == 3


def test_merges_chain():
    records = [account("a", merged_into="b"), account("b", refers_to="E"), customer("E", **valid(TAX_A))]
    assert _groups([*records, customer("F", **valid(TAX_A))]) == [{"a", "b", "E", "F"}]


def test_a_shared_address_does_not_merge():
    names = ["恒丰机械", "恒丰机械设备", "恒丰机械"]
    records = [account("a", name=names[0], email="x@y.cn"), account("b", name=names[1], email="x@y.cn")]
    assert len(_groups([*records, customer("E", name=names[2], email="x@y.cn")])) == 3


def test_an_address_that_each_system_uses_once_merges_when_the_names_agree():
    assert _groups(
        [account("a", name="恒丰机械", email="x@y.cn"), customer("E", name="恒丰机械设备", email="x@y.cn")]
    ) == [{"a", "E"}]


def test_an_address_with_different_names_is_a_question():
    result, doubts = _clusters(
        [account("a", name="恒丰机械", email="x@y.cn"), customer("E", name="永利塑胶", email="x@y.cn")]
    )
    assert len(result.groups) == 2
    assert [doubt.reason for doubt in doubts] == ["shared_contact"]


def test_name_and_city_merge_but_a_name_alone_is_a_question():
    assert _groups([account("a", name="恒丰机械", city="上海"), customer("E", name="恒丰机械", city="上海")]) == [
        {"a", "E"}
    ]
    result, doubts = _clusters([account("a", name="恒丰机械", city="上海"), customer("E", name="恒丰机械")])
    assert len(result.groups) == 2
    assert [doubt.reason for doubt in doubts] == ["similar_record"]


def test_one_name_in_two_erps_without_a_city_is_a_question_and_twice_in_one_is_none():
    one, twin = customer("1", name="恒丰机械"), customer("2", name="恒丰机械")
    elsewhere = replace(customer("3", name="恒丰机械"), id=("erp_uk", "erp_customers", "3"))
    assert [doubt.evidence for doubt in _clusters([one, elsewhere])[1]] == ["same name; city missing"]
    assert _clusters([one, twin])[1] == []


def test_an_abbreviation_and_a_city_are_a_question():
    one, other = customer("1", name="dson", city="hamburg"), customer("2", name="dson", city="hamburg")
    result, doubts = _clusters([one, other])
    assert len(result.groups) == 2
    assert [(doubt.reason, doubt.evidence) for doubt in doubts] == [("similar_record", "same abbreviation, city")]


def test_two_valid_tax_ids_veto_even_a_cross_reference():
    result, _ = _clusters([account("a", **valid(TAX_A), refers_to="E"), customer("E", **valid(TAX_B))])
    assert len(result.groups) == 2
    assert [doubt.reason for doubt in result.refused] == ["tax_id_conflict"]


def test_a_person_overrides_the_veto_and_keeps_records_apart():
    records = [account("a", **valid(TAX_A)), customer("E", **valid(TAX_B))]
    link = make_link(0, records[0].id, records[1].id, "decided_by_person", 1.0, "decision")
    assert len(build_clusters(records, [link]).groups) == 1
    same = [account("a", **valid(TAX_A)), account("b"), customer("E", **valid(TAX_A), refers_to="b")]
    assert _groups(same, [(same[0].id, same[2].id)]) == [{"a"}, {"b", "E"}]


def test_a_city_before_or_behind_the_name_makes_no_difference():
    records = [account("a", name="厦门荣云模具", city="厦门"), customer("E", name="荣云模具厦门", city="厦门")]
    assert _groups(records) == [{"a", "E"}]


def test_a_number_copied_with_its_error_counts_where_the_names_agree_and_vetoes_nothing():
    wrong = {"tax_id": TAX_A, "has_valid_tax_id": False}
    assert _groups([account("a", name="荣云模具", **wrong), customer("E", name="荣云模具有限", **wrong)]) == [
        {"a", "E"}
    ]
    assert len(_groups([account("a", name="荣云模具", **wrong), customer("E", name="永利塑胶", **wrong)])) == 2
    assert _groups([account("a", refers_to="E", **wrong), customer("E", **valid(TAX_B))]) == [{"a", "E"}]


def test_names_that_begin_alike_in_one_city_are_a_question():
    result, doubts = _clusters(
        [account("a", name="合肥福光包装材料", city="合肥"), customer("E", name="福光包装", city="合肥")]
    )
    assert len(result.groups) == 2
    assert [doubt.evidence for doubt in doubts] == ["same city; similar name"]
