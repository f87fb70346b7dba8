"""The record of changes: each cell that was found wrong, what stood there, what is to stand there.

Two things find cells wrong. *Reading* finds those that are written otherwise than their column, or
hold nothing that the column can: their class says so. *Mending* finds values that read well and
are wrong all the same: the recipe's changes say so. A cell is listed once, with the last word on
it. Both old and new are texts as the source writes them, so that a spelling which the column uses
throughout is never listed: writing the value that was read brings it back.

A cell is `repaired` when a right value was found for it, a missing one included; it is `suspected`
when only that is known that it is wrong. Where the table cannot hold a suspected text, it is empty.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import duckdb

from agent_worker.capabilities import sql
from agent_worker.capabilities.cell_judgements import classes_of, count_spaced
from agent_worker.capabilities.judged_table import JudgedTable
from agent_worker.capabilities.recipe_sql import MendedTable
from agent_worker.capabilities.spelling import Spelling, spelling_of
from agent_worker.domain.changed_cells import (
    HABIT_SHARE_MIN,
    SPACED,
    finding_of,
    is_convention,
    is_mended,
)
from agent_worker.domain.cleaning import RESPELLED, CellClass, Repair
from agent_worker.domain.data_types import DataType
from agent_worker.domain.dialect import OUTSIDE_REASONS
from agent_worker.domain.recipe import StepAction

Spellings = Mapping[int, Spelling]
"""How columns are written, by their place in the contract."""

RIGHT = CellClass.RIGHT

_NOTHING_READ = (
    "select null::bigint as line, null::integer as place, '' as new, '' as action, '' as reason, "
    "null::double as confidence where false"
)
_NOTHING_MENDED = f"select *, null::integer as step from ({_NOTHING_READ})"  # noqa: S608 - a text of our own


@dataclass(frozen=True, slots=True)
class _Cells:
    """What a look at all cells brought to light, by place."""

    classes: Mapping[int, Mapping[CellClass, int]]
    """How many cells are of which class, in rows of any fate."""
    spaced: frozenset[int]
    """Where some values have space around them, and it is no habit."""


def record_changes(
    judged: JudgedTable, kept: Collection[Repair], mended: MendedTable | None = None
) -> duckdb.DuckDBPyRelation:
    """Return the record of a judged table's changes, by row and column.

    Args:
        judged: The table; cells of rows that were quarantined are recorded too.
        kept: The repairs that were applied; what others would have mended is emptied.
        mended: What the recipe found, at the places of the contract's columns.

    Returns:
        row, column, old, new, action, reason, confidence, line, place, standing, step: the record's
        row, counted from 0 over all records of the source in its order, broken ones included and
        blank lines not; the column by its name in the source; texts, empty where a value is
        missing; the line that lineage names, the column's place in the contract, and the text that
        the table has now, NULL where it has the old one and the new one is a mere proposal;
        and the number of the step in `mended` that the reason is of, NULL where reading found it.
    """
    cells = _look(judged)
    spellings = _spellings(judged, cells, mended)
    read = " union all ".join(
        _read_wrongly(judged, cells, place, spelling, frozenset(kept))
        for place, spelling in spellings.items()
    )
    found = _together(judged, spellings, read or _NOTHING_READ, _mended_texts(mended, spellings))
    return judged.texts.connection.sql(f"""
        select row, {_source_names(judged, spellings)} as "column", old, new, action, reason,
            confidence, line, place, standing, step
        from ({found}) join ({_records(judged)}) using (line)
        where action = 'suspected' or new <> old
        order by row, place
    """)  # noqa: S608 - as above


def stored_changes(
    judged: JudgedTable, kept: Collection[Repair], mended: MendedTable | None = None
) -> duckdb.DuckDBPyRelation:
    """Return the same record, kept in a table beside the judged one: it is read more than once."""
    name, connection = f"{judged.name}_record", judged.texts.connection
    connection.execute(f"drop table if exists {name}")
    record_changes(judged, kept, mended).to_table(name)
    return connection.table(name)


def drop_changes(judged: JudgedTable) -> None:
    """Forget the record that was stored."""
    judged.texts.connection.execute(f"drop table if exists {judged.name}_record")


def _together(judged: JudgedTable, spellings: Spellings, read: str, mended: str) -> str:
    """Return the query of all cells found wrong, with the last word on each."""
    raw = _raw_text(judged, spellings)
    # That a value is missing says nothing of a text that is there and cannot be used.
    is_mending = f"""(read.action is null or mended.action = 'repaired'
        or read.action <> 'repaired' and (coalesce(mended.new, '') <> '' or trim({raw}) = ''))"""
    return f"""
        select line, place, {raw} as old,
            if({is_mending}, coalesce(mended.new, read.new), read.new) as new,
            if('repaired' in (mended.action, read.action), 'repaired', 'suspected') as action,
            if({is_mending}, coalesce(mended.reason, read.reason), read.reason) as reason,
            if({is_mending}, mended.step, null) as step,
            coalesce(if({is_mending}, mended.confidence, read.confidence), read.confidence, 0)
                as confidence,
            if(mended.action = 'repaired', mended.new, read.new) as standing
        from ({read}) as read
        full join ({mended}) as mended using (line, place)
        join {judged.texts.name} as texts using (line)
    """  # noqa: S608 - names of our own, and texts quoted by the module `sql`


def _spellings(judged: JudgedTable, cells: _Cells, mended: MendedTable | None) -> Spellings:
    """Return how each column is written that has a cell that may have to be listed."""
    changed: dict[int, bool] = {}
    if mended is not None:
        has_values = mended.changes.aggregate("place, bool_or(new is not null)", "place")
        changed = dict(has_values.fetchall())
    sources = judged.contract.sources_of(judged.texts.dialect.header)
    spellings: dict[int, Spelling] = {}
    for place, source in enumerate(sources):
        wrong = set(cells.classes[place]) - {RIGHT}
        if source is None or not (place in changed or place in cells.spaced or wrong):
            continue
        # Only values that are there have to be written.
        is_writing = changed.get(place, False) or not wrong.isdisjoint(RESPELLED)
        data_type = judged.contract.columns[place].data_type
        spellings[place] = spelling_of(judged, place) if is_writing else Spelling(data_type)
    return spellings


def _look(judged: JudgedTable) -> _Cells:
    """Count classes and spaces."""
    sources = judged.contract.sources_of(judged.texts.dialect.header)
    judgements = judged.judgements("true")
    classes = {place: classes_of(counted) for place, counted in enumerate(judgements)}
    spaced: set[int] = set()
    for place, source in enumerate(sources):
        texts = sum(judgements[place].values()) - classes[place].get(CellClass.ABSENT, 0)
        if source is not None and 1 <= count_spaced(judgements[place]) <= HABIT_SHARE_MIN * texts:
            spaced.add(place)
    return _Cells(classes, frozenset(spaced))


def _read_wrongly(
    judged: JudgedTable, cells: _Cells, place: int, spelling: Spelling, kept: frozenset[Repair]
) -> str:
    """Return the query of the cells of one column that reading found wrong."""
    listed = _listed_classes(judged, place, cells.classes[place])
    brought_back = {each for each in listed if is_mended(each, kept)}
    new = f"if(k in {_numbers(brought_back)}, {spelling.text_of('v')}, '')"
    told = " ".join(
        f"when {each:d} then {sql.text(finding_of(each).reason)}" for each in sorted(listed)
    )
    sure = " ".join(f"when {each:d} then {finding_of(each).confidence}" for each in sorted(listed))
    repaired, suspected = sql.text(StepAction.REPAIRED), sql.text(StepAction.SUSPECTED)
    cells_of_column = judged.column_query(place)
    irregular = f"""
        select line, {place} as place, {new} as new,
            if(k in {_numbers(brought_back)}, {repaired}, {suspected}) as action,
            case k {told or "when 0 then ''"} end as reason,
            case k {sure or "when 0 then 0"} end as confidence
        from ({cells_of_column})
        where k in {_numbers(listed)} and (action = {suspected} or new <> x)
    """  # noqa: S608 - names and texts of our own
    if place not in cells.spaced:
        return irregular
    return f"""
        {irregular}
        union all
        select line, {place}, x, {repaired}, {sql.text(SPACED.reason)}, {SPACED.confidence}
        from ({cells_of_column}) where k = {RIGHT:d} and q
    """  # noqa: S608 - names and texts of our own


def _listed_classes(
    judged: JudgedTable, place: int, counts: Mapping[CellClass, int]
) -> set[CellClass]:
    """Return the classes of a column whose cells are wrong, and not the column's way."""
    column = judged.contract.columns[place]
    listed = {*counts} - {RIGHT}
    if not column.nearly_complete:
        listed -= {CellClass.ABSENT}
    if column.data_type is DataType.VARCHAR and CellClass.TOKEN in counts:
        ((words,),) = judged.texts.connection.execute(
            f"select count(distinct x) from ({judged.column_query(place)})"  # noqa: S608
            f" where k = {CellClass.TOKEN:d}"
        ).fetchall()
        if is_convention(words=words, absent=counts.get(CellClass.ABSENT, 0)):
            listed -= {CellClass.TOKEN}
    return listed


