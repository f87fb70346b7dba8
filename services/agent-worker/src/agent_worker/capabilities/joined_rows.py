"""Two sides of a join, wherever their rows come from: counted, joined, and written sorted."""

from collections.abc import Sequence
from dataclasses import dataclass

import duckdb

from agent_worker.capabilities import sql
from agent_worker.capabilities.part_files import in_order, types_of, write_part
from agent_worker.capabilities.workshop import Workshop
from agent_worker.domain.actions import ActionOutcome, ActionRequest
from agent_worker.domain.data_types import DataType
from agent_worker.domain.operators.join_partition import JoinWritten, SidesCounted
from agent_worker.domain.table_columns import Columns
from agent_worker.domain.table_join import JoinKind, check_join, right_names

ROW_BYTES = 16
"""What a hash table keeps of each row beside its cells: a pointer and the key's hash."""

CELL_BYTES = {DataType.BOOLEAN: 1, DataType.DATE: 4, DataType.VARCHAR: 16}
"""What a cell takes in memory, 8 for all other types; long texts take their own length more."""


@dataclass(frozen=True, slots=True)
class Join:
    """What is to be joined, and how."""

    left: duckdb.DuckDBPyRelation
    right: duckdb.DuckDBPyRelation
    left_columns: Columns
    right_columns: Columns
    key: Sequence[str]
    kind: JoinKind

    def check(self) -> None:
        """Pass sides that can be joined; raises as `check_join` does."""
        check_join(self.left_columns, self.right_columns, self.key)

    @property
    def names(self) -> dict[str, str]:
        """What the right columns that are not in the key are called in the result."""
        return right_names(self.left_columns, self.right_columns, self.key)

    @property
    def condition(self) -> str:
        """The SQL of two rows being partners."""
        return " and ".join(
            f"left_side.{name} = right_side.{name}" for name in map(sql.name, self.key)
        )


def count_sides(join: Join, workshop: Workshop) -> SidesCounted:
    """Count the rows of both sides, and those without a whole key."""
    whole = " and ".join(f"{sql.name(name)} is not null" for name in join.key)
    keyless = f"count(*), count(*) - count(*) filter ({whole})"
    ((left_rows, left_keyless),) = join.left.aggregate(keyless).fetchall()
    texts = [
        f"coalesce(sum(strlen({sql.name(name)})), 0)"
        for name, kind in join.right_columns.items()
        if kind is DataType.VARCHAR
    ]
    figures = join.right.aggregate(", ".join((keyless, *texts))).fetchall()[0]
    right_rows, right_keyless, *text_bytes = map(int, figures)
    width = ROW_BYTES + sum(CELL_BYTES.get(kind, 8) for kind in join.right_columns.values())
    return SidesCounted(
        left_rows=left_rows,
        right_rows=right_rows,
        left_keyless=left_keyless,
        right_keyless=right_keyless,
        right_bytes=right_rows * width + sum(text_bytes),
        memory_bytes=workshop.memory_bytes,
        renamed={name: called for name, called in join.names.items() if name != called},
    )


def write_join(
    join: Join, request: ActionRequest, workshop: Workshop, part_name: str
) -> ActionOutcome:
    """Join both sides and write `part:<part_name>`, sorted by the key and all else."""
    left, right = join.left.set_alias("left_side"), join.right.set_alias("right_side")
    columns = [
        *(f"left_side.{sql.name(name)}" for name in join.left_columns),
        *(f"right_side.{sql.name(name)} as {sql.name(to)}" for name, to in join.names.items()),
    ]
    joined = left.join(right, join.condition, how=join.kind).project(", ".join(columns))
    ordered = joined.order(in_order(types_of(joined), join.key))
    part = write_part(request, workshop, part_name, ordered)
    matched = left.join(right, join.condition, how="semi").aggregate("count(*)")
    ((left_rows,),) = join.left.aggregate("count(*)").fetchall()
    written = JoinWritten(
        part=part,
        left_rows=left_rows,
        matched_rows=matched.fetchall()[0][0],
        rows_out=part.rows,
    )
    return ActionOutcome(
        observation=written.model_dump(mode="json"), data_quality_score=written.matched_share
    )
