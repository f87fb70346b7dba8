"""Proposing a schema: one contract that explains the profiles of all partitions."""

import re

from agent_worker.capabilities.artifacts import Outputs, inputs_named, read_document
from agent_worker.capabilities.operators.handing_over import hand_over, written
from agent_worker.capabilities.workshop import Workshop
from agent_worker.domain.actions import ActionOutcome, ActionRequest
from agent_worker.domain.failures import ActionFailedError
from agent_worker.domain.operators.handover import Handover
from agent_worker.domain.operators.propose_schema import ProfilesCompared
from agent_worker.domain.profile import PartitionProfile, regular_share
from agent_worker.domain.schema_contract import TableContract
from agent_worker.domain.schema_inference import propose_contract
from shared.contracts.vocabulary import ActionType, Contract, QualityScore

TABLE_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,62}")
"""Names that are folders and SQL identifiers everywhere; 63 characters is PostgreSQL's limit."""


class ProposeParameters(Contract):
    """What the task gives."""

    table: str
    key: tuple[str, ...] | None = None
    quality_min: QualityScore | None = None


def perform(request: ActionRequest, workshop: Workshop) -> ActionOutcome:
    """Carry one action out."""
    if request.action is ActionType.FINAL_RESULT:
        return hand_over(request, workshop)
    parameters = ProposeParameters.model_validate(request.parameters)
    _check_table_name(parameters.table)
    profiles = [
        read_document(workshop.store, artifact, PartitionProfile)
        for artifact in inputs_named(request, "profile:").values()
    ]
    contract = propose_contract(
        profiles,
        table=parameters.table,
        key=parameters.key or (),
        quality_min=parameters.quality_min or 0.0,
    )
    share = regular_share(column for profile in profiles for column in profile.columns)
    if request.action is ActionType.ROUTE_PIPELINE:
        return _write(request, workshop, contract, share)
    compared = ProfilesCompared(
        partitions=len(profiles),
        rows=sum(profile.rows for profile in profiles),
        columns={column.name: column.data_type for column in contract.columns},
        evidence=contract.evidence,
        regular_share=share,
    )
    return ActionOutcome(observation=compared.model_dump(mode="json"), data_quality_score=share)


def _write(
    request: ActionRequest, workshop: Workshop, contract: TableContract, share: float
) -> ActionOutcome:
    artifact = Outputs(workshop.store, request).write_document("schema_contract", contract)
    subject = f"schema of new table {contract.table} ({len(contract.columns)} columns)"
    return written(Handover(artifacts=(artifact,), facts={"subject": subject}, score=share))


def _check_table_name(table: str) -> None:
    if TABLE_NAME.fullmatch(table) is None:
        raise ActionFailedError(
            "table_name_invalid",
            f"{table!r} cannot be the name of a table",
            remedy="Use at most 63 letters, digits and underscores, and no digit in front.",
        )
