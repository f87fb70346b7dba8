"""What people ask for when a table's schema is to change."""

from enum import StrEnum

from pydantic import JsonValue

from agent_worker.domain.data_types import DataType
from shared.contracts.vocabulary import Contract
from shared.contracts.voting import ChangeKind as ProposedKind
from shared.contracts.voting import ProposedChange


class ChangeKind(StrEnum):
    """What can be done to a column."""

    ADD = "add"
    DROP = "drop"
    RENAME = "rename"
    WIDEN = "widen"
    RETYPE = "retype"
    NULLABILITY = "nullability"


class Change(Contract):
    """One change of a table's schema."""

    kind: ChangeKind
    column: str
    to: str | None = None
    """The new name, to rename."""
    data_type: DataType | None = None
    """The new type, to add, widen or retype."""
    nullable: bool | None = None
    """Whether values may be missing, to add or to change nullability."""
    default: JsonValue = None
    """What all rows get, to add."""


def told(change: Change) -> str:
    """Tell a change in a few words."""
    match change.kind:
        case ChangeKind.ADD:
            return f"add {change.column} {change.data_type}"
        case ChangeKind.DROP:
            return f"drop {change.column}"
        case ChangeKind.RENAME:
            return f"rename {change.column} to {change.to}"
        case ChangeKind.WIDEN | ChangeKind.RETYPE:
            return f"{change.kind} {change.column} to {change.data_type}"
        case ChangeKind.NULLABILITY:
            return f"let {change.column} be {'empty' if change.nullable else 'never empty'}"


def proposed(change: Change, before: str, *, rows: int, rows_lost: int) -> ProposedChange:
    """Return a change as electors are told of it; `before` is the column's type, if it has one."""
    is_cast = change.kind in {ChangeKind.WIDEN, ChangeKind.RETYPE}
    if change.kind is ChangeKind.NULLABILITY:
        before, after = ("required", "may be empty") if change.nullable else ("", "required")
    elif change.kind is ChangeKind.RENAME:
        before, after = change.column, change.to or ""
    else:
        after = change.data_type or ""
    return ProposedChange(
        kind=ProposedKind(change.kind),
        column=change.column,
        before=before,
        after=after,
        rows_lost=rows_lost if is_cast else 0,
        rows=rows,
    )
