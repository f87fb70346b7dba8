"""How new data differ from a table's contract, as changes that can be put to the vote.

What the contract reads already is no drift: values of a narrower type, columns that may be missing,
a few odd values. The rest becomes changes of the table, other names of its columns, and columns
that the data have no more.
"""

import hashlib
from collections.abc import Iterable, Mapping

from pydantic import Field

from agent_worker.domain.changes import Change, ChangeKind, proposed
from agent_worker.domain.migration import migrate
from agent_worker.domain.profile import Partition
from agent_worker.domain.schema_contract import (
    ColumnMigration,
    Migration,
    TableContract,
)
from shared.contracts.vocabulary import Contract
from shared.contracts.voting import ChangeKind as ProposedKind
from shared.contracts.voting import Compatibility, ProposedChange
from shared.kernel.signing import canonical_bytes


class Drift(Contract):
    """How data differ from a table's contract."""

    changes: tuple[Change, ...] = ()
    """What the table would have to become."""
    renamed: dict[str, str] = Field(default_factory=dict)
    """Columns under another name: the data's name to the table's."""
    missing: tuple[str, ...] = ()
    """Columns of the table that the data have no more."""
    formats: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    """How the data write times, where the contract does not read them so."""
    unreadable: dict[str, int] = Field(default_factory=dict)
    """Values of columns with another type that even that one does not read."""
    evidence: tuple[str, ...] = ()

    @property
    def is_none(self) -> bool:
        """Whether the contract reads the data as it is."""
        return not (self.changes or self.renamed or self.missing or self.formats)

    @property
    def fingerprint(self) -> str:
        """SHA-256 of what the data ask for: equal for data that differ in the same way."""
        asked = {
            "changes": [change.model_dump(mode="json") for change in self.changes],
            "renamed": self.renamed,
            "missing": [*self.missing],
            "formats": {name: [*formats] for name, formats in self.formats.items()},
        }
        return hashlib.sha256(canonical_bytes(asked)).hexdigest()


class DriftGroup(Contract):
    """Partitions that differ from the contract alike, or in ways that are one question."""

    name: str
    drift: Drift
    partitions: tuple[Partition, ...]
    rows: int = Field(ge=0)


def admitting(contract: TableContract, drifts: Iterable[Drift], version: int) -> TableContract:
    """Return the contract that reads the data of all these drifts, too.

    Raises:
        ActionFailedError: a change cannot be, such as a key that is missing.
    """
    known = tuple(drifts)
    changes = tuple({change: None for drift in known for change in drift.changes})
    after = migrate(contract, changes, version)
    names = {alias: name for drift in known for alias, name in drift.renamed.items()}
    missing = {name for drift in known for name in drift.missing}
    formats: dict[str, tuple[str, ...]] = {}
    for drift in known:
        for name, written in drift.formats.items():
            formats[name] = (*formats.get(name, ()), *written)
    columns = tuple(
        column.model_copy(
            update={
                "aliases": (
                    *column.aliases,
                    *(alias for alias, name in names.items() if name == column.name),
                ),
                "nearly_complete": column.nearly_complete and column.name not in missing,
                "formats": tuple(dict.fromkeys((*column.formats, *formats.get(column.name, ())))),
            }
        )
        for column in after.columns
    )
    return after.model_copy(update={"columns": columns})


def conversion(before: TableContract, after: TableContract) -> Migration:
    """Return how rows of one contract get the columns of another."""
    had = {column.name: column.data_type for column in before.columns}
    columns = tuple(
        ColumnMigration(
            name=column.name,
            origin=column.name if column.name in had else "",
            types=(had.get(column.name, column.data_type), column.data_type),
            nullable=column.nullable,
        )
        for column in after.columns
    )
    return Migration(version=0, changes=(), columns=columns, compatibility=Compatibility.FULL)


def has_columns_of(one: TableContract, other: TableContract) -> bool:
    """Tell whether rows of one contract have the columns of the other, with their types."""
    return [(each.name, each.data_type) for each in one.columns] == [
        (each.name, each.data_type) for each in other.columns
    ]


def proposed_changes(
    before: TableContract, drift: Drift, *, rows: int, values_lost: Mapping[str, int]
) -> tuple[ProposedChange, ...]:
    """Return the drift as electors are told of it; what the table's rows lose was counted."""
    types = {column.name: column.data_type for column in before.columns}
    changed = [
        proposed(
            change,
            types.get(change.column, ""),
            rows=rows,
            rows_lost=values_lost.get(change.column, 0) + drift.unreadable.get(change.column, 0),
        )
        for change in drift.changes
    ]
    renamed = [
        ProposedChange(kind=ProposedKind.RENAME, column=name, before=alias, after=name, rows=rows)
        for alias, name in drift.renamed.items()
    ]
    relaxed = {change.column for change in drift.changes}
    respelt = [
        ProposedChange(
            kind=ProposedKind.RETYPE,
            column=name,
            before=types[name],
            after=f"{types[name]} as {', '.join(written)}",
            rows_lost=drift.unreadable.get(name, 0),
            rows=rows,
        )
        for name, written in drift.formats.items()
        if name not in relaxed
    ]
    dropped = [
        ProposedChange(kind=ProposedKind.DROP, column=name, before=types[name], rows=rows)
        for name in drift.missing
        if name not in relaxed
    ]
    return (*changed, *renamed, *respelt, *dropped)


def told_drift(drift: Drift) -> str:
    """Tell in a few words how data differ from a contract."""
    said = [_told_change(change) for change in drift.changes]
    said += [f"`{alias}` is `{name}`" for alias, name in drift.renamed.items()]
    said += [
        f"`{name}` written as {', '.join(written)}"
        for name, written in drift.formats.items()
        if name not in {change.column for change in drift.changes}
    ]
    said += [f"no `{name}`" for name in drift.missing]
    return ", ".join(said) or "nothing"


def _told_change(change: Change) -> str:
    match change.kind:
        case ChangeKind.ADD:
            return f"new column `{change.column}` {change.data_type}"
        case ChangeKind.NULLABILITY:
            return f"`{change.column}` is missing and was required"
        case _:
            return f"{change.kind} `{change.column}` to {change.data_type}"
