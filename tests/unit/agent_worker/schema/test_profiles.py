"""How profiles of partitions are merged, and how shapes name time formats."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent_worker.domain.formats import TIME_FORMATS, conversion_factor, formats_of_shape, shape_of
from agent_worker.domain.profile import PROBABILITIES, ColumnProfile, Reading, merge_columns
from agent_worker.domain.voting.samples import choose_partitions, draw
from tests.unit.agent_worker.workbench import NOW

NUMBERS = st.lists(st.integers(-1000, 1000), min_size=1, max_size=200)


def profile_of(numbers: list[int]) -> ColumnProfile:
    """The profile of a column of bare numbers."""
    ordered = sorted(numbers)
    last = len(ordered) - 1
    return ColumnProfile(
        name="c",
        position=0,
        rows=len(ordered),
        readings={Reading.INTEGER: len(ordered)},
        quantiles={"": tuple(float(ordered[round(share * last)]) for share in PROBABILITIES)},
    )


@given(parts=st.lists(NUMBERS, min_size=1, max_size=5))
def test_merged_extremes_are_exact_and_quantiles_in_order(parts: list[list[int]]) -> None:
    numbers = [number for part in parts for number in part]
    merged = merge_columns([profile_of(part) for part in parts]).quantiles[""]
    assert (merged[0], merged[-1]) == (min(numbers), max(numbers))
    assert list(merged) == sorted(merged)


@given(parts=st.lists(NUMBERS, min_size=2, max_size=5))
def test_the_order_of_partitions_does_not_matter(parts: list[list[int]]) -> None:
    profiles = [profile_of(part) for part in parts]
    assert merge_columns(profiles) == merge_columns(profiles[::-1])


def test_equal_partitions_merge_to_equal_quantiles() -> None:
    profile = profile_of(list(range(1000)))
    merged = merge_columns([profile] * 12)
    assert merged.quantiles[""] == pytest.approx(profile.quantiles[""], abs=60)
    assert merged.rows == 12_000


@pytest.mark.parametrize("time_format", TIME_FORMATS)
def test_a_written_time_leads_back_to_its_format(time_format: str) -> None:
    assert time_format in formats_of_shape(shape_of(NOW.strftime(time_format)))


def test_units_convert_only_within_one_quantity() -> None:
    assert conversion_factor("km", "m") == 1000
    assert conversion_factor("km", "kg") is None


def test_draws_depend_on_the_seed_alone() -> None:
    assert draw("seed", 5, 100) == draw("seed", 5, 100) != draw("other", 5, 100)
    assert choose_partitions("abcdef", "one") != choose_partitions("abcdef", "other")
