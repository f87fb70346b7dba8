"""The table of detectors, in the order in which they run.

What mends single columns comes first: a dependency is seen more clearly between values that are
spelled alike. A new detector is a module beside this one and a line here.
"""

from collections.abc import Callable, Sequence

from agent_worker.capabilities.diagnosing.contradictions import find_contradictions
from agent_worker.capabilities.diagnosing.missing_values import find_missing
from agent_worker.capabilities.diagnosing.neighbours import find_neighbours, find_strays
from agent_worker.capabilities.diagnosing.single_columns import (
    find_column_repairs,
    find_column_suspects,
)
from agent_worker.capabilities.diagnosing.written_forms import find_written_forms
from agent_worker.capabilities.value_table import ValueTable
from agent_worker.domain.recipe import RecipeStep

Detector = Callable[[ValueTable], Sequence[RecipeStep]]
"""From the values of a table, as mended so far, to steps; none when nothing is wrong."""

DETECTORS: tuple[Detector, ...] = (
    # In a single column.
    find_written_forms,
    find_column_repairs,
    # Across columns.
    find_neighbours,
    find_contradictions,
    # What is left.
    find_strays,
    find_column_suspects,
    find_missing,
)
