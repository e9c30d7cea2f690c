"""What stands in a cell instead of a value: one definition for gate 1 and, as a dbt macro, for the completeness metric.

The SQL runs on DuckDB and on Spark.
"""

from warehouse.settings import PROJECT_ROOT

MACRO = PROJECT_ROOT / "dbt_project" / "macros" / "generated" / "placeholders.sql"
# Texts that people type where they have nothing to say. Compared without case, blanks and full-width blanks.
PLACEHOLDERS = (
    "", "-", "--", "---", ".", "..", "?", "??", "/", "x", "xx", "xxx", "0", "n/a", "na", "n.a.", "none", "null", "nil",
    "test", "tbd", "todo", "unknown", "dummy", "asdf", "无", "暂无", "没有", "未知", "待补充", "待定", "待填", "测试",
    "不详", "空", "—", "——",
    "test customer", "test company", "test account", "测试客户", "测试公司", "测试账号",
)  # fmt: skip
# Digits of telephone numbers that nobody has.
MADE_UP_DIGITS = (
    "0000000", "1111111", "2222222", "3333333", "5555555", "6666666", "7777777", "9999999", "1234567",
)  # fmt: skip


def is_placeholder(column: str) -> str:
    listed = ", ".join("'" + value + "'" for value in PLACEHOLDERS)
    return f"(lower(trim(replace({column}, '\u3000', ' '))) in ({listed}))"


def is_made_up_phone(column: str) -> str:
    return "(" + " or ".join(f"{column} like '%{digits}%'" for digits in MADE_UP_DIGITS) + ")"


def is_made_up_tax_id(column: str) -> str:
    """One sign repeated is no number."""
    return f"(replace({column}, left({column}, 1), '') = '')"


def macro() -> str:
    """The same for dbt. A cell with a placeholder counts as empty."""
    column = "{{ column }}"
    parts = {
        "placeholder": is_placeholder(column), "made_up_phone": is_made_up_phone(column),
        "made_up_tax_id": is_made_up_tax_id(column),
    }  # fmt: skip
    lines = ["{#- Written by `make docs` from quality/placeholders.py; do not edit. -#}"]
    for name, condition in parts.items():
        lines.append(f"{{% macro is_{name}(column) %}}{condition}{{% endmacro %}}")
    return "\n".join(lines) + "\n"
