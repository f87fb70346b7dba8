"""Counting how the values of one column fall into groups of rows that agree in others.

Values are compared by 64-bit hashes in a table of their own, made once: what is asked hundreds of
times is then asked of integers, and of whole groups of a sample, not of all rows.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from agent_worker.capabilities.value_table import ValueTable
from agent_worker.domain.diagnosing.dependencies import EMPTY_COLUMN, ColumnCounts, Grouping

ASKED_CELLS_MAX = 200_000
"""Of all columns that one may determine: counting them takes some 30 ms, for any of at most 200
columns."""

PROBED_CELLS_MAX = 50_000
"""Of all columns in a first look, which most of them do not pass; it costs a third."""

ASKED_ROWS_MIN = 2_000
"""Fewer rows do not tell whether columns depend on one another."""

SAMPLED_GROUPS_MIN = 200
"""With fewer groups, rows are sampled from all of them; with more, groups are sampled whole."""


_Counted = tuple[int, int, int, int, int, int, int, float, int, float]
"""The fields of a `Grouping` but the last, which is the column's."""


@dataclass(frozen=True)
class HashedTable:
    """The table `<name>` with the hashes h0, h1 … of a table's values, NULL where missing."""

    values: ValueTable
    name: str
    rows: int
    counts: tuple[ColumnCounts, ...]

    def dependencies(self, left: Sequence[int], rights: Sequence[int]) -> dict[int, Grouping]:
        """Return how the values at some places fall into groups, of those that these determine."""
        if not rights:
            return {}
        likely = rights
        if self.rows * len(rights) > 2 * PROBED_CELLS_MAX:
            probed = self.group(left, rights, PROBED_CELLS_MAX)
            # A look that met no group at all says nothing.
            likely = [each for each in rights if each not in probed or probed[each].may_hold]
        # As many rows as all together are given: in larger groups, rare exceptions repeat.
        cells_max = ASKED_CELLS_MAX * len(likely) // len(rights)
        found = self.group(left, likely, cells_max) if likely else {}
        return {right: grouping for right, grouping in found.items() if grouping.is_dependency}

    def group(
        self, left: Sequence[int], rights: Sequence[int], cells_max: int = ASKED_CELLS_MAX
    ) -> dict[int, Grouping]:
        """Count how the values at some places fall into the groups of the values at others."""
        keys = ", ".join(f"h{place}" for place in left)
        present = " and ".join(f"h{place} is not null" for place in left)
        asked, named = ", ".join(f"h{place}" for place in rights), ", ".join(map(str, rights))
        found: list[tuple[int, _Counted]] = self.values.query(f"""
            with asked as (
                select {keys}, unnest([{asked}]) as cell, unnest([{named}]) as place
                from {self.name} where {present} and {self._asked(left, cells_max // len(rights))}
            ), cells as (
                select place, {keys}, cell, count(*) as cells from asked
                where cell is not null group by place, {keys}, cell
            ), parts as (
                select place, sum(cells)::bigint as total, max(cells) as top, count(*) as kinds,
                    count(*) filter (cells = 1) as single, sum(cells * (cells - 1)) as alike
                from cells group by place, {keys}
            ), groups as (
                select *, 1 - sum(top) filter (total >= 2) over (partition by place)
                    / sum(total) filter (total >= 2) over (partition by place) as share
                from parts
            )
            select place, (sum(total)::bigint, count(*) filter (total >= 2),
                coalesce(sum(total) filter (total >= 2), 0)::bigint,
                coalesce(sum(top) filter (total >= 2), 0)::bigint,
                count(*) filter (total >= 3), count(*) filter (total >= 3 and top * 3 >= total * 2),
                count(*) filter (kinds > 1),
                coalesce(sum(1 - pow(1 - share, total)) filter (total >= 2), 0),
                coalesce(sum(if(kinds = total, total - 1, single)) filter (total >= 2), 0)::bigint,
                coalesce(sum(alike) / sum(total * (total - 1)) filter (total >= 2), 0))
            from groups group by place
        """)
        return {
            place: Grouping(*counted, alike_anywhere=self.counts[place].alike)
            for place, counted in found
        }

    def once_share(self, left: int, right: int) -> float:
        """Return in which share of the rows with both values these two are not repeated."""
        ((pairs, rows),) = self.values.query(
            f"select count(distinct (h{left}, h{right})), count(*) from {self.name} "
            f"where h{left} is not null and h{right} is not null"
        )
        return pairs / rows if rows else 0.0

    def drop(self) -> None:
        """Remove the table of hashes."""
        self.values.connection.execute(f"drop table {self.name}")

    def _asked(self, left: Sequence[int], rows_max: int) -> str:
        """Return which rows are asked, so that a question to all columns costs about the same."""
        stride = self.rows // max(rows_max, ASKED_ROWS_MIN)
        if stride <= 1:
            return "true"
        if self.counts[left[0]].distinct >= SAMPLED_GROUPS_MIN:
            return f"h{left[0]} % {stride} = 0"
        return f"hash(line) % {stride} = 0"


def hash_table(values: ValueTable) -> HashedTable:
    """Hash all values, and count each column's; materialises one table."""
    name = f"{values.name}_hashed"
    places = range(len(values.columns))
    hashes = ", ".join(
        f"if(c{place} is null, null, hash(c{place})) as h{place}" for place in places
    )
    values.connection.execute(
        f"create or replace temp table {name} as select line, {hashes} from {values.name}"
    )
    counts = _count(values, name)
    return HashedTable(values, name, values.count(), tuple(counts[place] for place in places))


def _count(values: ValueTable, name: str) -> dict[int, ColumnCounts]:
    """Count each column's values, for all columns at once."""
    places = range(len(values.columns))
    hashes = ", ".join(f"h{place}" for place in places)
    counted = values.query(f"""
        with cells as (
            select unnest([{hashes}]) as cell, unnest(range({len(places)})) as place from {name}
        ), parts as (
            select place, count(*) as cells from cells where cell is not null group by place, cell
        )
        select place, sum(cells)::bigint, count(*), count(*) filter (cells >= 2),
            coalesce(sum(cells) filter (cells >= 2), 0)::bigint,
            sum(cells * (cells - 1))::double / greatest(sum(cells) * (sum(cells) - 1), 1)
        from parts group by place
    """)
    return dict.fromkeys(places, EMPTY_COLUMN) | {
        place: ColumnCounts(*counts) for place, *counts in counted
    }
