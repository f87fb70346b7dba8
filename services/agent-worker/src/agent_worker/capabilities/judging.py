"""From texts to judged cells: each one's class, and its value after all repairs.

The query reads each text the table's own way first; only what that does not read is tried in the
other ways. Then whole rows are judged: is the key usable, is the row a copy of another one.
"""

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

import duckdb

from agent_worker.capabilities.column_sql import ColumnReader
from agent_worker.capabilities.judged_table import KEY_REPEATED, KEY_UNUSABLE, JudgedTable
from agent_worker.capabilities.rule_checks import prepare_rules
from agent_worker.capabilities.rule_sql import judged_columns
from agent_worker.capabilities.text_table import TextTable
from agent_worker.domain.cleaning import UNUSABLE, CellClass
from agent_worker.domain.rules.checks import Reference
from agent_worker.domain.rules.rule import Rule
from agent_worker.domain.schema_contract import TableContract

NO_REFERENCES: Mapping[str, duckdb.DuckDBPyRelation] = MappingProxyType({})


def judge(
    texts: TextTable,
    contract: TableContract,
    sample_rows_max: int,
    references: Mapping[str, duckdb.DuckDBPyRelation] = NO_REFERENCES,
) -> JudgedTable:
    """Judge every row of the texts; materialises one table beside them.

    Args:
        texts: The source's lines as texts.
        contract: What they are judged by.
        sample_rows_max: Rows that repairs are tried on.
        references: The rows of each table that rules refer to; rules that refer to another one
            are not asked.
    """
    readers = [
        ColumnReader(column, f"x{place}", _prefix_text(contract, column.prefix_column))
        for place, column in enumerate(contract.columns)
    ]
    cells = _read_cells(_pick_columns(texts, contract), readers)
    name = f"{texts.name}_judged"
    _judge_rows(cells, contract).to_table(name)
    _mark_repeated(texts.connection, name, contract)
    judged = JudgedTable(contract, texts, name, sample_rows_max)
    tests = prepare_rules(
        [rule for rule in contract.asked_rules if is_askable(rule, references)],
        judged.rows.filter("reason = ''"),
        judged_columns(contract),
        prefix=name,
        references=references,
    )
    return replace(judged, tests=tests)


def is_askable(rule: Rule, references: Mapping[str, duckdb.DuckDBPyRelation]) -> bool:
    """Tell whether all that the rule compares with is here."""
    return not isinstance(rule.check, Reference) or rule.check.table in references


def _prefix_text(contract: TableContract, prefix_column: str) -> str:
    names = [column.name for column in contract.columns]
    return f"x{names.index(prefix_column)}" if prefix_column else ""


def _pick_columns(texts: TextTable, contract: TableContract) -> duckdb.DuckDBPyRelation:
    """Name the texts by the contract's columns; a column that the source lacks is all empty."""
    picked = [
        f"trim(c{source}) as x{place}" if source is not None else f"'' as x{place}"
        for place, source in enumerate(contract.sources_of(texts.dialect.header))
    ]
    return texts.texts.project(", ".join(("line", *picked)))


def _read_cells(
    picked: duckdb.DuckDBPyRelation, readers: list[ColumnReader]
) -> duckdb.DuckDBPyRelation:
    """Add to each text x its reading r, its class k and its value v."""
    strict = [f"{reader.strict()} as s{place}" for place, reader in enumerate(readers)]
    read = [
        part
        for place, reader in enumerate(readers)
        for part in (
            f"x{place}",
            f"{_reading(reader, f's{place}')} as r{place}",
            f"{_repaired(reader, f's{place}')} as w{place}",
        )
    ]
    judged = [part for place, reader in enumerate(readers) for part in _judged(reader, place)]
    return (
        picked.project(", ".join(("*", *strict)))
        .project(", ".join(("line", *read)))
        .project(", ".join(("line", *judged)))
    )


def _reading(reader: ColumnReader, strict: str) -> str:
    ways = " ".join(
        f"when ({way}) is not null then {cell_class}" for cell_class, way in _ways(reader)
    )
    return (
        f"case when {strict} is not null then {CellClass.RIGHT:d}"
        f" when {reader.is_absent()} then {CellClass.ABSENT:d}"
        f" when {reader.is_token()} then {CellClass.TOKEN:d}"
        f" {ways} else {CellClass.UNREADABLE:d} end::utinyint"
    )


def _repaired(reader: ColumnReader, strict: str) -> str:
    ways = [way for _, way in _ways(reader)]
    if not ways:
        return strict
    missing = f"{reader.is_absent()} or {reader.is_token()}"
    return (
        f"case when {strict} is not null then {strict} when {missing} then null"
        f" else coalesce({', '.join(ways)}) end"
    )


def _ways(reader: ColumnReader) -> list[tuple[str, str]]:
    return [(f"{cell_class:d}", way) for cell_class, way in reader.respellings().items()]


def _judged(reader: ColumnReader, place: int) -> tuple[str, ...]:
    doubt = f"coalesce({reader.is_implausible(f'w{place}')}, false)"
    return (
        f"x{place}",
        f"r{place}",
        f"if({doubt}, {CellClass.IMPLAUSIBLE:d}::utinyint, r{place}) as k{place}",
        f"if({doubt}, null, w{place}) as v{place}",
    )


def _judge_rows(cells: duckdb.DuckDBPyRelation, contract: TableContract) -> duckdb.DuckDBPyRelation:
    """Add to each row why it is unusable by itself, if it is; it is no copy so far."""
    required = [place for place, column in enumerate(contract.columns) if not column.nullable]
    is_unusable = " or ".join(f"v{place} is null" for place in required) or "false"
    return cells.project(f"*, false as is_copy, if({is_unusable}, '{KEY_UNUSABLE}', '') as reason")


def _mark_repeated(
    connection: duckdb.DuckDBPyConnection, name: str, contract: TableContract
) -> None:
    """Mark the rows that are copies of earlier ones, and those that only have the same key."""
    places = {column.name: place for place, column in enumerate(contract.columns)}
    if contract.distinct_rows:
        # Unusable cells are compared by their texts: rows that differ only there are not equal.
        same = [
            cell
            for place in places.values()
            for cell in (f"v{place}", f"if(k{place} >= {min(UNUSABLE):d}, x{place}, null)")
        ]
        copies = _repeated(name, ", ".join(same))
        connection.execute(f"update {name} set is_copy = true where line in ({copies})")  # noqa: S608
    if contract.key:
        key = ", ".join(f"v{places[column]}" for column in contract.key)
        connection.execute(
            f"update {name} set reason = '{KEY_REPEATED}' where line in ({_repeated(name, key)})"  # noqa: S608
        )


def _repeated(name: str, cells: str) -> str:
    """Return the query of the lines of usable rows with the cells of an earlier one.

    Rows are first told apart by hashes, which takes little memory however many there are; only
    those that share one are compared.
    """
    usable = f"from {name} where reason = '' and not is_copy"
    hashed = f"select line, hash({cells}) as hashed {usable}"
    shared = f"select hashed from ({hashed}) group by hashed having count(*) > 1"  # noqa: S608
    alike = f"select line from ({hashed}) where hashed in ({shared})"  # noqa: S608
    return (
        f"select line {usable} and line in ({alike})"
        f" qualify row_number() over (partition by {cells} order by line) > 1"
    )
