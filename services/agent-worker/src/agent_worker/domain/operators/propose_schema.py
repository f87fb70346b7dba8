"""Thinking while proposing a schema: lay the profiles together, write down what explains them."""

from collections.abc import Sequence

from agent_worker.domain.actions import ActionDecision
from agent_worker.domain.operators.handover import Handover, hand_over
from shared.contracts.payloads import DataRequest
from shared.contracts.vocabulary import ActionType, Contract, QualityScore, ReActStep


class ProfilesCompared(Contract):
    """What the profiles of all partitions say together."""

    partitions: int
    rows: int
    columns: dict[str, str]
    """The type of each column of the schema that explains them."""
    evidence: tuple[str, ...]
    regular_share: QualityScore


def decide(request: DataRequest, trace: Sequence[ReActStep]) -> ActionDecision:
    """Decide the next action."""
    table = request.parameters.get("table")
    if not trace:
        return ActionDecision(
            f"{len(request.inputs)} profiles are here. I look for one schema of `{table}` that "
            "reads all of them: which names mean one column, which type reads nearly all of its "
            "values, which spellings occur.",
            ActionType.ANALYZE_SCHEMA,
            {},
        )
    if len(trace) == 1:
        compared = ProfilesCompared.model_validate(trace[-1].observation)
        return ActionDecision(
            f"{len(compared.columns)} columns explain {compared.rows} rows of "
            f"{compared.partitions} partitions. {_shown(compared.evidence)} I write this down as "
            "a contract.",
            ActionType.ROUTE_PIPELINE,
            {},
        )
    return hand_over(
        "The contract is written. Whether it holds is for the others to judge, each on a sample "
        "of its own; I made it, so I do not vote.",
        Handover.model_validate(trace[-1].observation),
    )


def _shown(evidence: tuple[str, ...]) -> str:
    """Put what changes a column's name, type or unit first; three sentences are enough."""
    telling = sorted(evidence, key=lambda sentence: "ways" in sentence or "HHMM" in sentence)
    return " ".join(telling[:4])
