"""Running the detectors, each on what the ones before have mended."""

from collections.abc import Sequence

from agent_worker.capabilities.diagnosing.detectors import DETECTORS
from agent_worker.capabilities.recipe_sql import mend
from agent_worker.capabilities.value_table import ValueTable
from agent_worker.domain.recipe import STEPS_MAX, Recipe, RecipeStep

LEARNING_ROWS_MAX = 200_000
"""Rows that a recipe is learnt on, spread evenly; groups of a dependency would be torn apart in a
smaller sample, and a larger one takes longer than it tells more."""


def diagnose(values: ValueTable) -> Recipe:
    """Return the steps that mend the table; none where it follows its own rules."""
    sample = _sample(values)
    steps: list[RecipeStep] = []
    seen = sample
    for at, detector in enumerate(DETECTORS):
        found = detector(seen)
        if found:
            steps.extend(found)
            before, seen = seen, _mended(seen, found, f"{values.name}_seen_{at}")
            _forget(before, sample)
    _forget(seen, sample)
    return Recipe(steps=tuple(steps[:STEPS_MAX]))


def _mended(seen: ValueTable, steps: Sequence[RecipeStep], name: str) -> ValueTable:
    """Return the values as the steps mend them, laid down: detectors ask much."""
    mended = mend(seen, Recipe(steps=tuple(steps[:STEPS_MAX])), f"{name}_view")
    seen.connection.execute(
        f"create or replace temp table {name} as select * from {mended.values.name}"
    )
    mended.drop()
    return ValueTable(seen.connection, name, seen.columns)


def _forget(seen: ValueTable, sample: ValueTable) -> None:
    if seen.name != sample.name:
        seen.connection.execute(f"drop table {seen.name}")


def _sample(values: ValueTable) -> ValueTable:
    stride = -(-values.count() // LEARNING_ROWS_MAX)
    if stride <= 1:
        return values
    name = f"{values.name}_sample"
    values.connection.execute(
        f"create or replace temp view {name} as "
        f"select * from {values.name} where line % {stride} = 0"
    )
    return ValueTable(values.connection, name, values.columns)
