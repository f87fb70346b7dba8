"""Proposing a drift: the contract that would admit new data, tried on all rows of the table."""

from agent_worker.capabilities.artifacts import Outputs, input_named, read_document
from agent_worker.capabilities.migrating import Losses, losses
from agent_worker.capabilities.operators.find_drift import names_of
from agent_worker.capabilities.operators.handing_over import hand_over
from agent_worker.capabilities.partitions import PROPOSED
from agent_worker.capabilities.table_contracts import open_table
from agent_worker.capabilities.table_listing import uris_of
from agent_worker.capabilities.table_snapshots import columns_of, read_files
from agent_worker.capabilities.workshop import Workshop
from agent_worker.domain.actions import ActionOutcome, ActionRequest
from agent_worker.domain.drift import (
    DriftGroup,
    admitting,
    proposed_changes,
    told_drift,
)
from agent_worker.domain.operators.handover import Handover
from agent_worker.domain.operators.propose_drift import DriftTried
from agent_worker.domain.schema_contract import Migration, TableContract
from shared.contracts.vocabulary import ActionType, Artifact, Contract, Parameters
from shared.contracts.voting import ProposalKind

TABLE_FILES_MAX = 2
"""Files of the table that electors look at beside the new data, where the table's rows change."""


class DriftParameters(Contract):
    """What the task gives."""

    drift: DriftGroup


def perform(request: ActionRequest, workshop: Workshop) -> ActionOutcome:
    """Carry one action out."""
    if request.action is ActionType.FINAL_RESULT:
        return hand_over(request, workshop)
    group = DriftParameters.model_validate(request.parameters).drift
    known = read_document(workshop.store, input_named(request, "schema_contract"), TableContract)
    table = open_table(workshop.store, known.table)
    after = admitting(known, [group.drift], table.version())
    assert after.migration is not None, "an admitting contract says how the table gets there"
    uris = uris_of(table, workshop.store.uri_of(f"tables/{known.table}"))
    columns = {column.name: column.data_type for column in columns_of(table, known.table)}
    found = losses(read_files(workshop, uris, columns), after.migration)
    return _written(request, workshop, group, (known, after), (found, uris))


def _written(
    request: ActionRequest,
    workshop: Workshop,
    group: DriftGroup,
    contracts: tuple[TableContract, TableContract],
    table: tuple[Losses, list[str]],
) -> ActionOutcome:
    known, after = contracts
    found, _ = table
    assert after.migration is not None, "an admitting contract says how the table gets there"
    counted = {"rows": found.rows, "rows_lost": found.rows_lost}
    migration = after.migration.model_copy(update=counted)
    outputs = Outputs(workshop.store, request)
    after = after.model_copy(update={"migration": migration})
    documents: tuple[Artifact, ...] = (
        outputs.write_document(PROPOSED, after),
        outputs.write_document(f"drift:{group.name}", group),
    )
    facts = _facts(known, after, group, table)
    kept = 1 - found.rows_lost / found.rows if found.rows else 1.0
    tried = DriftTried(
        told=f"{names_of(group.partitions)}: {told_drift(group.drift)}",
        rows=found.rows,
        rows_lost=found.rows_lost,
        new_rows=group.rows,
        evidence=group.drift.evidence,
        compatibility=migration.compatibility,
        handover=Handover(artifacts=documents, facts=facts, score=kept),
    )
    return ActionOutcome(observation=tried.model_dump(mode="json"), data_quality_score=kept)


def _facts(
    known: TableContract,
    after: TableContract,
    group: DriftGroup,
    table: tuple[Losses, list[str]],
) -> Parameters:
    """Return what is said of the proposal, and where electors look."""
    found, uris = table
    assert after.migration is not None, "an admitting contract says how the table gets there"
    compatibility = after.migration.compatibility
    changes = proposed_changes(
        known, group.drift, rows=found.rows + group.rows, values_lost=found.values_lost
    )
    lost = f"{found.rows_lost} of its {found.rows} rows lose a value"
    return {
        "subject": f"drift of table {known.table} in {names_of(group.partitions)}: "
        f"{told_drift(group.drift)}; {compatibility}, {lost}",
        "partitions": [
            *(partition.model_dump(mode="json") for partition in group.partitions),
            *({"uri": uri} for uri in _touched(after.migration, uris)),
        ],
        "motion": {
            "kind": ProposalKind.DRIFT,
            "changes": [change.model_dump(mode="json") for change in changes],
            "compatibility": compatibility,
        },
    }


def _touched(migration: Migration, uris: list[str]) -> list[str]:
    """Return some of the table's files, if values that are there get another type."""
    is_recast = any(column.origin and len({*column.types}) > 1 for column in migration.columns)
    stride = max(1, len(uris) // TABLE_FILES_MAX)
    return uris[::stride][:TABLE_FILES_MAX] if is_recast else []
