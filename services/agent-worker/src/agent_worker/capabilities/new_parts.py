"""The files that are to become part of a table: opened, compared, described, of one schema."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import cast

from agent_worker.capabilities.artifacts import inputs_named, read_document
from agent_worker.capabilities.delta_table import Mode, TableFile
from agent_worker.capabilities.part_files import content_digest, files_of, open_parts, types_of
from agent_worker.capabilities.table_contracts import contract_of, open_table
from agent_worker.capabilities.table_files import describe_file
from agent_worker.capabilities.table_snapshots import columns_of
from agent_worker.capabilities.workshop import Workshop
from agent_worker.domain.actions import ActionRequest
from agent_worker.domain.failures import ActionFailedError
from agent_worker.domain.schema_contract import ColumnContract, TableContract
from agent_worker.domain.table_columns import LINEAGE_COLUMNS, Columns
from agent_worker.domain.table_snapshot import TableSnapshot
from shared.contracts.vocabulary import Artifact


@dataclass(frozen=True, slots=True)
class Destination:
    """Where parts are to go."""

    table: str
    table_uri: str
    mode: Mode
    source: TableSnapshot | None
    """What the parts were made of, if it was a table."""


@dataclass(frozen=True, slots=True)
class NewParts:
    """All parts of one publication, in the order of their names."""

    destination: Destination
    artifacts: Mapping[str, Artifact]
    files: Sequence[TableFile]
    """Those that have rows."""
    columns: Sequence[ColumnContract]
    contract: TableContract | None
    """What the table promises from now on, where that changes."""
    content_hash: str
    """SHA-256 of how many rows there are and the sums of their digests."""

    @property
    def rows(self) -> int:
        """The rows of all parts."""
        return sum(part.rows for part in self.artifacts.values())

    @property
    def bytes(self) -> int:
        """The bytes of all parts."""
        return sum(file.size for file in self.files)

    @property
    def completeness(self) -> float:
        """The share of cells that hold a value; 1 when there are none."""
        cells = self.rows * len(self.columns)
        missing = sum(missing_in(file) for file in self.files)
        return 1 - missing / cells if cells else 1.0

    @property
    def replaced(self) -> tuple[str, ...]:
        """The URIs of the files that the parts take the place of."""
        source = self.destination.source
        if self.destination.mode is not Mode.COMPACT or source is None:
            return ()
        return tuple(
            uri
            for partition in source.partitions
            if partition.name in self.artifacts
            for uri in partition.files
        )


def open_new_parts(
    request: ActionRequest, workshop: Workshop, destination: Destination
) -> NewParts:
    """Open the parts that a task was given.

    Raises:
        ActionFailedError: there are none, one is not what its task wrote, or they differ in their
            columns.
    """
    artifacts = inputs_named(request, "part:")
    _check_given(request, destination, artifacts)
    written = files_of(workshop, artifacts.values())
    paths = open_parts(workshop, written)
    relations = [workshop.connection.read_parquet(path) for path in paths]
    types = _common_types([types_of(rows) for rows in relations])
    files = [
        describe_file(
            workshop.connection,
            Path(path),
            file.uri.removeprefix(f"{destination.table_uri}/"),
        )
        for file, path in zip(written, paths, strict=True)
        # Readers open every file of a table; one without rows would be opened for nothing.
        if file.rows
    ]
    digests = [content_digest(rows, types) for rows in relations]
    total = ":".join(str(sum(figures)) for figures in zip(*digests, strict=True))
    contract = _contract_given(request, workshop) or _contract_kept(types, destination, workshop)
    columns = _columns(types, files, contract, _required(destination, workshop))
    return NewParts(
        destination=destination,
        artifacts=artifacts,
        files=files,
        columns=columns,
        contract=contract or _plain_contract(columns, destination),
        content_hash=sha256(total.encode()).hexdigest(),
    )


def missing_in(file: TableFile) -> int:
    """Return how many cells of a file are empty."""
    return sum(_nulls(file).values())


def _check_given(
    request: ActionRequest, destination: Destination, artifacts: Mapping[str, Artifact]
) -> None:
    if not artifacts and destination.mode is not Mode.COMPACT:
        raise ActionFailedError(
            "input_missing",
            f"task {request.task_id} was given no parts to publish",
            remedy="Report it with the pipeline's plan; it is a mistake in planning.",
        )
    if destination.mode is Mode.COMPACT and destination.source is None:
        raise ActionFailedError(
            "input_missing",
            f"task {request.task_id} was not told which files its parts replace",
            remedy="Report it with the pipeline's plan; it is a mistake in planning.",
        )


def _common_types(found: Sequence[Columns]) -> Columns:
    for types in found[1:]:
        if [*types.items()] != [*found[0].items()]:
            raise ActionFailedError(
                "parts_differ",
                f"one part has the columns {', '.join(found[0])} and another {', '.join(types)}, "
                "or their types differ",
                remedy="Report it with the pipeline's plan; its tasks do not agree.",
            )
    return found[0] if found else {}


def _columns(
    types: Columns,
    files: Sequence[TableFile],
    contract: TableContract | None,
    required: set[str],
) -> list[ColumnContract]:
    """Describe the columns; one that may not be empty where it comes from may not be here."""
    promised = {column.name: column.nullable for column in contract.columns} if contract else {}
    empty = {name for file in files for name, cells in _nulls(file).items() if cells}
    broken = [name for name in types if name in empty and promised.get(name) is False]
    if broken:
        raise ActionFailedError(
            "required_values_missing",
            f"{', '.join(broken)} may not be empty by the table's contract, and is in some rows",
            remedy="Let the column be empty, or fill the rows first.",
        )
    return [
        ColumnContract(
            name=name, data_type=kind, nullable=promised.get(name, name not in required - empty)
        )
        for name, kind in types.items()
    ]


def _required(destination: Destination, workshop: Workshop) -> set[str]:
    if destination.mode is not Mode.OVERWRITE:
        try:
            table = open_table(workshop.store, destination.table)
        except ActionFailedError:
            return set()
        columns = columns_of(table, destination.table)
    else:
        columns = destination.source.columns if destination.source else ()
    return {column.name for column in columns if not column.nullable}


def _nulls(file: TableFile) -> dict[str, int]:
    return cast("dict[str, int]", file.statistics["nullCount"])


def _contract_given(request: ActionRequest, workshop: Workshop) -> TableContract | None:
    for artifact in inputs_named(request, "schema_contract").values():
        return read_document(workshop.store, artifact, TableContract)
    return None


def _contract_kept(
    types: Columns, destination: Destination, workshop: Workshop
) -> TableContract | None:
    """Return the contract of a table that is replaced by rows of its own with the same columns."""
    source = destination.source
    if destination.mode is not Mode.OVERWRITE or source is None:
        return None
    if source.table != destination.table or [*source.types.items()] != [*types.items()]:
        return None
    try:
        return contract_of(workshop.store, source.table, source.version)
    except ActionFailedError:
        return None


def _plain_contract(
    columns: Sequence[ColumnContract], destination: Destination
) -> TableContract | None:
    if destination.mode is Mode.COMPACT:
        return None
    own = tuple(column for column in columns if column.name not in LINEAGE_COLUMNS)
    return TableContract(table=destination.table, columns=own)
