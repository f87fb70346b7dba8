"""Thinking while cleaning a partition: compare, measure, try each repair, apply what helps.

Whatever changes a cell is tried on a sample first. A repair of readings is kept if the score does
not fall and what it makes looks like what was right before; a step of the recipe is kept if it
finds about as much here as where it was learnt, and makes nothing that the column cannot hold.
Where the recipe misbehaves, the partition is diagnosed on its own. The whole partition is touched
once, by all that was kept.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from agent_worker.domain.actions import ActionDecision
from agent_worker.domain.assessing import (
    Assessment,
    ColumnsCompared,
    told_columns,
    told_quality,
)
from agent_worker.domain.cleaning import Experiment, Repair
from agent_worker.domain.cleaning_told import plan_of_repair, told_experiment
from agent_worker.domain.mending import Batch, Choice, MendTrial, StepTrial
from agent_worker.domain.mending_told import (
    counted,
    plan_of,
    told_batches,
    told_steps,
    told_trial,
)
from agent_worker.domain.operators.handover import Handover, hand_over
from shared.contracts.payloads import DataRequest
from shared.contracts.vocabulary import ActionType, Artifact, Contract, Parameters, ReActStep

MEASURED_MAX = 2
"""Measurements of all rows after mending: what strays in the first is undone, and that is that."""


class AssessmentInput(Contract):
    """Which repairs and which steps of the recipe to apply before measuring, or writing."""

    kept: tuple[Repair, ...] = ()
    choice: Choice = Choice()


class TransformInput(Contract):
    """Which repair to try, after which others."""

    repair: Repair
    kept: tuple[Repair, ...] = ()


class MendInput(Contract):
    """Which steps of the recipe to try, after which others."""

    batch: Batch
    kept: tuple[Repair, ...] = ()
    choice: Choice = Choice()


class DiagnosisInput(Contract):
    """What to look for in this partition alone, with what was kept applied."""

    choice: Choice
    columns: tuple[str, ...] = ()
    """Only in these; in all if none is named."""


class OwnDiagnosis(Contract):
    """What this partition needs that the contract's recipe does not know."""

    rows: int
    batches: tuple[Batch, ...]
    recipe: Artifact | None = None
    """The contract's recipe with these steps behind it; none when there are no such steps."""
    reasons: tuple[str, ...] = ()


@dataclass
class Progress:
    """What the trace so far has come to."""

    seen: ColumnsCompared | None = None
    before: Assessment | None = None
    experiments: list[Experiment] = field(default_factory=list[Experiment])
    trials: list[MendTrial] = field(default_factory=list[MendTrial])
    own: OwnDiagnosis | None = None
    after: list[Assessment] = field(default_factory=list[Assessment])
    bad: tuple[StepTrial, ...] = ()
    """Steps that the last measurement of all rows speaks against."""
    choice: Choice = field(default_factory=Choice)
    told: str = ""
    """The last observation, in words."""

    @property
    def kept(self) -> tuple[Repair, ...]:
        """The repairs that were worth it."""
        return tuple(each.repair for each in self.experiments if each.is_kept)

    @property
    def batches(self) -> tuple[Batch, ...]:
        """All steps that can be tried, those of the partition's own last."""
        known = self.seen.batches if self.seen else ()
        return (*known, *(self.own.batches if self.own else ()))

    @property
    def strayed(self) -> tuple[str, ...]:
        """The columns in which the contract's recipe misbehaves."""
        steps = [step for trial in self.trials for step in trial.steps if not step.is_own]
        return tuple(dict.fromkeys(step.column for step in steps if step.is_bad or step.strays))

    def applied(self) -> Parameters:
        """Return the input of an action that all that was kept is applied for."""
        applied = AssessmentInput(kept=self.kept, choice=self.choice)
        return applied.model_dump(mode="json", exclude=None if self.choice.tried else {"choice"})

    def take(self, step: ReActStep) -> None:
        """Take in what one step has brought to light."""
        match step.action:
            case ActionType.ANALYZE_SCHEMA if self.seen is None:
                self.seen = ColumnsCompared.model_validate(step.observation)
                self.told = told_columns(self.seen)
            case ActionType.ANALYZE_SCHEMA:
                self._take_diagnosis(OwnDiagnosis.model_validate(step.observation))
            case ActionType.VALIDATE_DATA:
                self._take_assessment(Assessment.model_validate(step.observation))
            case ActionType.TRANSFORM_DATA if "repair" in step.observation:
                experiment = Experiment.model_validate(step.observation)
                self.experiments.append(experiment)
                self.told = told_experiment(experiment)
            case ActionType.TRANSFORM_DATA:
                self._take_trial(MendTrial.model_validate(step.observation))
            case _:
                self.told = ""

    def _take_diagnosis(self, found: OwnDiagnosis) -> None:
        self.own = found
        self.choice = self.choice.model_copy(update={"recipe": found.recipe})
        self.told = _told_diagnosis(found)

    def _take_assessment(self, found: Assessment) -> None:
        if self.before is None:
            self.before = found
            self.told = told_quality(found)
            return
        self.after.append(found)
        settled = {*self.choice.doubted}
        trials = [step for step in found.mending if step.at not in settled]
        self.bad = tuple(step for step in trials if step.is_bad or step.strays)
        if len(self.after) < MEASURED_MAX:
            self.choice = self.choice.without(self.bad)

    def _take_trial(self, trial: MendTrial) -> None:
        self.trials.append(trial)
        self.choice = self.choice.with_trial(trial)
        self.told = told_trial(trial)


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


def _told_diagnosis(found: OwnDiagnosis) -> str:
    if not found.reasons:
        return (
            f"On their own, {found.rows} rows give no rule that I could mend them by. What the "
            "recipe finds there stays as it is, marked as suspected."
        )
    return f"On its own the partition says: {' '.join(found.reasons)}"


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
    mending = ""
    if after.mended or after.suspected:
        mending = (
            f" The recipe changes {counted(after.mended, 'cell')} and points at {after.suspected} "
            "more that I leave as they are; each is recorded with what stood there."
        )
    wrong = " It is lower: more is known to be wrong." if after.score < before.score else ""
    return ActionDecision(
        f"All rows repaired: the score went from {before.score:.4f} to {after.score:.4f}.{wrong}"
        f"{mending} I write the clean rows, and beside them {after.rows_quarantined} that cannot "
        "be used, each with its line, reason and text.",
        ActionType.ROUTE_PIPELINE,
        progress.applied(),
    )


def _finish(written: ReActStep) -> ActionDecision:
    handover = Handover.model_validate(written.observation)
    facts = handover.facts
    return hand_over(
        f"{facts['rows_in']} rows came in, {facts['rows_out']} went out, "
        f"{facts['rows_quarantined']} are quarantined; the rest are copies. Done.",
        handover,
    )
