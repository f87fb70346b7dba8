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

import duckdb

from agent_worker.capabilities import sql
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
from agent_worker.domain.cleaning import CellClass, Repair
from agent_worker.domain.recipe import StepAction

_NOTHING_READ = (
    "select null::bigint as line, null::integer as place, '' as new, '' as action, '' as reason, "
    "null::double as confidence where false"
)
_NOTHING_MENDED = f"select *, '' as old from ({_NOTHING_READ})"  # noqa: S608 - a text of our own


def record_changes(
    judged: JudgedTable, kept: Collection[Repair], mended: MendedTable | None = None
) -> duckdb.DuckDBPyRelation:
    """Return the record of a judged table's changes, by row and column.

    Args:
        judged: The table; cells of rows that were quarantined are recorded too.
        kept: The repairs that were applied; what others would have mended is emptied.
        mended: What the recipe found, at the places of the contract's columns.

    Returns:
        row, column, old, new, action, reason, confidence, line, place, standing: the record's
        row, counted from 0 over all records of the source in its order, broken ones included and
        blank lines not; the column by its name in the source; texts, empty where a value is
        missing; the line that lineage names, the column's place in the contract, and the text that
        the table has now, NULL where it has the old one and the new one is a mere proposal.
    """
    spellings = _spellings(judged, mended)
    read = " union all ".join(
        _read_wrongly(judged, place, spelling, frozenset(kept))
        for place, spelling in spellings.items()
    )
    found = _together(judged, spellings, read or _NOTHING_READ, _mended_texts(mended, spellings))
    return judged.texts.connection.sql(f"""
        select row, {_source_names(judged, spellings)} as "column", old, new, action, reason,
            confidence, line, place, standing
        from ({found}) join ({_records(judged)}) using (line)
        where action = 'suspected' or new <> old
        order by row, place
    """)  # noqa: S608 - as above


def _together(
    judged: JudgedTable, spellings: Mapping[int, Spelling], read: str, mended: str
) -> str:
    """Return the query of all cells found wrong, with the last word on each."""
    return f"""
        select line, place, {_raw_text(judged, spellings)} as old,
            if(mended.action = 'repaired' or coalesce(read.action, '') <> 'repaired',
                coalesce(mended.new, read.new), read.new) as new,
            if('repaired' in (mended.action, read.action), 'repaired', 'suspected') as action,
            if(mended.action = 'repaired' or coalesce(read.action, '') <> 'repaired',
                coalesce(mended.reason, read.reason), read.reason) as reason,
            coalesce(greatest(mended.confidence, read.confidence), 0) as confidence,
            if(mended.action = 'repaired', mended.new, read.new) as standing
        from ({read}) as read
        full join ({mended}) as mended using (line, place)
        join {judged.texts.name} as texts using (line)
    """  # noqa: S608 - names of our own, and texts quoted by the module `sql`


def _spellings(judged: JudgedTable, mended: MendedTable | None) -> Mapping[int, Spelling]:
    """Return how each column is written that has a cell that may have to be listed."""
    changed: set[int] = set()
    if mended is not None:
        changed = {place for (place,) in mended.changes.aggregate("place", "place").fetchall()}
    classes = _irregular_classes(judged)
    sources = judged.contract.sources_of(judged.texts.dialect.header)
    spaced = _spaced_share(judged)
    return {
        place: spelling_of(judged, place)
        for place, source in enumerate(sources)
        if source is not None and (place in changed or classes[place] or spaced.get(place))
    }


def _irregular_classes(judged: JudgedTable) -> list[set[CellClass]]:
    """Return for each column the classes of its cells that may have to be listed."""
    columns = judged.contract.columns
    classes = judged.rows.aggregate(
        ", ".join(f"list(distinct k{place})" for place in range(len(columns)))
    )
    return [
        {CellClass(each) for each in found or ()} - {CellClass.RIGHT}
        for found in classes.fetchall()[0]
    ]


