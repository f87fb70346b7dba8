"""Tokens of language models: promised before they are used, and never beyond the budget."""

from planner.domain.promising import MODEL_TOKENS_PER_ATTEMPT_MAX
from shared.contracts.payloads import PipelineState
from shared.contracts.terms import GoalTerms
from tests.unit.planner.fleet import Fleet, assert_closed, assert_counted
from tests.unit.planner.test_budget import WORLD
from tests.unit.planner.worlds import domain_of

MOST = MODEL_TOKENS_PER_ATTEMPT_MAX


def promised(fleet: Fleet) -> dict[str, int | None]:
    return {each.task.name: each.model_tokens_max for each in fleet.open.values()}


def with_tokens(tokens: int | None) -> Fleet:
    return Fleet(domain_of(WORLD), terms=GoalTerms(budget_model_tokens=tokens))


def test_without_such_a_budget_the_agents_own_limits_hold() -> None:
    assert promised(with_tokens(None)) == {"one": None, "three": None, "two": None}


def test_each_attempt_is_promised_its_part_until_nothing_is_left() -> None:
    fleet = with_tokens(MOST + 500)
    assert promised(fleet) == {"one": MOST, "two": 500, "three": 0}
    assert_counted(fleet)


def test_what_an_attempt_did_not_use_goes_to_later_ones() -> None:
    fleet = with_tokens(MOST)
    fleet.answer(fleet.named("one"), tokens=1_500)
    fleet.succeed("two", "three")
    assert promised(fleet) == {"last": MOST - 1_500}
    assert fleet.pipeline.model_usage.tokens == 1_500


def test_spending_all_of_it_gives_nothing_up() -> None:
    fleet = with_tokens(1_000)
    fleet.answer(fleet.named("one"), tokens=1_000)
    fleet.succeed("two", "three")
    assert promised(fleet) == {"last": 0}
    fleet.succeed("last")
    assert fleet.pipeline.state is PipelineState.COMPLETED
    assert_closed(fleet)


def test_a_failed_attempt_gives_back_what_it_did_not_use() -> None:
    fleet = with_tokens(MOST)
    fleet.falter("one")
    fleet.wait(60)
    assert promised(fleet)["one"] == MOST
    assert_counted(fleet)
