"""Values that are missing where hardly any is: lost rather than left out."""

from collections.abc import Sequence

from agent_worker.capabilities.value_table import ValueTable
from agent_worker.domain.diagnosing.missing_values import judge_missing
from agent_worker.domain.recipe import RecipeStep


def find_missing(values: ValueTable) -> Sequence[RecipeStep]:
    """Return a step for each column that hardly ever lacks a value."""
    counts = ", ".join(f"count(c{place})" for place in range(len(values.columns)))
    ((rows, *present),) = values.rows.aggregate(f"count(*), {counts}").fetchall()
    steps = (
        judge_missing(column.name, rows=rows, present=here)
        for column, here in zip(values.columns, present, strict=True)
    )
    return [step for step in steps if step]
