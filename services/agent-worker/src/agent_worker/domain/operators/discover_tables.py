"""Thinking while discovering tables: pin each to a version, and divide its files among tasks."""

from collections.abc import Sequence

from agent_worker.domain.actions import ActionDecision
from agent_worker.domain.operators.handover import Handover, hand_over
from agent_worker.domain.table_snapshot import Bucket, TableSnapshot
from shared.contracts.payloads import DataRequest
from shared.contracts.vocabulary import ActionType, Contract, ReActStep


class TablesSeen(Contract):
    """The tables that a goal names, each at its newest version."""

    snapshots: tuple[TableSnapshot, ...]
    buckets: tuple[Bucket, ...]
    missing_cells: int


def decide(request: DataRequest, trace: Sequence[ReActStep]) -> ActionDecision:
    """Decide the next action."""
    if not trace:
        return ActionDecision(
            f"The goal reads {request.parameters.get('tables')}. Others may commit to these tables "
            "while we work, so I pin each to the version that it has now and list that version's "
            "files from its log.",
            ActionType.ANALYZE_SCHEMA,
            {},
        )
    seen = TablesSeen.model_validate(trace[-1].observation)
    told = " ".join(_told(snapshot) for snapshot in seen.snapshots)
    return hand_over(
        f"{told} {seen.missing_cells} of all cells are empty by the log's own counts. Work that "
        f"must bring equal keys together takes {len(seen.buckets)} buckets.",
        Handover(
            facts={
                "snapshots": [each.model_dump(mode="json") for each in seen.snapshots],
                "buckets": [each.model_dump(mode="json") for each in seen.buckets],
            },
            score=trace[-1].data_quality_score,
        ),
    )


def _told(snapshot: TableSnapshot) -> str:
    return (
        f"`{snapshot.table}` is at version {snapshot.version}: {snapshot.rows} rows of "
        f"{len(snapshot.columns)} columns in {len(snapshot.files)} files of "
        f"{snapshot.bytes / 1e6:.1f} MB, which make {len(snapshot.partitions)} partitions."
    )
