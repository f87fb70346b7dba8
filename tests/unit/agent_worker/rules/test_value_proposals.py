"""Rules that values suggest: sets, patterns and dependencies, each with its support."""

import duckdb
from hypothesis import given
from hypothesis import strategies as st

from agent_worker.capabilities.value_proposals import propose_rules_of
from agent_worker.capabilities.value_table import ValueTable
from agent_worker.domain.recipe import (
    Determinant,
    FollowDeterminants,
    Recipe,
    StepAction,
    ValueColumn,
)
from agent_worker.domain.rules.checks import FunctionalDependency, InSet, MatchesRegex
from agent_worker.domain.rules.rule import Origin, Rule
from agent_worker.domain.value_proposals import LISTED_VALUES_MAX, pattern_of


def proposals(*texts: str | None, known: tuple[Rule, ...] = ()) -> tuple[Rule, ...]:
    """Return what a column of these texts suggests."""
    with duckdb.connect() as connection:
        connection.execute("create table texts (line bigint, c0 varchar)")
        connection.executemany("insert into texts values (?, ?)", [*enumerate(texts)])
        values = ValueTable(connection, "texts", (ValueColumn(name="code"),))
        return propose_rules_of(values, Recipe(), known)


def test_a_few_values_that_recur_are_a_set_and_a_slip_is_none_of_them() -> None:
    (rule,) = proposals(*["north"] * 150, *["south"] * 150, "nroth", None)
    assert rule.check == InSet(values=("north", "south"))
    assert rule.support is not None
    assert (rule.support.rows, rule.support.followed) == (301, 300)
    assert rule.origin is Origin.PROPOSED


def test_codes_of_one_shape_are_a_pattern() -> None:
    (rule,) = proposals(*(f"AB-{number:04d}" for number in range(300)))
    assert rule.check == MatchesRegex(pattern=r"[A-Z]{2}\-\d{4}")


def test_nothing_is_said_of_free_text_nor_of_a_few_rows() -> None:
    assert proposals(*(f"{'word ' * (number % 40)}{number} end" for number in range(300))) == ()
    assert proposals(*["north"] * 100) == ()


def test_more_values_than_people_read_are_no_set() -> None:
    many = [f"v{number % (LISTED_VALUES_MAX + 1)}" for number in range(1_000)]
    assert all(rule.check.kind != "in_set" for rule in proposals(*many))


def test_what_is_known_is_not_proposed_again() -> None:
    texts = ["north"] * 300
    assert proposals(*texts, known=proposals(*texts)) == ()


def test_a_dependency_of_the_recipe_is_a_rule_with_its_strongest_determinant() -> None:
    weak, strong = Determinant(columns=("town",), weight=1), Determinant(columns=("zip",), weight=4)
    step = FollowDeterminants(
        column="state", action=StepAction.REPAIRED, support=990, changes=10, confidence=0.9,
        reason="", determinants=(weak, strong),
    )  # fmt: skip
    with duckdb.connect() as connection:
        connection.execute("create table texts (line bigint)")
        (rule,) = propose_rules_of(ValueTable(connection, "texts", ()), Recipe(steps=(step,)), ())
    assert rule.check == FunctionalDependency(determinants=("zip",))
    assert rule.columns == ("state",)
    assert rule.support is not None
    assert (rule.support.rows, rule.support.followed) == (1_000, 990)


@given(st.text(st.sampled_from("9Aa-.(+ é"), min_size=1, max_size=12))
def test_a_pattern_matches_the_texts_of_its_shape(shape: str) -> None:
    text = shape.replace("9", "7").replace("A", "Q").replace("a", "q")
    with duckdb.connect() as connection:
        found = connection.execute("select regexp_full_match(?, ?)", [text, pattern_of(shape)])
        assert found.fetchone() == (True,)
