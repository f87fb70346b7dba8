"""Rules as SQL: which rows a rule asks, and of which columns the values fail.

A rule never fails where the answer is unknown: missing values are left to `not_null`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from agent_worker.capabilities import sql
from agent_worker.capabilities.condition_sql import condition_sql, literal_sql
from agent_worker.domain.cleaning import CellClass
from agent_worker.domain.data_types import DataType
from agent_worker.domain.formats import NULL_TOKENS
from agent_worker.domain.rules import checks
from agent_worker.domain.rules.condition_tree import SORT_OF, Literal, Sort, columns_of
from agent_worker.domain.rules.conditions import read_condition
from agent_worker.domain.rules.formats import (
    AMBIGUOUS_DAY,
    CODES_OF,
    MOJIBAKE,
    PATTERN_OF,
    SAME_DAY,
)
from agent_worker.domain.rules.rule import Rule
from agent_worker.domain.schema_contract import TableContract


@dataclass(frozen=True, slots=True)
class RuleColumn:
    """A column as the expressions that rules ask of it."""

    name: str
    data_type: DataType
    value: str
    """Its typed value."""
    text: str
    """How it was written."""
    cell_class: str
    """How that was read, by the numbers of `CellClass`."""

    @property
    def shown(self) -> str:
        """The value as a text."""
        is_text = self.data_type is DataType.VARCHAR
        return self.value if is_text else f"cast({self.value} as varchar)"

    def literal(self, value: checks.SetValue) -> str:
        """Return a value that a rule names, as SQL that compares with the column's."""
        sort = SORT_OF[self.data_type]
        return literal_sql(Literal(str(value) if sort is Sort.TEXT else value, sort))


def judged_columns(contract: TableContract) -> tuple[RuleColumn, ...]:
    """Return the columns of a judged table."""
    return tuple(
        RuleColumn(column.name, column.data_type, f"v{place}", f"x{place}", f"k{place}")
        for place, column in enumerate(contract.columns)
    )


@dataclass(frozen=True, slots=True)
class RowTest:
    """A rule as expressions over one row; both are true or false, never null."""

    rule: Rule
    asked: str
    """Whether the rule has something to say of the row."""
    cells: Mapping[int, str]
    """Whether it fails, for each place of a column whose cell it charges."""

    @property
    def failed(self) -> str:
        """Whether the row fails."""
        return " or ".join(dict.fromkeys(self.cells.values())) or "false"


def row_test(rule: Rule, columns: Sequence[RuleColumn]) -> RowTest:
    """Return a rule that looks at each row alone as a test."""
    where = where_sql(rule, columns)
    named = {place: column for place, column in enumerate(columns) if column.name in rule.columns}
    failing = {
        place: _failing_value(rule.check, column)
        or _failing_form(rule.check, column)
        or _failing_text(rule.check, column)
        for place, column in named.items()
    }
    if not all(failing.values()) or not failing:
        return _condition_test(rule, columns, where)
    present = " or ".join(f"{column.value} is not null" for column in named.values())
    asked = where if rule.check.kind in _ASKS_ALL else f"({where}) and ({present})"
    cells = {place: f"coalesce(({where}) and ({test}), false)" for place, test in failing.items()}
    return RowTest(rule, f"coalesce({asked}, false)", cells)


_ASKS_ALL = {"not_null", "null_rate_le", "no_null_token", "type_is"}
"""Demands that have something to say of a missing value, or of one that cannot be read."""


def _condition_test(rule: Rule, columns: Sequence[RuleColumn], where: str) -> RowTest:
    charged, holds = _row_condition(rule, columns)
    failed = f"coalesce(({where}) and not ({holds}), false)"
    asked = f"coalesce(({where}) and ({holds}) is not null, false)"
    return RowTest(rule, asked, dict.fromkeys(charged, failed))


def where_sql(rule: Rule, columns: Sequence[RuleColumn]) -> str:
    """Return which rows the rule asks."""
    return _written(rule.where, columns) if rule.where else "true"


def _written(condition: str, columns: Sequence[RuleColumn]) -> str:
    tree = read_condition(condition, {column.name: column.data_type for column in columns})
    return condition_sql(tree, {column.name: column.value for column in columns})


def _row_condition(rule: Rule, columns: Sequence[RuleColumn]) -> tuple[list[int], str]:
    """Return the places that a failing row is charged to, and what has to hold of it."""
    match rule.check:
        case checks.RowCondition(condition=condition):
            mentioned, holds = (condition,), _written(condition, columns)
        case checks.Implies(premise=premise, conclusion=conclusion):
            first, then = _written(premise, columns), _written(conclusion, columns)
            mentioned, holds = (conclusion,), f"not coalesce({first}, false) or {then}"
        case checks.CompareColumns(comparison=comparison):
            left, right = (_column_named(name, columns) for name in rule.columns)
            mentioned, holds = (), f"{left.value} {comparison} {right.value}"
        case _:
            raise AssertionError(f"{rule.check.kind} is no demand on a single row")
    return charged_places(rule, columns, mentioned), holds


