"""The report of a run: what came in, what was wrong, what was done, what is left, and why.

It is made of the partitions' summaries and the steps of the trace, and says nothing that they do
not. docs/clean.md explains its fields.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

from pydantic import Field

from agent_worker.domain.cell_accuracy import CellAccuracy, estimate_accuracy
from agent_worker.domain.quality import QualityCounts, doubts_about, merge_counts
from agent_worker.domain.recipe import StepAction
from agent_worker.domain.report_details import PartitionDetails, merge_details
from agent_worker.domain.summary import PartitionSummary
from shared.contracts.vocabulary import Contract

SOURCES_MAX = 500
"""Sources that a report lists; a goal reads no more."""

DECISIONS_MAX = 300
"""Steps of the trace that a report tells: those of fifteen tasks at least."""

SOURCES_STEP = "trust_sources"
"""The kind of the recipe's steps that decide between sources."""

THOUGHT_MAX = 2_000
"""Characters of a thought."""


class Quality(Contract):
    """How good data is."""

    score: float
    dimensions: dict[str, float]


class SourceReport(Contract):
    """A file that came in, and what became of its rows."""

    name: str
    uri: str
    bytes: int
    layout: str
    rows_in: int
    rows_out: int
    rows_quarantined: int
    duplicates_removed: int
    unknown_columns: tuple[str, ...]
    """Columns that the table has no place for."""


class ColumnReport(Contract):
    """How good one column was and is."""

    name: str
    data_type: str
    before: Quality
    after: Quality
    wrong: int
    """Cells that are listed as changes."""
    repaired: int
    suspected: int


class DecisionReport(Contract):
    """One step of a task: what was thought and done, and how good the data was then."""

    task: str
    step: int
    action: str
    thought: str
    score: float


class RunReport(Contract):
    """Everything that a person wants to know of a run, bounded."""

    table: str
    version: int | None = None
    """Of the published table; None where nothing was published."""
    sources: tuple[SourceReport, ...]
    rows_in: int
    rows_out: int
    rows_quarantined: int
    duplicates_removed: int
    quality_before: Quality
    quality_after: Quality
    cell_accuracy: CellAccuracy | None = None
    """Estimated; None in a report that is older than the estimate."""
    cells: int
    """All that were read."""
    cells_repaired: int
    cells_suspected: int
    columns: tuple[ColumnReport, ...]
    details: PartitionDetails
    """What was wrong and became of it, what is quarantined, how numbers are spread."""
    quarantine_files: tuple[str, ...] = ()
    """URIs of the Parquet files with the rows that cannot be used; those that have some."""
    decisions: tuple[DecisionReport, ...] = ()
    decisions_left_out: int = Field(default=0, ge=0)


def report_of(
    table: str, summaries: Sequence[PartitionSummary], *, version: int | None = None
) -> RunReport:
    """Return the report of a run's partitions, without its decisions."""
    details = merge_details([summary.details for summary in summaries])
    before = merge_counts(summary.quality_before for summary in summaries)
    after = merge_counts(summary.quality_after for summary in summaries)
    columns = tuple(
        ColumnReport(
            name=column.name,
            data_type=column.data_type,
            before=quality(column.before),
            after=quality(column.after),
            wrong=column.repaired + column.suspected,
            repaired=column.repaired,
            suspected=column.suspected,
        )
        for column in details.columns
    )
    return RunReport(
        table=table,
        version=version,
        sources=tuple(map(_source, summaries[:SOURCES_MAX])),
        rows_in=sum(summary.rows_in for summary in summaries),
        rows_out=sum(summary.rows_out for summary in summaries),
        rows_quarantined=sum(summary.rows_quarantined for summary in summaries),
        duplicates_removed=sum(summary.duplicates_removed for summary in summaries),
        quality_before=quality(before),
        quality_after=quality(after),
        cell_accuracy=_accuracy(summaries, details, before),
        cells=before.cells,
        cells_repaired=sum(column.repaired for column in columns),
        cells_suspected=sum(column.suspected for column in columns),
        columns=columns,
        details=details,
    )


def _accuracy(
    summaries: Sequence[PartitionSummary], details: PartitionDetails, before: QualityCounts
) -> CellAccuracy:
    """Estimate how many cells are right; those of rows that cannot be used are left out."""
    rows = sum(summary.rows_in for summary in summaries)
    usable = rows - sum(summary.rows_quarantined for summary in summaries)
    cells = before.cells * usable // rows if rows else 0
    suspected = sum(each.cells for each in details.changes if each.action is StepAction.SUSPECTED)
    doubts = doubts_about(before, rows=usable, suspected=suspected + details.cells_left_out)
    believed = sum(summary.mended.cells.get(SOURCES_STEP, 0) for summary in summaries)
    if believed:
        doubts += (f"Sources disagreed about {believed} cells; those believed may be wrong.",)
    return estimate_accuracy(details, cells, doubts)


class Step(Protocol):
    """A step of a trace, wherever it was read."""

    @property
    def step_number(self) -> int:
        """From 1."""
        ...

    @property
    def thought(self) -> str:
        """Why it was taken."""
        ...

    @property
    def action(self) -> str:
        """What was done."""
        ...

    @property
    def data_quality_score(self) -> float:
        """How good the data was then."""
        ...


def with_decisions(report: RunReport, traces: Mapping[str, Iterable[Step]]) -> RunReport:
    """Return the report with the steps of tasks, by the tasks' names."""
    told = [
        DecisionReport(
            task=task,
            step=step.step_number,
            action=step.action,
            thought=step.thought[:THOUGHT_MAX],
            score=step.data_quality_score,
        )
        for task, steps in traces.items()
        for step in steps
    ]
    return report.model_copy(
        update={
            "decisions": tuple(told[:DECISIONS_MAX]),
            "decisions_left_out": max(len(told) - DECISIONS_MAX, 0),
        }
    )


def quality(counts: QualityCounts) -> Quality:
    """Return counts as the shares that people read."""
    return Quality(
        score=counts.score,
        dimensions={str(name): share for name, share in counts.dimensions.items()},
    )


def _source(summary: PartitionSummary) -> SourceReport:
    return SourceReport(
        name=summary.partition.name,
        uri=summary.partition.uri,
        bytes=summary.partition.bytes,
        layout=summary.details.layout,
        rows_in=summary.rows_in,
        rows_out=summary.rows_out,
        rows_quarantined=summary.rows_quarantined,
        duplicates_removed=summary.duplicates_removed,
        unknown_columns=summary.unknown_columns,
    )
