"""Thinking while cleaning a partition: compare, measure, try each repair, apply what helps.

Whatever changes a cell is tried on a sample first. A repair of readings is kept if the score does
not fall and what it makes looks like what was right before; a step of the recipe is kept if it
finds about as much here as where it was learnt, and makes nothing that the column cannot hold.
Where the recipe misbehaves, the partition is diagnosed on its own. The whole partition is touched
once, by all that was kept.
"""

from collections.abc import Sequence

from agent_worker.domain.actions import ActionDecision
from agent_worker.domain.assessing import Assessment, ColumnsCompared, told_columns
from agent_worker.domain.cleaning_progress import (
    MEASURED_MAX,
    DiagnosisInput,
    MendInput,
    Progress,
    TransformInput,
)
from agent_worker.domain.cleaning_told import plan_of_repair
from agent_worker.domain.mending import Batch
from agent_worker.domain.mending_told import counted, plan_of, told_batches, told_steps
from agent_worker.domain.operators.handover import Handover, hand_over
from shared.contracts.payloads import DataRequest
from shared.contracts.vocabulary import ActionType, ReActStep

TOLD_DIFFERENCE = 0.0001
"""Between scores; a thought shows four decimals."""


def decide(_: DataRequest, trace: Sequence[ReActStep]) -> ActionDecision:
    """Decide the next action."""
    progress = Progress()
    for step in trace:
        progress.take(step)
    if progress.seen is None:
        return _look()
    if progress.before is None:
        return _measure(progress.seen)
    if trace[-1].action is ActionType.ROUTE_PIPELINE:
        return _finish(trace[-1])
    if progress.after:
        return _undo_or_write(progress, progress.before)
    return _try_next(progress, progress.before)


def _look() -> ActionDecision:
    return ActionDecision(
        "The contract is accepted. I read the partition as text and compare its columns with it "
        "before I change anything.",
        ActionType.ANALYZE_SCHEMA,
        {},
    )


def _measure(seen: ColumnsCompared) -> ActionDecision:
    recipe = told_batches(seen.batches, seen.learnt_rows)
    return ActionDecision(
        f"{told_columns(seen)}{recipe} I measure how good the data is as it stands.",
        ActionType.VALIDATE_DATA,
        {},
    )


def _try_next(progress: Progress, before: Assessment) -> ActionDecision:
    tried = {experiment.repair for experiment in progress.experiments}
    for repair, need in before.repairs.items():
        if repair not in tried:
            trial = TransformInput(repair=repair, kept=progress.kept)
            return ActionDecision(
                f"{progress.told} {plan_of_repair(repair, need)}",
                ActionType.TRANSFORM_DATA,
                trial.model_dump(mode="json"),
            )
    if len(progress.trials) < len(progress.batches):
        return _try_batch(progress, progress.batches[len(progress.trials)])
    if progress.own is None and _is_strange(progress):
        return _diagnose(progress)
    return ActionDecision(
        f"{progress.told} {_applied(progress)} to all rows and measure again.",
        ActionType.VALIDATE_DATA,
        progress.applied(),
    )


def _try_batch(progress: Progress, batch: Batch) -> ActionDecision:
    trial = MendInput(batch=batch, kept=progress.kept, choice=progress.choice)
    return ActionDecision(
        f"{progress.told} {plan_of(batch)}",
        ActionType.TRANSFORM_DATA,
        trial.model_dump(mode="json"),
    )


def _is_strange(progress: Progress) -> bool:
    is_unseen = progress.seen is not None and progress.seen.is_unseen
    return is_unseen or bool(progress.strayed)


def _diagnose(progress: Progress) -> ActionDecision:
    columns = progress.strayed
    if progress.seen is not None and progress.seen.is_unseen:
        columns = ()
        why = (
            "Nobody has looked at this partition when the recipe was learnt, so it may have "
            "mistakes of its own: I look for what the recipe leaves."
        )
    else:
        named = ", ".join(f"`{name}`" for name in columns)
        why = (
            f"The recipe does not fit this partition in {named}. I go back to reasoning, and look "
            "at these columns as they are here."
        )
    return ActionDecision(
        f"{progress.told} {why}",
        ActionType.ANALYZE_SCHEMA,
        DiagnosisInput(choice=progress.choice, columns=columns).model_dump(mode="json"),
    )


def _applied(progress: Progress) -> str:
    steps = progress.choice.tried - len(progress.choice.dropped)
    recipe = f" and {counted(steps, 'step')} of the recipe" if steps else ""
    return f"I apply {', '.join(progress.kept) or 'no repair'}{recipe}"


def _undo_or_write(progress: Progress, before: Assessment) -> ActionDecision:
    found = progress.after[-1]
    bad = progress.bad
    if bad and len(progress.after) < MEASURED_MAX:
        return ActionDecision(
            f"All rows say more than the sample did. {told_steps(bad)} I take "
            f"{'it' if len(bad) == 1 else 'them'} back and measure once more.",
            ActionType.VALIDATE_DATA,
            progress.applied(),
        )
    return _write(progress, before, found)


def _write(progress: Progress, before: Assessment, after: Assessment) -> ActionDecision:
    began = f"the score went from {before.score:.4f} to {after.score:.4f}"
    if after.score_known is not None and before.score - after.score_known >= TOLD_DIFFERENCE:
        began = (
            f"by all that is known to be wrong now, the score was {after.score_known:.4f} and not "
            f"{before.score:.4f}; mended, it is {after.score:.4f}"
        )
    return ActionDecision(
        f"All rows repaired: {began}. {_told_recipe(after)}I write the clean rows, and beside them "
        f"{after.rows_quarantined} that cannot be used, each with its line, reason and text.",
        ActionType.ROUTE_PIPELINE,
        progress.applied(),
    )


def _told_recipe(after: Assessment) -> str:
    if not after.mended and not after.suspected:
        return ""
    changed = counted(after.mended, "cell") if after.mended else "nothing"
    points = f" and points at {counted(after.suspected, 'cell')} that I leave as they are"
    recorded = "; what stood there is on record" if after.mended else ""
    return f"The recipe changes {changed}{points if after.suspected else ''}{recorded}. "


def _finish(written: ReActStep) -> ActionDecision:
    handover = Handover.model_validate(written.observation)
    facts = handover.facts
    return hand_over(
        f"{facts['rows_in']} rows came in: {facts['rows_out']} went out, {facts['rows_repaired']} "
        f"of them with a cell mended; {facts['rows_quarantined']} are quarantined, "
        f"{facts['duplicates_removed']} were copies of others. That accounts for every row.",
        handover,
    )
