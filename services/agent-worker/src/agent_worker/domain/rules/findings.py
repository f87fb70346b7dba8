"""What asking rules brought to light: counts that can be added up, and what they come to."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from math import log

from pydantic import Field

from agent_worker.domain.dimensions import Dimension
from agent_worker.domain.rules import checks
from agent_worker.domain.rules.rule import OnFail, Origin, Rule, Severity
from shared.contracts.vocabulary import Contract

EXAMPLES_MAX = 3
"""Failing values shown for a rule."""

SHARE_MIN = 1e-4
"""What an empty bin of a distribution counts as: the index has a logarithm of it."""


class RuleCount(Contract):
    """What one rule came to in some rows."""

    rule: str
    evaluated: int = Field(default=0, ge=0)
    """Rows that the rule had something to say of; of a schema, columns."""
    failed: int = Field(default=0, ge=0)
    newest: float | None = None
    """The newest time, in seconds since 1970, where the rule asks for it."""
    bins: tuple[int, ...] = ()
    """Numbers in each bin of a distribution."""
    examples: tuple[str, ...] = ()


class RuleResult(Contract):
    """What a rule came to in all rows, in words and numbers."""

    rule: str
    told: str
    dimension: Dimension
    severity: Severity
    origin: Origin
    on_fail: OnFail
    evaluated: int
    failed: int
    tolerated: float
    holds: bool
    detail: str = ""
    """What was measured, where it is no count of rows."""
    examples: tuple[str, ...] = ()

    @property
    def is_decisive(self) -> bool:
        """Whether the data is not what was declared."""
        is_asked = self.severity is Severity.ERROR and self.origin is not Origin.PROPOSED
        return is_asked and not self.holds


def merge_rule_counts(counts: Iterable[RuleCount]) -> tuple[RuleCount, ...]:
    """Return each rule's count over all partitions, in the order in which rules came first."""
    merged: dict[str, RuleCount] = {}
    for count in counts:
        known = merged.get(count.rule)
        merged[count.rule] = count if known is None else _added(known, count)
    return tuple(merged.values())


def _added(left: RuleCount, right: RuleCount) -> RuleCount:
    times = [time for time in (left.newest, right.newest) if time is not None]
    width = max(len(left.bins), len(right.bins))
    padded = [(*count.bins, *(0,) * (width - len(count.bins))) for count in (left, right)]
    return RuleCount(
        rule=left.rule,
        evaluated=left.evaluated + right.evaluated,
        failed=left.failed + right.failed,
        newest=max(times, default=None),
        bins=tuple(sum(pair) for pair in zip(*padded, strict=True)),
        examples=tuple(dict.fromkeys((*left.examples, *right.examples)))[:EXAMPLES_MAX],
    )


def rule_results(
    rules: Sequence[Rule], counts: Iterable[RuleCount], asked_at: datetime | None
) -> tuple[RuleResult, ...]:
    """Return what each rule that was asked came to; `asked_at` is what ages are measured from."""
    by_rule = {count.rule: count for count in counts}
    return tuple(_came_to(rule, by_rule[rule.id], asked_at) for rule in rules if rule.id in by_rule)


def _came_to(rule: Rule, count: RuleCount, asked_at: datetime | None) -> RuleResult:
    holds, detail = _judged(rule, count, asked_at)
    return RuleResult(
        rule=rule.id,
        told=rule.told,
        dimension=rule.counts_as,
        severity=rule.severity,
        origin=rule.origin,
        on_fail=rule.on_fail,
        evaluated=count.evaluated,
        failed=count.failed,
        tolerated=rule.tolerated,
        holds=holds,
        detail=detail,
        examples=count.examples,
    )


def _judged(rule: Rule, count: RuleCount, asked_at: datetime | None) -> tuple[bool, str]:
    match rule.check:
        case checks.RowCountBetween(minimum=minimum, maximum=maximum):
            is_most = maximum is None or count.evaluated <= maximum
            return minimum <= count.evaluated and is_most, f"{count.evaluated} rows"
        case checks.FreshWithin(seconds_max=seconds_max):
            age = age_seconds(count, asked_at)
            if age is None:
                return count.evaluated > 0 and asked_at is None, "no time to measure by"
            return age <= seconds_max, f"the newest value is {age:.0f} seconds old"
        case checks.Drift() as check:
            index = stability_index(check, count.bins)
            return index <= check.index_max, f"population stability index {index:.3f}"
        case _:
            return count.failed <= rule.tolerated * count.evaluated, ""


def age_seconds(count: RuleCount, asked_at: datetime | None) -> float | None:
    """Return how old the newest value is; 0 where it lies ahead, None where there is none.

    Times in tables have no zone and are taken as UTC.
    """
    if count.newest is None or asked_at is None:
        return None
    return max(0.0, asked_at.timestamp() - count.newest)


def stability_index(check: checks.Drift, bins: Sequence[int]) -> float:
    """Return the population stability index of numbers in bins; 0 where there are none."""
    total = sum(bins)
    if not total:
        return 0.0
    pairs = [
        (max(seen / total, SHARE_MIN), max(share, SHARE_MIN))
        for seen, share in zip(bins, check.shares, strict=True)
    ]
    return sum((now - before) * log(now / before) for now, before in pairs)
