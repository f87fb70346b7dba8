"""What a sample says of all rows: exact bounds of a rate, after Clopper and Pearson."""

from math import exp, lgamma, log

DOUBT = 0.05
"""How often a bound may be wrong: it holds with 95 %."""

_HALVINGS = 60
_NEGLIGIBLE = 1e-12


def upper_bound(found: int, rows: int) -> float:
    """Return the rate that is not exceeded with 95 %, where so many of the rows were found."""
    if found >= rows:
        return 1.0
    low, high = found / rows, 1.0
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        if _at_most(found, rows, middle) > DOUBT:
            low = middle
        else:
            high = middle
    return high


def lower_bound(found: int, rows: int) -> float:
    """Return the rate that is reached with 95 %; 0 where nothing was found."""
    return 1 - upper_bound(rows - found, rows) if found else 0.0


def _at_most(found: int, rows: int, rate: float) -> float:
    """Return how likely no more than that many of the rows are found at a rate above theirs."""
    if rate >= 1:
        return 0.0
    chosen = lgamma(rows + 1) - lgamma(found + 1) - lgamma(rows - found + 1)
    term = exp(chosen + found * log(rate) + (rows - found) * log(1 - rate))
    total = 0.0
    for count in range(found, -1, -1):
        total += term
        if term < _NEGLIGIBLE * total:
            break
        term *= count / (rows - count + 1) * (1 - rate) / rate
    return total
