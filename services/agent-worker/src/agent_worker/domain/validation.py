"""What is wrong with data, written down instead of mended: each partition's findings, one report.

Partitions hand over counts, not shares, so that the report of all of them is exact.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256

from pydantic import Field

from agent_worker.domain.assessing import problems_of
from agent_worker.domain.cleaning import ColumnTally, PartitionTally
from agent_worker.domain.profile import Partition
from agent_worker.domain.quality import (
    QualityCounts,
    column_quality,
    doubts_about,
    freshness_of,
    merge_counts,
    quality_of,
)
from agent_worker.domain.rules.findings import (
    RuleCount,
    RuleResult,
    merge_rule_counts,
    rule_results,
)
from agent_worker.domain.schema_contract import TableContract
from shared.contracts.vocabulary import Contract, QualityScore

PROBLEMS_MAX = 50
"""Problems that a report lists; a person reads the first ten."""

EXAMPLES_MAX = 3
"""Texts shown for a problem; they are the most frequent ones of each partition."""


class Example(Contract):
    """A text as it stands in the data, and how often."""

    text: str
    cells: int = Field(ge=1)


class PartitionFindings(Contract):
    """What validating one partition brought to light."""

    partition: Partition
    tally: PartitionTally
    rules: tuple[RuleCount, ...] = ()
    """What the contract's rules came to, proposed ones included."""
    broken_lines: int = Field(ge=0)
    missing_columns: tuple[str, ...] = ()
    renamed_columns: dict[str, str] = Field(default_factory=dict)
    """The file's name of a column, and the contract's."""
    examples: dict[str, dict[str, tuple[Example, ...]]] = Field(default_factory=dict)
    """By column and problem."""

    @property
    def rows_usable(self) -> int:
        """Rows that are neither unusable nor copies."""
        return self.tally.rows - self.tally.rows_quarantined - self.tally.duplicates


class ColumnQuality(Contract):
    """How good one column is in all partitions."""

    column: str
    data_type: str
    score: QualityScore
    dimensions: dict[str, QualityScore]


class WorstProblem(Contract):
    """Something that is wrong with a column's values, wherever it occurs."""

    column: str
    problem: str
    """What is wrong, in words that follow `values are`."""
    cells: int
    partitions: int
    """In how many of them it occurs."""
    examples: tuple[Example, ...] = ()


class PartitionQuality(Contract):
    """How good one partition is."""

    partition: str
    uri: str
    score: QualityScore
    rows: int
    rows_usable: int
    broken_lines: int
    duplicates: int
    unusable: dict[str, int]
    """Rows that cannot be used, broken lines among them, by reason."""
    missing_columns: tuple[str, ...]
    unknown_columns: tuple[str, ...]
    renamed_columns: dict[str, str]


class QualityReport(Contract):
    """How good a data set is as it stands, and what is wrong with it."""

    dataset: str
    quality_min: QualityScore
    meets_minimum: bool
    score: QualityScore
    dimensions: dict[str, QualityScore]
    rows: int
    rows_usable: int
    broken_lines: int
    duplicates: int
    unusable: dict[str, int]
    coverage: QualityScore = 0
    """The share of all dimensions that were looked at."""
    cell_score: QualityScore = 0
    """The share of cells that are bad in no dimension."""
    doubts: tuple[str, ...] = ()
    """Why the score says little, if it does."""
    rules: tuple[RuleResult, ...] = ()
    """What each rule came to, proposed ones included."""
    columns: tuple[ColumnQuality, ...]
    """The worst first."""
    problems: tuple[WorstProblem, ...]
    """Those with most cells first."""
    partitions: tuple[PartitionQuality, ...]
    schema_fingerprint: str
    content_hash: str
    """SHA-256 of all files' hashes, sorted: what was judged, whatever the files are called."""


