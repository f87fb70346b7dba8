"""Rules that the values of a sample suggest: sets, patterns, dependencies.

Profiles count texts; these proposals need the values themselves, as the contract reads them, and
the dependencies that diagnosing found among them. They bind as little as those from profiles.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import groupby
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


class ColumnValues(NamedTuple):
    """What a sample holds of a column of texts, each list the most frequent first."""

    column: str
    present: int
    """Cells with a value."""
    values: Sequence[tuple[str, int]]
    """At most one more than may be listed."""
    shapes: Sequence[tuple[str, int]]
    """Values with digits as 9 and the letters of English as A or a; at most one too many."""


def propose_from_values(
    columns: Sequence[ColumnValues], recipe: Recipe, known: Sequence[Rule]
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
        values = tuple(sorted(value for value, _ in listed))
        yield _rule(seen.column, checks.InSet(values=values), seen.present, _cells(listed))
        return
    shapes = _recurring(seen.shapes, seen.present, SHAPES_MAX)
    if shapes and all(_is_code(shape) for shape, _ in shapes):
        pattern = "|".join(pattern_of(shape) for shape, _ in shapes)
        yield _rule(seen.column, checks.MatchesRegex(pattern=pattern), seen.present, _cells(shapes))


def _recurring(
    counts: Sequence[tuple[str, int]], present: int, limit: int
) -> list[tuple[str, int]]:
    """Return what recurs, if it is few and nearly everything."""
    recurring = [(text, cells) for text, cells in counts if cells >= RECURRENCES_MIN]
    is_few = len(recurring) <= limit
    return recurring if is_few and _cells(recurring) >= FOLLOWED_SHARE_MIN * present else []


def _cells(counts: Sequence[tuple[str, int]]) -> int:
    return sum(cells for _, cells in counts)


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
