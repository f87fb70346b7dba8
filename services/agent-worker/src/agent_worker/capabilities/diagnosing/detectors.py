"""The table of detectors, in the order in which they run.

What mends single columns comes first: a dependency is seen more clearly between values that are
spelled alike. A new detector is a module beside this one and a line here.
"""

from collections.abc import Callable, Sequence

from agent_worker.capabilities.diagnosing.dependencies import find_violations
from agent_worker.capabilities.diagnosing.missing_values import find_missing
from agent_worker.capabilities.diagnosing.reporting_sources import find_disbelieved
from agent_worker.capabilities.value_table import ValueTable
from agent_worker.domain.recipe import RecipeStep

Detector = Callable[[ValueTable], Sequence[RecipeStep]]
"""From the values of a table, as mended so far, to steps; none when nothing is wrong."""

DETECTORS: tuple[Detector, ...] = (
    # In a single column.
    # Across columns.
    find_violations,
    find_disbelieved,
    # What is left.
    find_missing,
)
