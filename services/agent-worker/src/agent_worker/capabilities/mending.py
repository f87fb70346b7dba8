"""A judged partition mended by a recipe: its values, what the recipe found, its cells in place.

The recipe works on canonical texts of values. What it makes is read as the column's type again on
its way into the table, so that nothing gets there which the column cannot hold.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import duckdb

from agent_worker.capabilities.cell_judgements import cell_class
from agent_worker.capabilities.judged_table import JudgedTable
from agent_worker.capabilities.recipe_sql import MendedTable, mend
from agent_worker.capabilities.value_table import ValueTable
from agent_worker.domain.cleaning import UNUSABLE, CellClass
from agent_worker.domain.mending import Choice
from agent_worker.domain.recipe import Recipe, RecipeStep, StepAction, ValueColumn
from agent_worker.domain.schema_contract import ColumnContract, TableContract
from agent_worker.domain.summary import ColumnMended, Mended

_NOTHING = (CellClass.ABSENT, CellClass.TOKEN)


@dataclass(frozen=True, slots=True)
class MendedRows:
    """Some rows of a judged table with a recipe applied to them."""

    judged: JudgedTable
    mended: MendedTable
    steps: tuple[tuple[int, RecipeStep], ...]
    """Those that were applied, each with its number in the recipe."""

    @property
    def values(self) -> ValueTable:
        """The values with all repairs in place."""
        return self.mended.values

    def changes(self) -> duckdb.DuckDBPyRelation:
        """Return what was found, as `changes_query` says."""
        return self.judged.texts.connection.sql(self.changes_query())

    def changes_query(self) -> str:
        """Return a query: line, place, old, new, step, action, confidence, reason, known.

        The step has the recipe's number; `known` is the class of the cell before the recipe.
        """
        places = range(len(self.judged.contract.columns))
        known = " ".join(f"when {place} then {cell_class(f'j{place}')}" for place in places)
        number = f"list_extract({[at for at, _ in self.steps]}::integer[], found.step + 1)"
        return (
            f"select found.line, place, old, new, {number} as step, found.action,"  # noqa: S608
            f" confidence, found.reason, case place {known} end as known"
            f" from {self.mended.changes_name} found join {self.judged.cells_name} using (line)"
        )

    def drop(self) -> None:
        """Remove what was stored."""
        self.mended.drop()


def columns_of(contract: TableContract) -> tuple[ValueColumn, ...]:
    """Return the columns as those see them who diagnose and mend."""
    return tuple(
        ValueColumn(name=column.name, data_type=column.data_type) for column in contract.columns
    )


def values_query(judged: JudgedTable, rows: str, *, offset: int = 0) -> str:
    """Return a query for the values of usable rows as texts; `rows` names a table or view.

    The offset sets the lines of one partition apart from those of others.
    """
    cells = ", ".join(
        f"cast(v{place} as varchar) as c{place}" for place in range(len(judged.contract.columns))
    )
    return f"select line + {offset} as line, {cells} from {rows} where reason = '' and not is_copy"  # noqa: S608


def values_of(judged: JudgedTable) -> ValueTable:
    """Return the values of all usable rows."""
    name = f"{judged.name}_values"
    query = values_query(judged, judged.cells_name)
    judged.texts.connection.execute(f"create or replace temp view {name} as {query}")
    return ValueTable(judged.texts.connection, name, columns_of(judged.contract))


def sampled_values_of(judged: JudgedTable) -> ValueTable:
    """Return the values of the sample's usable rows."""
    name, connection = f"{judged.name}_sample_values", judged.texts.connection
    rows = f"{judged.name}_drawn"
    judged.sample.rows.create_view(rows, replace=True)
    connection.execute(f"create temp table if not exists {name} as {values_query(judged, rows)}")
    connection.execute(f"drop view {rows}")
    return ValueTable(connection, name, columns_of(judged.contract))


def mend_rows(
    judged: JudgedTable, values: ValueTable, steps: Sequence[tuple[int, RecipeStep]], name: str
) -> MendedRows:
    """Apply steps, each with its number, to values of the judged table."""
    recipe = Recipe(steps=tuple(step for _, step in steps))
    return MendedRows(judged, mend(values, recipe, name), tuple(steps))


def mend_once(
    judged: JudgedTable, values: ValueTable, steps: Sequence[tuple[int, RecipeStep]], name: str
) -> MendedRows:
    """Apply steps as `mend_rows` does, unless they are what was applied last under this name.

    What they found stays until other steps are applied so, or the judged table forgets it.
    """
    known = judged.mendings.get(name)
    if known is None or known.recipe.steps != tuple(step for _, step in steps):
        if known is not None:
            known.drop()
        judged.mendings[name] = mend_rows(judged, values, steps, name).mended
    return MendedRows(judged, judged.mendings[name], tuple(steps))


