"""Rules that the values of a sample suggest: sets, patterns, dependencies.

Profiles count texts; these proposals need the values themselves, as the contract reads them, and
the dependencies that diagnosing found among them. They bind as little as those from profiles.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from string import ascii_lowercase, ascii_uppercase, digits
from typing import NamedTuple

from agent_worker.domain.odcs.quality_rules import name_of
from agent_worker.domain.recipe import FollowDeterminants, Recipe
from agent_worker.domain.rule_proposals import FOLLOWED_SHARE_MIN, PROPOSALS_MAX, ROWS_MIN
from agent_worker.domain.rules import checks
from agent_worker.domain.rules.rule import Origin, Rule, Severity, Support

LISTED_VALUES_MAX = 50
"""Of a proposed set: the states of a country are a list that people check, towns are none."""

RECURRENCES_MIN = 5
"""How often a value occurs before it is taken for one of a set, and a shape for one of a few."""

SHAPES_MAX = 3
"""Alternatives of a proposed pattern; with more of them it says little."""

_SIGNS = {"9": r"\d", "A": "[A-Z]", "a": "[a-z]"}
"""What each sign of a shape stands for, in RE2's language."""


_CLASSES = str.maketrans(
    {
        **dict.fromkeys(digits, "9"),
        **dict.fromkeys(ascii_uppercase, "A"),
        **dict.fromkeys(ascii_lowercase, "a"),
    }
)


class ColumnValues(NamedTuple):
    """What a sample holds of a column of texts, and how often."""

    column: str
    present: int
    """Cells with a value."""
    values: Mapping[str, int]


def propose_from_values(
    columns: Iterable[ColumnValues], recipe: Recipe, known: Sequence[Rule]
) -> tuple[Rule, ...]:
    """Return what a sample suggests beyond the known rules: sets, patterns, dependencies."""
    demanded = {(rule.check.kind, rule.columns) for rule in known}
    found = [rule for column in columns for rule in _of_column(column)]
    found += [
        rule
        for step in recipe.steps
        if isinstance(step, FollowDeterminants)
        for rule in _of_dependency(step)
    ]
    fresh = [rule for rule in found if (rule.check.kind, rule.columns) not in demanded]
    return tuple(fresh[: max(PROPOSALS_MAX - len(known), 0)])


def pattern_of(shape: str) -> str:
    r"""Return the pattern that texts of a shape match: `AA-99` becomes `[A-Z]{2}\-\d{2}`."""
    parts: list[str] = []
    for sign, run in groupby(shape):
        length = len(list(run))
        part = _SIGNS.get(sign, re.escape(sign))
        parts.append(part if length == 1 else f"{part}{{{length}}}")
    return "".join(parts)


def _of_column(seen: ColumnValues) -> Iterator[Rule]:
    if seen.present < ROWS_MIN:
        return
    listed = _recurring(seen.values, seen.present, LISTED_VALUES_MAX)
    if listed:
        check = checks.InSet(values=tuple(sorted(listed)))
        yield _rule(seen.column, check, seen.present, sum(listed.values()))
        return
    shapes = _recurring(_shapes(seen.values), seen.present, SHAPES_MAX)
    if shapes and all(map(_is_code, shapes)):
        pattern = "|".join(map(pattern_of, shapes))
        yield _rule(
            seen.column, checks.MatchesRegex(pattern=pattern), seen.present, sum(shapes.values())
        )


def _recurring(counts: Mapping[str, int], present: int, limit: int) -> dict[str, int]:
    """Return what recurs, the most frequent first, if it is few and nearly everything."""
    ranked = sorted(counts, key=lambda text: (-counts[text], text))
    recurring = {text: counts[text] for text in ranked if counts[text] >= RECURRENCES_MIN}
    is_most = sum(recurring.values()) >= FOLLOWED_SHARE_MIN * present
    return recurring if is_most and len(recurring) <= limit else {}


def _shapes(values: Mapping[str, int]) -> Counter[str]:
    """Return how often each shape occurs; signs that are no digit or letter of English stand."""
    shapes: Counter[str] = Counter()
    for text, cells in values.items():
        shapes[text.translate(_CLASSES)] += cells
    return shapes


def _is_code(shape: str) -> bool:
    """Tell whether a shape says something: words of one length by accident have no digit."""
    return "9" in shape


def _of_dependency(step: FollowDeterminants) -> Iterator[Rule]:
    """Propose the strongest determinant of a column; its others say the same of other columns."""
    strongest = max(step.determinants, key=lambda each: each.weight)
    rows = step.support + step.changes
    if rows >= ROWS_MIN:
        check = checks.FunctionalDependency(determinants=strongest.columns)
        yield _rule(step.column, check, rows, step.support)


def _rule(column: str, check: checks.Check, rows: int, followed: int) -> Rule:
    return Rule(
        id=name_of(f"{column}_{check.kind}_proposed"),
        check=check,
        columns=(column,),
        severity=Severity.WARN,
        origin=Origin.PROPOSED,
        support=Support(rows=rows, followed=followed),
    )
