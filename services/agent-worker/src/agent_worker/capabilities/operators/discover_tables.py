"""Discovering tables: the newest version of each, its columns, and its files in partitions."""

from pydantic import Field

from agent_worker.capabilities.operators.handing_over import hand_over
from agent_worker.capabilities.table_snapshots import take_snapshot
from agent_worker.capabilities.workshop import Workshop
from agent_worker.domain.actions import ActionOutcome, ActionRequest
from agent_worker.domain.failures import ActionFailedError
from agent_worker.domain.operators.discover_tables import TablesSeen
from agent_worker.domain.table_snapshot import BYTES_TARGET, TableSnapshot, buckets_for
from shared.contracts.vocabulary import ActionType, Contract

LISTING_BYTES_MAX = 250_000
"""What all snapshots may take as JSON: the last message of the task names them three times (seen,
handed over, known), and has at most a million bytes."""


class DiscoverParameters(Contract):
    """What the task gives."""

    tables: tuple[str, ...] = Field(min_length=1)
    bytes_target: int = Field(default=BYTES_TARGET, ge=1)


def perform(request: ActionRequest, workshop: Workshop) -> ActionOutcome:
    """Carry one action out."""
    if request.action is ActionType.FINAL_RESULT:
        return hand_over(request, workshop)
    parameters = DiscoverParameters.model_validate(request.parameters)
    target = parameters.bytes_target
    pairs = [take_snapshot(workshop, table, target) for table in parameters.tables]
    snapshots = tuple(snapshot for snapshot, _ in pairs)
    missing = sum(cells for _, cells in pairs)
    _check_size(snapshots)
    seen = TablesSeen(
        snapshots=snapshots,
        buckets=buckets_for(sum(snapshot.bytes for snapshot in snapshots), target),
        missing_cells=missing,
    )
    cells = sum(snapshot.rows * len(snapshot.columns) for snapshot in snapshots)
    return ActionOutcome(
        observation=seen.model_dump(mode="json"),
        data_quality_score=1 - missing / cells if cells else 1.0,
    )


def _check_size(snapshots: tuple[TableSnapshot, ...]) -> None:
    size = sum(len(snapshot.model_dump_json()) for snapshot in snapshots)
    if size > LISTING_BYTES_MAX:
        files = sum(len(snapshot.files) for snapshot in snapshots)
        raise ActionFailedError(
            "table_too_fragmented",
            f"to list the {files} files of {', '.join(each.table for each in snapshots)} takes "
            f"{size} bytes, {LISTING_BYTES_MAX} fit into a message",
            remedy="Compact the tables more often; these need another tool's OPTIMIZE once.",
        )
