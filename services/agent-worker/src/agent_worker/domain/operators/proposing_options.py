"""What may be done next while proposing a schema: how much of a recipe goes into the contract.

What the columns are follows from the profiles, and how a value is mended from the samples; neither
is for a model to invent. It may say that a column's values had better stay as they are, because it
knows what they mean, or that there is nothing to look for at all. The electors judge what is left.
"""

from collections.abc import Sequence

from agent_worker.domain.actions import ActionDecision
from agent_worker.domain.operators.propose_schema import (
    DraftInput,
    LearningSeen,
    ProfilesCompared,
)
from agent_worker.domain.options import Option
from shared.contracts.payloads import DataRequest
from shared.contracts.vocabulary import ActionType, Contract, ReActStep


class LearningInput(Contract):
    """Nothing: learning has no choice of its own."""


def options(
    _: DataRequest, trace: Sequence[ReActStep], suggestion: ActionDecision
) -> tuple[Option, ...]:
    """Return what may be done next."""
    if not trace:
        return ()
    last = trace[-1]
    match last.action:
        case ActionType.ANALYZE_SCHEMA if suggestion.action is ActionType.VALIDATE_DATA:
            return _to_learn(ProfilesCompared.model_validate(last.observation))
        case ActionType.VALIDATE_DATA:
            return (_to_write(LearningSeen.model_validate(last.observation)),)
        case _:
            return ()


def _to_learn(compared: ProfilesCompared) -> tuple[Option, ...]:
    learn = Option(
        "look_for_wrong_values",
        ActionType.VALIDATE_DATA,
        "Read the samples by this schema, and look for values that read well and are wrong all the "
        "same. It changes no data.",
        LearningInput,
    )
    write = Option(
        "write_schema_alone",
        ActionType.ROUTE_PIPELINE,
        "Write the schema down without a recipe: no value that reads well will be mended. Right "
        "where every value is to stay as it is.",
        DraftInput,
        fixed=DraftInput(score=compared.regular_share).model_dump(mode="json"),
    )
    return learn, write


def _to_write(seen: LearningSeen) -> Option:
    given = DraftInput(draft=seen.draft, score=seen.score)
    return Option(
        "write_contract",
        ActionType.ROUTE_PIPELINE,
        "Write the contract with its recipe. `spared` names columns whose steps are left out, "
        "because the values that they would change are right for what the column means.",
        DraftInput,
        some_of={"spared": tuple(dict.fromkeys(step.column for step in seen.steps))},
        fixed=given.model_dump(mode="json", exclude={"spared"}),
    )