def report_on(
    dataset: str,
    contract: TableContract,
    findings: Sequence[PartitionFindings],
    quality_min: float,
    asked_at: datetime | None = None,
) -> QualityReport:
    """Put the findings of all partitions together; ages are measured from `asked_at`."""
    counts = merge_counts(quality_of(found.tally) for found in findings)
    asked = merge_rule_counts(count for found in findings for count in found.rules)
    counts = counts.model_copy(
        update={"freshness": freshness_of(contract.asked_rules, asked, asked_at)}
    )
    rows = sum(found.tally.rows for found in findings)
    hashes = sorted(found.partition.fingerprint for found in findings)
    unusable: Counter[str] = Counter()
    for found in findings:
        unusable.update(found.tally.quarantined)
    return QualityReport(
        dataset=dataset,
        quality_min=quality_min,
        meets_minimum=counts.score >= quality_min,
        score=counts.score,
        dimensions=_named(counts),
        coverage=counts.coverage,
        cell_score=counts.cell_score,
        doubts=doubts_about(counts, rows=rows, suspected=0),
        rules=rule_results(contract.rules, asked, asked_at),
        rows=rows,
        rows_usable=sum(found.rows_usable for found in findings),
        broken_lines=sum(found.broken_lines for found in findings),
        duplicates=sum(found.tally.duplicates for found in findings),
        unusable={reason: unusable[reason] for reason in sorted(unusable)},
        columns=_columns(contract, findings),
        problems=_problems(findings),
        partitions=tuple(map(_partition, findings)),
        schema_fingerprint=contract.fingerprint,
        content_hash=sha256("".join(hashes).encode()).hexdigest(),
    )


def _named(counts: QualityCounts) -> dict[str, float]:
    return {str(dimension): share for dimension, share in counts.dimensions.items()}


def _columns(
    contract: TableContract, findings: Sequence[PartitionFindings]
) -> tuple[ColumnQuality, ...]:
    known: list[ColumnQuality] = []
    for place, column in enumerate(contract.columns):
        tallies: list[tuple[PartitionTally, ColumnTally]] = [
            (found.tally, found.tally.columns[place]) for found in findings
        ]
        counts = merge_counts(column_quality(tally, cells) for tally, cells in tallies)
        known.append(
            ColumnQuality(
                column=column.name,
                data_type=column.data_type,
                score=counts.score,
                dimensions=_named(counts),
            )
        )
    return tuple(sorted(known, key=lambda column: column.score))


def _problems(findings: Sequence[PartitionFindings]) -> tuple[WorstProblem, ...]:
    cells: Counter[tuple[str, str]] = Counter()
    partitions: Counter[tuple[str, str]] = Counter()
    texts: dict[tuple[str, str], Counter[str]] = {}
    for found in findings:
        for problem in problems_of(found.tally):
            place = (problem.column, problem.problem)
            cells[place] += problem.cells
            partitions[place] += 1
            shown = found.examples.get(problem.column, {}).get(problem.problem, ())
            texts.setdefault(place, Counter()).update({each.text: each.cells for each in shown})
    ranked = sorted(cells, key=lambda place: (-cells[place], place))
    return tuple(
        WorstProblem(
            column=place[0],
            problem=place[1],
            cells=cells[place],
            partitions=partitions[place],
            examples=_most_frequent(texts[place]),
        )
        for place in ranked[:PROBLEMS_MAX]
    )


def _most_frequent(texts: Counter[str]) -> tuple[Example, ...]:
    ranked = sorted(texts, key=lambda text: (-texts[text], text))
    return tuple(Example(text=text, cells=texts[text]) for text in ranked[:EXAMPLES_MAX])


def _partition(found: PartitionFindings) -> PartitionQuality:
    return PartitionQuality(
        partition=found.partition.name,
        uri=found.partition.uri,
        score=quality_of(found.tally).score,
        rows=found.tally.rows,
        rows_usable=found.rows_usable,
        broken_lines=found.broken_lines,
        duplicates=found.tally.duplicates,
        unusable=found.tally.quarantined,
        missing_columns=found.missing_columns,
        unknown_columns=found.tally.unknown_columns,
        renamed_columns=found.renamed_columns,
    )
