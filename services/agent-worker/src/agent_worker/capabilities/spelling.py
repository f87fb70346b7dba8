"""How a column writes its values, measured on its cells, to write new values as it does.

A number that was read from `1,400 kg` is written `1400` beside plain numbers, `1,400` beside
grouped ones, and `1400 kg` where nearly all of the column is written with that unit. So a record of
changes, and a file of clean texts, differ from the source in nothing but what was wrong.
"""

from dataclasses import dataclass, replace

import duckdb

from agent_worker.capabilities import sql
from agent_worker.capabilities.judged_table import JudgedTable
from agent_worker.domain.changed_cells import DECIMALS_MAX, HABIT_SHARE_MIN
from agent_worker.domain.cleaning import RESPELLED, CellClass
from agent_worker.domain.data_types import DataType

_BODY = r"[0-9][0-9,]*(?:\.[0-9]+)?"
"""The digits of a number as people write it."""

_LETTERS_MAX = 12
"""Characters around a number that can be a unit or a currency."""

_EXACT = 1e15
"""Whole numbers below it are exact as DOUBLE and written without an exponent."""


VALUES_TELLING_MIN = 1_000
"""Values of a sample from which on their spelling is taken for the column's."""


@dataclass(frozen=True, slots=True)
class Spelling:
    """How a column's values are written."""

    data_type: DataType
    before: str = ""
    after: str = ""
    """Texts in front of and behind a number, such as a currency and a unit with its space."""
    decimals: int = 0
    """Digits behind the point to which numbers are padded; 0 for none."""
    is_grouped: bool = False
    """Thousands are set off by commas."""
    time_format: str = "%Y-%m-%d %H:%M:%S"
    words: tuple[str, str] = ("true", "false")

    def text_of(self, value: str) -> str:
        """Return the SQL text of an SQL value of the column's type; a missing one is empty."""
        match self.data_type:
            case DataType.BIGINT | DataType.DOUBLE:
                body = self._number(f"cast({value} as double)", f"cast({value} as varchar)")
                written = f"concat({sql.text(self.before)}, {body}, {sql.text(self.after)})"
            case DataType.DATE | DataType.TIMESTAMP:
                written = f"strftime({value}, {sql.text(self.time_format)})"
            case DataType.BOOLEAN:
                yes, no = map(sql.text, self.words)
                written = f"if({value}, {yes}, {no})"
            case _:
                written = f"cast({value} as varchar)"
        return f"if({value} is null, '', {written})"

    def _number(self, number: str, plain: str) -> str:
        comma = "," if self.is_grouped else ""
        padded = f"{{:{comma}.{self.decimals}f}}"
        whole = f"format('{{:{comma}}}', cast({number} as bigint))"
        small = f"rtrim(printf('%.15f', {number}), '0')"
        loose = f"if(contains({plain}, 'e') and abs({number}) < 1, {small}, {plain})"
        if self.decimals:
            fits = f"round({number}, {self.decimals}) = {number}"
            return f"if({fits}, format('{padded}', {number}), {loose})"
        is_whole = f"abs({number}) < {_EXACT} and {number} = floor({number})"
        return f"case when {is_whole} then {whole} else {loose} end"


def spelling_of(judged: JudgedTable, place: int) -> Spelling:
    """Measure how the column at this place is written."""
    column = judged.contract.columns[place]
    plain = Spelling(column.data_type)
    cells = _telling_cells(judged, place)
    if column.data_type.is_numeric:
        return _of_numbers(cells, plain)
    if column.data_type.is_time:
        return _of_times(cells, plain, (column.formats or ("%Y-%m-%d %H:%M:%S",))[0])
    if column.data_type is DataType.BOOLEAN:
        return _of_words(cells, plain)
    return plain


def _telling_cells(judged: JudgedTable, place: int) -> duckdb.DuckDBPyRelation:
    """Return x, k and v of the sample, or of all rows where it has too few values to tell."""
    column = judged.sample.tally.columns[place]
    if column.count(CellClass.RIGHT, *RESPELLED) >= VALUES_TELLING_MIN:
        return judged.sample.rows.project(f"x{place} as x, k{place} as k, v{place} as v")
    return judged.texts.connection.sql(judged.column_query(place)).project("x, k, v")


