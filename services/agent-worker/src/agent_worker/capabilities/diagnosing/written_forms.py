"""Quantities and times of day that are written in several ways."""

from collections.abc import Sequence

from agent_worker.capabilities.diagnosing.text_counts import count_texts
from agent_worker.capabilities.value_table import ValueTable
from agent_worker.domain.data_types import DataType
from agent_worker.domain.diagnosing.clock_times import judge_clocks
from agent_worker.domain.diagnosing.quantities import judge_quantities
from agent_worker.domain.diagnosing.shapes import has_digits
from agent_worker.domain.recipe import RecipeStep

TEXTS_MAX = 20_000
"""Distinct texts of a column that are looked at, the most frequent ones; a column of quantities or
times of day mostly has far fewer."""

DIGITS_SHARE_MIN = 0.6
"""Of a column's cells, those with a digit; others hold no quantities."""


def find_written_forms(values: ValueTable) -> Sequence[RecipeStep]:
    """Return the steps that bring quantities and times of day to one form each column."""
    steps: list[RecipeStep] = []
    places = [
        place for place, column in enumerate(values.columns) if column.data_type is DataType.VARCHAR
    ]
    for place, counts in count_texts(values, places, TEXTS_MAX):
        name = values.columns[place].name
        with_digits = sum(cells for text, cells in counts.items() if has_digits(text))
        if with_digits >= DIGITS_SHARE_MIN * sum(counts.values()):
            clocks = judge_clocks(name, counts)
            steps += [clocks] if clocks else judge_quantities(name, counts)
    return steps
