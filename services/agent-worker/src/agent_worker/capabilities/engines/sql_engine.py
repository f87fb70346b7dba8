"""Whole-table work as SQL that every engine here reads alike.

An engine of SQL brings four things: how it opens rows under a name, how it answers with figures,
how it writes rows, and the few words in which it differs from others.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from agent_worker.capabilities import sql
from agent_worker.capabilities.engines.port import (
    GroupRows,
    JoinRows,
    KeepDistinct,
    KeysFound,
    MergeGroups,
    RowFile,
    SidesFound,
    StoredRows,
    TableWork,
)
from agent_worker.domain.aggregation import EVERY_ROW, MeasureFunction
from agent_worker.domain.data_types import DataType
from agent_worker.domain.operators.aggregate_partition import ColumnsCounted

ROWS, LEFT, RIGHT = "argosy_rows", "argosy_left", "argosy_right"
"""What rows are called that were opened."""


@dataclass(frozen=True, slots=True)
class Dialect:
    """Where engines differ; each is a pattern for an expression."""

    real_sum: str
    """The sum of DOUBLEs."""
    whole_sum: str
    """The sum of BIGINTs as DECIMAL(38,0)."""
    text_bytes: str
    """The length of a text in UTF-8."""
    is_minus: str
    """Whether a DOUBLE has a sign, which tells minus zero from zero."""


class SqlEngine(ABC):
    """A table engine that understands SQL."""

    def __init__(self, dialect: Dialect) -> None:
        self._dialect = dialect

    @abstractmethod
    def _open(self, rows: StoredRows, name: str) -> None:
        """Let queries find rows under a name, until others are opened under it."""

    @abstractmethod
    def _figures(self, query: str) -> Sequence[int]:
        """Return the one row of numbers that answers the query."""

    @abstractmethod
    def _write(self, query: str, stored_as: str) -> tuple[RowFile, ...]:
        """Write the rows that answer the query, in their order."""

    def count_missing(self, rows: StoredRows, columns: Sequence[str]) -> ColumnsCounted:
        """Count the rows, and the empty cells of these columns."""
        self._open(rows, ROWS)
        empty = [f"count(*) - count({sql.name(name)})" for name in columns]
        row_count, *missing = self._figures(f"select {_listed('count(*)', *empty)} from {ROWS}")
        return ColumnsCounted(rows=row_count, missing=dict(zip(columns, missing, strict=True)))

    def count_keys(self, work: KeepDistinct) -> KeysFound:
        """Count how often keys repeat."""
        self._open(work.rows, ROWS)
        groups = f"select count(*) as n from {ROWS} group by {_names(work.key)}"
        return KeysFound(
            *self._figures(
                "select cast(coalesce(sum(n), 0) as bigint), count(*), "
                f"count(*) filter (where n > 1) from ({groups}) as counted"
            )
        )

    def count_sides(self, work: JoinRows) -> SidesFound:
        """Count both sides of a join."""
        whole = " and ".join(f"{sql.name(name)} is not null" for name in work.key)
        keyless = f"count(*), count(*) - count(*) filter (where {whole})"
        texts = [
            self._dialect.text_bytes.format(sql.name(name))
            for name, kind in work.right.columns.items()
            if kind == DataType.VARCHAR
        ]
        total = " + ".join(f"coalesce(sum({text}), 0)" for text in texts) or "0"
        self._open_sides(work)
        left = self._figures(f"select {keyless} from {LEFT}")
        right = self._figures(f"select {keyless}, cast({total} as bigint) from {RIGHT}")
        return SidesFound(*left, *right)

    def count_partnered(self, work: JoinRows) -> int:
        """Return how many left rows have at least one partner."""
        self._open_sides(work)
        partnered = f"{LEFT} semi join {RIGHT} on {_partners(work)}"
        (rows,) = self._figures(f"select count(*) from {partnered}")
        return rows

    def count_too_large(self, work: MergeGroups) -> dict[str, int]:
        """Return how many groups have a sum that no BIGINT can hold, by the measure's name."""
        sums = {
            measure.name: place
            for place, measure in enumerate(work.grouping.measures)
            if measure.function is MeasureFunction.SUM and work.is_exact(place)
        }
        if not sums:
            return {}
        self._open(work.rows, ROWS)
        merged = ", ".join(f"sum(m{place}) as s{place}" for place in sums.values())
        grouped = _grouped(merged, [f"g{place}" for place in range(len(work.grouping.group_by))])
        counts = ", ".join(
            f"count(s{place}) - count(try_cast(s{place} as bigint))" for place in sums.values()
        )
        figures = self._figures(f"select {counts} from ({grouped}) as merged")
        return {name: groups for name, groups in zip(sums, figures, strict=True) if groups}

    def write(self, work: TableWork, stored_as: str) -> tuple[RowFile, ...]:
        """Write what comes of the work."""
        match work:
            case JoinRows():
                self._open_sides(work)
                return self._write(self._joined(work), stored_as)
            case GroupRows():
                query = self._groups(work)
            case MergeGroups():
                query = self._merged(work)
            case KeepDistinct():
                query = self._kept(work)
        self._open(work.rows, ROWS)
        return self._write(query, stored_as)

    def _open_sides(self, work: JoinRows) -> None:
        self._open(work.left, LEFT)
        self._open(work.right, RIGHT)

    def _groups(self, work: GroupRows) -> str:
        grouping = work.grouping
        names = [sql.name(name) for name in grouping.group_by]
        figures = [f"{name} as g{place}" for place, name in enumerate(names)]
        for place, measure in enumerate(grouping.measures):
            if measure.column == EVERY_ROW:
                figures.append(f"count(*) as m{place}, count(*) as n{place}")
                continue
            column = sql.name(measure.column)
            figure = f"{measure.function}({column})"
            if measure.function.adds:
                pattern = self._sum_pattern(is_exact=work.is_exact(place))
                figure = pattern.format(column)
            figures.append(f"{figure} as m{place}, count({column}) as n{place}")
        return _grouped(", ".join(figures), names) + _in_order_of_groups(len(names))

    def _merged(self, work: MergeGroups) -> str:
        """Merge the partial figures; sums of integers stay exact."""
        grouping = work.grouping
        groups = [f"g{place}" for place in range(len(grouping.group_by))]
        figures = [
            f"{self._merge_of(work, place)} as m{place}" for place in range(len(grouping.measures))
        ]
        named = [
            *(
                f"{group} as {sql.name(name)}"
                for group, name in zip(groups, grouping.group_by, strict=True)
            ),
            *(f"m{place} as {sql.name(each.name)}" for place, each in enumerate(grouping.measures)),
        ]
        merged = _grouped(", ".join((*groups, *figures)), groups)
        ordered = _in_order_of_groups(len(groups))
        return f"select {_listed(*named)} from ({merged}) as merged{ordered}"

    def _merge_of(self, work: MergeGroups, place: int) -> str:
        function, is_exact = work.grouping.measures[place].function, work.is_exact(place)
        total = f"sum(m{place})" if is_exact else self._dialect.real_sum.format(f"m{place}")
        match function:
            case MeasureFunction.COUNT:
                return f"cast(sum(n{place}) as bigint)"
            case MeasureFunction.SUM:
                return f"cast({total} as bigint)" if is_exact else total
            case MeasureFunction.MEAN:
                return f"cast({total} as double) / nullif(sum(n{place}), 0)"
            case MeasureFunction.MIN | MeasureFunction.MAX:
                return f"{function}(m{place})"

    def _sum_pattern(self, *, is_exact: bool) -> str:
        return self._dialect.whole_sum if is_exact else self._dialect.real_sum

    def _joined(self, work: JoinRows) -> str:
        columns = [
            *(f"{LEFT}.{sql.name(name)} as {sql.name(name)}" for name in work.left.columns),
            *(f"{RIGHT}.{sql.name(name)} as {sql.name(to)}" for name, to in work.names.items()),
        ]
        types = dict(work.left.columns) | {
            to: work.right.columns[name] for name, to in work.names.items()
        }
        joined = f"select {_listed(*columns)} from {LEFT} {work.kind} join {RIGHT}"
        ordered = f"select * from ({joined} on {_partners(work)}) as joined"
        return f"{ordered} order by {self._in_order(types, work.key)}"

    def _kept(self, work: KeepDistinct) -> str:
        first = [f"{sql.name(work.order_by)} desc nulls last"] if work.order_by else []
        preference = ", ".join((*first, self._in_order(work.rows.columns)))
        place = f"row_number() over (partition by {_names(work.key)} order by {preference})"
        ranked = f"select *, {place} as argosy_place from {ROWS}"
        kept = (
            f"select {_names(work.rows.columns)} from ({ranked}) as ranked where argosy_place = 1"
        )
        return f"{kept} order by {self._in_order(work.rows.columns, work.key)}"

    def _in_order(self, columns: Mapping[str, str], first: Sequence[str] = ()) -> str:
        """Return what to order rows by so that only equal rows are interchangeable."""
        keys: list[str] = []
        for name in (*first, *(name for name in columns if name not in first)):
            keys.append(f"{sql.name(name)} asc nulls last")
            if columns[name] == DataType.DOUBLE:
                # Zero and minus zero are equal and yet written differently.
                keys.append(self._dialect.is_minus.format(sql.name(name)))
        return ", ".join(keys)


def _listed(*expressions: str) -> str:
    return ", ".join(expressions)


def _names(columns: Sequence[str] | Mapping[str, str]) -> str:
    return ", ".join(map(sql.name, columns))


def _grouped(figures: str, groups: Sequence[str]) -> str:
    by = f" group by {_listed(*groups)}" if groups else ""
    return f"select {figures} from {ROWS}{by}"


def _in_order_of_groups(count: int) -> str:
    order = ", ".join(f"g{place} asc nulls last" for place in range(count))
    return f" order by {order}" if order else ""


def _partners(work: JoinRows) -> str:
    return " and ".join(f"{LEFT}.{name} = {RIGHT}.{name}" for name in map(sql.name, work.key))
