"""Changing a table's schema: what is asked for, whether it can be, and whom it breaks.

Changes are applied one after the other, each to the columns as the former left them. What comes
out is a new contract that says how each of its columns comes from the table as it was.
"""

from collections.abc import Callable, Mapping, Sequence

from agent_worker.domain.changes import Change, ChangeKind, told
from agent_worker.domain.data_types import DataType
from agent_worker.domain.default_values import default_text
from agent_worker.domain.failures import ActionFailedError
from agent_worker.domain.schema_contract import (
    ColumnContract,
    ColumnMigration,
    Migration,
    TableContract,
)
from agent_worker.domain.type_changes import is_possible, is_widening, retyped
from shared.contracts.voting import Compatibility

LINEAGE_PREFIX = "_source_"
"""Begins the names of the columns that say where a row came from."""


Pair = tuple[ColumnContract, ColumnMigration]
"""A column, and how it comes from the table as it was."""


class _Draft:
    """The table's columns while changes are applied to them."""

    def __init__(self, contract: TableContract) -> None:
        self.table = contract.table
        self.key = contract.key
        self.pairs: dict[str, Pair] = {
            column.name: (
                column,
                ColumnMigration(name=column.name, origin=column.name, types=(column.data_type,)),
            )
            for column in contract.columns
        }

    def known(self, change: Change) -> Pair:
        """Return the column that a change is about."""
        pair = self.pairs.get(change.column)
        if pair is None:
            raise _refused(
                "column_unknown",
                f"{change.kind} `{change.column}`: table {self.table} has no such column at that "
                f"point; it has {', '.join(self.pairs)}",
                remedy="Correct the name; changes apply in their order, with new names from then.",
            )
        return pair

    def free(self, change: Change, name: str) -> None:
        """Pass a name that no column has and that means nothing else."""
        taken = {known.casefold() for known in self.pairs if known != change.column}
        if not name or name.casefold() in taken or name.startswith(LINEAGE_PREFIX):
            raise _refused(
                "column_name_taken",
                f"{change.kind} `{change.column}`: `{name}` cannot be a new column's name; names "
                f"differ in more than case, and {LINEAGE_PREFIX}… says where rows came from",
                remedy="Choose another name, or drop or rename the column that has it before.",
            )

    def forget_alias(self, name: str) -> None:
        """Let a column's own name be nobody's other name."""
        for known, (column, migration) in self.pairs.items():
            aliases = tuple(alias for alias in column.aliases if alias != name)
            self.pairs[known] = (column.model_copy(update={"aliases": aliases}), migration)

    def put(self, name: str, column: ColumnContract, migration: ColumnMigration) -> None:
        """Replace a column in its place, under its new name if it has one."""
        self.pairs = {
            (column.name if known == name else known): (
                (column, migration) if known == name else pair
            )
            for known, pair in self.pairs.items()
        }


def migrate(contract: TableContract, changes: Sequence[Change], version: int) -> TableContract:
    """Return the contract that the changes lead to; no row has been looked at yet.

    Raises:
        ActionFailedError: a change cannot be, for the reason given.
    """
    draft = _Draft(contract)
    directions = {Compatibility.BACKWARD, Compatibility.FORWARD}
    for change in changes:
        directions &= _STEPS[change.kind](draft, change)
    columns = tuple(column for column, _ in draft.pairs.values())
    migration = Migration(
        version=version,
        changes=tuple(map(told, changes)),
        columns=tuple(
            step.model_copy(update={"nullable": column.nullable})
            for column, step in draft.pairs.values()
        ),
        compatibility=_compatibility(directions),
    )
    return contract.model_copy(
        update={"columns": columns, "key": draft.key, "migration": migration}
    )


def _compatibility(directions: set[Compatibility]) -> Compatibility:
    match sorted(directions):
        case [only]:
            return only
        case []:
            return Compatibility.BREAKING
        case _:
            return Compatibility.FULL


_BOTH = {Compatibility.BACKWARD, Compatibility.FORWARD}


def _add(draft: _Draft, change: Change) -> set[Compatibility]:
    draft.free(change, change.column)
    if change.column in draft.pairs:
        raise _refused(
            "column_name_taken",
            f"add `{change.column}`: table {draft.table} has a column of this name",
            remedy="Choose another name, or retype the column that is there.",
        )
    data_type, nullable = _given_type(change), change.nullable is not False
    default = default_text(change.column, change.default, data_type)
    if default is None and not nullable:
        raise _refused(
            "default_missing",
            f"add `{change.column}`: it may not be empty, and no default says what the rows have "
            "that are there",
            remedy="Give a default, or let the column be empty.",
        )
    draft.forget_alias(change.column)
    draft.pairs[change.column] = (
        retyped(ColumnContract(name=change.column, data_type=data_type, nullable=nullable)),
        ColumnMigration(name=change.column, types=(data_type,), default=default),
    )
    return _BOTH