def charged_places(
    rule: Rule, columns: Sequence[RuleColumn], conditions: tuple[str, ...] = ()
) -> list[int]:
    """Return the places of the columns that the rule names, or its conditions mention, or all."""
    types = {column.name: column.data_type for column in columns}
    mentioned = {name for each in conditions for name in columns_of(read_condition(each, types))}
    named = set(rule.columns) or mentioned or set(types)
    return [place for place, column in enumerate(columns) if column.name in named]


def _column_named(name: str, columns: Sequence[RuleColumn]) -> RuleColumn:
    return next(column for column in columns if column.name == name)


def _in_set(check: checks.InSet, column: RuleColumn) -> str:
    value, listed = column.value, [column.literal(each) for each in check.values]
    if check.ignore_case and column.data_type is DataType.VARCHAR:
        value, listed = f"lower({value})", [f"lower({each})" for each in listed]
    return f"{value} not in ({', '.join(listed)})"


def _in_range(check: checks.InRange, column: RuleColumn) -> str:
    below, above = "<=" if check.minimum_excluded else "<", ">=" if check.maximum_excluded else ">"
    bounds = ((below, check.minimum), (above, check.maximum))
    return " or ".join(
        f"{column.value} {mark} {column.literal(bound)}"
        for mark, bound in bounds
        if bound is not None
    )


def _length(check: checks.LengthBetween, column: RuleColumn) -> str:
    too_short = f"length({column.shown}) < {check.minimum}"
    if check.maximum is None:
        return too_short
    return f"{too_short} or length({column.shown}) > {check.maximum}"


def _format(check: checks.MatchesFormat, column: RuleColumn) -> str:
    codes = CODES_OF.get(check.format)
    if codes is not None:
        return f"{column.shown} not in ({sql.texts(codes)})"
    failed = f"not regexp_full_match({column.shown}, {sql.text(PATTERN_OF[check.format])})"
    if check.format is checks.ValueFormat.ISO_DATE:
        # 2023-02-30 has the form of a day, and there is none.
        return f"{failed} or try_cast({column.shown} as date) is null"
    return failed


def _type(check: checks.TypeIs, column: RuleColumn) -> str:
    if check.data_type is column.data_type:
        return f"{column.cell_class} = {CellClass.UNREADABLE:d}"
    missing = f"{CellClass.ABSENT:d}, {CellClass.TOKEN:d}"
    unread = f"try_cast({column.text} as {check.data_type}) is null"
    return f"{column.cell_class} not in ({missing}) and {unread}"


def _ambiguous(column: RuleColumn) -> str:
    matches = (
        f"regexp_full_match({column.text}, {sql.text(pattern)})"
        for pattern in (AMBIGUOUS_DAY, SAME_DAY)
    )
    return " and not ".join(matches)


def _token(column: RuleColumn) -> str:
    is_token = f"lower(trim({column.text})) in ({sql.texts(NULL_TOKENS)})"
    return f"{column.cell_class} = {CellClass.TOKEN:d} or {is_token}"


_ODD_NUMBERS = f"{CellClass.UNIT:d}, {CellClass.PREFIX:d}, {CellClass.NUMBER:d}"


def _failing_text(check: checks.Check, column: RuleColumn) -> str:
    """Return when the way in which a value is written fails, empty for other demands."""
    match check:
        case checks.NoNullToken():
            return _token(column)
        case checks.TypeIs():
            return _type(check, column)
        case checks.CanonicalNumber():
            return f"{column.cell_class} in ({_ODD_NUMBERS})"
        case checks.UnambiguousDate():
            return _ambiguous(column)
        case checks.NoMojibake():
            return f"regexp_matches({column.shown}, {sql.text(MOJIBAKE)})"
        case _:
            return ""


def _failing_value(check: checks.Check, column: RuleColumn) -> str:
    """Return when a value fails, empty for demands on something else."""
    match check:
        case checks.NotNull() | checks.NullRateLe():
            return f"{column.value} is null"
        case checks.InSet():
            return _in_set(check, column)
        case checks.InRange():
            return _in_range(check, column)
        case _:
            return ""


def _failing_form(check: checks.Check, column: RuleColumn) -> str:
    """Return when the form of a value fails, empty for other demands."""
    match check:
        case checks.LengthBetween():
            return _length(check, column)
        case checks.MatchesRegex(pattern=pattern):
            return f"not regexp_full_match({column.shown}, {sql.text(pattern)})"
        case checks.MatchesFormat():
            return _format(check, column)
        case _:
            return ""
