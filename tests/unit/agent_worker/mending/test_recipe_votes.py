"""How electors judge a recipe: refused for harm, and not for doubt."""

import re

from agent_worker.domain.recipe import RecipeStep
from agent_worker.domain.voting.samples import SAMPLED_PARTITIONS, choose_partitions
from shared.contracts.voting import VoteChoice
from tests.unit.agent_worker.recipes import mapping, with_recipe
from tests.unit.agent_worker.workbench import Workbench

ROWS = [f"{number},{'Berlin' if number % 3 else 'Bremen'},{number % 7}" for number in range(2000)]


def vote_on(bench: Workbench, *steps: RecipeStep) -> tuple[VoteChoice, str]:
    bench.write("a.csv", "id,city,size", *ROWS)
    vote = bench.vote(with_recipe(bench, *steps, rows=2000))
    return vote.choice, vote.reason


def test_a_recipe_that_does_what_it_says_is_approved(bench: Workbench) -> None:
    choice, reason = vote_on(bench, mapping("city", {"Bremen": "Bremen (Weser)"}, changes=667))
    assert choice is VoteChoice.APPROVE
    assert "Its recipe of 1 step would change" in reason
    assert "no step finds far more than it was learnt on" in reason


def test_a_recipe_that_would_change_a_third_of_a_column_unannounced_is_refused(
    bench: Workbench,
) -> None:
    choice, reason = vote_on(bench, mapping("city", {"Bremen": "Berlin"}, changes=2))
    assert choice is VoteChoice.REJECT
    assert re.search(r"the step for `city` would change (2[5-9]|3\d|4[01])\.\d%", reason)
    assert "where it was learnt on 0.1%" in reason


def test_a_recipe_that_makes_what_the_column_cannot_hold_is_refused(bench: Workbench) -> None:
    choice, reason = vote_on(bench, mapping("size", {"3": "three"}, changes=400))
    assert choice is VoteChoice.REJECT
    assert "the column cannot hold" in reason


def test_harm_to_few_cells_is_left_to_the_partitions(bench: Workbench) -> None:
    lines = {str(number): "no number" for number in range(0, 2000, 100)}
    choice, _ = vote_on(bench, mapping("id", lines, changes=20))
    assert choice is VoteChoice.APPROVE


def test_electors_look_first_where_the_proposer_did_not() -> None:
    partitions = [f"file:///{number}.csv" for number in range(10)]
    known = partitions[:8]
    chosen = choose_partitions(partitions, "seed", known)
    assert {*partitions[8:]} <= {*chosen}
    assert len(chosen) == SAMPLED_PARTITIONS
