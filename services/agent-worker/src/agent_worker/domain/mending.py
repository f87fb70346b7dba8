"""Which steps of a recipe a partition is mended by, and what trying them must show.

A recipe was learnt on samples of all partitions, and voted on. Each partition still tries it on a
sample of its own first: a step that finds far more here than where it was learnt, makes values that
the column cannot hold, or argues with other steps, is not one for this partition.
"""

from collections.abc import Collection, Iterable, Sequence
from enum import StrEnum
from itertools import groupby

from pydantic import Field

from agent_worker.domain.recipe import Recipe, RecipeStep, SplitOff, StepAction, SwapBack
from shared.contracts.vocabulary import Artifact, Contract

STRAY_FACTOR_MAX = 3.0
STRAY_SHARE = 0.02
STRAY_CELLS = 5
"""A step strays when it finds more than `STRAY_CELLS` cells, and more than `STRAY_FACTOR_MAX` times
the share that it was learnt on plus `STRAY_SHARE`: partitions differ, but a rule that suddenly
finds a tenth of a column wrong has met a column that means something else."""

OWN_SHARE_MAX = 0.2
"""Of a column's cells that a step learnt on one partition alone may mend there; nobody but its
maker has looked at it, so that beyond a fifth it may only suspect."""

HARM_SHARE_MAX = 0.05
"""Of what a step makes, what the column cannot hold; the same bound as for repairs of readings."""

DISPUTE_SHARE_MAX = 0.5
"""Of what a step makes, what another step makes otherwise."""

BATCHES_MAX = 6
"""In which all steps are tried: steps of one kind have one reason and share one experiment."""

TOLD_MAX = 60
"""Steps of one experiment that are told of; a trace is read by people. All are judged."""

ROUNDING = 1e-9


def strays(cells: int, share: float, learnt_share: float) -> bool:
    """Tell whether a step finds far more than where it was learnt."""
    return cells > STRAY_CELLS and share > STRAY_FACTOR_MAX * learnt_share + STRAY_SHARE


class Verdict(StrEnum):
    """What trying a step came to."""

    KEPT = "kept"
    STRAYS = "strays"
    """It finds far more here than where it was learnt."""
    HARMS = "harms"
    """It makes values that the column cannot hold, or repeats a key."""
    DISPUTED = "disputed"
    """Another step says otherwise about most of its cells."""


class Batch(Contract):
    """Neighbouring steps of a recipe that are tried together."""

    begin: int = Field(ge=0)
    end: int = Field(ge=1)
    """The first step that is not among them."""
    kind: str
    """Of the first one; of all but where there are too many kinds to try each alone."""
    columns: tuple[str, ...]
    repairing: int = 0
    """Steps that change cells; the others only suspect."""
    is_own: bool = False
    """Whether they were learnt on this partition alone."""


class Choice(Contract):
    """The steps of a recipe that a partition is mended by."""

    tried: int = Field(default=0, ge=0)
    """Steps from here on have no say yet."""
    dropped: tuple[int, ...] = ()
    doubted: tuple[int, ...] = ()
    """Steps that may suspect here, and change nothing."""
    recipe: Artifact | None = None
    """The contract's recipe with the steps that this partition added; none as long as there are
    no such steps."""

    def with_trial(self, trial: "MendTrial") -> "Choice":
        """Return the choice once a batch was tried."""
        tried = self.model_copy(update={"tried": trial.batch.end}).without(trial.steps)
        if trial.holds:
            return tried
        doubted = {step.at for step in trial.steps} - {*tried.dropped}
        return tried.model_copy(update={"doubted": tuple(sorted({*tried.doubted, *doubted}))})

    def without(self, steps: Iterable["StepTrial"]) -> "Choice":
        """Return the choice with those of the steps undone that did not hold."""
        dropped, doubted = {*self.dropped}, {*self.doubted}
        for step in steps:
            if step.strays:
                doubted.add(step.at)
            elif step.is_bad:
                dropped.add(step.at)
        update = {"dropped": tuple(sorted(dropped)), "doubted": tuple(sorted(doubted - dropped))}
        return self.model_copy(update=update)

    def steps_of(self, recipe: Recipe) -> tuple[tuple[int, RecipeStep], ...]:
        """Return what is applied: each step with its number, the doubted ones as suspicions.

        A step that mends a row together with one that is refused would tear the row apart alone,
        so that it is doubted, too.
        """
        doubted = with_partners(recipe.steps, {*self.dropped, *self.doubted})
        return tuple(
            (at, _doubt(step) if at in doubted else step)
            for at, step in enumerate(recipe.steps[: self.tried])
            if at not in self.dropped
        )


