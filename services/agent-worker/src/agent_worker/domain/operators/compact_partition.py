"""Thinking while compacting a partition: the same rows in one file instead of several."""

from collections.abc import Sequence

from agent_worker.domain.actions import ActionDecision
from agent_worker.domain.operators.handover import Handover, hand_over
from shared.contracts.payloads import DataRequest
from shared.contracts.vocabulary import ActionType, Artifact, Contract, ReActStep


class FilesCounted(Contract):
    """The files to be joined."""

    files: int
    bytes: int
    rows: int


class FileWritten(Contract):
    """The one file with their rows."""

    part: Artifact
    files: int
    rows: int


def decide(_: DataRequest, trace: Sequence[ReActStep]) -> ActionDecision:
    """Decide the next action."""
    if not trace:
        return ActionDecision(
            "Small files cost every reader an opening each. I see whether those of this partition "
            "are still there and hold the rows that the table's log says they do.",
            ActionType.ANALYZE_SCHEMA,
            {},
        )
    if len(trace) == 1:
        seen = FilesCounted.model_validate(trace[-1].observation)
        each = seen.bytes / max(seen.files, 1)
        return ActionDecision(
            f"{seen.files} files of {each / 1e6:.2f} MB on average hold {seen.rows} rows, as the "
            "log says. I write them to one file in the same order, and compare the digest of all "
            "rows before and after.",
            ActionType.TRANSFORM_DATA,
            {},
        )
    written = FileWritten.model_validate(trace[-1].observation)
    return hand_over(
        f"{written.files} files became one of {written.part.bytes / 1e6:.2f} MB; its "
        f"{written.rows} rows have the same digest as theirs. Readers see it once it is published.",
        Handover(
            artifacts=(written.part,),
            facts={"rows": written.rows},
            score=trace[-1].data_quality_score,
        ),
    )
