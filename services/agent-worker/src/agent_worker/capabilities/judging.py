"""From texts to judged cells: each one's class, and its value after all repairs.

One query reads each text the table's own way first; only what that does not read is tried in the
other ways. Then whole rows are judged: is the key usable, is the row a copy of another one.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

import duckdb

from agent_worker.capabilities import cell_judgements
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
    judged = JudgedTable(contract, texts, f"{texts.name}_judged", sample_rows_max)
    _judge_cells(judged)
    _create_views(judged)
    _mark_repeated(judged)
    tests = prepare_rules(
        [rule for rule in contract.asked_rules if is_askable(rule, references)],
        judged.read_rows.filter("reason = ''"),
        judged_columns(contract),
        prefix=judged.name,
        references=references,
    )
    return replace(judged, tests=tests)


def is_askable(rule: Rule, references: Mapping[str, duckdb.DuckDBPyRelation]) -> bool:
    """Tell whether all that the rule compares with is here."""
    return not isinstance(rule.check, Reference) or rule.check.table in references


def _judge_cells(judged: JudgedTable) -> None:
    """Create the table of cells; every layer of the query names what the next one uses."""
    columns = judged.contract.columns
    readers = [
        ColumnReader(column, f"x{place}", _prefix_text(judged.contract, column.prefix_column))
        for place, column in enumerate(columns)
    ]
    raw = ", ".join(f"{text} as t{place}" for place, text in enumerate(_raw_texts(judged)))
    query = f"select line, {raw} from {judged.texts.name}"  # noqa: S608 - names of our own
    for layer in (_trim, _read_strictly, _read_otherwise, _doubt):
        parts = _joined(readers, layer)
        query = f"select line, {parts} from ({query})"  # noqa: S608 - names of our own
    cells = ", ".join(f"j{place}, v{place}" for place in range(len(columns)))
    query = f"select line, {', '.join(_of_row(judged.contract))}, {cells} from ({query})"  # noqa: S608 - as above
    judged.texts.connection.execute(f"create table {judged.cells_name} as {query}")


def _joined(
    readers: Sequence[ColumnReader], layer: Callable[[ColumnReader, int], Sequence[str]]
) -> str:
    return ", ".join(part for place, reader in enumerate(readers) for part in layer(reader, place))


def _raw_texts(judged: JudgedTable) -> list[str]:
    """Return the contract's columns in the texts; one that the source lacks is all empty."""
    sources = judged.contract.sources_of(judged.texts.dialect.header)
    return ["''" if source is None else f"c{source}" for source in sources]


def _prefix_text(contract: TableContract, prefix_column: str) -> str:
    names = [column.name for column in contract.columns]
    return f"x{names.index(prefix_column)}" if prefix_column else ""


def _trim(reader: ColumnReader, place: int) -> tuple[str, ...]:
    """Add the text x without the space around it, and p, the value of one that has none."""
    raw, trimmed = f"t{place}", f"trim(t{place})"
    plain = replace(reader, expression=raw).plain()
    if not plain:
        return raw, f"{trimmed} as x{place}"
    return raw, f"{plain} as p{place}", f"if({plain} is null, {trimmed}, {raw}) as x{place}"


def _read_strictly(reader: ColumnReader, place: int) -> tuple[str, ...]:
    """Add s, the value as the table writes it, and q: is there space around the text."""
    strict, is_spaced = reader.strict(), f"coalesce(t{place} <> x{place}, false)"
    if reader.plain():
        strict = f"if(p{place} is not null, p{place}, {strict})"
        is_spaced = f"if(p{place} is not null, false, {is_spaced})"
    return f"x{place}", f"{strict} as s{place}", f"{is_spaced} as q{place}"


def _read_otherwise(reader: ColumnReader, place: int) -> tuple[str, ...]:
    """Add r, the class as it is read, and w, the value however it is read."""
    strict = f"s{place}"
    return (
        f"x{place}",
        f"q{place}",
        f"{_reading(reader, strict)} as r{place}",
        f"{_repaired(reader, strict)} as w{place}",
    )