class StepTrial(Contract):
    """What a step does to a sample, or to all rows."""

    at: int = Field(ge=0)
    """Its number in the recipe."""
    column: str
    kind: str
    action: StepAction
    cells: int = Field(ge=0)
    """It finds so many."""
    repaired: int = Field(default=0, ge=0)
    """Those of them that it would change; of the others it is not sure enough."""
    share: float
    """Of all rows."""
    learnt_share: float
    """Of the rows that it was learnt on."""
    is_own: bool = False
    unusable: int = Field(default=0, ge=0)
    """New values that the column cannot hold."""
    disputed: int = Field(default=0, ge=0)
    """Cells that another step makes something else of."""
    repeated: int = Field(default=0, ge=0)
    """Cells that give their row the key of another one."""
    example: tuple[str, str] = ("", "")
    """An old value, and the new one."""
    reason: str = ""

    @property
    def verdict(self) -> Verdict:
        """What this comes to."""
        if self.action is StepAction.REPAIRED:
            if self.repeated or self.unusable > HARM_SHARE_MAX * self.cells:
                return Verdict.HARMS
            if self.disputed > DISPUTE_SHARE_MAX * self.cells:
                return Verdict.DISPUTED
        if self.is_own:
            is_much = self.cells > STRAY_CELLS and self.share > OWN_SHARE_MAX
        else:
            is_much = strays(self.cells, self.share, self.learnt_share)
        return Verdict.STRAYS if is_much else Verdict.KEPT

    @property
    def strays(self) -> bool:
        """Whether the step may only suspect here."""
        return self.action is StepAction.REPAIRED and self.verdict is Verdict.STRAYS

    @property
    def is_bad(self) -> bool:
        """Whether the step has no say here; a suspicion about too much says nothing."""
        return self.verdict is not Verdict.KEPT and not self.strays


class MendTrial(Contract):
    """What a batch of steps does to a sample."""

    rows: int
    batch: Batch
    steps: tuple[StepTrial, ...]
    """Those that find something; what is wrong with one stands in it."""
    score_before: float
    """With what the batch finds counted as wrong."""
    score_after: float

    @property
    def holds(self) -> bool:
        """Whether the score does not fall."""
        return self.score_after >= self.score_before - ROUNDING

    @property
    def strayed(self) -> tuple[StepTrial, ...]:
        """The steps that would mend far more here than where they were learnt."""
        return tuple(step for step in self.steps if step.strays)


def with_partners(steps: Sequence[RecipeStep], refused: Collection[int]) -> set[int]:
    """Return the refused steps' numbers, and those of the steps that make no sense without them."""
    pairs = {
        (step.kind, step.pair)
        for at, step in enumerate(steps)
        if at in refused and isinstance(step, SplitOff | SwapBack)
    }
    partners = {
        at
        for at, step in enumerate(steps)
        if isinstance(step, SplitOff | SwapBack) and (step.kind, step.pair) in pairs
    }
    return partners.union(refused)


def batches_of(
    steps: Sequence[RecipeStep], *, begin: int = 0, is_own: bool = False
) -> tuple[Batch, ...]:
    """Divide a recipe's steps into batches; what comes after too many kinds is one batch."""
    runs = [list(run) for _, run in groupby(enumerate(steps, begin), lambda step: step[1].kind)]
    if len(runs) > BATCHES_MAX:
        rest = [step for run in runs[BATCHES_MAX - 1 :] for step in run]
        runs = [*runs[: BATCHES_MAX - 1], rest]
    return tuple(_batch(run, is_own=is_own) for run in runs)


def _batch(run: Sequence[tuple[int, RecipeStep]], *, is_own: bool) -> Batch:
    return Batch(
        begin=run[0][0],
        end=run[-1][0] + 1,
        kind=run[0][1].kind,
        columns=_once(step.column for _, step in run),
        repairing=sum(step.action is StepAction.REPAIRED for _, step in run),
        is_own=is_own,
    )


def _once(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))


def _doubt(step: RecipeStep) -> RecipeStep:
    return step.model_copy(update={"action": StepAction.SUSPECTED})
