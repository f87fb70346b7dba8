"""Conditions as SQL: written from a tree that our own parser made, never from a person's text."""

from collections.abc import Mapping

from agent_worker.capabilities import sql
from agent_worker.domain.rules.condition_tree import Column, Literal, Operation, Sort, Tree


def condition_sql(tree: Tree, expressions: Mapping[str, str]) -> str:
    """Return the condition as an SQL expression; `expressions` has one for each column."""
    match tree:
        case Literal():
            return literal_sql(tree)
        case Column(name):
            return expressions[name]
        case Operation(name, operands):
            written = [condition_sql(each, expressions) for each in operands]
            if name == "in":
                return f"({written[0]} in ({', '.join(written[1:])}))"
            return f"({_WRITTEN[name].format(*written)})"


def literal_sql(literal: Literal) -> str:
    """Return a value as SQL; numbers are doubles, so that no decimal can overflow."""
    match literal.value:
        case None:
            return "null"
        case bool():
            return str(literal.value).lower()
        case str() if literal.sort is Sort.TIME:
            return f"timestamp {sql.text(literal.value)}"
        case str():
            return sql.text(literal.value)
        case _:
            return f"{float(literal.value)!r}::double"


_WRITTEN = {
    **{mark: f"{{0}} {mark} {{1}}" for mark in ("=", "<>", "<", "<=", ">", ">=")},
    **{word: f"{{0}} {word} {{1}}" for word in ("and", "or", "like")},
    **{mark: f"({{0}})::double {mark} ({{1}})::double" for mark in ("+", "-", "*")},
    # By zero comes to null, as it does where something is unknown.
    **{mark: f"({{0}})::double {mark} nullif(({{1}})::double, 0)" for mark in ("/", "%")},
    **{name: f"{name}({{0}})" for name in ("length", "lower", "upper", "trim")},
    **{name: f"{name}({{0}})" for name in ("year", "month", "day")},
    **{name: f"{name}({{0}}, {{1}})" for name in ("starts_with", "ends_with", "contains")},
    **{name: f"{name}(({{0}})::double)" for name in ("abs", "floor", "round")},
    "negative": "-({0})::double",
    "not": "not {0}",
    "is null": "{0} is null",
    "is not null": "{0} is not null",
}
"""How each operator and function is written; what is not here cannot be. Calculations are in
doubles: integers would end the query where they overflow."""
