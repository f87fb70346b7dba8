"""How far cleaning a partition has come: what its trace says, and what to ask next."""

from dataclasses import dataclass, field

from agent_worker.domain.assessing import (
    Assessment,
    ColumnsCompared,
    told_columns,
    told_quality,
)
from agent_worker.domain.cleaning import Experiment, Repair
from agent_worker.domain.cleaning_told import told_experiment
from agent_worker.domain.mending import Batch, Choice, MendTrial, StepTrial
from agent_worker.domain.mending_told import told_trial
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
    columns: tuple[str, ...] = ()
    """Those that were looked at; all if none is named."""
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


def _told_diagnosis(found: OwnDiagnosis) -> str:
    if found.reasons:
        return f"On its own the partition says: {' '.join(found.reasons)}"
    if not found.columns:
        return f"Beyond the recipe, {found.rows} rows show nothing that I could mend."
    return (
        f"On their own, {found.rows} rows give no rule that I could mend them by. What the recipe "
        "would have changed there stays as it is, marked as suspected."
    )
