"""Setting a partition aside: all its rows go to the quarantine, with one reason for all."""

from dataclasses import replace

from pydantic import Field

from agent_worker.capabilities import sql
from agent_worker.capabilities.assessing import compare_columns
from agent_worker.capabilities.operators.clean_partition import Cleaning
from agent_worker.capabilities.operators.handing_over import hand_over
from agent_worker.capabilities.partitions import judged_partition
from agent_worker.capabilities.workshop import Workshop
from agent_worker.domain.actions import ActionOutcome, ActionRequest
from agent_worker.domain.cleaning_progress import AssessmentInput
from agent_worker.domain.profile import Partition
from shared.contracts.vocabulary import ActionType, Contract

REASON_CHARACTERS_MAX = 500
"""Of a reason that stands beside every row; the proposal has all of it."""


class SetAsideParameters(Contract):
    """What the task gives."""

    partition: Partition
    reason: str = Field(min_length=1)


def perform(request: ActionRequest, workshop: Workshop) -> ActionOutcome:
    """Carry one action out."""
    if request.action is ActionType.FINAL_RESULT:
        return hand_over(request, workshop)
    given = SetAsideParameters.model_validate(request.parameters)
    judged = judged_partition(workshop, request, given.partition)
    if request.action is ActionType.ANALYZE_SCHEMA:
        return compare_columns(judged)
    reason = f"schema change not accepted: {given.reason}"[:REASON_CHARACTERS_MAX]
    workshop.connection.execute(
        f"update {judged.cells_name} set reason = {sql.text(reason)}, is_copy = false"  # noqa: S608 - a table and a text of our own
    )
    # A copy, since what was counted before is not so any more.
    cleaning = Cleaning(replace(judged), given.partition, request, workshop, set_aside=reason)
    return cleaning.write(AssessmentInput())
