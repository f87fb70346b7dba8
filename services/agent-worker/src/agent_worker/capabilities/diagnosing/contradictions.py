"""Cells that other cells contradict: those of other sources, or of rows that should agree.

Sources come first: where several report about the same things, most of them may be wrong, and the
majority that decides about dependencies would follow them.
"""

from collections.abc import Sequence

from agent_worker.capabilities.diagnosing.dependencies import find_violations
from agent_worker.capabilities.diagnosing.grouping import hash_table
from agent_worker.capabilities.diagnosing.reporting_sources import find_disbelieved
from agent_worker.capabilities.value_table import ValueTable
from agent_worker.domain.recipe import RecipeStep


def find_contradictions(values: ValueTable) -> Sequence[RecipeStep]:
    """Return the steps for what sources report, and for what determinants decide."""
    hashed = hash_table(values)
    reported = find_disbelieved(values, hashed)
    settled = {name for step in reported for name in (step.column, step.entity, step.source)}
    violated = find_violations(values, hashed, settled)
    hashed.drop()
    return [*reported, *violated]
