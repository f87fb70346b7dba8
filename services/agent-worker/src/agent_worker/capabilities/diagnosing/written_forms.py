"""Quantities and times of day that are written in several ways."""

from collections.abc import Sequence

from agent_worker.capabilities.value_table import ValueTable
from agent_worker.domain.data_types import DataType
from agent_worker.domain.diagnosing.clock_times import judge_clocks
from agent_worker.domain.diagnosing.quantities import judge_quantities
from agent_worker.domain.recipe import RecipeStep

TEXTS_MAX = 20_000
"""Distinct texts of a column that are looked at, the most frequent ones; a column of quantities or
times of day mostly has far fewer."""

DIGITS_SHARE_MIN = 0.6
"""Of a column's cells, those with a digit; the texts of others need not be fetched."""


def find_written_forms(values: ValueTable) -> Sequence[RecipeStep]:
    """Return the steps that bring quantities and times of day to one form each column."""
    steps: list[RecipeStep] = []
    for place, column in enumerate(values.columns):
        if column.data_type is DataType.VARCHAR:
            counts = _texts(values, place)
            clocks = judge_clocks(column.name, counts)
            steps += [clocks] if clocks else judge_quantities(column.name, counts)
    return steps


def _texts(values: ValueTable, place: int) -> dict[str, int]:
    """Return how many cells each text has, nothing where too few have a digit."""
    ((share,),) = values.query(
        f"select coalesce(avg(regexp_matches(c{place}, '[0-9]')::integer), 0) "
        f"from {values.name} where c{place} is not null"
    )
    if share < DIGITS_SHARE_MIN:
        return {}
    return dict(
        values.query(
            f"select c{place}, count(*) as cells from {values.name} where c{place} is not null "
            f"group by c{place} order by cells desc, c{place} limit {TEXTS_MAX}"
        )
    )
