"""Thinking while cleaning a partition: compare, measure, try each repair, apply what helps.

A repair is tried on a sample first. It is kept only if the score does not fall and what it makes
looks like what was right before; the whole partition is touched once, by all kept repairs.
"""

from collections.abc import Sequence

from agent_worker.domain.actions import ActionDecision
from agent_worker.domain.assessing import (
    Assessment,
    ColumnsCompared,
    Need,
    told_columns,
    told_quality,
)
from agent_worker.domain.cleaning import Experiment, Repair
from agent_worker.domain.operators.handover import Handover, hand_over
from shared.contracts.payloads import DataRequest
from shared.contracts.vocabulary import ActionType, Contract, ReActStep


class AssessmentInput(Contract):
    """Which repairs to apply before measuring."""

    kept: tuple[Repair, ...] = ()


class TransformInput(Contract):
    """Which repair to try, after which others."""

    repair: Repair
    kept: tuple[Repair, ...] = ()


def decide(_: DataRequest, trace: Sequence[ReActStep]) -> ActionDecision:
    """Decide the next action."""
    match len(trace):
        case 0:
            return _look()
        case 1:
            return _measure(ColumnsCompared.model_validate(trace[0].observation))
        case _:
            return _repair_or_finish(trace)


def _look() -> ActionDecision:
    return ActionDecision(
        "The contract is accepted. I read the partition as text and compare its columns with it "
        "before I change anything.",
        ActionType.ANALYZE_SCHEMA,
        {},
    )


def _measure(seen: ColumnsCompared) -> ActionDecision:
    return ActionDecision(
        f"{told_columns(seen)} I measure how good the data is as it stands.",
        ActionType.VALIDATE_DATA,
        {},
    )


def _repair_or_finish(trace: Sequence[ReActStep]) -> ActionDecision:
    before = Assessment.model_validate(trace[1].observation)
    experiments = [
        Experiment.model_validate(step.observation)
        for step in trace
        if step.action is ActionType.TRANSFORM_DATA
    ]
    kept = tuple(experiment.repair for experiment in experiments if experiment.is_kept)
    match [step.action for step in trace[2:]]:
        case [*_, ActionType.ROUTE_PIPELINE]:
            return _finish(trace[-1])
        case [*_, ActionType.VALIDATE_DATA]:
            return _write(before, trace[-1])
        case _:
            return _try_next(before, experiments, kept)


def _try_next(
    before: Assessment, experiments: Sequence[Experiment], kept: tuple[Repair, ...]
) -> ActionDecision:
    tried = {experiment.repair for experiment in experiments}
    told = _told(experiments[-1]) if experiments else told_quality(before)
    for repair, need in before.repairs.items():
        if repair not in tried:
            trial = TransformInput(repair=repair, kept=kept).model_dump(mode="json")
            return ActionDecision(f"{told} {_plan(repair, need)}", ActionType.TRANSFORM_DATA, trial)
    return ActionDecision(
        f"{told} I apply {', '.join(kept) or 'nothing'} to all rows and measure again.",
        ActionType.VALIDATE_DATA,
        AssessmentInput(kept=kept).model_dump(mode="json"),
    )


def _told(experiment: Experiment) -> str:
    effect = f"from {experiment.score_before:.4f} to {experiment.score_after:.4f}"
    example = ""
    if experiment.examples:
        text, cell = experiment.examples[0]
        example = f" ({text} becomes {cell})"
    if experiment.is_kept:
        return (
            f"On {experiment.rows} rows, {experiment.repair} mends {experiment.cells} cells"
            f"{example}, the score goes {effect}: kept."
        )
    return (
        f"On {experiment.rows} rows, {experiment.repair} moves the score {effect}, and only "
        f"{experiment.plausible_share:.0%} of what it makes looks like right values: not kept."
    )


_PLANS = {
    Repair.MATCH_COLUMNS: "{columns} has another name here; I put it under its own.",
    Repair.STRIP_PREFIXES: "{columns} has another column's value glued in front; I take it off.",
    Repair.UNIFY_TIMES: "{columns} is written in several time formats; I read all of them.",
    Repair.CONVERT_UNITS: "{columns} has numbers with units; I convert them to the usual one.",
    Repair.UNIFY_NUMBERS: "{columns} has numbers written oddly; I read them as what they are.",
    Repair.BLANK_TOKENS: "{columns} says missing in several ways; I leave one, empty.",
    Repair.EMPTY_UNUSABLE: (
        "{columns} has values that cannot be; I empty them, which the score keeps counting as bad."
    ),
    Repair.DROP_DUPLICATES: "Rows repeat earlier ones in every column; I keep the first of each.",
}


def _plan(repair: Repair, need: Need) -> str:
    columns = ", ".join(f"`{name}`" for name in need.columns)
    return f"{_PLANS[repair].format(columns=columns)} {need.cells} cells; first on a sample."


def _write(before: Assessment, measured: ReActStep) -> ActionDecision:
    """Write what was measured, whoever chose the repairs that it was measured with."""
    after = Assessment.model_validate(measured.observation)
    return ActionDecision(
        f"All rows repaired: the score went from {before.score:.4f} to {after.score:.4f}. I write "
        f"the clean rows, and beside them {after.rows_quarantined} that cannot be used, each with "
        "its line, reason and text.",
        ActionType.ROUTE_PIPELINE,
        measured.action_input,
    )


def _finish(written: ReActStep) -> ActionDecision:
    handover = Handover.model_validate(written.observation)
    facts = handover.facts
    return hand_over(
        f"{facts['rows_in']} rows came in, {facts['rows_out']} went out, "
        f"{facts['rows_quarantined']} are quarantined; the rest are copies. Done.",
        handover,
    )
