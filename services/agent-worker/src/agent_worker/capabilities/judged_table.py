"""A judged partition: the classes of its cells, a sample of it, its clean and its unusable rows.

Reading is done once; every later question is asked of the one judged table.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from functools import cached_property

import duckdb

from agent_worker.capabilities import cell_judgements, sql
from agent_worker.capabilities.recipe_sql import MendedTable
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


@dataclass(frozen=True, slots=True)
class Sample:
    """Some of a judged table's rows, and the classes of their cells."""

    rows: duckdb.DuckDBPyRelation
    tally: PartitionTally


@dataclass(frozen=True)
class JudgedTable:
    """The view `<name>`: line, reason, is_copy, and for each column xN kN vN rN.

    x is the text, k the cell's class, v its value after all repairs, and r the class as which the
    text was read. The view `<name>_read` has no texts: it costs less, above all in joins.
    """

    contract: TableContract
    texts: TextTable
    name: str
    sample_rows_max: int
    """Rows that a repair is tried on; fewer rows are tried whole."""
    tests: RuleTests = NO_TESTS
    """The contract's rules, ready to be asked of these rows."""
    mendings: dict[str, MendedTable] = field(default_factory=dict[str, MendedTable])
    """What recipes found that were applied last, by what for; see `mending.mend_once`."""

    @property
    def cells_name(self) -> str:
        """The table that is stored: line, reason, is_copy, hashes, and each cell's jN and vN."""
        return f"{self.name}_cells"

    @property
    def rows(self) -> duckdb.DuckDBPyRelation:
        """All rows that were split into fields."""
        return self.texts.connection.view(self.name)

    @property
    def read_rows(self) -> duckdb.DuckDBPyRelation:
        """The same rows without their texts."""
        return self.texts.connection.view(f"{self.name}_read")

    def column_query(self, place: int) -> str:
        """Return a query for one column alone, which is found sooner than by the views.

        It has line, reason, and the cells' k, v, x and q.
        """
        source = self.contract.sources_of(self.texts.dialect.header)[place]
        text = "''" if source is None else f"trim(c{source})"
        cell_class = cell_judgements.cell_class(f"j{place}")
        is_spaced = cell_judgements.is_spaced(f"j{place}")
        return (
            f"select cells.line as line, reason, {cell_class} as k, v{place} as v, {text} as x,"  # noqa: S608
            f" {is_spaced} as q"
            f" from {self.cells_name} cells positional join {self.texts.name} texts"
        )

    @cached_property
    def tally(self) -> PartitionTally:
        """The classes of all cells, with the broken lines among the quarantined rows."""
        counted = self.texts.broken.aggregate("reason, count(*)", "reason").order("reason")
        broken: dict[str, int] = dict(counted.fetchall())
        tally = self._tally_of("true")
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
        is_drawn, name = f"line % {stride} = 0", f"{self.name}_sample"
        drawn = " join ".join(
            f"(select * from {self.name}_{part} where {is_drawn})"  # noqa: S608 - a name of our own
            for part in ("read", "texts")
        )
        # Laid down, for it is asked often: by each trial, and for how each column is written.
        self.texts.connection.execute(
            f"create or replace temp table {name} as from {drawn} using (line) order by line"
        )
        return Sample(self.texts.connection.table(name), self._tally_of(is_drawn))

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
        # Words for missing values are texts that stay as they are, unless they were blanked.
        source = self.read_rows if Repair.BLANK_TOKENS in kept else self.rows
        rows = source.filter(is_out)
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

    def forget_mendings(self) -> None:
        """Remove what recipes found: the rows have changed, or it is not needed any more."""
        for mended in self.mendings.values():
            mended.drop()
        self.mendings.clear()

    def drop(self) -> None:
        """Remove the tables from the database."""
        self.tests.drop(self.texts.connection)
        self.forget_mendings()
        execute = self.texts.connection.execute
        execute(f"drop view {self.name}_read; drop view {self.name}_texts")
        execute(f"drop view {self.name}")
        execute(f"drop table {self.cells_name}; drop table if exists {self.name}_sample")
        execute(f"drop table if exists {self.name}_sample_values")
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

    def judgements(self, condition: str) -> list[dict[int, int]]:
        """Count the judgements of each column's cells in the rows that meet a condition."""
        counted: list[dict[int, int] | None] = []
        for first in range(0, len(self.contract.columns), COLUMNS_ASKED_MAX):
            places = range(first, min(first + COLUMNS_ASKED_MAX, len(self.contract.columns)))
            histograms = ", ".join(f"histogram(j{place})" for place in places)
            cells = self.texts.connection.table(self.cells_name).filter(condition)
            counted += cells.aggregate(histograms).fetchall()[0]
        return [histogram or {} for histogram in counted]

    def _tally_of(self, condition: str) -> PartitionTally:
        columns, cells = self.contract.columns, self.texts.connection.table(self.cells_name)
        counted = cells.filter(condition).aggregate("reason, is_copy, count(*)", "reason, is_copy")
        counts: list[tuple[str, bool, int]] = counted.fetchall()
        quarantined: dict[str, int] = {}
        for reason, _, row_count in sorted(counts):
            if reason:
                quarantined[reason] = quarantined.get(reason, 0) + row_count
        usable = f"reason = '' and {condition}"
        failing = failing_of(self.rows.filter(usable), self.tests)
        header = self.texts.dialect.header
        renamed = self.contract.renamed_in(header).values()
        return PartitionTally(
            rows=sum(row_count for *_, row_count in counts),
            quarantined=quarantined,
            duplicates=sum(row_count for _, is_copy, row_count in counts if is_copy),
            columns=tuple(
                ColumnTally(
                    column=column.name,
                    cells=cell_judgements.classes_of(histogram),
                    nearly_complete=column.nearly_complete,
                    renamed=column.name in renamed,
                    failing=failing.get(column.name, ()),
                )
                for column, histogram in zip(columns, self.judgements(usable), strict=True)
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


def _drops(kept: Collection[Repair]) -> bool:
    return Repair.DROP_DUPLICATES in kept
