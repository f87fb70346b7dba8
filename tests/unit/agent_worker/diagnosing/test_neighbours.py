from agent_worker.capabilities.diagnosing.neighbours import find_neighbours, find_strays
from agent_worker.capabilities.recipe_sql import mend
from agent_worker.domain.recipe import MapValues, Recipe, StepAction
from tests.unit.agent_worker.diagnosing.values import Row, rows_of, value_table

NAMES = ("town", "land")
ORDERLY: list[Row] = [
    row for _ in range(10) for row in (("Bend", "OR"), ("New Haven", "CT"), ("Gary", "IN"))
]


def mended(rows: list[Row]) -> list[tuple[str | None, ...]]:
    values = value_table(NAMES, rows)
    return rows_of(mend(values, Recipe(steps=tuple(find_neighbours(values))), "mended").values)


def test_a_value_that_the_neighbour_lacks_is_split_off() -> None:
    glued: list[Row] = [("Salem OR", None), ("Hartford, CT", None), ("Muncie IN", None)]
    assert mended([*ORDERLY, *glued])[-3:] == [
        ("Salem", "OR"),
        ("Hartford", "CT"),
        ("Muncie", "IN"),
    ]


def test_a_neighbour_that_has_a_value_leaves_the_text_alone() -> None:
    rows: list[Row] = [*ORDERLY, ("Old OR", "OR"), ("Old CT", "CT"), ("Old IN", "IN")]
    assert mended(rows) == [tuple(row) for row in rows]


def test_missing_values_that_stand_nowhere_stay_missing() -> None:
    rows: list[Row] = [*ORDERLY, ("Salem OR", None), *([("Gary", None)] * 5)]
    assert mended(rows) == [tuple(row) for row in rows]


def test_cells_that_changed_places_are_swapped_back() -> None:
    assert mended([*ORDERLY, ("CT", "Bend")])[-1] == ("Bend", "CT")


def test_columns_of_one_kind_are_not_swapped() -> None:
    rows: list[Row] = [("a", "b"), ("b", "a"), ("c", "a"), ("a", "c")] * 10
    assert mended(rows) == [tuple(row) for row in rows]


def test_values_that_changed_places_often_are_swapped_back_too() -> None:
    often = [("CT", "Bend"), ("CT", "Bend"), ("CT", "Bend")]
    assert mended([*ORDERLY * 8, *often])[-3:] == [("Bend", "CT")] * 3


def strays(rows: list[Row]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for step in find_strays(value_table(NAMES, rows)):
        assert isinstance(step, MapValues)
        assert step.action is StepAction.SUSPECTED
        found[step.column] = [change.old for change in step.values]
    return found


def test_a_value_that_is_usual_in_another_column_is_suspected() -> None:
    assert strays([*ORDERLY * 3, ("OR", None)]) == {"town": ["OR"]}


def test_nothing_has_strayed_among_columns_of_one_kind() -> None:
    assert strays([("a", "b"), ("b", "a"), ("c", "a"), ("a", "c")] * 30) == {}
    assert strays(ORDERLY * 3) == {}
