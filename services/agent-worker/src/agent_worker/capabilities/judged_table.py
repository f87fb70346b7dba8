"""A judged partition: the classes of its cells, a sample of it, its clean and its unusable rows.

Reading is done once; every later question is asked of the one judged table.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256

import duckdb

from agent_worker.capabilities import sql
from agent_worker.capabilities.rule_checks import NO_TESTS, RuleTests
from agent_worker.capabilities.rule_tallies import count_columns, failing_of, mismatch_of
from agent_worker.capabilities.text_table import TextTable
from agent_worker.domain.cleaning import (
    REPAIR_OF,
    RESPELLED,
    CellClass,
    ColumnTally,
    PartitionTally,
    Repair,
)
from agent_worker.domain.data_types import DataType
from agent_worker.domain.schema_contract import ColumnContract, TableContract

KEY_UNUSABLE = "key_unusable"
"""The reason of a row with a required value that is missing or cannot be read."""

COLUMNS_ASKED_MAX = 50
"""Columns counted in one query: 500 in one take twenty times as long as in ten."""

KEY_REPEATED = "key_repeated"
"""The reason of a row that has the key of an earlier one and says something else."""

HASHED_LINES = 500_000
"""Whose digests are held at once: 16 MB of them."""


@dataclass(frozen=True, slots=True)
class Sample:
    """Some of a judged table's rows, and the classes of their cells."""

    rows: duckdb.DuckDBPyRelation
    tally: PartitionTally


