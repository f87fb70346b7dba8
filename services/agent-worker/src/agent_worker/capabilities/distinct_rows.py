"""One row for each key: counted, chosen, and written sorted, wherever the rows come from.

Keys with empty cells are equal where SQL's GROUP BY finds them equal, so an empty cell is a value
like any other.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import duckdb

from agent_worker.capabilities import sql
from agent_worker.capabilities.part_files import in_order, write_part
from agent_worker.capabilities.workshop import Workshop
from agent_worker.domain.actions import ActionOutcome, ActionRequest
from agent_worker.domain.operators.deduplicate_partition import KeysCounted, RowsKept
from agent_worker.domain.table_columns import Columns, check_named, own_columns

_RANK = "_argosy_rank"


@dataclass(frozen=True, slots=True)
class Duplicates:
    """Rows of which some may have the same key."""

    rows: duckdb.DuckDBPyRelation
    columns: Columns
    named_key: Sequence[str]
    """Empty for all columns that say something of a row itself."""
    order_by: str
    """The row with the greatest value stays; empty when nothing says which is better."""

    def check(self) -> None:
        """Pass a key and an order that the columns have; raises as `check_named` does."""
        check_named(self.named_key, self.columns, "the key")
        if self.order_by:
            check_named((self.order_by,), self.columns, "order_by")

    @property
    def key(self) -> list[str]:
        """The columns by which rows are told apart."""
        return list(self.named_key) or own_columns(self.columns)

    @property
    def kept(self) -> duckdb.DuckDBPyRelation:
        """One row for each key, sorted by the key and all else."""
        first = [f"{sql.name(self.order_by)} desc nulls last"] if self.order_by else []
        preference = ", ".join((*first, in_order(self.columns)))
        keys = ", ".join(map(sql.name, self.key))
        ranked = f"row_number() over (partition by {keys} order by {preference})"
        return (
            self.rows.project(f"*, {ranked} as {_RANK}")
            .filter(f"{_RANK} = 1")
            .project(f"* exclude {_RANK}")
            .order(in_order(self.columns, self.key))
        )


def count_keys(duplicates: Duplicates) -> ActionOutcome:
    """Count how often keys repeat."""
    keys = ", ".join(map(sql.name, duplicates.key))
    groups = duplicates.rows.aggregate("count(*) as n", keys)
    figures = groups.aggregate("coalesce(sum(n), 0), count(*), count(*) filter (n > 1)").fetchall()[
        0
    ]
    counted = KeysCounted(
        rows=int(figures[0]),
        keys=figures[1],
        repeated_keys=figures[2],
        key=tuple(duplicates.key),
        order_by=duplicates.order_by,
    )
    return ActionOutcome(
        observation=counted.model_dump(mode="json"), data_quality_score=counted.uniqueness
    )


def write_distinct(
    duplicates: Duplicates, request: ActionRequest, workshop: Workshop, part_name: str
) -> ActionOutcome:
    """Write one row for each key as `part:<part_name>`."""
    ((rows_in,),) = duplicates.rows.aggregate("count(*)").fetchall()
    part = write_part(request, workshop, part_name, duplicates.kept)
    kept = RowsKept(part=part, rows_in=rows_in, rows_out=part.rows)
    # What is left has no duplicates, and every key that came in is there.
    return ActionOutcome(observation=kept.model_dump(mode="json"), data_quality_score=1.0)
