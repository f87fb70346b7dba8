"""Which steps of a recipe a partition takes."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent_worker.domain.mending import (
    BATCHES_MAX,
    Batch,
    Choice,
    MendTrial,
    StepTrial,
    Verdict,
    batches_of,
)
from agent_worker.domain.recipe import FlagMissing, Recipe, RecipeStep, StepAction, SwapBack
from tests.unit.agent_worker.recipes import mapping

FLAG = FlagMissing(
    column="a",
    action=StepAction.SUSPECTED,
    support=9,
    changes=1,
    confidence=0.9,
    reason="`a` is empty here.",
)
KINDS = (mapping("a", {"x": "y"}), FLAG)


def trial(at: int = 0, *, cells: int = 10, rows: int = 1000, **found: object) -> StepTrial:
    seen = {"action": StepAction.REPAIRED, "learnt_share": 0.01, "repaired": cells} | found
    return StepTrial.model_validate(
        {"at": at, "column": "a", "kind": "map_values", "cells": cells, "share": cells / rows}
        | seen
    )


def tried(*steps: StepTrial, falls: bool = False) -> MendTrial:
    batch = Batch(begin=0, end=len(steps), kind="map_values", columns=("a",))
    after = 0.8 if falls else 0.95
    return MendTrial(rows=1000, batch=batch, steps=steps, score_before=0.9, score_after=after)


@pytest.mark.parametrize(
    ("found", "verdict"),
    [
        ({"cells": 10}, Verdict.KEPT),
        ({"cells": 49}, Verdict.KEPT),
        ({"cells": 51}, Verdict.STRAYS),
        ({"cells": 5, "rows": 10}, Verdict.KEPT),
        ({"cells": 150, "is_own": True}, Verdict.KEPT),
        ({"cells": 201, "is_own": True}, Verdict.STRAYS),
        ({"cells": 10, "unusable": 1}, Verdict.HARMS),
        ({"cells": 10, "repeated": 1}, Verdict.HARMS),
        ({"cells": 10, "disputed": 6}, Verdict.DISPUTED),
        ({"cells": 10, "unusable": 10, "action": StepAction.SUSPECTED}, Verdict.KEPT),
    ],
)
def test_a_step_is_kept_where_it_does_what_it_did_before(
    found: dict[str, object], verdict: Verdict
) -> None:
    assert trial(**found).verdict is verdict  # pyright: ignore[reportArgumentType]


def test_a_repair_that_strays_may_suspect_and_a_harmful_one_has_no_say() -> None:
    choice = Choice().with_trial(tried(trial(0), trial(1, cells=400), trial(2, unusable=9)))
    assert (choice.tried, choice.doubted, choice.dropped) == (3, (1,), (2,))
    recipe = Recipe(steps=tuple(mapping("a", {str(at): "y"}) for at in range(4)))
    assert [(at, step.action) for at, step in choice.steps_of(recipe)] == [
        (0, StepAction.REPAIRED),
        (1, StepAction.SUSPECTED),
    ]


def test_no_cell_of_a_pair_is_mended_without_the_other_one() -> None:
    steps = [
        SwapBack(
            column=column,
            pair=("a", "b"),
            action=StepAction.REPAIRED,
            support=9,
            changes=1,
            confidence=0.9,
            reason="`a` and `b` changed places.",
        )
        for column in ("a", "b")
    ]
    recipe = Recipe(steps=(*steps, mapping("a", {"x": "y"})))
    applied = Choice(tried=3, dropped=(1,)).steps_of(recipe)
    assert [(at, step.action.value) for at, step in applied] == [(0, "suspected"), (2, "repaired")]


def test_a_suspicion_about_much_more_than_it_was_learnt_on_is_dropped() -> None:
    choice = Choice().with_trial(tried(trial(cells=400, action=StepAction.SUSPECTED)))
    assert choice.dropped == (0,)


def test_a_batch_by_which_the_score_falls_changes_nothing() -> None:
    choice = Choice().with_trial(tried(trial(0), trial(1), falls=True))
    assert (choice.doubted, choice.dropped) == ((0, 1), ())


@settings(max_examples=50)
@given(st.lists(st.sampled_from(KINDS), max_size=40), st.integers(0, 9))
def test_every_step_is_in_one_batch_and_there_are_few(steps: list[RecipeStep], begin: int) -> None:
    batches = batches_of(steps, begin=begin)
    numbers = [at for batch in batches for at in range(batch.begin, batch.end)]
    assert numbers == [*range(begin, begin + len(steps))]
    assert len(batches) <= BATCHES_MAX
