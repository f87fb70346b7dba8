from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from agent_worker.domain.diagnosing.violations import Violations, circles_of

NOISE = Violations(cells=40, slips=20, others=20, strange=0, together=1, confidence=0.9, example="")


def test_where_slips_are_made_other_values_are_errors_too() -> None:
    assert NOISE.exchanges_are_errors
    assert not NOISE.exceptions_are_meant


def test_new_values_without_any_slip_are_the_way_of_the_world() -> None:
    assert replace(NOISE, slips=0, others=40, strange=30).exceptions_are_meant


def test_values_that_change_together_are_meant() -> None:
    assert replace(NOISE, together=15).exceptions_are_meant


def test_a_few_new_values_say_nothing() -> None:
    assert not replace(NOISE, slips=0, others=3, strange=3).exceptions_are_meant


def test_equivalent_columns_speak_with_one_voice() -> None:
    assert circles_of([(1,), (2,), (3,)], {(1, 2), (2, 1)}) == [0, 0, 2]
    assert circles_of([(1, 4), (2,), (3, 4)], set()) == [0, 1, 0]


@settings(max_examples=40)
@given(
    st.lists(st.tuples(st.integers(0, 6)), min_size=1, max_size=6),
    st.sets(st.tuples(st.integers(0, 6), st.integers(0, 6))),
)
def test_circles_are_the_same_in_any_direction_of_determining(
    determinants: list[tuple[int]], determining: set[tuple[int, int]]
) -> None:
    turned = {(right, left) for left, right in determining}
    assert circles_of(determinants, determining) == circles_of(determinants, turned)
