"""Recognising tables in which several sources report about the same things."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from agent_worker.domain.diagnosing.dependencies import ColumnCounts, Grouping
from agent_worker.domain.recipe import SOURCES_MAX

THINGS_MIN = 5
SOURCES_MIN = 3
"""Two that disagree leave it open who is right."""

ROWS_OF_THING_MIN = 3
"""Rows that report about a thing, on average."""

ONCE_SHARE_MIN = 0.99
"""Of all rows, those in which a source reports about a thing for the only time."""

NAMED_SHARE_MIN = 0.99
"""Of all rows, those that name the thing; it is what is reported of it that may be missing."""

STRENGTH_MIN = 0.25
"""How far the reports about a thing agree, beyond what any rows do. With as many conflicts as in
the worst published collections it is about 0.4; measurements of many kinds have next to none."""

ALIKE_MAX = 0.2
"""Of any two rows, those that agree. Where few values exist, reports agree by accident."""

CONTRADICTED_MIN = 2
"""Columns in which reports mostly agree and often do not; a single one may be a habit of the thing,
and where all nearly always agree there is nothing to choose among."""


@dataclass(frozen=True, slots=True)
class Reports:
    """Which column names the thing, which the source, and which are reported; by their places."""

    entity: int
    source: int
    reported: tuple[int, ...]
    contradicted: int
    """How many of the reported columns have more contradictions than slips."""


def may_be_entity(counts: ColumnCounts, rows: int) -> bool:
    """Tell whether each value may name a thing that several rows are about."""
    is_repeated = counts.present >= ROWS_OF_THING_MIN * max(counts.distinct, 1)
    is_complete = counts.present >= NAMED_SHARE_MIN * rows
    return counts.distinct >= THINGS_MIN and is_repeated and is_complete


def may_be_source(counts: ColumnCounts) -> bool:
    """Tell whether each value may name a source that reports about several things."""
    return SOURCES_MIN <= counts.distinct <= SOURCES_MAX and counts.in_groups > 0


def reported_columns(
    by_entity: Mapping[int, Grouping], by_source: Mapping[int, Grouping]
) -> tuple[int, ...]:
    """Return the columns in which rows about a thing agree mostly, and rows of a source do not."""
    return tuple(
        place
        for place, grouping in sorted(by_entity.items())
        if grouping.strength >= STRENGTH_MIN
        and grouping.alike_anywhere <= ALIKE_MAX
        and 2 * by_source[place].strength < grouping.strength
    )


def plainest(found: Sequence[tuple[Reports, tuple[float, int, float]]]) -> Reports | None:
    """Return the likeliest of several ways to see the table, if any has enough columns.

    Each comes with the share of rows that are its source's only one about the thing, the number of
    reported columns, and how far their reports agree.
    """
    enough = [each for each in found if each[0].contradicted >= CONTRADICTED_MIN]
    if not enough:
        return None
    return max(enough, key=lambda each: (each[1], -each[0].entity, -each[0].source))[0]
