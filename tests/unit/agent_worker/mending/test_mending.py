"""What becomes of a partition by a recipe: what is right stays, what is changed can be undone."""

import itertools
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agent_worker.domain.recipe import StepAction
from shared.contracts.vocabulary import ActionType
from tests.unit.agent_worker.recipes import (
    changes_of,
    mapping,
    summary_of,
    thoughts,
    with_recipe,
)
from tests.unit.agent_worker.workbench import Workbench

CITIES = ("Berlin", "Hamburg", "Bremen")
ROWS = [f"{number},{CITIES[number % 3]},{number % 7}" for number in range(300)]
HEADER = "id,city,size"
TYPO = mapping("city", {"Berlim": "Berlin"}, changes=3)


def write(bench: Workbench, *dirty: str, name: str = "a.csv", rows: list[str] = ROWS) -> None:
    bench.write(name, HEADER, *rows, *dirty)


def test_a_step_that_holds_mends_and_is_recorded(bench: Workbench) -> None:
    write(bench, "300,Berlim,1", "301,Berlin,2")
    contract = with_recipe(bench, TYPO)
    parts = bench.clean(contract)
    assert [row[1] for row in bench.rows(parts)[-2:]] == ["Berlin", "Berlin"]
    assert changes_of(bench, parts) == [(300, "city", "Berlim", "Berlin", "repaired")]
    assert summary_of(bench, parts).mended.cells == {"map_values": 1}
    assert "`city` has 1 cell to mend (Berlim → Berlin)" in thoughts(bench.trace)
    report = bench.publish([*parts, contract]).facts["report"]
    assert isinstance(report, dict)
    assert report["repaired_cells"] == {"map_values": 1}


def test_a_step_that_finds_far_more_than_it_was_learnt_on_only_suspects(bench: Workbench) -> None:
    write(bench, *(f"{number},Berlim,1" for number in range(300, 400)))
    parts = bench.clean(with_recipe(bench, TYPO))
    assert [row[1] for row in bench.rows(parts)[-100:]] == ["Berlim"] * 100
    assert {change[-1] for change in changes_of(bench, parts)} == {"suspected"}
    said = thoughts(bench.trace)
    assert "25.0% of the column, where it was learnt on 0.3%" in said
    assert "I go back to reasoning" in said


def test_only_the_partition_on_which_the_recipe_misbehaves_does_without_it(
    bench: Workbench,
) -> None:
    write(bench, "300,Berlim,1", name="a.csv")
    write(bench, *(f"{number},Berlim,1" for number in range(300, 400)), name="b.csv")
    parts = bench.clean(with_recipe(bench, TYPO))
    mended = {each: summary_of(bench, parts, each).mended for each in "ab"}
    assert (mended["a"].steps_refused, mended["b"].steps_refused) == ((), (0,))
    assert sum(mended["a"].cells.values()) == 1
    assert sum(mended["b"].cells.values()) == 0


@pytest.mark.parametrize("new", ["many", "99999999999999999999"])
def test_what_the_column_cannot_hold_is_never_written(bench: Workbench, new: str) -> None:
    write(bench)
    parts = bench.clean(with_recipe(bench, mapping("size", {"3": new}, changes=150)))
    assert [row[2] for row in bench.rows(parts)] == [number % 7 for number in range(300)]
    assert changes_of(bench, parts) == []
    assert "the column cannot hold" in thoughts(bench.trace)


def test_a_step_that_repeats_a_key_is_left_out(bench: Workbench) -> None:
    write(bench)
    contract = with_recipe(bench, mapping("id", {"7": "8"}), key=("id",))
    parts = bench.clean(contract)
    assert [row[0] for row in bench.rows(parts)] == [*range(300)]
    assert "the key of another one" in thoughts(bench.trace)


def test_a_required_cell_is_not_emptied(bench: Workbench) -> None:
    write(bench)
    parts = bench.clean(with_recipe(bench, mapping("id", {"7": None}), key=("id",)))
    assert len(bench.rows(parts)) == 300
    assert bench.rows(parts)[7][0] == 7


def test_a_partition_that_nobody_looked_at_is_looked_at(bench: Workbench) -> None:
    write(bench)
    bench.clean(with_recipe(bench, TYPO, partitions=("file:///elsewhere.csv",)))
    looks = [step for step in bench.trace if step.action is ActionType.ANALYZE_SCHEMA]
    assert len(looks) == 2
    assert "Nobody has looked at this partition" in looks[1].thought


def test_another_process_may_carry_out_any_action(bench: Workbench, tmp_path: Path) -> None:
    write(bench, "300,Berlim,1", *(f"{number},Bremem,1" for number in range(301, 400)))
    steps = (TYPO, mapping("city", {"Bremem": "Bremen"}))
    contract = with_recipe(bench, *steps)
    first = bench.clean(contract)
    trace = [(step.action_input, step.observation) for step in bench.trace]
    restarted = Workbench(tmp_path)
    assert [each.content_hash for each in restarted.clean(contract)] == [
        each.content_hash for each in first
    ]
    assert [(step.action_input, step.observation) for step in restarted.trace] == trace


ATTEMPTS = itertools.count(1)
"""A partition is kept under its attempt's number, so that each example needs one of its own."""


@settings(
    max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    cells=st.lists(st.sampled_from(("Berlin", "Berlim", "Hamburg", "", "7")), max_size=40),
    targets=st.dictionaries(
        st.sampled_from(("Berlim", "7")), st.sampled_from(("Bonn", None)), min_size=1
    ),
    changes=st.integers(0, 40),
    action=st.sampled_from(StepAction),
)
def test_what_no_change_names_is_as_it_was(
    bench: Workbench,
    cells: list[str],
    targets: dict[str, str | None],
    changes: int,
    action: StepAction,
) -> None:
    before = [*(row.split(",")[1] for row in ROWS[:30]), *cells]
    write(bench, *(f"{number},{city},1" for number, city in enumerate(before)), "broken", rows=[])
    step = mapping("city", targets, changes=changes, action=action)
    parts = bench.clean(with_recipe(bench, step, rows=len(before)), attempt=next(ATTEMPTS))
    summary = summary_of(bench, parts)
    assert summary.rows_in == len(before) + 1
    accounted = summary.rows_out + summary.rows_quarantined + summary.duplicates_removed
    assert summary.rows_in == accounted
    changed = {
        row: old for row, _, old, _, action in changes_of(bench, parts) if action == "repaired"
    }
    after = {number: city or "" for number, city, *_ in bench.rows(parts)}
    assert {number: changed.get(number, city) for number, city in after.items()} == dict(
        enumerate(before)
    )
