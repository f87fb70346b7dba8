"""Numbers that cannot be among the others: a thousand times too large, or of the wrong sign.

Spread is measured by quartiles, which a wrong number does not move (Tukey's fences; Pit-Claudel et
al., "Outlier detection in heterogeneous datasets", 2016, for the search over several measures).
Long tails are the rule in tables, so the bar is extreme: the other numbers must keep within their
fences, and the one must lie far beyond in proportion too. What it should be is said in the reason
only, for a number is never guessed.
"""

from collections.abc import Mapping, Sequence
from statistics import quantiles

from agent_worker.domain.diagnosing.column_texts import ColumnTexts, Finding, suspected
from agent_worker.domain.diagnosing.shapes import is_number

NUMBERS_MIN = 30
FENCE = 3.0
"""Quartile spans beyond the quartiles: where a tail without outliers ends."""

FAR_SPANS = 20.0
RATIO_MIN = 50.0
"""Times the largest of the others."""

OUTLIERS_MAX = 2
IDENTIFIER_MIN = 1e9
"""Numbers of ten digits are numbers of something, not amounts."""

FACTORS = (1_000, 100, 10_000, 1_000_000)


def find_number_outliers(column: ColumnTexts) -> Sequence[Finding]:
    """Return one or two numbers out of any proportion to all others."""
    numbers = {text: number for text in column.texts if (number := _number(text)) is not None}
    if len(numbers) < max(NUMBERS_MIN, 0.95 * len(column.texts)):
        return ()
    low, middle, high = quantiles(numbers.values(), n=4)
    if abs(middle) >= IDENTIFIER_MIN:
        return ()
    span = high - low
    if span <= 0:
        return ()
    far = {
        text
        for text, number in numbers.items()
        if number > high + FENCE * span or number < low - FENCE * span
    }
    below = _wrong_sign(column, numbers)
    if below:
        return below
    near = [abs(number) for text, number in numbers.items() if text not in far]
    if not 0 < len(far) <= OUTLIERS_MAX or not all(
        _is_extreme(numbers[text], low, high, max(near)) and column.counts[text] <= OUTLIERS_MAX
        for text in far
    ):
        return ()
    return [_finding(text, numbers[text], low, high) for text in sorted(far)]


def _number(text: str) -> float | None:
    if not is_number(text):
        return None
    try:
        return float(text.replace(",", "").replace("\u2212", "-"))
    except ValueError:
        return None


def _is_extreme(number: float, low: float, high: float, largest: float) -> bool:
    distance = max(number - high, low - number)
    return distance > FAR_SPANS * (high - low) and abs(number) > RATIO_MIN * largest


def _finding(text: str, number: float, low: float, high: float) -> Finding:
    likely = [f"{number / factor:g}" for factor in FACTORS if low <= number / factor <= high]
    guess = f"; `{likely[0]}` would be among them" if len(likely) == 1 else ""
    reason = f"`{text}` is far beyond all others, half of which are {low:g} to {high:g}{guess}."
    return suspected("number out of range", text, None, 0.75, reason)


def _wrong_sign(column: ColumnTexts, numbers: Mapping[str, float]) -> Sequence[Finding]:
    """Return the only negative number, if it would be an ordinary one without its sign."""
    below = [text for text, number in numbers.items() if number < 0]
    if len(below) != 1 or column.counts[below[0]] > 1:
        return ()
    (text,) = below
    positive = [number for number in numbers.values() if number >= 0]
    low, _, high = quantiles(positive, n=4)
    is_ordinary = low <= -numbers[text] <= high and min(positive) > (high - low) / 10
    if not is_ordinary:
        return ()
    reason = (
        f"`{text}` is the only one of {len(numbers)} numbers below zero; without its sign it "
        "would be among the middle half."
    )
    return [suspected("wrong sign", text, None, 0.75, reason)]
