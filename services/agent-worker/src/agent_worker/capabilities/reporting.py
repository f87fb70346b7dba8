"""A cleaned partition's details for the report: its columns, changes and quarantine in figures."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TypedDict

import duckdb

from agent_worker.capabilities import sql
from agent_worker.capabilities.judged_table import JudgedTable
from agent_worker.domain.cleaning import Repair
from agent_worker.domain.data_types import DataType
from agent_worker.domain.dialect import Dialect
from agent_worker.domain.histogram import (
    EXPONENT_MIN,
    Histogram,
    exponent_for,
    histogram_of,
)
from agent_worker.domain.quality import column_quality
from agent_worker.domain.recipe import RecipeStep, StepAction
from agent_worker.domain.report_details import (
    COLUMNS_MAX,
    EXAMPLES_MAX,
    GROUPS_MAX,
    HISTOGRAMS_MAX,
    TEXT_MAX,
    ChangeExample,
    ChangeGroup,
    ColumnDetails,
    PartitionDetails,
    QuarantineExample,
    QuarantineGroup,
    merge_changes,
)
from agent_worker.domain.schema_contract import ColumnContract
from agent_worker.domain.summary import NOTHING_MENDED, Mended

INTEGER_EXPONENT = 0
"""Bins of whole numbers are at least one wide."""

DELIMITER_NAMES = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar", "": "no delimiter"}


class _Pair(TypedDict):
    """An example as the database returns it."""

    old: str
    new: str
    cells: int


@dataclass(frozen=True, slots=True)
class Applied:
    """What was applied to a partition."""

    kept: Collection[Repair]
    mended: Mended = NOTHING_MENDED
    """What the recipe did."""
    steps: Sequence[RecipeStep] = ()
    """Those of the recipe that were applied; the record of changes has their numbers."""


def details_of(
    judged: JudgedTable,
    applied: Applied,
    *,
    changes: duckdb.DuckDBPyRelation,
    rows: duckdb.DuckDBPyRelation,
) -> PartitionDetails:
    """Return the details of a partition.

    Args:
        judged: The partition.
        applied: What was done to it.
        changes: Its record of changes, in a table or file: it is read twice.
        rows: The clean rows, in a table or file: they are read twice.
    """
    groups = _changes(changes, applied.steps)
    counts = _counts(changes)
    columns = _columns(judged, applied)
    histograms = _histograms(judged, rows)
    return PartitionDetails(
        layout=layout_of(judged.texts.dialect),
        columns=tuple(
            column.model_copy(
                update={
                    "repaired": counts.get((place, StepAction.REPAIRED), 0),
                    "suspected": counts.get((place, StepAction.SUSPECTED), 0),
                    "histogram": histograms.get(place),
                }
            )
            for place, column in enumerate(columns)
        ),
        columns_left_out=len(judged.contract.columns) - len(columns),
        changes=groups[:GROUPS_MAX],
        cells_left_out=sum(counts.values()) - sum(group.cells for group in groups[:GROUPS_MAX]),
        quarantine=_quarantine(judged),
    )


def _columns(judged: JudgedTable, applied: Applied) -> tuple[ColumnDetails, ...]:
    """Return how good each column was and is."""
    mended, kept = applied.mended, applied.kept
    before = mended.in_tally(judged.tally, is_done=False)
    after = mended.in_tally(judged.tally, is_done=True)
    return tuple(
        ColumnDetails(
            name=column.name,
            data_type=column.data_type,
            before=column_quality(before, before.columns[place]),
            after=column_quality(after, after.columns[place], kept),
        )
        for place, column in enumerate(judged.contract.columns[:COLUMNS_MAX])
    )


def layout_of(dialect: Dialect) -> str:
    """Return how a file is written, in a few words."""
    delimiter = DELIMITER_NAMES.get(dialect.delimiter, repr(dialect.delimiter))
    return f"{len(dialect.header)} columns, {delimiter}, {dialect.encoding}"


def _changes(
    changes: duckdb.DuckDBPyRelation, steps: Sequence[RecipeStep]
) -> tuple[ChangeGroup, ...]:
    """Return the kinds of changes with most cells, each with its most frequent examples."""
    # What a step says of single cells differs from one to the next; it is one kind all the same.
    kinds = changes.project("* replace (if(step is null, reason, '') as reason)")
    pairs = kinds.aggregate(
        f'"column", action, step, reason, left(old, {TEXT_MAX}) as old,'
        f" left(new, {TEXT_MAX}) as new, count(*) as cells, sum(confidence) as sure",
        f'"column", action, step, reason, left(old, {TEXT_MAX}), left(new, {TEXT_MAX})',
    )
    pair = "struct_pack(old := old, new := new, cells := cells)"
    shown = f"list({pair} order by cells desc, old, new)[1:{EXAMPLES_MAX}]"
    groups = pairs.aggregate(
        f'"column", action, step, reason, sum(cells) as cells, sum(sure) / sum(cells) as sure,'
        f" {shown} as examples",
        '"column", action, step, reason',
    )
    listed: list[tuple[str, StepAction, int | None, str, int, float, list[_Pair]]] = (
        groups.order('cells desc, "column", step, reason').limit(GROUPS_MAX).fetchall()
    )
    return merge_changes(
        ChangeGroup(
            column=column,
            action=action,
            reason=reason if step is None else steps[step].reason,
            cells=cells,
            confidence=min(max(sure, 0.0), 1.0),
            examples=tuple(ChangeExample(**each) for each in examples),
        )
        for column, action, step, reason, cells, sure, examples in listed
    )


def _counts(changes: duckdb.DuckDBPyRelation) -> dict[tuple[int, str], int]:
    counted = changes.aggregate("place, action, count(*)", "place, action").fetchall()
    return {(place, action): cells for place, action, cells in counted}


def _histograms(judged: JudgedTable, rows: duckdb.DuckDBPyRelation) -> Mapping[int, Histogram]:
    """Return the histograms of numeric columns that have values, by place; two scans make all."""
    columns = judged.contract.columns
    numeric = [
        place for place, column in enumerate(columns[:COLUMNS_MAX]) if column.data_type.is_numeric
    ][:HISTOGRAMS_MAX]
    if not numeric:
        return {}
    cells = rows.project(
        ", ".join(f"{sql.name(columns[place].name)} as v{place}" for place in numeric)
    )
    extremes = ", ".join(
        f"cast({extreme}(v{place}){_finite(columns[place], place)} as double)"
        for extreme in ("min", "max")
        for place in numeric
    )
    found: tuple[float | None, ...] = cells.aggregate(extremes).fetchall()[0]
    exponents: dict[int, int] = {}
    for place, low, high in zip(numeric, found, found[len(numeric) :], strict=False):
        if low is not None and high is not None:
            is_whole = columns[place].data_type is DataType.BIGINT
            finest = INTEGER_EXPONENT if is_whole else EXPONENT_MIN
            exponents[place] = exponent_for(low, high, finest)
    if not exponents:
        return {}
    # Each bin is two to this power wide.
    counts = ", ".join(
        f"histogram(cast(floor(cast(v{place} as double) / {2.0**exponent!r}) as bigint))"
        f"{_finite(columns[place], place)}"
        for place, exponent in exponents.items()
    )
    counted: tuple[dict[int, int], ...] = cells.aggregate(counts).fetchall()[0]
    return {
        place: histogram_of(exponents[place], bins)
        for place, bins in zip(exponents, counted, strict=True)
    }


def _finite(column: ColumnContract, place: int) -> str:
    """Return what keeps infinite values out of an aggregate; whole numbers have none."""
    is_whole = column.data_type is DataType.BIGINT
    return "" if is_whole else f" filter (isfinite(v{place}))"


def _quarantine(judged: JudgedTable) -> tuple[QuarantineGroup, ...]:
    """Return the reasons why rows cannot be used, with the first rows of each."""
    example = f"struct_pack(line := _source_line, raw := left(raw, {TEXT_MAX}))"
    counted = judged.quarantined_rows("").aggregate(
        f"reason, count(*) as cells, list({example} order by _source_line)[1:{EXAMPLES_MAX}]",
        "reason",
    )
    return tuple(
        QuarantineGroup(
            reason=reason,
            rows=count,
            examples=tuple(
                QuarantineExample(line=each["line"], raw=each["raw"] or "") for each in examples
            ),
        )
        for reason, count, examples in counted.order("cells desc, reason").fetchall()
    )