def _doubt(reader: ColumnReader, place: int) -> tuple[str, ...]:
    """Add the judgement j of the cell, and its value v, which is none where it cannot be."""
    doubt = f"coalesce({reader.is_implausible(f'w{place}')}, false)"
    return (
        f"x{place}",
        f"{cell_judgements.judgement(f'r{place}', f'q{place}', doubt)} as j{place}",
        f"if({doubt}, null, w{place}) as v{place}",
    )


def _of_row(contract: TableContract) -> tuple[str, ...]:
    """Say why a row is unusable by itself, if it is; it is no copy so far.

    Rows are told apart by hashes first, which takes little memory however many there are.
    """
    places = range(len(contract.columns))
    required = [place for place in places if not contract.columns[place].nullable]
    is_unusable = " or ".join(f"v{place} is null" for place in required) or "false"
    told = (f"if({is_unusable}, '{KEY_UNUSABLE}', '') as reason", "false as is_copy")
    rows = (f"{_hash(places)} as row_hash",) if contract.distinct_rows else ()
    keys = (f"{_hash(_key_places(contract))} as key_hash",) if contract.key else ()
    return (*told, *rows, *keys)


def _hash(places: Sequence[int]) -> str:
    return f"hash({', '.join(f'v{place}' for place in places)})"


def _key_places(contract: TableContract) -> list[int]:
    places = {column.name: place for place, column in enumerate(contract.columns)}
    return [places[column] for column in contract.key]


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


def _create_views(judged: JudgedTable) -> None:
    """Create the views of the cells alone, of the texts alone, and of both side by side."""
    names = ["cells.line as line", "reason", "is_copy"]
    for place in range(len(judged.contract.columns)):
        judgement = f"j{place}"
        names += [f"{cell_judgements.cell_class(judgement)} as k{place}", f"v{place}"]
        names += [f"{cell_judgements.reading(judgement)} as r{place}"]
    trimmed = [f"trim({raw}) as x{place}" for place, raw in enumerate(_raw_texts(judged))]
    cells, texts = f"{judged.cells_name} as cells", f"{judged.texts.name} as texts"
    views = {
        f"{judged.name}_read": (names, cells),
        f"{judged.name}_texts": (["line", *trimmed], texts),
        # Both tables have the same rows in the same order, since one was made from the other.
        judged.name: ([*names, *trimmed], f"{cells} positional join {texts}"),
    }
    for view, (shown, tables) in views.items():
        query = f"select {', '.join(shown)} from {tables}"  # noqa: S608 - names of our own
        judged.texts.connection.execute(f"create view {view} as {query}")


def _mark_repeated(judged: JudgedTable) -> None:
    """Mark the rows that are copies of earlier ones, and those that only have the same key."""
    contract = judged.contract
    if contract.distinct_rows:
        # Unusable cells are compared by their texts: rows that differ only there are not equal.
        same = [
            cell
            for place, text in enumerate(_raw_texts(judged))
            for cell in (f"v{place}", f"if({_is_unusable(place)}, trim({text}), null)")
        ]
        _mark_later(judged, "row_hash", same, "is_copy = true")
    if contract.key:
        same = [f"v{place}" for place in _key_places(contract)]
        _mark_later(judged, "key_hash", same, f"reason = '{KEY_REPEATED}'")


def _is_unusable(place: int) -> str:
    return f"{cell_judgements.cell_class(f'j{place}')} >= {min(UNUSABLE):d}"


def _mark_later(judged: JudgedTable, hashed: str, same: Sequence[str], mark: str) -> None:
    """Mark the usable rows that are the same as an earlier one; only those alike are compared."""
    execute, alike = judged.texts.connection.execute, f"{judged.name}_alike"
    cells, texts = judged.cells_name, judged.texts.name
    usable = f"from {cells} where reason = '' and not is_copy"
    shared = f"select {hashed} {usable} group by {hashed} having count(*) > 1"
    execute(f"create temp table {alike} as select line {usable} and {hashed} in ({shared})")
    if execute(f"select 1 from {alike} limit 1").fetchall():  # noqa: S608 - names of our own
        execute(
            f"update {cells} set {mark} where line in (select line"  # noqa: S608
            f" from (from {cells} where line in (from {alike}))"
            f" join (from {texts} where line in (from {alike})) using (line)"
            f" qualify row_number() over (partition by {', '.join(same)} order by line) > 1)"
        )
    execute(f"drop table {alike}")
