"""Whether rules fit a table: asked before any data is read, and answered in full."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from agent_worker.domain.data_types import DataType
from agent_worker.domain.rules import checks
from agent_worker.domain.rules.condition_tokens import ConditionError
from agent_worker.domain.rules.condition_tree import SORT_OF, Sort
from agent_worker.domain.rules.conditions import read_condition
from agent_worker.domain.rules.rule import COLUMNS_MAX, COLUMNS_OF, TABLE_KINDS, OnFail, Rule
from agent_worker.domain.rules.times import time_problem


def rule_problems(rules: Sequence[Rule], columns: Mapping[str, DataType]) -> tuple[str, ...]:
    """Return all that is wrong with rules on a table with these columns, each with what to do."""
    counted = Counter(rule.id for rule in rules)
    repeated = [
        f"rule {name}: {count} rules have this id; give each its own"
        for name, count in counted.items()
        if count > 1
    ]
    found = (f"rule {rule.id}: {told}" for rule in rules for told in _problems(rule, columns))
    return (*repeated, *found)


def _problems(rule: Rule, columns: Mapping[str, DataType]) -> Iterator[str]:
    known = ", ".join(columns)
    unknown = [name for name in _names_of(rule) if name not in columns]
    yield from (f"there is no column {name}; there are {known}" for name in unknown)
    least, most = COLUMNS_OF.get(rule.check.kind, (1, COLUMNS_MAX))
    if not least <= len(rule.columns) <= most:
        asked = f"{least}" if least == most else f"{least} to {most}"
        yield f"{rule.check.kind} names {asked} columns, not {len(rule.columns)}; correct them"
    elif not unknown:
        yield from _misfits(rule, [columns[name] for name in rule.columns])
    for condition in _conditions_of(rule):
        try:
            read_condition(condition, columns)
        except ConditionError as error:
            yield str(error)
    if rule.check.kind in TABLE_KINDS and rule.on_fail not in {OnFail.WARN, OnFail.STOP}:
        yield f"{rule.check.kind} is about the whole table; it can warn or stop, no more"


def _names_of(rule: Rule) -> tuple[str, ...]:
    match rule.check:
        case checks.FunctionalDependency(determinants=determinants):
            return (*rule.columns, *determinants)
        case _:
            return rule.columns


def _conditions_of(rule: Rule) -> Iterator[str]:
    if rule.where:
        yield rule.where
    match rule.check:
        case checks.RowCondition(condition=condition):
            yield condition
        case checks.Implies(premise=premise, conclusion=conclusion):
            yield from (premise, conclusion)
        case _:
            return


def _misfits(rule: Rule, types: Sequence[DataType]) -> Iterator[str]:
    """Yield where a rule's values are of another sort than its columns'."""
    sorts = [SORT_OF[data_type] for data_type in types]
    match rule.check:
        case checks.InSet(values=values):
            yield from (told for sort in sorts for told in _odd_values(values, sort))
        case checks.InRange(minimum=minimum, maximum=maximum):
            bounds = [bound for bound in (minimum, maximum) if bound is not None]
            yield from (told for sort in sorts for told in _odd_bounds(bounds, sort))
        case checks.CompareColumns() if len(set(sorts)) > 1:
            yield f"{sorts[0]} does not compare with {sorts[1]}; name columns of one sort"
        case checks.FreshWithin() if sorts != [Sort.TIME]:
            yield f"{rule.columns[0]} is {sorts[0]}, and ages are measured by a time; name one"
        case checks.Drift() if sorts != [Sort.NUMBER]:
            yield f"{rule.columns[0]} is {sorts[0]}, and distributions are of numbers; name one"
        case checks.Reference(columns=columns) if len(columns) != len(types):
            yield f"{len(types)} columns refer to {len(columns)}; name as many there as here"
        case _:
            return


def _odd_values(values: Iterable[checks.SetValue], sort: Sort) -> Iterator[str]:
    if sort is Sort.TEXT:
        return
    for value in values:
        if not _is_of(value, sort):
            yield f"{value!r} is not {sort}, as the column's values are; correct it"


def _odd_bounds(bounds: Iterable[float | str], sort: Sort) -> Iterator[str]:
    if sort not in {Sort.NUMBER, Sort.TIME}:
        yield f"a range is of numbers or times, and the column's values are {sort}"
        return
    for bound in bounds:
        if not _is_of(bound, sort):
            yield f"{bound!r} is not {sort}, as the column's values are; correct it"


def _is_of(value: checks.SetValue, sort: Sort) -> bool:
    match value:
        case bool():
            return sort is Sort.TRUTH
        case str():
            return sort is Sort.TIME and not time_problem(value)
        case _:
            return sort is Sort.NUMBER
