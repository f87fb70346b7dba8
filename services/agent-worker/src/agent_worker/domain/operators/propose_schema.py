"""Thinking while proposing a schema: what explains the profiles, and what is wrong in the values.

The profiles say how texts read, and give the columns. The samples say which values read well and
are wrong all the same, and give the recipe. Both become one contract.
"""

from collections.abc import Sequence

from pydantic import Field

from agent_worker.domain.actions import ActionDecision
from agent_worker.domain.mending_told import counted
from agent_worker.domain.operators.handover import Handover, hand_over
from agent_worker.domain.recipe import RecipeStep, StepAction
from shared.contracts.payloads import DataRequest
from shared.contracts.vocabulary import ActionType, Artifact, Contract, QualityScore, ReActStep

HYPOTHESES_MAX = 40
"""Steps of a recipe that an observation lists; the contract has them all."""

TOLD_MAX = 3
"""Hypotheses that a thought names."""


class ProfilesCompared(Contract):
    """What the profiles of all partitions say together."""

    partitions: int
    rows: int
    columns: dict[str, str]
    """The type of each column of the schema that explains them."""
    evidence: tuple[str, ...]
    regular_share: QualityScore
    samples: int = 0
    """Partitions with rows to look at."""
    recalled_steps: int = 0
    """Of the recipe that served this source before."""
    recalled_success: float = 0
    """The share of its steps that held when they were applied."""
    drift: tuple[str, ...] = ()
    """What has changed in the source since then."""


class HypothesisTold(Contract):
    """A step of the recipe as an observation lists it."""

    column: str
    kind: str
    action: StepAction
    cells: int
    """Of the sample, that it repairs or suspects."""
    confidence: float
    reason: str

    @classmethod
    def of(cls, step: RecipeStep) -> "HypothesisTold":
        """Return what is told of a step."""
        return cls(
            column=step.column,
            kind=step.kind,
            action=step.action,
            cells=step.changes,
            confidence=step.confidence,
            reason=step.reason,
        )


class LearningSeen(Contract):
    """What the samples say once they are read by the contract."""

    draft: Artifact
    """The contract with its recipe."""
    rows: int
    partitions: int
    score: QualityScore
    steps: tuple[HypothesisTold, ...]
    """Those that tell most."""
    steps_found: int
    cells_found: int
    steps_recalled: int = 0
    """Steps of the recipe that served before which were tried again."""
    steps_confirmed: int = 0
    """Those of them that hold."""


class DraftInput(Contract):
    """Which contract to write."""

    draft: Artifact | None = None
    """With its recipe; without one, the schema alone is written."""
    score: QualityScore = Field(default=0)
    spared: tuple[str, ...] = ()
    """Columns whose steps are left out: their values are to stay as they are."""


def most_telling(steps: Sequence[RecipeStep]) -> tuple[RecipeStep, ...]:
    """Return the steps to tell of: repairs before suspicions, and what finds most first."""
    ranked = sorted(steps, key=lambda step: (step.action != StepAction.REPAIRED, -step.changes))
    return tuple(ranked[:HYPOTHESES_MAX])


def decide(request: DataRequest, trace: Sequence[ReActStep]) -> ActionDecision:
    """Decide the next action."""
    if not trace:
        return _look(request)
    last = trace[-1]
    match last.action:
        case ActionType.ANALYZE_SCHEMA:
            return _learn_or_write(ProfilesCompared.model_validate(last.observation))
        case ActionType.VALIDATE_DATA:
            return _write(LearningSeen.model_validate(last.observation))
        case _:
            return hand_over(
                "The contract is written. Whether it holds is for the others to judge, each on a "
                "sample of its own; I made it, so I do not vote.",
                Handover.model_validate(last.observation),
            )


def _look(request: DataRequest) -> ActionDecision:
    profiles = [each for each in request.inputs if each.name.startswith("profile:")]
    return ActionDecision(
        f"I have the profiles of {counted(len(profiles), 'partition')}, and look for one schema of "
        f"`{request.parameters.get('table')}` that reads all of them: which names mean one column, "
        "which type reads nearly all of its values, which spellings occur.",
        ActionType.ANALYZE_SCHEMA,
        {},
    )


def _learn_or_write(compared: ProfilesCompared) -> ActionDecision:
    explained = (
        f"{len(compared.columns)} columns explain {compared.rows} rows of "
        f"{counted(compared.partitions, 'partition')}. {_shown(compared.evidence)}"
    ).rstrip()
    if not compared.samples:
        return ActionDecision(
            f"{explained} I write this down as a contract.",
            ActionType.ROUTE_PIPELINE,
            DraftInput(score=compared.regular_share).model_dump(mode="json"),
        )
    return ActionDecision(
        f"{explained} {_told_memory(compared)} I read the samples by this schema, and look for "
        "values that read well and are wrong all the same: those that contradict other values.",
        ActionType.VALIDATE_DATA,
        {},
    )


def _told_memory(compared: ProfilesCompared) -> str:
    if not compared.recalled_steps:
        return "Nothing is remembered of this source."
    steps = counted(compared.recalled_steps, "step")
    served = (
        f"I remember this source: a recipe of {steps} served it before, and "
        f"{compared.recalled_success:.0%} of it held wherever it was applied."
    )
    if not compared.drift:
        return f"{served} The columns read as they did then, so that it is my first hypothesis."
    return (
        f"{served} But the source has drifted: {'; '.join(compared.drift[:TOLD_MAX])}. What the "
        "recipe says of these columns is void; the rest is my first hypothesis."
    )


def _write(seen: LearningSeen) -> ActionDecision:
    sampled = f"{counted(seen.rows, 'sampled row')} of {counted(seen.partitions, 'partition')}"
    said = [f"{sampled} score {seen.score:.4f} by this schema."]
    if seen.steps_recalled:
        said.append(
            f"{seen.steps_confirmed} of {counted(seen.steps_recalled, 'remembered step')} "
            f"{'finds' if seen.steps_confirmed == 1 else 'find'} about as much here as then."
        )
    return ActionDecision(
        " ".join((*said, _told_hypotheses(seen))),
        ActionType.ROUTE_PIPELINE,
        DraftInput(draft=seen.draft, score=seen.score).model_dump(mode="json"),
    )


def _told_hypotheses(seen: LearningSeen) -> str:
    if not seen.steps:
        return (
            "No value among them reads well and contradicts the others, so that the contract needs "
            "no recipe. I write it down."
        )
    shown = " ".join(step.reason for step in seen.steps[:TOLD_MAX])
    rest = seen.steps_found - min(len(seen.steps), TOLD_MAX)
    more = f" {rest} more are in the recipe." if rest > 0 else ""
    return (
        f"{seen.cells_found} of their cells read well and are likely wrong: {shown}{more} I write "
        "the steps that mend or mark them into the contract; each partition tries them on its own "
        "rows before it believes them."
    )


def _shown(evidence: tuple[str, ...]) -> str:
    """Put what changes a column's name, type or unit first; three sentences are enough."""
    telling = sorted(evidence, key=lambda sentence: "ways" in sentence or "HHMM" in sentence)
    return " ".join(telling[:4])
