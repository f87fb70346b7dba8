"""The agent's ReAct policy: what it thinks and does next, given the steps that it has taken.

Pure, so that a trace can be replayed and a restarted agent goes on where it was. What is special
about an operator stands in the module of its name in `agent_worker.domain.operators`; to teach
the agent another operator, add a module there and in `agent_worker.capabilities.operators`, and
a line here and in `agent_worker.domain.actions`.
"""

from collections.abc import Callable, Sequence

from agent_worker.domain.actions import ActionDecision
from agent_worker.domain.operators import (
    append_batches,
    append_table,
    clean_partition,
    discover_batches,
    discover_missing,
    discover_sources,
    export_dataset,
    load_contract,
    observe_source,
    profile_partition,
    propose_schema,
    publish_table,
    report_quality,
    summarize_tables,
    validate_partition,
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
    "discover_missing": discover_missing.decide,
    "append_table": append_table.decide,
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