def _of_numbers(cells: duckdb.DuckDBPyRelation, plain: Spelling) -> Spelling:
    """Take a habit of nearly all cells over, if writing their values so brings their texts back."""
    around = f"'^([^0-9]{{0,{_LETTERS_MAX}}}?)[+-]?({_BODY})([^0-9]{{0,{_LETTERS_MAX}}})$'"
    parts = f"regexp_extract(x, {around}, ['before', 'body', 'after'])"
    valued = cells.filter("v is not null").project(f"x, v, {parts} as p")
    shapes = valued.aggregate(
        "p.before as before, p.after as after, count(*) as n, count(*) filter (contains(p.body, "
        "',')) as grouped, count(*) filter (abs(cast(v as double)) >= 1000) as large",
        "p.before, p.after",
    )
    ranked = shapes.order("n desc, before, after").fetchall()
    if not ranked:
        return plain
    total = sum(row[2] for row in ranked)
    before, after, count, grouped, large = ranked[0]
    bare = next((row for row in ranked if not row[0] and not row[1]), ("", "", 0, 0, 0))
    # Several units beside one another are no reason to write none, but plain numbers are.
    is_mixed = 2 * count <= total or bare[2] > (1 - HABIT_SHARE_MIN) * total
    if count < HABIT_SHARE_MIN * total and is_mixed:
        before, after, count, grouped, large = bare
    is_alike = f"p.before = {sql.text(before)} and p.after = {sql.text(after)}"
    alike = valued.filter(is_alike)
    habit = replace(
        plain,
        before=before,
        after=after,
        decimals=_decimals(alike),
        is_grouped=2 * grouped > large,
    )
    if habit == plain or _share_kept(alike, habit) >= HABIT_SHARE_MIN:
        return habit
    bare_habit = replace(habit, before="", after="")
    return bare_habit if _share_kept(alike, bare_habit) >= HABIT_SHARE_MIN else plain


def _decimals(alike: duckdb.DuckDBPyRelation) -> int:
    """Return to how many decimals numbers are padded: all have as many, and some end in 0."""
    fraction = r"regexp_extract(p.body, '\.([0-9]+)$', 1)"
    counts = alike.aggregate(
        f"length({fraction}) as digits, count(*) as n, "
        f"count(*) filter (ends_with({fraction}, '0')) as padded",
        "digits",
    ).fetchall()
    total = sum(cells for _, cells, _ in counts)
    digits, count, padded = max(counts, key=lambda row: row[1], default=(0, 0, 0))
    is_habit = padded and count >= HABIT_SHARE_MIN * total
    return min(int(digits), DECIMALS_MAX) if is_habit else 0


def _share_kept(cells: duckdb.DuckDBPyRelation, spelling: Spelling) -> float:
    """Return the share of cells whose value is written just as it was."""
    kept = f"count(*) filter ({spelling.text_of('v')} = x)"
    ((count, total),) = cells.aggregate(f"{kept}, count(*)").fetchall()
    return count / total if total else 0.0


def _of_times(cells: duckdb.DuckDBPyRelation, plain: Spelling, usual: str) -> Spelling:
    """Choose between padded and unpadded numbers by what brings most of the right cells back."""
    unpadded = usual
    for mark in "mdHI":
        unpadded = unpadded.replace(f"%{mark}", f"%-{mark}")
    clock_unpadded = usual.replace("%H", "%-H").replace("%I", "%-I")
    choices = [
        replace(plain, time_format=each)
        for each in dict.fromkeys((usual, unpadded, clock_unpadded))
    ]
    right = cells.filter(f"k = {CellClass.RIGHT:d}")
    return max(choices, key=lambda choice: _share_kept(right, choice))


def _of_words(cells: duckdb.DuckDBPyRelation, plain: Spelling) -> Spelling:
    modes = cells.aggregate("mode(x) filter (v), mode(x) filter (not v)").fetchall()[0]
    return replace(plain, words=(modes[0] or "true", modes[1] or "false"))
