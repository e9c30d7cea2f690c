import pytest
from hypothesis import given
from hypothesis import strategies as st

from identity import normalise
from identity.tax_ids import check_character, is_plausible_tax_id, is_valid_tax_id, normal_tax_id, plausible_tax_id

TEXT = st.one_of(
    st.text(max_size=40),
    st.text(alphabet="恒豐恆丰机械機器市中国股份有限责任公司厂 ()（）·-.,Co Ltd INC Ａｂ", max_size=30),
)


@pytest.mark.parametrize(
    "function", [normalise.core_name, normalise.city, normalise.email, normalise.phone, normal_tax_id]
)
@given(text=TEXT)
def test_a_normal_form_is_its_own_normal_form(function, text):
    once = function(text)
    assert function(once) == once


@pytest.mark.parametrize(
    "written",
    ["恒丰机械有限公司", "恆豐機械股份有限公司", "恒丰机械(中国)有限责任公司", " 恒丰 机械 有限公司 ", "恒丰机械"],
)
def test_one_chinese_company_written_in_many_ways_has_one_core_name(written):
    assert normalise.core_name(written) == "恒丰机械"


@pytest.mark.parametrize("written", ["Acme Tools Co., Ltd.", "ACME TOOLS CO LTD", "acme-tools", "Ａｃｍｅ Tools Inc."])
def test_one_latin_company_written_in_many_ways_has_one_core_name(written):
    assert normalise.core_name(written) == "acme tools"


def test_a_name_that_is_only_a_legal_form_is_kept():
    assert normalise.core_name("Company") == "company"
    assert normalise.core_name("有限公司") == "有限公司"


@pytest.mark.parametrize("blank", [None, "", "  ", "N/A", "--", "无", "unknown", "测试"[:0]])
def test_placeholders_are_nothing(blank):
    assert normalise.core_name(blank) is None


def test_phones_agree_whatever_their_prefix():
    written = ["+86 138-0013-8000", "008613800138000", "13800138000", "（138）0013 8000"]
    assert {normalise.phone(text) for text in written} == {"13800138000"}


@pytest.mark.parametrize("text", ["12345", "00000000000", "1111111", "call me", None])
def test_a_useless_phone_is_nothing(text):
    assert normalise.phone(text) is None


def test_addresses_agree_whatever_their_case_and_width():
    assert (
        normalise.email(" Wang.Wei@Example.COM ") == normalise.email("ｗang.wei@example.com") == "wang.wei@example.com"
    )
    assert normalise.email("no address") is None


@given(st.text(alphabet="0123456789ABCDEFGHJKLMNPQRTUWXY", min_size=17, max_size=17))
def test_a_credit_code_is_valid_with_its_check_character_only(first):
    right = check_character(first)
    assert is_valid_tax_id(first + right) == is_plausible_tax_id(first + right)
    assert not any(is_valid_tax_id(first + other) for other in "0123456789ABCDEFGHJKLMNPQRTUWXY" if other != right)


@pytest.mark.parametrize("text", ["00000000", "0" * 18, "12345678", "N/A", "", None, "1111111111", "ABCDEFGH"])
def test_a_trivial_tax_number_is_not_valid(text):
    assert not is_valid_tax_id(text)
    assert plausible_tax_id(text) is None


def test_a_real_number_is_valid_however_it_is_written():
    assert is_valid_tax_id("9131 0000-MA1K" + "00001" + check_character("91310000MA1K00001"))
    assert is_valid_tax_id("DE 811 569 869")


def test_names_agree_when_half_of_their_letter_pairs_do():
    assert normalise.names_agree("恒丰机械", "恒丰机械设备")
    assert normalise.names_agree("hengfeng machinery", "heng feng machinery")
    assert not normalise.names_agree("恒丰机械", "永利塑胶")
    assert not normalise.names_agree(None, "恒丰机械")
