"""What is wrong with a parameter, in words for whoever asks for the goal."""

from collections.abc import Mapping

from pydantic_core import ErrorDetails

WORDINGS: Mapping[str, str] = {
    "missing": "it is missing",
    "too_short": "it is empty",
    "string_too_short": "it is empty",
    "tuple_type": "it is no list",
    "string_type": "it is no text",
    "int_type": "it is no whole number",
    "float_type": "it is no number",
    "string_pattern_mismatch": "it is not written as it has to be",
}
"""By the validator's kind of error, where its own words would be those of a programmer."""


def wording_of(error: ErrorDetails) -> str:
    """Return what is wrong, without saying where."""
    return WORDINGS.get(error["type"], error["msg"].removeprefix("Value error, "))