@dataclass(frozen=True)
class JudgedTable:
    """The table `<name>`: line, reason, is_copy, and for each column xN rN kN vN.

    x is the text, r how it was read, k the cell's class and v its value after all repairs.
    """

    contract: TableContract
    texts: TextTable
    name: str
    sample_rows_max: int
    """Rows that a repair is tried on; fewer rows are tried whole."""
    tests: RuleTests = NO_TESTS
    """The contract's rules, ready to be asked of these rows."""

    @property
    def rows(self) -> duckdb.DuckDBPyRelation:
        """All rows that were split into fields."""
        return self.texts.connection.table(self.name)

    @cached_property
    def tally(self) -> PartitionTally:
        """The classes of all cells, with the broken lines among the quarantined rows."""
        counted = self.texts.broken.aggregate("reason, count(*)", "reason").order("reason")
        broken: dict[str, int] = dict(counted.fetchall())
        tally = self._tally_of(self.rows)
        header = self.texts.dialect.header
        return tally.model_copy(
            update={
                "rows": tally.rows + self.texts.broken_lines,
                "quarantined": broken | tally.quarantined,
                "rules": self.tests.count(self.rows.filter("reason = ''"))
                + count_columns(self.contract, header),
                "schema_mismatch": mismatch_of(self.contract, header),
            }
        )

    @cached_property
    def sample(self) -> Sample:
        """A part of the rows, spread evenly over the file, that repairs are tried on."""
        stride = -(-self.texts.rows // self.sample_rows_max)
        if stride <= 1:
            return self.whole
        rows = self.rows.filter(f"line % {stride} = 0")
        return Sample(rows, self._tally_of(rows))

    @property
    def whole(self) -> Sample:
        """All rows."""
        return Sample(self.rows, self.tally)

    def clean_rows(
        self,
        kept: Collection[Repair],
        file_name: str,
        repaired: duckdb.DuckDBPyRelation | None = None,
    ) -> duckdb.DuckDBPyRelation:
        """Return the table's rows with their lineage, in the order of the file.

        Args:
            kept: The repairs of readings that are applied.
            file_name: What lineage calls the source.
            repaired: What stands in cells that a recipe repaired: line, and for each place with
                repairs hN, whether the line has one there, and nN, the value.
        """
        values = [
            f"{self._mended_cell(place, kept, repaired)} as {sql.name(column.name)}"
            for place, column in enumerate(self.contract.columns)
        ]
        lineage = (f"{sql.text(file_name)} as _source_file", "line as _source_line")
        is_out = "reason = '' and not is_copy" if _drops(kept) else "reason = ''"
        rows = self.rows.filter(is_out)
        if repaired is not None:
            rows = rows.join(repaired, "line", how="left")
        return rows.order("line").project(", ".join((*values, *lineage)))

    def mended_rows(
        self, kept: Collection[Repair], repaired: duckdb.DuckDBPyRelation | None
    ) -> duckdb.DuckDBPyRelation:
        """Return the rows of the table as they are judged, with the values that it gets."""
        places = range(len(self.contract.columns))
        cells = [
            f"x{place}, k{place}, {self._mended_cell(place, kept, repaired)} as v{place}"
            for place in places
        ]
        rows = self.rows.filter("reason = '' and not is_copy" if _drops(kept) else "reason = ''")
        if repaired is not None:
            rows = rows.join(repaired, "line", how="left")
        return rows.project(", ".join(("line, is_copy", *cells)))

    def drop(self) -> None:
        """Remove the tables from the database."""
        self.tests.drop(self.texts.connection)
        self.texts.connection.execute(f"drop table {self.name}")
        self.texts.drop()

    def quarantined_rows(self, file_name: str) -> duckdb.DuckDBPyRelation:
        """Return every line that is not in the table for a reason other than being a copy."""
        width = self.texts.dialect.width
        fields = ", ".join(f"c{place}" for place in range(width))
        delimiter = sql.text(self.texts.dialect.delimiter)
        unusable = (
            self.rows.filter("reason <> ''")
            .project("line, reason")
            .join(self.texts.texts, "line")
            .project(f"line, reason, concat_ws({delimiter}, {fields}) as raw")
        )
        named = f"{sql.text(file_name)} as _source_file, line as _source_line, reason, raw"
        return unusable.union(self.texts.broken).order("line").project(named)

    def _tally_of(self, rows: duckdb.DuckDBPyRelation) -> PartitionTally:
        columns = self.contract.columns
        counts = rows.aggregate("reason, is_copy, count(*)", "reason, is_copy").fetchall()
        quarantined: dict[str, int] = {}
        for reason, _, row_count in sorted(counts):
            if reason:
                quarantined[reason] = quarantined.get(reason, 0) + row_count
        usable = rows.filter("reason = ''")
        histograms = _histograms(usable, len(columns))
        failing = failing_of(usable, self.tests)
        header = self.texts.dialect.header
        renamed = self.contract.renamed_in(header).values()
        return PartitionTally(
            rows=sum(row_count for *_, row_count in counts),
            quarantined=quarantined,
            duplicates=sum(row_count for _, is_copy, row_count in counts if is_copy),
            columns=tuple(
                ColumnTally(
                    column=column.name,
                    cells=histogram or {},
                    nearly_complete=column.nearly_complete,
                    renamed=column.name in renamed,
                    failing=failing.get(column.name, ()),
                )
                for column, histogram in zip(columns, histograms, strict=True)
            ),
            weights=self.contract.quality_weights,
            unknown_columns=self.contract.unknown_in(header),
        )

    def _mended_cell(
        self, place: int, kept: Collection[Repair], repaired: duckdb.DuckDBPyRelation | None
    ) -> str:
        cell = self._cell(place, kept)
        if repaired is None or f"h{place}" not in repaired.columns:
            return cell
        return f"if(coalesce(h{place}, false), n{place}, {cell})"

    def _cell(self, place: int, kept: Collection[Repair]) -> str:
        """Return what is written for a cell; classes whose repair was not kept are emptied."""
        column = self.contract.columns[place]
        if Repair.MATCH_COLUMNS not in kept and self._is_renamed(column):
            return f"cast(null as {column.data_type})"
        dropped = [
            f"{cell_class:d}"
            for cell_class, repair in REPAIR_OF.items()
            if cell_class in RESPELLED and repair not in kept
        ]
        if column.data_type is DataType.VARCHAR and Repair.BLANK_TOKENS not in kept:
            return f"if(k{place} = {CellClass.TOKEN:d}, x{place}, v{place})"
        return f"if(k{place} in ({', '.join(dropped)}), null, v{place})" if dropped else f"v{place}"

    def _is_renamed(self, column: ColumnContract) -> bool:
        return column.name in self.contract.renamed_in(self.texts.dialect.header).values()


def _histograms(rows: duckdb.DuckDBPyRelation, width: int) -> Iterator[dict[CellClass, int] | None]:
    """Yield how often each class occurs, by column; None where there are no rows."""
    for first in range(0, width, COLUMNS_ASKED_MAX):
        places = range(first, min(first + COLUMNS_ASKED_MAX, width))
        counted = rows.aggregate(", ".join(f"histogram(k{place})" for place in places))
        yield from counted.fetchall()[0]


def count_and_hash(rows: duckdb.DuckDBPyRelation) -> tuple[int, str]:
    """Count clean rows and return the SHA-256 of their digests in order.

    Stretch by stretch, since the digests of all rows need not fit into memory: rows that are not
    stored would be computed anew for each.
    """
    cells = ", ".join(
        f"coalesce(cast({sql.name(name)} as varchar), chr(0))" for name in rows.columns
    )
    count, hashed = 0, sha256()
    begin = _first_line(rows)
    while begin is not None:
        end = begin + HASHED_LINES
        stretch = rows.filter(f"_source_line >= {begin} and _source_line < {end}")
        lines = stretch.project(f"_source_line as line, md5(concat_ws(chr(31), {cells})) as digest")
        joined = "coalesce(string_agg(digest, '' order by line), '')"
        ((row_count, digests),) = lines.aggregate(f"count(*), {joined}").fetchall()
        count += row_count
        hashed.update(digests.encode())
        begin = _first_line(rows.filter(f"_source_line >= {end}"))
    return count, hashed.hexdigest()


def _first_line(rows: duckdb.DuckDBPyRelation) -> int | None:
    ((line,),) = rows.aggregate("min(_source_line)").fetchall()
    return line


def _drops(kept: Collection[Repair]) -> bool:
    return Repair.DROP_DUPLICATES in kept