def _spaced_share(judged: JudgedTable) -> dict[int, float]:
    """Return the share of each column's values that have space around them, if it is no habit."""
    sources = judged.contract.sources_of(judged.texts.dialect.header)
    present = {place: source for place, source in enumerate(sources) if source is not None}
    if not present:
        return {}
    counts = judged.texts.texts.aggregate(
        ", ".join(
            f"count(*) filter (c{source} <> trim(c{source})) / greatest(count(*) filter "
            f"(trim(c{source}) <> ''), 1)"
            for source in present.values()
        )
    ).fetchall()[0]
    shares = dict(zip(present, counts, strict=True))
    return {place: share for place, share in shares.items() if 0 < share < HABIT_SHARE_MIN}


def _read_wrongly(
    judged: JudgedTable, place: int, spelling: Spelling, kept: frozenset[Repair]
) -> str:
    """Return the query of the cells of one column that reading found wrong."""
    cell_class, text = f"k{place}", f"x{place}"
    listed = _listed_classes(judged, place)
    brought_back = {each for each in listed if is_mended(each, kept)}
    new = f"if({cell_class} in {_numbers(brought_back)}, {spelling.text_of(f'v{place}')}, '')"
    told = " ".join(
        f"when {each:d} then {sql.text(finding_of(each).reason)}" for each in sorted(listed)
    )
    sure = " ".join(f"when {each:d} then {finding_of(each).confidence}" for each in sorted(listed))
    repaired, suspected = sql.text(StepAction.REPAIRED), sql.text(StepAction.SUSPECTED)
    irregular = f"""
        select line, {place} as place, {new} as new,
            if({cell_class} in {_numbers(brought_back)}, {repaired}, {suspected}) as action,
            case {cell_class} {told or "when 0 then ''"} end as reason,
            case {cell_class} {sure or "when 0 then 0"} end as confidence
        from {judged.name}
        where {cell_class} in {_numbers(listed)} and (action = {suspected} or new <> {text})
    """  # noqa: S608 - names and texts of our own
    if place not in _spaced_share(judged):
        return irregular
    source = judged.contract.sources_of(judged.texts.dialect.header)[place]
    return f"""
        {irregular}
        union all
        select line, {place}, {text}, {repaired}, {sql.text(SPACED.reason)}, {SPACED.confidence}
        from {judged.name} join {judged.texts.name} using (line)
        where {cell_class} = {CellClass.RIGHT:d} and c{source} <> {text}
    """  # noqa: S608 - names and texts of our own


def _listed_classes(judged: JudgedTable, place: int) -> set[CellClass]:
    """Return the classes of a column whose cells are wrong, and not the column's way."""
    column = judged.contract.columns[place]
    listed = set(CellClass) - {CellClass.RIGHT}
    if not column.nearly_complete:
        listed -= {CellClass.ABSENT}
    token = f"k{place} = {CellClass.TOKEN:d}"
    ((tokens, words, absent),) = judged.rows.aggregate(
        f"count(*) filter ({token}), count(distinct x{place}) filter ({token}), "
        f"count(*) filter (k{place} = {CellClass.ABSENT:d})"
    ).fetchall()
    if is_convention(column, tokens=tokens, absent=absent, is_one_token=words == 1):
        listed -= {CellClass.TOKEN}
    return listed


def _mended_texts(mended: MendedTable | None, spellings: Mapping[int, Spelling]) -> str:
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
            reason, confidence
        from {mended.changes_name}
    """  # noqa: S608 - names and texts of our own


def _raw_text(judged: JudgedTable, spellings: Mapping[int, Spelling]) -> str:
    sources = judged.contract.sources_of(judged.texts.dialect.header)
    return _by_place({place: f"texts.c{sources[place]}" for place in spellings})


def _source_names(judged: JudgedTable, spellings: Mapping[int, Spelling]) -> str:
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
        f"(select line from {texts.name} union all select line from {texts.name}_broken)"
    )


def _numbers(classes: Collection[CellClass]) -> str:
    """Return the classes as an SQL list; -1, which is none, where there are none."""
    return f"({', '.join(f'{each:d}' for each in sorted(classes)) or '-1'})"
