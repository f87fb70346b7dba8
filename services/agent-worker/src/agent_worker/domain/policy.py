"""The agent's ReAct policy: what it thinks and does next, given the steps that it has taken.

Pure, so that a trace can be replayed and a restarted agent goes on where it was. What is special
about an operator stands in the module of its name in `agent_worker.domain.operators`; to teach
the agent another operator, add a module there and in `agent_worker.capabilities.operators`, and
a line here and in `agent_worker.domain.actions`.
"""

from collections.abc import Callable, Sequence

from agent_worker.domain.actions import ActionDecision
from agent_worker.domain.operators import (
    aggregate_partition,
    append_batches,
    append_table,
    clean_partition,
    compact_partition,
    deduplicate_bucket,
    deduplicate_partition,
    discover_batches,
    discover_missing,
    discover_sources,
    discover_tables,
    export_dataset,
    export_topic,
    find_drift,
    join_bucket,
    join_partition,
    load_contract,
    merge_aggregates,
    migrate_partition,
    observe_source,
    profile_partition,
    propose_drift,
    propose_migration,
    propose_schema,
    publish_parts,
    publish_table,
    report_quality,
    set_aside_partition,
    split_partition,
    summarize_tables,
    validate_partition,
    withdraw_table,
)
from shared.contracts.payloads import DataRequest
from shared.contracts.vocabulary import ActionType, ReActStep

DECIDERS: dict[str, Callable[[DataRequest, Sequence[ReActStep]], ActionDecision]] = {
    "discover_sources": discover_sources.decide,
    "profile_partition": profile_partition.decide,
    "propose_schema": propose_schema.decide,
    "clean_partition": clean_partition.decide,
    "publish_table": publish_table.decide,
    "validate_partition": validate_partition.decide,
    "report_quality": report_quality.decide,
    "discover_batches": discover_batches.decide,
    "load_contract": load_contract.decide,
    "append_batches": append_batches.decide,
    "summarize_tables": summarize_tables.decide,
    "observe_source": observe_source.decide,
    "export_dataset": export_dataset.decide,
    "export_topic": export_topic.decide,
    "discover_tables": discover_tables.decide,
    "aggregate_partition": aggregate_partition.decide,
    "merge_aggregates": merge_aggregates.decide,
    "join_partition": join_partition.decide,
    "split_partition": split_partition.decide,
    "join_bucket": join_bucket.decide,
    "deduplicate_partition": deduplicate_partition.decide,
    "deduplicate_bucket": deduplicate_bucket.decide,
    "compact_partition": compact_partition.decide,
    "publish_parts": publish_parts.decide,
    "withdraw_table": withdraw_table.decide,
    "discover_missing": discover_missing.decide,
    "append_table": append_table.decide,
    "find_drift": find_drift.decide,
    "propose_drift": propose_drift.decide,
    "set_aside_partition": set_aside_partition.decide,
    "propose_migration": propose_migration.decide,
    "migrate_partition": migrate_partition.decide,
}


def next_decision(request: DataRequest, trace: Sequence[ReActStep]) -> ActionDecision:
    """Decide what to do next; the same request and trace always give the same decision."""
    decide = DECIDERS.get(request.operator)
    if decide is None:
        return ActionDecision(
            f"I have no capability `{request.operator}`; I hand the task back.",
            ActionType.FINAL_RESULT,
            {},
        )
    return decide(request, trace)
