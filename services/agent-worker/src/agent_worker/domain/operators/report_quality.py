"""Thinking while reporting quality: add the partitions up, hold them against what was asked for."""

from collections.abc import Sequence

from agent_worker.domain.actions import ActionDecision
from agent_worker.domain.operators.handover import Handover, hand_over
from agent_worker.domain.validation import QualityReport
from shared.contracts.payloads import DataRequest
from shared.contracts.vocabulary import ActionType, Contract, QualityScore, ReActStep


class FindingsAdded(Contract):
    """The findings of all partitions in short."""

    partitions: int
    rows: int
    rows_usable: int
    broken_lines: int
    duplicates: int
    score: QualityScore
    quality_min: QualityScore
    meets_minimum: bool
    worst_column: str
    worst_score: QualityScore
    problems: tuple[str, ...]
    """The greatest ones, each in a few words."""


def in_short(report: QualityReport) -> FindingsAdded:
    """Return what of a report a thought rests on."""
    worst = report.columns[0]
    return FindingsAdded(
        partitions=len(report.partitions),
        rows=report.rows,
        rows_usable=report.rows_usable,
        broken_lines=report.broken_lines,
        duplicates=report.duplicates,
        score=report.score,
        quality_min=report.quality_min,
        meets_minimum=report.meets_minimum,
        worst_column=worst.column,
        worst_score=worst.score,
        problems=tuple(
            f"{problem.cells} values of `{problem.column}` are {problem.problem}"
            for problem in report.problems[:3]
        ),
    )


def decide(request: DataRequest, trace: Sequence[ReActStep]) -> ActionDecision:
    """Decide the next action."""
    dataset = request.parameters.get("dataset")
    match len(trace):
        case 0:
            return ActionDecision(
                f"{len(request.inputs)} documents on `{dataset}` are here. Shares cannot be added, "
                "counts can: I add the counts of all partitions up and score the whole.",
                ActionType.VALIDATE_DATA,
                {},
            )
        case 1:
            return ActionDecision(
                f"{_verdict(FindingsAdded.model_validate(trace[0].observation))} I write the "
                "report; a poor score is a finding, not a failure.",
                ActionType.ROUTE_PIPELINE,
                {},
            )
        case _:
            return hand_over(
                "The report is written: score, columns from the worst on, problems with examples, "
                "and every partition. No data was touched.",
                Handover.model_validate(trace[-1].observation),
            )


def _verdict(found: FindingsAdded) -> str:
    asked = "enough" if found.meets_minimum else "too little"
    problems = "; ".join(found.problems) or "nothing is wrong with single values"
    return (
        f"{found.partitions} partitions, {found.rows} rows, {found.rows_usable} of them usable, "
        f"{found.broken_lines} broken lines, {found.duplicates} copies. The score is "
        f"{found.score:.4f}, {found.quality_min} was asked for: {asked}. The worst column is "
        f"`{found.worst_column}` with {found.worst_score:.4f}; {problems}."
    )
