"""The goal type migrate_schema."""

from typing import Annotated, Literal

from pydantic import Field, JsonValue, field_validator, model_validator

from planner.domain.goals.base import ColumnName, GoalParameters, TableName
from planner.domain.goals.partitioning import PARTITION_BYTES, PartitionBytes
from shared.contracts.vocabulary import Contract

CHANGES_MAX = 100
"""More at once nobody can judge in a vote."""

ROWS_MAX = 2**53
"""The largest number that JSON readers agree on."""

NEEDED = {
    "add": {"data_type"},
    "drop": set[str](),
    "rename": {"to"},
    "widen": {"data_type"},
    "retype": {"data_type"},
    "nullability": {"nullable"},
}
"""What each kind of change cannot do without."""

ALLOWED = NEEDED | {"add": {"data_type", "nullable", "default"}}


class ColumnChange(Contract):
    """One change of a table's columns."""

    kind: Literal["add", "drop", "rename", "widen", "retype", "nullability"]
    column: ColumnName
    to: ColumnName | None = None
    data_type: Literal["BIGINT", "DOUBLE", "BOOLEAN", "DATE", "TIMESTAMP", "VARCHAR"] | None = None
    nullable: bool | None = None
    default: JsonValue = None

    @model_validator(mode="after")
    def _has_what_its_kind_needs(self) -> "ColumnChange":
        given = {name for name in ALLOWED["add"] | {"to"} if getattr(self, name) is not None}
        missing, foreign = NEEDED[self.kind] - given, given - ALLOWED[self.kind]
        if missing:
            raise ValueError(f"{self.kind} {self.column} needs {', '.join(sorted(missing))}")
        if foreign:
            raise ValueError(f"{self.kind} {self.column} takes no {', '.join(sorted(foreign))}")
        return self


class MigrateSchema(GoalParameters):
    """Change a table's columns, after a vote on what that takes from its rows."""

    table: TableName
    changes: Annotated[
        tuple[ColumnChange, ...],
        Field(
            max_length=CHANGES_MAX,
            description="a list of changes, applied in order, such as "
            '{"kind": "rename", "column": "tail", "to": "tailnum"}; kinds are add, drop, rename, '
            "widen, retype and nullability",
        ),
    ]
    rows_lost_max: Annotated[
        int,
        Field(
            ge=0, le=ROWS_MAX, description="how many rows may lose a value by a retype, such as 0"
        ),
    ] = 0
    partition_bytes: PartitionBytes = PARTITION_BYTES

    @field_validator("changes")
    @classmethod
    def _is_something(cls, changes: tuple[ColumnChange, ...]) -> tuple[ColumnChange, ...]:
        # A least length would be missed, too, wherever the only change is wrong in itself.
        if not changes:
            raise ValueError("no change is named")
        return changes
