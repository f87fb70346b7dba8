"""Loading a table's contract, for what is added to the table."""

from pydantic import Field

from agent_worker.capabilities.artifacts import Outputs
from agent_worker.capabilities.declared_contracts import Declaration, declared_table
from agent_worker.capabilities.operators.handing_over import hand_over, written
from agent_worker.capabilities.table_contracts import contract_of
from agent_worker.capabilities.workshop import Workshop
from agent_worker.domain.actions import ActionOutcome, ActionRequest
from agent_worker.domain.declared import DeclaredTable
from agent_worker.domain.dimensions import Dimension
from agent_worker.domain.failures import ActionFailedError
from agent_worker.domain.operators.handover import Handover
from agent_worker.domain.rules.fitting import rule_problems
from agent_worker.domain.rules.rule import Origin
from agent_worker.domain.schema_contract import ColumnContract, TableContract
from shared.contracts.vocabulary import ActionType, Contract, QualityScore


class LoadParameters(Contract):
    """What the task gives."""

    table: str
    quality_min: QualityScore | None = None
    contract: Declaration = None
    """What the goal declares of the table: its rules replace those that it had."""
    quality_weights: dict[Dimension, float] = Field(default_factory=dict)


def perform(request: ActionRequest, workshop: Workshop) -> ActionOutcome:
    """Carry one action out."""
    if request.action is ActionType.FINAL_RESULT:
        return hand_over(request, workshop)
    parameters = LoadParameters.model_validate(request.parameters)
    contract = without_ranges(contract_of(workshop.store, parameters.table))
    if parameters.quality_min is not None:
        contract = contract.model_copy(update={"quality_min": parameters.quality_min})
    declared = declared_table(workshop, parameters.contract, parameters.table)
    if declared is not None:
        contract = with_rules(contract, declared)
    if parameters.quality_weights:
        contract = contract.model_copy(update={"quality_weights": parameters.quality_weights})
    artifact = Outputs(workshop.store, request).write_document("schema_contract", contract)
    return written(Handover(artifacts=(artifact,), score=1))


def with_rules(contract: TableContract, declared: DeclaredTable) -> TableContract:
    """Return a table's contract with the rules that a goal declares.

    Raises:
        ActionFailedError: what is declared differs from the table, or a rule does not fit it.
    """
    types = {column.name: column.data_type for column in contract.columns}
    problems = [
        f"column {column.name} is {types.get(column.name, 'not there')}, declared as "
        f"{column.data_type}; migrate the table, or correct the contract"
        for column in declared.columns
        if column.name not in types or column.data_type not in {None, types[column.name]}
    ]
    problems += rule_problems(declared.rules, types)
    if problems:
        raise ActionFailedError(
            "contract_unfit",
            f"table {contract.table} is not what the contract declares: {' · '.join(problems)}",
            remedy="Migrate the table by a goal migrate_schema, or correct the contract.",
        )
    proposed = [rule for rule in contract.rules if rule.origin is Origin.PROPOSED]
    return contract.model_copy(update={"rules": (*declared.rules, *proposed)})


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
