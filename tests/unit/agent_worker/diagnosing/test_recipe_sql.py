import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from agent_worker.capabilities.diagnosing.diagnosis import diagnose
from agent_worker.capabilities.recipe_sql import mend
from agent_worker.domain.recipe import (
    FlagMissing,
    MapValues,
    Recipe,
    RecipeStep,
    RewritePattern,
    StepAction,
    ValueChange,
)
from tests.unit.agent_worker.diagnosing.values import rows_of, value_table

NAMES = ("first", "second")
CELLS = st.sampled_from([None, "a", "b", "c", "a1", "b2", "it's"])
TABLES = st.lists(st.tuples(CELLS, CELLS), max_size=12)


def mapping_all(column: str, action: StepAction, *changes: ValueChange) -> MapValues:
    return MapValues(
        column=column,
        action=action,
        values=changes,
        support=1,
        changes=1,
        confidence=0.9,
        reason="It isn't so elsewhere.",
    )


def mapping(column: str, action: StepAction, old: str, new: str | None) -> MapValues:
    return mapping_all(column, action, ValueChange(old=old, new=new))


STEPS = st.lists(
    st.one_of(
        st.builds(
            mapping,
            st.sampled_from(NAMES),
            st.sampled_from(StepAction),
            st.sampled_from(["a", "a1"]),
            st.sampled_from([None, "b", "it's"]),
        ),
        st.builds(
            RewritePattern,
            column=st.sampled_from(NAMES),
            action=st.sampled_from(StepAction),
            pattern=st.just("([a-z])([0-9])"),
            replacement=st.sampled_from([r"\1", None]),
            support=st.just(1),
            changes=st.just(1),
            confidence=st.just(0.5),
            reason=st.just("Digits are noise."),
        ),
        st.builds(
            FlagMissing,
            column=st.sampled_from(NAMES),
            action=st.just(StepAction.SUSPECTED),
            support=st.just(1),
            changes=st.just(1),
            confidence=st.just(0.5),
            reason=st.just("Nothing here."),
        ),
    ),
    max_size=5,
)


@settings(max_examples=30, deadline=None)
@given(TABLES, STEPS)
def test_a_recipe_changes_what_it_records_and_nothing_else(
    rows: list[tuple[str | None, str | None]], steps: list[RecipeStep]
) -> None:
    values = value_table(NAMES, rows)
    mended = mend(values, Recipe(steps=tuple(steps)), "mended")
    expected = [list(row) for row in rows]
    for line, place, old, new, step, action, *_ in mended.changes.fetchall():
        assert expected[line][place] == old
        assert steps[int(step)].column == NAMES[place]
        if action == StepAction.REPAIRED:
            expected[line][place] = new
    assert rows_of(mended.values) == [tuple(row) for row in expected]


@settings(max_examples=15, deadline=None)
@given(TABLES, st.sampled_from(["a", "a1"]))
def test_applying_twice_is_applying_once(
    rows: list[tuple[str | None, str | None]], old: str
) -> None:
    step = mapping("first", StepAction.REPAIRED, old, "b")
    once = mend(value_table(NAMES, rows), Recipe(steps=(step,)), "once")
    twice = mend(once.values, Recipe(steps=(step,)), "twice")
    assert twice.changes.fetchall() == []


def test_a_later_step_sees_what_an_earlier_one_made() -> None:
    steps = (
        mapping("first", StepAction.REPAIRED, "a", "b"),
        mapping("first", StepAction.REPAIRED, "b", "c"),
    )
    mended = mend(value_table(NAMES, [("a", "x")]), Recipe(steps=steps), "mended")
    assert rows_of(mended.values) == [("c", "x")]
    assert [row[:5] for row in mended.changes.fetchall()] == [(0, 0, "a", "c", 1)]


def test_a_map_that_would_go_on_is_refused() -> None:
    with pytest.raises(ValidationError, match="map each value once"):
        mapping_all(
            "first",
            StepAction.REPAIRED,
            ValueChange(old="a", new="b"),
            ValueChange(old="b", new="c"),
        )


def test_a_recipe_survives_being_written_as_json() -> None:
    recipe = Recipe(steps=(mapping("first", StepAction.SUSPECTED, "a", None),))
    assert Recipe.model_validate_json(recipe.model_dump_json()) == recipe


def test_a_missing_value_is_suspected_where_hardly_any_is_missing() -> None:
    rows = [(None if at == 7 else str(at), None if at % 2 else "x") for at in range(100)]
    recipe = diagnose(value_table(NAMES, rows))
    assert [(step.column, step.changes) for step in recipe.steps] == [("first", 1)]
    assert recipe.steps[0].reason == "`first` has no value here, and one in 99 of 100 rows."
