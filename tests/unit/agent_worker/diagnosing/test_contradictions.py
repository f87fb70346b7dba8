from collections.abc import Callable
from dataclasses import replace
from random import Random

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent_worker.capabilities.diagnosing.contradictions import find_contradictions
from agent_worker.capabilities.recipe_sql import mend
from agent_worker.domain.data_types import DataType
from agent_worker.domain.diagnosing.dependencies import Grouping
from agent_worker.domain.recipe import FollowDeterminants, Recipe, StepAction
from tests.support.dirty_tables import DirtyTable, orderly, panel, register, reports, tiny
from tests.unit.agent_worker.diagnosing.values import Row, rows_of, value_table

SITES = [(f"S{at}", f"Town{at // 2}", f"Land{at // 10}") for at in range(30)]
NAMES = ("number", "site", "town", "land")


def orderly_rows(rows_each: int = 6) -> list[list[str | None]]:
    return [
        [str(at), *site] for at, site in enumerate(site for site in SITES for _ in range(rows_each))
    ]


def found_in(names: tuple[str, ...], rows: list[Row]) -> Recipe:
    return Recipe(steps=tuple(find_contradictions(value_table(names, rows))))


def test_a_table_that_follows_its_own_rules_needs_no_recipe() -> None:
    assert found_in(NAMES, list(orderly_rows())) == Recipe()


def test_a_slip_is_mended_by_the_majority_of_its_group_and_says_so() -> None:
    rows = orderly_rows()
    rows[7][2] = "Twon0"
    values = value_table(NAMES, rows)
    mended = mend(values, Recipe(steps=tuple(find_contradictions(values))), "mended")
    assert rows_of(mended.values) == [tuple(row) for row in orderly_rows()]
    ((reason,),) = mended.changes.project("reason").fetchall()
    assert reason == "`town` is Town0 in 5 of 6 rows of `site` S1; this one says Twon0."


def test_a_missing_value_is_filled_in_where_its_group_has_one() -> None:
    rows = orderly_rows()
    rows[7][2] = None
    values = value_table(NAMES, rows)
    mended = mend(values, Recipe(steps=tuple(find_contradictions(values))), "mended")
    assert rows_of(mended.values) == [tuple(row) for row in orderly_rows()]


def test_a_wrong_key_does_not_accuse_the_rest_of_its_row() -> None:
    rows = orderly_rows()
    for at in (3, 50, 99):
        rows[at][1] = "S29"
    steps = find_contradictions(value_table(NAMES, rows))
    repaired = mend(value_table(NAMES, rows), Recipe(steps=tuple(steps)), "mended").changes.filter(
        "action = 'repaired' and place in (2, 3)"
    )
    assert repaired.fetchall() == []


@settings(max_examples=5, deadline=None)
@given(st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(chance: Random) -> None:
    rows = orderly_rows()
    rows[7][2], rows[40][3] = "Twon0", None
    shuffled = list(rows)
    chance.shuffle(shuffled)
    assert found_in(NAMES, list(shuffled)) == found_in(NAMES, list(rows))


def test_what_a_repair_has_settled_is_not_repaired_again() -> None:
    rows = orderly_rows()
    rows[7][2], rows[40][3], rows[99][2] = "Twon0", None, "Town1"
    values = value_table(NAMES, rows)
    recipe = Recipe(steps=tuple(find_contradictions(values)))
    once = mend(values, recipe, "once")
    twice = mend(once.values, recipe, "twice")
    cells = {row[:2] for row in once.changes.filter("action = 'repaired'").fetchall()}
    assert cells
    assert not cells & {row[:2] for row in twice.changes.fetchall()}


@pytest.mark.parametrize("shape", [orderly, panel, tiny])
def test_hardly_anything_is_repaired_where_nothing_is_wrong(
    shape: Callable[[], DirtyTable],
) -> None:
    table = shape()
    repaired = changes_of(table).filter("action = 'repaired'")
    assert len(repaired.fetchall()) <= 0.001 * len(table.dirty) * len(table.header)


def test_dependencies_mend_nearly_all_slips_of_a_register() -> None:
    table = register(rows=600)
    wrong = wrong_cells(table)
    changes = changes_of(table).filter("action = 'repaired'").fetchall()
    right = [row for row in changes if wrong.get((row[0], row[1])) == row[3]]
    assert len(right) >= 0.99 * len(changes)
    assert len(right) >= 0.75 * len(wrong)


def test_sources_that_copy_do_not_outvote_those_that_know() -> None:
    table = reports()
    wrong = wrong_cells(table)
    changes = changes_of(table).filter("action = 'repaired'").fetchall()
    right = [row for row in changes if wrong.get((row[0], row[1])) == (row[3] or "")]
    assert len(right) >= 0.99 * len(changes)
    assert len(right) >= 0.95 * len(wrong)


def test_sources_of_quantities_are_only_suspected() -> None:
    table = reports()
    cells = [[cell or None for cell in row] for row in table.dirty]
    values = value_table(table.header, cells, gate=DataType.BIGINT)
    actions = {step.column: step.action for step in find_contradictions(values)}
    assert actions["gate"] is StepAction.SUSPECTED
    assert actions["ends"] is StepAction.REPAIRED


def test_a_step_survives_being_written_as_json() -> None:
    rows = orderly_rows()
    rows[7][2] = "Twon0"
    recipe = found_in(NAMES, list(rows))
    assert isinstance(recipe.steps[0], FollowDeterminants)
    assert Recipe.model_validate_json(recipe.model_dump_json()) == recipe


@pytest.mark.parametrize(
    ("update", "is_dependency"),
    [
        ({}, True),
        ({"groups": 4}, False),
        ({"followers": 800}, False),
        ({"violated": 5, "violated_by_chance": 40.0}, False),
        ({"single": 3}, False),
        ({"dominated": 60}, False),
        ({"alike_anywhere": 0.9}, False),
    ],
)
def test_a_dependency_has_noise_and_no_exceptions(
    update: dict[str, float], *, is_dependency: bool
) -> None:
    ordinary = Grouping(
        rows=1000, groups=100, covered=1000, followers=980, large=100, dominated=100, violated=20,
        violated_by_chance=18.0, single=20, alike=0.96, alike_anywhere=0.05,
    )  # fmt: skip
    assert replace(ordinary, **update).is_dependency is is_dependency


def changes_of(table: DirtyTable) -> duckdb.DuckDBPyRelation:
    values = value_table(table.header, [[cell or None for cell in row] for row in table.dirty])
    return mend(values, Recipe(steps=tuple(find_contradictions(values))), "mended").changes


def wrong_cells(table: DirtyTable) -> dict[tuple[int, int], str]:
    return {
        (row, place): truth
        for row, (dirty, clean) in enumerate(zip(table.dirty, table.clean, strict=True))
        for place, (old, truth) in enumerate(zip(dirty, clean, strict=True))
        if old != truth
    }
