"""A join, wherever its sides come from: counted, computed, and told in figures."""

from agent_worker.capabilities.engines.port import JoinRows, TableEngine
from agent_worker.capabilities.part_files import compute_part
from agent_worker.capabilities.workshop import Workshop
from agent_worker.domain.actions import ActionOutcome, ActionRequest
from agent_worker.domain.data_types import DataType
from agent_worker.domain.operators.join_partition import JoinWritten, SidesCounted

ROW_BYTES = 16
"""What a hash table keeps of each row beside its cells: a pointer and the key's hash."""

CELL_BYTES = {DataType.BOOLEAN: 1, DataType.DATE: 4, DataType.VARCHAR: 16}
"""What a cell takes in memory, 8 for all other types; long texts take their own length more."""


def count_sides(work: JoinRows, engine: TableEngine, workshop: Workshop) -> SidesCounted:
    """Count the rows of both sides, and those without a whole key."""
    found = engine.count_sides(work)
    width = ROW_BYTES + sum(CELL_BYTES.get(kind, 8) for kind in work.right.data_types.values())
    return SidesCounted(
        left_rows=found.left_rows,
        right_rows=found.right_rows,
        left_keyless=found.left_keyless,
        right_keyless=found.right_keyless,
        right_bytes=found.right_rows * width + found.right_text_bytes,
        memory_bytes=workshop.memory_bytes if engine.join_memory_bytes else 0,
        renamed={name: called for name, called in work.names.items() if name != called},
    )


def write_join(
    work: JoinRows,
    engine: TableEngine,
    request: ActionRequest,
    workshop: Workshop,
    part_name: str,
) -> ActionOutcome:
    """Join both sides and write `part:<part_name>`."""
    part = compute_part(request, workshop, part_name, engine, work)
    written = JoinWritten(
        part=part,
        left_rows=engine.count_missing(work.left, ()).rows,
        matched_rows=engine.count_partnered(work),
        rows_out=part.rows,
        engine=engine.name,
    )
    return ActionOutcome(
        observation=written.model_dump(mode="json"), data_quality_score=written.matched_share
    )
