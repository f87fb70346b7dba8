"""What a partition adds to the report of a run: bounded, and merged by adding counts.

A summary accounts for rows; the details say of cells what was wrong, what became of it, and how the
values are spread. Every list has a limit, and says what it leaves out.
"""

from collections.abc import Iterable, Sequence
from typing import TypeVar

from pydantic import Field

from agent_worker.domain.histogram import Histogram, merge_histograms
from agent_worker.domain.quality import QualityCounts, merge_counts
from agent_worker.domain.recipe import StepAction
from shared.contracts.vocabulary import Contract

_Part = TypeVar("_Part")

GROUPS_MAX = 200
"""Kinds of changes that a report lists; those with most cells."""

EXAMPLES_MAX = 3
"""Shown of each kind."""

TEXT_MAX = 120
"""Characters of a text that is shown."""

COLUMNS_MAX = 300
"""Columns that details are kept of: the first ones."""

HISTOGRAMS_MAX = 60
"""Numeric columns whose values are counted by bins: the first ones."""


class ChangeExample(Contract):
    """One change, and how often it occurs."""

    old: str
    new: str
    cells: int = Field(ge=1)


class ChangeGroup(Contract):
    """Cells of one column with one thing wrong, and what became of them."""

    column: str
    action: StepAction
    reason: str
    cells: int = Field(ge=1)
    confidence: float = Field(ge=0, le=1)
    """The mean over the cells."""
    examples: tuple[ChangeExample, ...] = ()


class QuarantineExample(Contract):
    """A row that cannot be used."""

    line: int
    raw: str


class QuarantineGroup(Contract):
    """Rows that cannot be used for one reason."""

    reason: str
    rows: int = Field(ge=1)
    examples: tuple[QuarantineExample, ...] = ()


class ColumnDetails(Contract):
    """One column before and after."""

    name: str
    data_type: str
    before: QualityCounts
    after: QualityCounts
    repaired: int = Field(default=0, ge=0)
    suspected: int = Field(default=0, ge=0)
    histogram: Histogram | None = None
    """Of the numbers that the table has now."""


class PartitionDetails(Contract):
    """What a report says of a partition beyond its summary."""

    layout: str = ""
    """How the file is written, in a few words."""
    columns: tuple[ColumnDetails, ...] = ()
    columns_left_out: int = Field(default=0, ge=0)
    changes: tuple[ChangeGroup, ...] = ()
    """Those with most cells first."""
    cells_left_out: int = Field(default=0, ge=0)
    """Changes of kinds that are not listed."""
    quarantine: tuple[QuarantineGroup, ...] = ()

    @property
    def cells_changed(self) -> int:
        """How many cells are listed as changes."""
        return sum(each.cells for each in self.changes) + self.cells_left_out


NO_DETAILS = PartitionDetails()
"""Of a partition that was cleaned by an older agent."""


def merge_details(details: Sequence[PartitionDetails]) -> PartitionDetails:
    """Return the details of all partitions taken together."""
    columns = tuple(
        _merge_columns(same)
        for same in _alike((each, each.name) for known in details for each in known.columns)
    )
    changes = merge_changes(each for known in details for each in known.changes)
    quarantine = tuple(
        QuarantineGroup(
            reason=same[0].reason,
            rows=sum(each.rows for each in same),
            examples=tuple(shown for each in same for shown in each.examples)[:EXAMPLES_MAX],
        )
        for same in _alike((each, each.reason) for known in details for each in known.quarantine)
    )
    return PartitionDetails(
        layout="; ".join(dict.fromkeys(each.layout for each in details if each.layout)),
        columns=columns,
        columns_left_out=max((known.columns_left_out for known in details), default=0),
        changes=changes[:GROUPS_MAX],
        cells_left_out=sum(known.cells_left_out for known in details)
        + sum(each.cells for each in changes[GROUPS_MAX:]),
        quarantine=tuple(sorted(quarantine, key=lambda each: (-each.rows, each.reason))),
    )


def merge_changes(groups: Iterable[ChangeGroup]) -> tuple[ChangeGroup, ...]:
    """Return the groups with equal ones added up, those with most cells first."""
    merged = [
        _merge_groups(same)
        for same in _alike(
            (each, f"{each.column}\0{each.action}\0{each.reason}") for each in groups
        )
    ]
    return tuple(sorted(merged, key=lambda each: (-each.cells, each.column, each.reason)))


def _alike(named: Iterable[tuple[_Part, str]]) -> Iterable[list[_Part]]:
    """Return what has the same name together, in the order of first occurrence."""
    together: dict[str, list[_Part]] = {}
    for part, name in named:
        together.setdefault(name, []).append(part)
    return together.values()


def _merge_groups(same: Sequence[ChangeGroup]) -> ChangeGroup:
    cells = sum(each.cells for each in same)
    texts: dict[tuple[str, str], int] = {}
    for example in (shown for each in same for shown in each.examples):
        pair = (example.old, example.new)
        texts[pair] = texts.get(pair, 0) + example.cells
    ranked = sorted(texts, key=lambda pair: (-texts[pair], pair))[:EXAMPLES_MAX]
    confidence = sum(each.confidence * each.cells for each in same) / cells
    return same[0].model_copy(
        update={
            "cells": cells,
            "confidence": min(confidence, 1.0),
            "examples": tuple(
                ChangeExample(old=old, new=new, cells=texts[old, new]) for old, new in ranked
            ),
        }
    )


def _merge_columns(same: Sequence[ColumnDetails]) -> ColumnDetails:
    return same[0].model_copy(
        update={
            "before": merge_counts(each.before for each in same),
            "after": merge_counts(each.after for each in same),
            "repaired": sum(each.repaired for each in same),
            "suspected": sum(each.suspected for each in same),
            "histogram": merge_histograms(each.histogram for each in same if each.histogram),
        }
    )