def _drop(draft: _Draft, change: Change) -> set[Compatibility]:
    column, _ = draft.known(change)
    if change.column in draft.key:
        raise _refused(
            "column_needed",
            f"drop `{change.column}`: it is part of the key of table {draft.table}",
            remedy="Ingest the table anew with another key.",
        )
    if len(draft.pairs) == 1:
        raise _refused(
            "column_needed",
            f"drop `{change.column}`: table {draft.table} would have no column left",
            remedy="Keep one column, or add another one before.",
        )
    del draft.pairs[change.column]
    _renew_prefixes(draft, change.column, "")
    return _BOTH if column.nullable else {Compatibility.BACKWARD}


def _rename(draft: _Draft, change: Change) -> set[Compatibility]:
    column, migration = draft.known(change)
    name = change.to or ""
    draft.free(change, name)
    draft.forget_alias(name)
    column, _ = draft.known(change)
    aliases = tuple(dict.fromkeys((column.name, *column.aliases)))
    draft.put(
        change.column,
        column.model_copy(update={"name": name, "aliases": aliases}),
        migration.model_copy(update={"name": name}),
    )
    _renew_prefixes(draft, change.column, name)
    draft.key = tuple(name if known == change.column else known for known in draft.key)
    return set()


def _widen(draft: _Draft, change: Change) -> set[Compatibility]:
    column, _ = draft.known(change)
    if not is_widening(column.data_type, _given_type(change)):
        raise _refused(
            "widening_impossible",
            f"widen `{change.column}`: {change.data_type} does not hold every {column.data_type}",
            remedy="Ask for a retype, which counts what would be lost.",
        )
    return _cast(draft, change)


def _retype(draft: _Draft, change: Change) -> set[Compatibility]:
    column, _ = draft.known(change)
    if not is_possible(column.data_type, _given_type(change)):
        raise _refused(
            "retype_impossible",
            f"retype `{change.column}`: no {column.data_type} is a {change.data_type}",
            remedy="Add a column of the new type, and fill it from the sources.",
        )
    return _cast(draft, change)


def _cast(draft: _Draft, change: Change) -> set[Compatibility]:
    column, migration = draft.known(change)
    target = _given_type(change)
    types = (*migration.types, target)
    draft.put(
        change.column,
        retyped(column.model_copy(update={"data_type": target})),
        migration.model_copy(update={"types": types}),
    )
    if target is column.data_type:
        return _BOTH
    if is_widening(column.data_type, target):
        return {Compatibility.BACKWARD}
    return {Compatibility.FORWARD} if is_widening(target, column.data_type) else set()


def _change_nullability(draft: _Draft, change: Change) -> set[Compatibility]:
    column, migration = draft.known(change)
    if change.nullable is None:
        raise _incomplete(change, "nullable")
    if change.nullable and change.column in draft.key:
        raise _refused(
            "column_needed",
            f"nullability `{change.column}`: it is part of the key of table {draft.table}",
            remedy="Leave it as it is; a row without its key cannot be told apart.",
        )
    draft.put(change.column, column.model_copy(update={"nullable": change.nullable}), migration)
    if change.nullable is column.nullable:
        return _BOTH
    return {Compatibility.BACKWARD if change.nullable else Compatibility.FORWARD}


_STEPS: Mapping[ChangeKind, Callable[[_Draft, Change], set[Compatibility]]] = {
    ChangeKind.ADD: _add,
    ChangeKind.DROP: _drop,
    ChangeKind.RENAME: _rename,
    ChangeKind.WIDEN: _widen,
    ChangeKind.RETYPE: _retype,
    ChangeKind.NULLABILITY: _change_nullability,
}
"""What applies a change, and returns in which directions old and new go on together."""


def _renew_prefixes(draft: _Draft, name: str, new_name: str) -> None:
    """Let columns that another one is glued to know its new name, or that it is gone."""
    for known, (column, migration) in draft.pairs.items():
        if column.prefix_column == name:
            renewed = column.model_copy(update={"prefix_column": new_name})
            draft.pairs[known] = (renewed, migration)


def _given_type(change: Change) -> DataType:
    if change.data_type is None:
        raise _incomplete(change, "data_type")
    return change.data_type


def _incomplete(change: Change, field: str) -> ActionFailedError:
    return _refused(
        "change_incomplete",
        f"{change.kind} `{change.column}`: {field} is not given",
        remedy=f"Give {field} with the change.",
    )


def _refused(code: str, detail: str, *, remedy: str) -> ActionFailedError:
    return ActionFailedError(code, detail, remedy=remedy)
