"""Rules that the data suggests: each with its support, none of them binding.

A proposal is cautious: it speaks of many values, leaves room around what was seen, and says
nothing where chance would look the same. People accept one by declaring it.
"""

from collections.abc import Iterator, Sequence

from agent_worker.domain.column_inference import Finding
from agent_worker.domain.data_types import DataType
from agent_worker.domain.odcs.quality_rules import name_of
from agent_worker.domain.profile import PROBABILITIES, ColumnProfile
from agent_worker.domain.rules import checks
from agent_worker.domain.rules.rule import Origin, Rule, Severity, Support

ROWS_MIN = 200
"""Of so many values without an exception, at most 1.5 % are exceptions (95 % confidence)."""

FOLLOWED_SHARE_MIN = 0.995
"""Exceptions among 200 values that still look like mistakes: one."""

RANGE_SPANS = 1.0
"""How many times the span of the middle 98 % a proposed range reaches beyond them."""

PROPOSALS_MAX = 200
"""Proposals of one table: nobody reads more."""


def propose_rules(
    findings: Sequence[Finding], known: Sequence[Rule], *, is_one_partition: bool
) -> tuple[Rule, ...]:
    """Return what the columns' profiles suggest and nobody has declared.

    Args:
        findings: The columns.
        known: Rules that stand already.
        is_one_partition: Whether distinct values were counted over all rows at once; those of
            several partitions cannot be added.
    """
    declared = {(rule.check.kind, rule.columns) for rule in known}
    proposed = [
        rule
        for finding in findings
        for rule in _of_column(finding, is_one_partition=is_one_partition)
        if (rule.check.kind, rule.columns) not in declared
    ]
    return tuple(proposed[:PROPOSALS_MAX])


def _of_column(finding: Finding, *, is_one_partition: bool) -> Iterator[Rule]:
    column, profile = finding.column, finding.profile
    if profile.rows < ROWS_MIN:
        return
    if profile.present >= FOLLOWED_SHARE_MIN * profile.rows:
        yield _rule(finding, checks.NotNull(), profile.rows, profile.present)
    is_distinct = profile.distinct >= FOLLOWED_SHARE_MIN * profile.present
    if is_one_partition and is_distinct and column.data_type is not DataType.DOUBLE:
        yield _rule(finding, checks.KeyUnique(), profile.present, profile.distinct)
    bounds = _range(profile) if column.data_type.is_numeric and not column.is_clock else None
    if bounds is not None:
        yield _rule(finding, bounds, profile.present, profile.present)


def _range(profile: ColumnProfile) -> checks.InRange | None:
    """Return a range around the middle 98 %, with the sign of what was seen."""
    numbers = profile.quantiles.get("")
    if numbers is None or profile.units:
        return None
    quantile = dict(zip(PROBABILITIES, numbers, strict=True))
    low, high = quantile[0.01], quantile[0.99]
    margin = RANGE_SPANS * (high - low)
    if not margin or quantile[0.0] < low - margin or quantile[1.0] > high + margin:
        return None
    minimum = max(0.0, low - margin) if quantile[0.0] >= 0 else low - margin
    return checks.InRange(minimum=minimum, maximum=high + margin)


def _rule(finding: Finding, check: checks.Check, rows: int, followed: int) -> Rule:
    name = finding.column.name
    return Rule(
        id=name_of(f"{name}_{check.kind}_proposed"),
        check=check,
        columns=(name,),
        severity=Severity.WARN,
        origin=Origin.PROPOSED,
        support=Support(rows=rows, followed=min(rows, followed)),
    )
