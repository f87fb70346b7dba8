"""Histograms that merge without error: bins as wide as a power of two, at multiples of it.

Two bins of one width are exactly one bin of the next, so that histograms of partitions are made
as coarse as each other and added, and come out as if all values had been counted at once.
"""

from collections.abc import Iterable
from functools import reduce
from math import floor

from pydantic import Field

from shared.contracts.vocabulary import Contract

BINS_MAX = 24
"""As many as a small picture shows."""

EXPONENT_MIN = -20
"""Bins of a millionth; values that differ by less are one."""

EXPONENT_MAX = 1_023
"""The largest power of two that is a DOUBLE."""


NUMBERS_MAX = 2**50
"""Bins have numbers that a DOUBLE holds exactly."""


class Histogram(Contract):
    """How many values lie in each of neighbouring bins."""

    exponent: int = Field(ge=EXPONENT_MIN, le=EXPONENT_MAX)
    """A bin is 2 to the power of this wide."""
    first: int
    """The number of the first bin: it begins at so many widths."""
    counts: tuple[int, ...] = Field(min_length=1, max_length=BINS_MAX)

    @property
    def width(self) -> float:
        """How wide a bin is."""
        return 2.0**self.exponent

    @property
    def edges(self) -> tuple[float, float]:
        """Where the first bin begins and the last one ends."""
        return self.first * self.width, (self.first + len(self.counts)) * self.width


def exponent_for(minimum: float, maximum: float, exponent: int = EXPONENT_MIN) -> int:
    """Return the smallest exponent, from the given one on, with which few enough bins span both."""
    while exponent < EXPONENT_MAX:
        width = 2.0**exponent
        is_countable = max(abs(minimum), abs(maximum)) / width < NUMBERS_MAX
        if is_countable and floor(maximum / width) - floor(minimum / width) < BINS_MAX:
            break
        exponent += 1
    return exponent


def histogram_of(exponent: int, bins: dict[int, int]) -> Histogram:
    """Return the histogram of counted bins, by their numbers; there is at least one."""
    first, last = min(bins), max(bins)
    counts = tuple(bins.get(number, 0) for number in range(first, last + 1))
    return Histogram(exponent=exponent, first=first, counts=counts)


def merge_histograms(histograms: Iterable[Histogram]) -> Histogram | None:
    """Return the histogram of all values together; None where there are none."""
    known = tuple(histograms)
    return reduce(_merge, known) if known else None


def _merge(left: Histogram, right: Histogram) -> Histogram:
    exponent = max(left.exponent, right.exponent)
    while True:
        bins: dict[int, int] = {}
        for known in (left, right):
            for number, count in enumerate(known.counts, known.first):
                coarse = number >> (exponent - known.exponent)
                bins[coarse] = bins.get(coarse, 0) + count
        if max(bins) - min(bins) < BINS_MAX:
            return histogram_of(exponent, bins)
        exponent += 1
