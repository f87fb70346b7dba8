"""What people ask for when a table's schema is to change."""

from enum import StrEnum

from pydantic import JsonValue

from agent_worker.domain.data_types import DataType
from shared.contracts.vocabulary import Contract


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
