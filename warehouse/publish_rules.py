"""What is published and what never is: the schemas, and the columns that stay behind.

A column is judged by its name, not by the table it happens to stand in, so that a new mart that
carries a telephone number along does not publish it.
"""

SCHEMAS = ("core", "marts", "metric_rows", "metrics", "quality", "identity", "ops")
# What a failed gate 2 must not change: these come from the last good version then.
GATED_SCHEMAS = ("core", "marts", "metric_rows", "metrics", "identity")
# The rows that metrics are sums of, so that every figure can be listed by who reads it.
ROWS_SCHEMA = "metric_rows"
# Helpers that live in a published schema because their users do.
INTERNAL_TABLE_PREFIXES = ("int_", "metricflow_")

# Ways to reach or recognise a private person. A text column with such a part in its name stays behind.
CONTACT_PARTS = {"email", "phone", "mobile", "fax", "wechat", "whatsapp", "street", "address", "birth", "birthday"}
CONTACT_NAMES = {"contact_name", "requester_name", "contact_full_name", "lead_name", "birth_date"}
# Free text of persons outside the company, by table: it may hold anything.
FREE_TEXT = {
    "fct_leads": {"full_name"},
    "fct_tickets": {"subject", "description"},
    "fct_survey_responses": {"comment"},
}
# Values of rows as they came from the source, above all of quarantined ones.
RAW_VALUE_NAMES = {"_keep", "_rejected", "_origin", "row_values", "source_row", "raw_row", "original_values"}
_TEXT_TYPES = ("VARCHAR", "JSON", "STRUCT", "MAP")


def is_published_table(schema: str, table: str) -> bool:
    return schema == ROWS_SCHEMA or (schema in SCHEMAS and not table.startswith(INTERNAL_TABLE_PREFIXES))


def is_published_column(table: str, column: str, data_type: str) -> bool:
    """False for contact data, free text of outsiders and raw values. ``data_type`` is DuckDB's name of the type."""
    name = column.lower()
    if name in RAW_VALUE_NAMES or name in CONTACT_NAMES or name in FREE_TEXT.get(table.lower(), set()):
        return False
    holds_text = data_type.upper().startswith(_TEXT_TYPES)
    return not (holds_text and CONTACT_PARTS.intersection(name.split("_")))
