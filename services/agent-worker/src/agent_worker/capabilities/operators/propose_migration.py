"""Proposing a migration: a new contract for a table, with what it costs counted on all rows."""

import duckdb
from pydantic import Field

from agent_worker.capabilities import sql
from agent_worker.capabilities.artifacts import Outputs
from agent_worker.capabilities.migrating import Losses, losses, lost_examples, migrated
from agent_worker.capabilities.operators.handing_over import hand_over, written
from agent_worker.capabilities.table_contracts import contract_of
from agent_worker.capabilities.table_snapshots import read_files
from agent_worker.capabilities.workshop import Workshop
from agent_worker.domain.actions import ActionOutcome, ActionRequest
from agent_worker.domain.changes import Change, ChangeKind, proposed
from agent_worker.domain.failures import ActionFailedError
from agent_worker.domain.migration import migrate
from agent_worker.domain.operators.handover import Handover
from agent_worker.domain.operators.propose_migration import (
    CastsTried,
    ChangesChecked,
    ProposalInput,
)
from agent_worker.domain.schema_contract import Migration, TableContract
from agent_worker.domain.table_snapshot import TableSnapshot
from shared.contracts.vocabulary import ActionType, Contract, Parameters
from shared.contracts.voting import ProposalKind

SAMPLED_FILES_MAX = 100
"""Files that electors are told of; each looks at a few of its own choice."""


class MigrationParameters(Contract):
    """What the task gives."""

    table: str
    changes: tuple[Change, ...] = Field(min_length=1)
    snapshots: tuple[TableSnapshot, ...] = Field(min_length=1, max_length=1)
    rows_lost_max: int = Field(default=0, ge=0)


def perform(request: ActionRequest, workshop: Workshop) -> ActionOutcome:
    """Carry one action out."""
    if request.action is ActionType.FINAL_RESULT:
        return hand_over(request, workshop)
    parameters = MigrationParameters.model_validate(request.parameters)
    (snapshot,) = parameters.snapshots
    before = contract_of(workshop.store, snapshot.table, snapshot.version)
    after = migrate(before, parameters.changes, snapshot.version)
    assert after.migration is not None, "a migrated contract says how"
    if request.action is ActionType.ANALYZE_SCHEMA:
        return _check(before, after, after.migration, snapshot)
    if request.action is ActionType.VALIDATE_DATA:
        return _try(parameters, after, after.migration, workshop)
    counted = ProposalInput.model_validate(request.action_input)
    update = {**counted.model_dump(), "rows_lost_max": parameters.rows_lost_max}
    migration = after.migration.model_copy(update=update)
    return _write(after.model_copy(update={"migration": migration}), migration, request, workshop)


def _check(
    before: TableContract, after: TableContract, migration: Migration, snapshot: TableSnapshot
) -> ActionOutcome:
    checked = ChangesChecked(
        version=snapshot.version,
        rows=snapshot.rows,
        changes=migration.changes,
        columns_before=len(before.columns),
        columns_after=len(after.columns),
        cast=tuple(each.name for each in migration.columns if len({*each.types}) > 1),
        compatibility=migration.compatibility,
    )
    return ActionOutcome(observation=checked.model_dump(mode="json"), data_quality_score=1)


def _try(
    parameters: MigrationParameters,
    after: TableContract,
    migration: Migration,
    workshop: Workshop,
) -> ActionOutcome:
    (snapshot,) = parameters.snapshots
    rows = read_files(workshop, snapshot.files, snapshot.types)
    found = losses(rows, migration)
    _check_required(found, parameters.table)
    _check_widened(found, parameters)
    if after.key:
        key = ", ".join(map(sql.name, after.key))
        _check_key_kept(
            migrated(rows, migration).aggregate(f"{key}, count(*) as n", key).filter("n > 1"),
            parameters.table,
        )
    tried = CastsTried(
        rows=found.rows,
        rows_lost=found.rows_lost,
        values_lost=found.values_lost,
        examples=lost_examples(rows, migration) if found.rows_lost else (),
    )
    kept = 1 - found.rows_lost / found.rows if found.rows else 1.0
    return ActionOutcome(observation=tried.model_dump(mode="json"), data_quality_score=kept)


def _write(
    contract: TableContract, migration: Migration, request: ActionRequest, workshop: Workshop
) -> ActionOutcome:
    (snapshot,) = MigrationParameters.model_validate(request.parameters).snapshots
    document = Outputs(workshop.store, request).write_document("schema_contract", contract)
    files = snapshot.files
    stride = max(1, -(-len(files) // SAMPLED_FILES_MAX))
    facts: Parameters = {
        "subject": _subject(contract, migration),
        "partitions": [
            {"name": f"file-{number:04}", "uri": uri} for number, uri in enumerate(files[::stride])
        ],
    }
    facts["motion"] = _motion(MigrationParameters.model_validate(request.parameters), migration)
    kept = 1 - migration.rows_lost / migration.rows if migration.rows else 1.0
    return written(Handover(artifacts=(document,), facts=facts, score=kept))


def _motion(parameters: MigrationParameters, migration: Migration) -> Parameters:
    """Return what electors are told of the changes; rows are lost by all of them together."""
    types = {column.origin: column.types[0] for column in migration.columns}
    counts = {"rows": migration.rows, "rows_lost": migration.rows_lost}
    changes = [
        proposed(change, types.get(change.column, ""), **counts) for change in parameters.changes
    ]
    return {
        "kind": ProposalKind.MIGRATION,
        "changes": [change.model_dump(mode="json") for change in changes],
        "compatibility": migration.compatibility,
    }


def _subject(contract: TableContract, migration: Migration) -> str:
    lost = (
        f"{migration.rows_lost} of {migration.rows} rows lose a value"
        if migration.rows_lost
        else "no row loses a value"
    )
    return (
        f"migration of table {contract.table} at version {migration.version}: "
        f"{', '.join(migration.changes)}; {migration.compatibility}, {lost}"
    )


def _check_required(found: Losses, table: str) -> None:
    if found.missing:
        counts = ", ".join(f"`{name}` in {rows}" for name, rows in found.missing.items())
        raise ActionFailedError(
            "migration_breaks_nullability",
            f"table {table}: {counts} of {found.rows} rows would be empty and may not be",
            remedy="Let the columns be empty, or fill the rows first.",
        )


def _check_widened(found: Losses, parameters: MigrationParameters) -> None:
    widened = {each.column for each in parameters.changes if each.kind is ChangeKind.WIDEN}
    lossy = {name: cells for name, cells in found.values_lost.items() if name in widened}
    if lossy:
        counts = ", ".join(f"{cells} values of `{name}`" for name, cells in lossy.items())
        raise ActionFailedError(
            "widening_impossible",
            f"table {parameters.table}: {counts} have no exact counterpart in the wider type",
            remedy="Ask for a retype, and say how many rows may lose a value, or leave the type.",
        )


def _check_key_kept(repeated: duckdb.DuckDBPyRelation, table: str) -> None:
    ((count,),) = repeated.aggregate("count(*)").fetchall()
    if count:
        raise ActionFailedError(
            "key_not_unique",
            f"table {table}: {count} values of the key would be the same in the new type",
            remedy="Leave the key's type, or ingest the table anew with another key.",
        )
