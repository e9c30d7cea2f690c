"""A metric's formula in one readable line, made from its MetricFlow definition."""


def formula_of(node: dict, measures: dict[str, tuple[str, dict]]) -> str:
    """``sum(is_retained) of customers_at_start``, or ``retained_customers ÷ opening_customers``.

    ``measures``: name to (semantic model, measure).
    """
    parameters = node["type_params"]
    condition = _condition(node)
    if node["type"] == "ratio":
        return f"{_input(parameters['numerator'])} ÷ {_input(parameters['denominator'])}{condition}"
    if node["type"] == "derived":
        return f"{parameters['expr']}{condition}"
    if not parameters["measure"]:
        return node["type"]
    model, measure = measures[parameters["measure"]["name"]]
    text = f"{measure['agg']}({measure.get('expr') or measure['name']}) of {model}"
    closing = measure.get("non_additive_dimension")
    if closing:
        text += f" at the {'last' if closing['window_choice'] == 'max' else 'first'} {closing['name']} of the period"
    if node["type"] == "cumulative":
        text += " to date" if parameters.get("grain_to_date") else " cumulated"
    return text + condition


def _input(reference: dict) -> str:
    inner = reference.get("filter")
    return reference["name"] + (f" [{_where(inner)}]" if inner else "")


def _condition(node: dict) -> str:
    return f" where {_where(node['filter'])}" if node.get("filter") else ""


def _where(filter_node: dict) -> str:
    return " and ".join(part["where_sql_template"].strip() for part in filter_node["where_filters"])
