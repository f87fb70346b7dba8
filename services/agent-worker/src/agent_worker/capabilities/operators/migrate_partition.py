"""Migrating a partition: its rows are written anew by the accepted contract."""

from agent_worker.capabilities.artifacts import input_named, read_document
from agent_worker.capabilities.migrating import losses, lost_examples, migrated
from agent_worker.capabilities.operators.handing_over import hand_over, written
from agent_worker.capabilities.part_files import write_part
from agent_worker.capabilities.table_snapshots import read_partition
from agent_worker.capabilities.workshop import Workshop
from agent_worker.domain.actions import ActionOutcome, ActionRequest
from agent_worker.domain.failures import ActionFailedError
from agent_worker.domain.operators.handover import Handover
from agent_worker.domain.operators.propose_migration import CastsTried
from agent_worker.domain.schema_contract import Migration, TableContract
from agent_worker.domain.table_snapshot import TablePartition
from shared.contracts.vocabulary import ActionType, Contract


class MigrateParameters(Contract):
    """What the task gives."""

    table: str
    partition: TablePartition


def perform(request: ActionRequest, workshop: Workshop) -> ActionOutcome:
    """Carry one action out."""
    if request.action is ActionType.FINAL_RESULT:
        return hand_over(request, workshop)
    parameters = MigrateParameters.model_validate(request.parameters)
    migration = _migration_given(request, workshop, parameters.partition)
    rows = read_partition(workshop, parameters.partition)
    found = losses(rows, migration)
    kept = 1 - found.rows_lost / found.rows if found.rows else 1.0
    if request.action is ActionType.VALIDATE_DATA:
        tried = CastsTried(
            rows=found.rows,
            rows_lost=found.rows_lost,
            values_lost=found.values_lost,
            examples=lost_examples(rows, migration) if found.rows_lost else (),
        )
        return ActionOutcome(observation=tried.model_dump(mode="json"), data_quality_score=kept)
    part = write_part(request, workshop, parameters.partition.name, migrated(rows, migration))
    return written(Handover(artifacts=(part,), facts={"rows_lost": found.rows_lost}, score=kept))


def _migration_given(
    request: ActionRequest, workshop: Workshop, partition: TablePartition
) -> Migration:
    artifact = input_named(request, "schema_contract")
    migration = read_document(workshop.store, artifact, TableContract).migration
    if migration is None or migration.version != partition.version:
        begins = "nothing" if migration is None else f"version {migration.version}"
        raise ActionFailedError(
            "migration_missing",
            f"the contract migrates {begins} of table {partition.table}, the partition is of "
            f"version {partition.version}",
            remedy="Report it with the pipeline's plan; it is a mistake in planning.",
        )
    return migration
