"""Withdrawing a table: the compensation of whatever published it."""

from agent_worker.capabilities.operators.handing_over import hand_over
from agent_worker.capabilities.part_files import TargetTable
from agent_worker.capabilities.table_withdrawal import look_back, withdraw
from agent_worker.capabilities.workshop import Workshop
from agent_worker.domain.actions import ActionOutcome, ActionRequest
from shared.contracts.vocabulary import ActionType


def perform(request: ActionRequest, workshop: Workshop) -> ActionOutcome:
    """Carry one action out."""
    if request.action is ActionType.FINAL_RESULT:
        return hand_over(request, workshop)
    # The task has all parameters of the one that it undoes; only the table matters here.
    table = TargetTable.model_validate({"table": request.parameters.get("table")}).table
    table_uri = workshop.store.uri_of(f"tables/{table}")
    if request.action is ActionType.ANALYZE_SCHEMA:
        seen = look_back(table_uri, request.pipeline_id)
        return ActionOutcome(
            observation=seen.model_dump(mode="json"),
            data_quality_score=1.0 if seen.published is None else 0.0,
        )
    withdrawn = withdraw(table_uri, table, request.pipeline_id)
    has_commit = look_back(table_uri, request.pipeline_id).published is not None
    return ActionOutcome(
        observation=withdrawn.model_dump(mode="json"),
        data_quality_score=1.0 if withdrawn.done or not has_commit else 0.0,
    )
