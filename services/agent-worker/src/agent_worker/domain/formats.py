"""The ways in which people write times, missing values and units.

A time's format is found by its shape: every run of digits is a 9, every run of letters an a, so
that a column with a million values has a handful of shapes, and only the formats that fit one of
them need to be tried.
"""

import re
from typing import NamedTuple

NULL_TOKENS = (
    "#n/a", "-", "--", ".", "?", "n/a", "na", "nan", "nil", "none", "null",
)  # fmt: skip
"""Texts that say that a value is missing, in lower case. `unknown` is not among them: it may be
a category."""

BOOLEANS = {
    "true": True, "yes": True, "t": True, "y": True,
    "false": False, "no": False, "f": False, "n": False,
}  # fmt: skip

_DATES = (
    "%Y-%m-%d", "%Y/%m/%d", "%m/%d/%Y", "%d/%m/%Y", "%d.%m.%Y", "%m-%d-%Y", "%d-%m-%Y",
    "%d-%b-%Y", "%d %b %Y", "%b %d, %Y", "%d %B %Y", "%B %d, %Y",
    "%m/%d/%y", "%d/%m/%y", "%d.%m.%y", "%d-%b-%y",
)  # fmt: skip
_CLOCKS = (
    "", " %H:%M:%S", " %H:%M", "T%H:%M:%S", "T%H:%M:%SZ", "T%H:%M", " %H:%M:%S.%f",
    "T%H:%M:%S.%fZ", " %I:%M %p", " %I:%M:%S %p",
)  # fmt: skip

TIME_FORMATS = tuple(date + clock for date in _DATES for clock in _CLOCKS)
"""Formats of dates and timestamps, in strptime's language."""

AMBIGUOUS_FORMATS = tuple(
    (f"%m{mark}%d{mark}{year}{clock}", f"%d{mark}%m{mark}{year}{clock}")
    for mark, year in (("/", "%Y"), ("-", "%Y"), ("/", "%y"))
    for clock in _CLOCKS
)
"""Pairs that read the same text as different days."""


def shape_of(text: str) -> str:
    """Return the text with each run of digits as 9 and each run of ASCII letters as a."""
    return re.sub(r"[A-Za-z]+", "a", re.sub(r"[0-9]+", "9", text))


def _shape_of_format(time_format: str) -> str:
    return shape_of(re.sub(r"%[bBp]", "a", re.sub(r"%[YymdHMSIf]", "9", time_format)))


TIME_SHAPES = tuple(sorted({_shape_of_format(time_format) for time_format in TIME_FORMATS}))


def formats_of_shape(shape: str) -> tuple[str, ...]:
    """Return the time formats whose texts have this shape."""
    return tuple(known for known in TIME_FORMATS if _shape_of_format(known) == shape)


def is_timestamp(time_format: str) -> bool:
    """Tell whether the format has a time of day besides the date."""
    return "%H" in time_format or "%I" in time_format


class Unit(NamedTuple):
    """What a unit measures, and how many base units one of it is."""

    quantity: str
    factor: float


UNITS = {
    "mm": Unit("length", 0.001), "cm": Unit("length", 0.01), "m": Unit("length", 1.0),
    "km": Unit("length", 1000.0), "ft": Unit("length", 0.3048), "yd": Unit("length", 0.9144),
    "mi": Unit("length", 1609.344), "mile": Unit("length", 1609.344),
    "miles": Unit("length", 1609.344), "nmi": Unit("length", 1852.0),
    "g": Unit("mass", 0.001), "kg": Unit("mass", 1.0), "t": Unit("mass", 1000.0),
    "oz": Unit("mass", 0.028349523125), "lb": Unit("mass", 0.45359237),
    "lbs": Unit("mass", 0.45359237),
    "ms": Unit("time", 0.001), "s": Unit("time", 1.0), "sec": Unit("time", 1.0),
    "min": Unit("time", 60.0), "h": Unit("time", 3600.0), "hr": Unit("time", 3600.0),
    "hours": Unit("time", 3600.0), "d": Unit("time", 86400.0), "days": Unit("time", 86400.0),
}  # fmt: skip
"""Units that convert by a factor alone, in lower case; the factors are exact by definition."""


def conversion_factor(source: str, target: str) -> float | None:
    """Return what a number in the source unit is multiplied by, or None where no factor exists."""
    if UNITS[source].quantity != UNITS[target].quantity:
        return None
    return UNITS[source].factor / UNITS[target].factor
