"""What a quality rule's `mustBe…` comes to: a share that may fail, or bounds of a count."""

import math

from agent_worker.domain.odcs.shapes import QualityShape

OPERATORS = (
    "mustBe",
    "mustNotBe",
    "mustBeGreaterThan",
    "mustBeGreaterOrEqualTo",
    "mustBeLessThan",
    "mustBeLessOrEqualTo",
    "mustBeBetween",
    "mustNotBeBetween",
)


class ThresholdError(Exception):
    """A threshold is missing or cannot be kept; the message has the remedy behind a semicolon."""


def tolerated_share(quality: QualityShape) -> float:
    """Return the share of failing rows that a rule tolerates.

    Raises:
        ThresholdError: it has no such threshold.
    """
    name, limit = _only(quality)
    match name, limit:
        case "mustBe" | "mustBeLessOrEqualTo", int() | float():
            most = float(limit)
        case "mustBeLessThan", int() | float():
            most = math.nextafter(float(limit), -1)
        case "mustBeBetween", (0 | 0.0, int() | float() as upper):
            most = float(upper)
        case _:
            raise ThresholdError(
                f"{name} says nothing of how much may fail; write mustBe: 0, or "
                "mustBeLessOrEqualTo with unit: percent"
            )
    if quality.unit == "percent":
        most /= 100
    elif quality.unit != "rows":
        raise ThresholdError(f"there is no unit {quality.unit}; write rows or percent")
    elif most >= 1:
        raise ThresholdError(
            "a number of rows is no share, and partitions are judged each by itself; write unit: "
            "percent"
        )
    else:
        most = 0.0
    if not 0 <= most <= 1:
        raise ThresholdError(f"{name} {limit} is no share; write one from 0 to 100 percent")
    return most


def row_bounds(quality: QualityShape) -> tuple[int, int | None]:
    """Return the least and the greatest number of rows.

    Raises:
        ThresholdError: the rule has no such threshold.
    """
    name, limit = _only(quality)
    match name, limit:
        case "mustBe", int():
            return limit, limit
        case "mustBeGreaterThan", int() | float():
            return math.floor(limit) + 1, None
        case "mustBeGreaterOrEqualTo", int() | float():
            return math.ceil(limit), None
        case "mustBeLessThan", int() | float():
            return 0, math.ceil(limit) - 1
        case "mustBeLessOrEqualTo", int() | float():
            return 0, math.floor(limit)
        case "mustBeBetween", (int() | float() as lower, int() | float() as upper):
            return math.ceil(lower), math.floor(upper)
        case _:
            raise ThresholdError(f"{name} cannot bound a number of rows; write mustBeBetween")


def _only(quality: QualityShape) -> tuple[str, object]:
    given = [(name, getattr(quality, name)) for name in OPERATORS]
    told = [(name, limit) for name, limit in given if limit is not None]
    if len(told) != 1:
        named = ", ".join(name for name, _ in told) or "none"
        known = ", ".join(OPERATORS)
        raise ThresholdError(f"it has {named} of the thresholds; give one of {known}")
    return told[0]
