"""What the values of a sample say about rules: the frequent values and shapes of its columns."""

from agent_worker.capabilities import sql
from agent_worker.capabilities.value_table import ValueTable
from agent_worker.domain.data_types import DataType
from agent_worker.domain.recipe import Recipe
from agent_worker.domain.rules.rule import Rule
from agent_worker.domain.value_proposals import (
    LISTED_VALUES_MAX,
    SHAPES_MAX,
    ColumnValues,
    propose_from_values,
)

SHAPE = (
    "regexp_replace(regexp_replace(regexp_replace({}, '[0-9]', '9', 'g'),"
    " '[A-Z]', 'A', 'g'), '[a-z]', 'a', 'g')"
)
"""A text with each digit as 9 and each letter of English as A or a; all other signs stand."""


def propose_rules_of(
    values: ValueTable, recipe: Recipe, known: tuple[Rule, ...]
) -> tuple[Rule, ...]:
    """Return the rules that a sample and its recipe suggest beyond the known ones."""
    texts = [
        _seen(values, place, column.name)
        for place, column in enumerate(values.columns)
        if column.data_type is DataType.VARCHAR
    ]
    return propose_from_values(texts, recipe, known)


def _seen(values: ValueTable, place: int, column: str) -> ColumnValues:
    name = f"{values.name}_counted"
    values.connection.execute(
        f"create or replace temp table {sql.name(name)} as select c{place} as cell, count(*) as"  # noqa: S608
        f" cells from {sql.name(values.name)} where c{place} is not null group by cell"
    )
    counted = values.connection.table(name)
    ((present,),) = counted.aggregate("coalesce(sum(cells), 0)::bigint").fetchall()
    order = "cells desc, cell"
    shaped = counted.project(f"{SHAPE.format('cell')} as cell, cells")
    shapes = shaped.aggregate("cell, sum(cells)::bigint as cells", "cell")
    seen = ColumnValues(
        column,
        present,
        counted.order(order).limit(LISTED_VALUES_MAX + 1).fetchall(),
        shapes.order(order).limit(SHAPES_MAX + 1).fetchall(),
    )
    values.connection.execute(f"drop table {sql.name(name)}")
    return seen
