"""Thinking while withdrawing a table: undo this pipeline's commit, unless others rely on it."""

from collections.abc import Sequence

from agent_worker.domain.actions import ActionDecision
from agent_worker.domain.operators.handover import Handover, hand_over
from shared.contracts.payloads import DataRequest
from shared.contracts.vocabulary import ActionType, Contract, ReActStep


class CommitsSeen(Contract):
    """Where this pipeline's commit stands in the table's log."""

    published: int | None
    """Its version; None when there is no such commit."""
    newest: int | None
    """The table's version; None when there is no table."""


class Withdrawn(Contract):
    """What came of it."""

    table: str
    done: bool
    reason: str


def decide(request: DataRequest, trace: Sequence[ReActStep]) -> ActionDecision:
    """Decide the next action."""
    table = request.parameters.get("table")
    if not trace:
        return ActionDecision(
            f"The pipeline was given up after it may have published `{table}`. I look in the "
            "table's log for its commit, and for commits of others on top of it.",
            ActionType.ANALYZE_SCHEMA,
            {},
        )
    if len(trace) == 1:
        seen = CommitsSeen.model_validate(trace[-1].observation)
        return ActionDecision(_plan(seen), ActionType.ROUTE_PIPELINE, {})
    withdrawn = Withdrawn.model_validate(trace[-1].observation)
    return hand_over(
        f"{'Withdrawn' if withdrawn.done else 'Left as it is'}: {withdrawn.reason}.",
        Handover(
            facts={"withdrawn": withdrawn.model_dump(mode="json")},
            score=trace[-1].data_quality_score,
        ),
    )


def _plan(seen: CommitsSeen) -> str:
    if seen.published is None:
        return "The log has no commit of this pipeline, so there should be nothing to undo."
    if seen.newest != seen.published:
        return (
            f"The pipeline's commit is version {seen.published}, the table is at {seen.newest}. If "
            "others built on it, taking it back would take theirs too; I leave it then."
        )
    return (
        f"The pipeline's commit is version {seen.published} and the newest. One more commit takes "
        "the table back to what it was before; the log keeps both."
    )
