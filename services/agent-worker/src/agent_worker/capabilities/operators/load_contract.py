"""Loading a table's contract, for what is added to the table."""

from agent_worker.capabilities.artifacts import Outputs
from agent_worker.capabilities.operators.handing_over import hand_over, written
from agent_worker.capabilities.table_contracts import contract_of
from agent_worker.capabilities.workshop import Workshop
from agent_worker.domain.actions import ActionOutcome, ActionRequest
from agent_worker.domain.operators.handover import Handover
from agent_worker.domain.schema_contract import ColumnContract, TableContract
from shared.contracts.vocabulary import ActionType, Contract, QualityScore


class LoadParameters(Contract):
    """What the task gives."""

    table: str
    quality_min: QualityScore | None = None


def perform(request: ActionRequest, workshop: Workshop) -> ActionOutcome:
    """Carry one action out."""
    if request.action is ActionType.FINAL_RESULT:
        return hand_over(request, workshop)
    parameters = LoadParameters.model_validate(request.parameters)
    contract = without_ranges(contract_of(workshop.store, parameters.table))
    if parameters.quality_min is not None:
        contract = contract.model_copy(update={"quality_min": parameters.quality_min})
    artifact = Outputs(workshop.store, request).write_document("schema_contract", contract)
    return written(Handover(artifacts=(artifact,), score=1))


def without_ranges(contract: TableContract) -> TableContract:
    """Return the contract without what only held for the numbers seen at first.

    Counters and prices leave the range of their first day, and would be taken for mistakes. That
    a number is not negative, or a time of day, is no matter of range.
    """
    return contract.model_copy(update={"columns": tuple(map(_without_range, contract.columns))})


def _without_range(column: ColumnContract) -> ColumnContract:
    if column.is_clock:
        return column
    minimum = 0.0 if column.minimum == 0 else None
    return column.model_copy(update={"minimum": minimum, "maximum": None})
