"""One row for each key: counted, chosen, and told in figures, wherever the rows come from."""

from agent_worker.capabilities.engines.port import KeepDistinct, TableEngine
from agent_worker.capabilities.part_files import compute_part
from agent_worker.capabilities.workshop import Workshop
from agent_worker.domain.actions import ActionOutcome, ActionRequest
from agent_worker.domain.operators.deduplicate_partition import KeysCounted, RowsKept


def count_keys(work: KeepDistinct, engine: TableEngine) -> ActionOutcome:
    """Count how often keys repeat."""
    found = engine.count_keys(work)
    counted = KeysCounted(
        rows=found.rows,
        keys=found.keys,
        repeated_keys=found.repeated_keys,
        key=tuple(work.key),
        order_by=work.order_by,
    )
    return ActionOutcome(
        observation=counted.model_dump(mode="json"), data_quality_score=counted.uniqueness
    )


def write_distinct(
    work: KeepDistinct,
    engine: TableEngine,
    request: ActionRequest,
    workshop: Workshop,
    part_name: str,
) -> ActionOutcome:
    """Write one row for each key as `part:<part_name>`."""
    rows_in = engine.count_missing(work.rows, ()).rows
    part = compute_part(request, workshop, part_name, engine, work)
    kept = RowsKept(part=part, rows_in=rows_in, rows_out=part.rows, engine=engine.name)
    # What is left has no duplicates, and every key that came in is there.
    return ActionOutcome(observation=kept.model_dump(mode="json"), data_quality_score=1.0)
