"""Patterns of texts in RE2's language: linear in time, whatever the text.

What RE2 does not have is named before any data is read. Python's own parser finds the rest of the
mistakes; its language is a superset of what is left.
"""

import re

REPEATS_MAX = 1_000
"""RE2 refuses more repetitions of one part."""

_FOREIGN = (
    (r"\(\?<?[=!]", "looks ahead or behind"),
    (r"\\[1-9]|\(\?P=", "refers back to a group"),
    (r"\(\?>|[*+?}]\+", "is possessive or atomic"),
    (r"\(\?\(", "depends on a group"),
)
_REPEATS = re.compile(r"\{(\d+)(?:,(\d*))?\}")


def pattern_problem(pattern: str) -> str:
    """Return why RE2 cannot read the pattern, with what to do; empty where it can."""
    plain = re.sub(r"\\[^1-9]", "", pattern)
    for foreign, told in _FOREIGN:
        if re.search(foreign, plain):
            return f"the pattern {pattern!r} {told}, which RE2 cannot; write it without"
    try:
        re.compile(pattern)
    except re.error as error:
        return f"the pattern {pattern!r} is none: {error}; correct it"
    repeats = [int(count) for found in _REPEATS.findall(pattern) for count in found if count]
    if any(count > REPEATS_MAX for count in repeats):
        return f"the pattern {pattern!r} repeats a part more than {REPEATS_MAX} times; repeat less"
    return ""
