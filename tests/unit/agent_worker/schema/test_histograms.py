"""Histograms of parts merge into that of the whole."""

from collections import Counter
from math import floor

from hypothesis import example, given, settings
from hypothesis import strategies as st

from agent_worker.domain.histogram import (
    BINS_MAX,
    Histogram,
    exponent_for,
    histogram_of,
    merge_histograms,
)

values = st.lists(st.floats(-1e6, 1e6, allow_subnormal=False), min_size=1, max_size=30)


def is_nothing_beside(width: float, number: float) -> bool:
    """Whether a DOUBLE cannot tell their quotient from zero: then it counts as zero."""
    return number / width == 0.0


def counted(numbers: list[float]) -> Histogram:
    exponent = exponent_for(min(numbers), max(numbers))
    return histogram_of(exponent, Counter(floor(each / 2.0**exponent) for each in numbers))


@settings(max_examples=60)
@given(st.lists(values, min_size=1, max_size=4))
def test_merged_parts_are_the_whole(parts: list[list[float]]) -> None:
    whole = [number for part in parts for number in part]
    assert merge_histograms(map(counted, parts)) == counted(whole)


@settings(max_examples=60)
@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1, max_size=20))
@example([1.5e12, -2.2250738585e-313])
def test_any_numbers_have_few_bins_that_hold_them_all(numbers: list[float]) -> None:
    histogram = counted(numbers)
    low, high = histogram.edges
    assert len(histogram.counts) <= BINS_MAX
    assert sum(histogram.counts) == len(numbers)
    assert low <= min(numbers) or is_nothing_beside(histogram.width, min(numbers))
    assert max(numbers) <= high


def test_nothing_merges_to_nothing() -> None:
    assert merge_histograms([]) is None
