"""A recipe applied: which cells it finds, and the values with its repairs in place.

Steps are grouped into layers. All steps of a layer read the same values; the first that finds a
cell keeps it. Only what is found is stored, so that a table of any length costs what is wrong with
it: the mended values are a view, the table with its changes laid over.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import duckdb

from agent_worker.capabilities.recipe_steps import compile_step
from agent_worker.capabilities.value_table import ValueTable
from agent_worker.domain.recipe import (
    FollowDeterminants,
    Recipe,
    RecipeStep,
    SplitOff,
    StepAction,
    SwapBack,
)

CHANGE_COLUMNS = (
    "line bigint, place integer, old varchar, new varchar, step integer, action varchar, "
    "confidence double, reason varchar"
)


@dataclass(frozen=True, slots=True)
class MendedTable:
    """What a recipe found, in the table `<name>_changes`, and the view `<name>` of the values.

    A change is: line, place (of the column, from 0), old, new, step (of the recipe, from 0), action
    (`repaired`, `suspected`), confidence, reason. A cell has at most one of each action; the old
    value of a repaired one is that before the recipe, whatever other steps did in between.
    """

    values: ValueTable
    changes_name: str
    recipe: Recipe

    @property
    def changes(self) -> duckdb.DuckDBPyRelation:
        """All that was found."""
        return self.values.connection.table(self.changes_name)

    def drop(self) -> None:
        """Remove the view and the table of changes."""
        self.values.connection.execute(f"drop view if exists {self.values.name}")
        self.values.connection.execute(f"drop table if exists {self.changes_name}")


def mend(values: ValueTable, recipe: Recipe, name: str) -> MendedTable:
    """Apply a recipe; `name` names what is created. No row is lost, no other cell touched."""
    connection, changes = values.connection, f"{name}_changes"
    connection.execute(f"create or replace temp table {changes} ({CHANGE_COLUMNS})")
    mended = ValueTable(connection, name, values.columns)
    _lay_over(values, mended, changes)
    for layer in _layers(recipe.steps):
        _apply(mended, layer, changes)
        _lay_over(values, mended, changes)
    return MendedTable(mended, changes, recipe)


def _layers(steps: Sequence[RecipeStep]) -> Iterator[list[tuple[int, RecipeStep]]]:
    """Group steps; one that reads what another one of its layer writes begins the next layer."""
    layer: list[tuple[int, RecipeStep]] = []
    for at, step in enumerate(steps):
        if layer and _is_later(step, [other for _, other in layer]):
            yield layer
            layer = []
        layer.append((at, step))
    if layer:
        yield layer


def _is_later(step: RecipeStep, layer: Sequence[RecipeStep]) -> bool:
    """Tell whether a step has to see what a layer makes."""
    together = _together(step)
    if together or _together(layer[0]):
        return together != _together(layer[0])
    written = {other.column for other in layer if other.action is StepAction.REPAIRED}
    return not written.isdisjoint(step.columns_read)


def _together(step: RecipeStep) -> tuple[str, ...]:
    """Name the steps that read the same values whatever each of them writes, if it is of such.

    Determinants decide each other's cells at once, and two steps mend two cells of a row.
    """
    match step:
        case FollowDeterminants():
            return (step.kind,)
        case SplitOff() | SwapBack():
            return (step.kind, *step.pair)
        case _:
            return ()


def _apply(mended: ValueTable, layer: Sequence[tuple[int, RecipeStep]], changes: str) -> None:
    """Add what the steps of a layer find to the changes."""
    found = " union all ".join(
        f"select line, {mended.place_of(step.column)} as place, old, new, {at} as step, action, "
        f"confidence, reason from ({compile_step(step, mended)})"
        for at, step in layer
    )
    mended.connection.execute(f"create or replace temp table {changes}_next as {found}")
    # A suspicion about a cell that is repaired, or suspected already, would say it twice.
    mended.connection.execute(f"""
        create or replace temp table {changes} as
        with together as (
            select *, 0 as turn from {changes} union all select *, 1 as turn from {changes}_next
        ), told as (
            select * replace (
                first_value(old) over cell as old,
                if(action = 'repaired', 0, 1) as turn
            ), turn as layer from together
            window cell as (partition by line, place order by turn, step)
        )
        select * exclude (turn, layer) from told
        qualify row_number() over (partition by line, place order by turn, layer desc, step) = 1
    """)
    mended.connection.execute(f"drop table {changes}_next")


def _lay_over(values: ValueTable, mended: ValueTable, changes: str) -> None:
    """Create the view of the values with all repairs in place."""
    repaired = mended.connection.execute(
        f"select distinct place from {changes} where action = 'repaired' order by place"
    ).fetchall()
    places = [place for (place,) in repaired]
    source = f"select * from {values.name}"
    if places:
        news = ", ".join(
            f"count(*) filter (place = {place}) as h{place}, "
            f"any_value(new) filter (place = {place}) as n{place}"
            for place in places
        )
        wide = f"select line, {news} from {changes} where action = 'repaired' group by line"
        cells = ", ".join(
            f"if(coalesce(h{place}, 0) > 0, n{place}, c{place}) as c{place}" for place in places
        )
        added = ", ".join(f"h{place}, n{place}" for place in places)
        source = (
            f"select * exclude ({added}) replace ({cells}) "
            f"from {values.name} left join ({wide}) using (line)"
        )
    mended.connection.execute(f"create or replace temp view {mended.name} as {source}")