def mend_whole(judged: JudgedTable, recipe: Recipe, choice: Choice) -> MendedRows:
    """Apply the steps that were chosen to all usable rows, as `mend_once` does."""
    return mend_once(judged, values_of(judged), choice.steps_of(recipe), f"{judged.name}_mended")


def columns_mended(
    judged: JudgedTable,
    changes: duckdb.DuckDBPyRelation,
    mending: Collection[int] | None = None,
) -> dict[str, ColumnMended]:
    """Count by column what a recipe found.

    Args:
        judged: The table that the changes are about, or that their rows are a sample of.
        changes: As `MendedRows.changes` returns them.
        mending: The steps whose repairs count as done; all if not given.
    """
    done = "action = 'repaired' and new is not null"
    if mending is not None:
        done += f" and list_contains({sorted(mending)}::integer[], step)"
    nothing = ", ".join(f"{known:d}" for known in _NOTHING)
    unusable = ", ".join(f"{known:d}" for known in UNUSABLE)
    counted = changes.aggregate(
        f"place, count(*) filter (known not in ({nothing}, {unusable})),"
        f" count(*) filter (known not in ({nothing}, {unusable}) and {done}),"
        f" count(*) filter (known in ({nothing}) and {done}),"
        f" count(*) filter (known in ({unusable}) and {done})",
        "place",
    )
    found: dict[str, ColumnMended] = {}
    rows: list[tuple[int, ...]] = counted.fetchall()
    for place, wrong, mended, supplied, replaced in sorted(rows):
        column = judged.contract.columns[place]
        filled = replaced + (supplied if column.nearly_complete else 0)
        found[column.name] = ColumnMended(wrong=wrong, mended=mended, filled=filled)
    return found


def mended_of(mended: MendedRows, choice: Choice) -> Mended:
    """Tell in figures what a recipe did to a partition."""
    changes = mended.changes()
    kinds = {at: step.kind for at, step in mended.steps}
    known = len(mended.judged.contract.recipe.steps)
    cells: dict[str, int] = {}
    suspected = 0
    # What a word for a missing value hides is on record already, as that word.
    told = changes.filter(f"action <> 'suspected' or known <> {CellClass.TOKEN:d}")
    counted = told.aggregate("step, action, count(*)", "step, action").order("step, action")
    for at, action, count in counted.fetchall():
        if action == StepAction.REPAIRED:
            cells[kinds[at]] = cells.get(kinds[at], 0) + count
        else:
            suspected += count
    return Mended(
        cells=cells,
        suspected=suspected,
        columns=columns_mended(mended.judged, changes),
        steps_known=known,
        steps_refused=tuple(sorted(at for at in {*choice.dropped, *choice.doubted} if at < known)),
        steps_own=sum(at >= known for at, _ in mended.steps),
    )


def typed(text: str, column: ColumnContract) -> str:
    """Return the SQL of a canonical text's value, NULL where the column cannot hold it."""
    return f"try_cast({text} as {column.data_type})"


def cannot_hold(text: str, column: ColumnContract) -> str:
    """Return the SQL that tells whether the column cannot hold what a canonical text says."""
    value = typed(text, column)
    doubts = [f"({text} is not null and {value} is null)"]
    if not column.nullable:
        doubts.append(f"{text} is null")
    if column.data_type.is_numeric:
        doubts += [f"{value} < {column.minimum!r}"] if column.minimum is not None else []
        doubts += [f"{value} > {column.maximum!r}"] if column.maximum is not None else []
    return f"coalesce({' or '.join(doubts)}, false)"


def repaired_cells(mended: MendedRows) -> duckdb.DuckDBPyRelation | None:
    """Return what stands in repaired cells, as `JudgedTable.clean_rows` takes it, if any do."""
    columns = mended.judged.contract.columns
    repaired = mended.mended.changes.filter("action = 'repaired'")
    found: list[tuple[int]] = repaired.aggregate("place", "place").fetchall()
    places = sorted(place for (place,) in found)
    if not places:
        return None
    parts = ", ".join(
        f"bool_or(place = {place}) as h{place},"
        f" any_value({typed('new', columns[place])}) filter (place = {place}) as n{place}"
        for place in places
    )
    return repaired.aggregate(f"line, {parts}", "line")


def key_of(contract: TableContract, rows: str = "") -> str:
    """Return the SQL list of the key's cells among values; empty without a key."""
    names = [column.name for column in contract.columns]
    return ", ".join(f"{rows}c{names.index(name)}" for name in contract.key)
