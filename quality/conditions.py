"""Rules as SQL: the boolean that a row must not make false."""

from quality import placeholders
from quality.rule import Rule
from warehouse.currencies import CURRENCIES


def text(value: str) -> str:
    """A SQL text literal."""
    return "'" + value.replace("'", "''") + "'"


def name(identifier: str) -> str:
    """A quoted SQL identifier."""
    return '"' + identifier.replace('"', '""') + '"'


def flag_column(rule: Rule) -> str:
    return f"rule__{rule.name}"


def row_condition(rule: Rule) -> str:
    """What must hold of one row; null counts as holding."""
    condition = _condition(rule)
    return f"(not ({rule.where}) or ({condition}))" if rule.where else f"({condition})"


def _condition(rule: Rule) -> str:
    column = name(rule.columns[0]) if rule.columns else ""
    match rule.kind:
        case "not_null":
            return f"{column} is not null"
        case "no_rejected_values":
            return "_rejected is null"
        case "in_set":
            return f"{column} in ({', '.join(text(value) for value in rule.values)})"
        case "between":
            bounds = [(rule.minimum, ">="), (rule.maximum, "<=")]
            return " and ".join(f"{column} {sign} {bound}" for bound, sign in bounds if bound is not None)
        case "matches":
            return f"regexp_matches({column}, {text(rule.pattern)})"
        case "placeholder":
            return f"not {placeholders.is_placeholder(column)}"
        case "made_up_phone":
            return f"not {placeholders.is_made_up_phone(column)}"
        case "made_up_tax_id":
            return f"not {placeholders.is_made_up_tax_id(column)}"
        case "currency":
            return f"{column} in ({', '.join(text(code) for code in CURRENCIES)})"
        case "possible_date":
            bounds = [f"cast({column} as date) >= date '{rule.not_before}'"]
            if rule.days_ahead is not None:
                bounds.append(f"cast({column} as date) <= cast(_loaded_at as date) + {rule.days_ahead}")
            return " and ".join(bounds)
        case "date_order":
            return f"{name(rule.earlier)} <= {name(rule.later)}"
        case "row_condition":
            return rule.condition
    raise ValueError(f"{rule.kind} is no row rule")


def repeated_values(rule: Rule, rows: str) -> str:
    """Query of what several of ``rows`` have in common that a unique rule allows one of them: columns value_1, ..."""
    values = ", ".join(f"({column}) as value_{place}" for place, column in enumerate(rule.columns, 1))
    return f"select {values} from {rows} as c where {_judged(rule)} group by all having count(*) > 1"


def _judged(rule: Rule) -> str:
    """Which rows a unique rule speaks of: those in its scope that have all of its values."""
    return " and ".join([f"({rule.where or 'true'})", *(f"({column}) is not null" for column in rule.columns)])


def set_condition(rule: Rule, table_of: dict[str, str]) -> str:
    """What must hold of a row (alias ``c``) among others.

    ``table_of`` gives the table of each parent entity's newest versions and, by the name of a unique rule, the table of
    its repeated_values: a window over all rows would be computed anew for every question that is put to a view.
    """
    scope = f"({rule.where})" if rule.where else "true"
    if rule.kind == "unique":
        same = " and ".join(f"p.value_{place} = ({column})" for place, column in enumerate(rule.columns, 1))
        alone = f"not exists (select 1 from {table_of[rule.name]} as p where {same})"
        return f"(not coalesce({_judged(rule)}, false) or {alone})"
    parent = rule.parent
    column = f"c.{name(rule.columns[0])}"
    same_source = " and p.source_system = c.source_system" if parent.same_source else ""
    found = (
        f"exists (select 1 from {table_of[parent.entity]} as p where p.{name(parent.column)} = {column}{same_source})"
    )
    return f"(not coalesce({scope}, false) or {column} is null or {found})"
