"""What a sample says of all rows, with 95 % confidence."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent_worker.domain.voting.bounds import DOUBT, lower_bound, upper_bound


@pytest.mark.parametrize(
    ("rows", "bound"), [(1000, 0.0029912), (3000, 0.00099808), (15_000, 0.00019969)]
)
def test_nothing_found_bounds_the_rate_by_three_over_the_rows(rows: int, bound: float) -> None:
    assert upper_bound(0, rows) == pytest.approx(bound, rel=1e-3)
    assert upper_bound(0, rows) == pytest.approx(1 - DOUBT ** (1 / rows))


def test_bounds_are_those_of_the_tables() -> None:
    # Clopper and Pearson for 5 of 100, one-sided.
    assert upper_bound(5, 100) == pytest.approx(0.10225, abs=1e-4)
    assert lower_bound(5, 100) == pytest.approx(0.01991, abs=1e-4)


@given(rows=st.integers(1, 3000), share=st.floats(0, 1))
@settings(max_examples=100)
def test_the_rate_found_lies_between_its_bounds(rows: int, share: float) -> None:
    found = round(share * rows)
    assert 0 <= lower_bound(found, rows) <= found / rows <= upper_bound(found, rows) <= 1


@given(rows=st.integers(1, 2000), found=st.integers(0, 2000))
@settings(max_examples=100)
def test_more_rows_with_as_many_found_say_less_of_them(rows: int, found: int) -> None:
    found = min(found, rows)
    assert upper_bound(found, rows + 100) < upper_bound(found, rows) or found == rows


def test_no_rows_say_nothing() -> None:
    assert (lower_bound(0, 0), upper_bound(0, 0)) == (0, 1)