def _mended_texts(mended: MendedTable | None, spellings: Spellings) -> str:
    """Return the query of the recipe's changes, with new values as their columns write them."""
    if mended is None or not spellings:
        return _NOTHING_MENDED
    written = " ".join(
        f"when {place} then {spelling.text_of(f'try_cast(new as {spelling.data_type})')}"
        for place, spelling in spellings.items()
    )
    # A proposal need not be of the column's type: what cannot be cast is shown as it is.
    return f"""
        select line, place, coalesce(nullif(case place {written} end, ''), new, '') as new, action,
            reason, confidence, step
        from {mended.changes_name}
    """  # noqa: S608 - names and texts of our own


def _raw_text(judged: JudgedTable, spellings: Spellings) -> str:
    sources = judged.contract.sources_of(judged.texts.dialect.header)
    return _by_place({place: f"texts.c{sources[place]}" for place in spellings})


def _source_names(judged: JudgedTable, spellings: Spellings) -> str:
    header = judged.texts.dialect.header
    sources = judged.contract.sources_of(header)
    names = {place: header[sources[place] or 0] for place in spellings}
    return _by_place({place: sql.text(name) for place, name in names.items()})


def _by_place(cells: Mapping[int, str]) -> str:
    cases = " ".join(f"when {place} then {cell}" for place, cell in cells.items())
    return f"case place {cases} end" if cases else "''"


def _records(judged: JudgedTable) -> str:
    """Return the query that numbers all records of the source, broken ones included."""
    texts = judged.texts
    return (
        f"select line, row_number() over (order by line) - 1 as row from "  # noqa: S608
        f"(select line from {texts.name} union all select line from {texts.name}_broken"
        f" where reason not in ({sql.texts(OUTSIDE_REASONS)}))"
    )


def _numbers(classes: Collection[CellClass]) -> str:
    """Return the classes as an SQL list; -1, which is none, where there are none."""
    return f"({', '.join(f'{each:d}' for each in sorted(classes)) or '-1'})"
