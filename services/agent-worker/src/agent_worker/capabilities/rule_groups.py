"""Rules that compare a row with others: each becomes a small table of the lines that fail."""

from collections.abc import Mapping, Sequence

import duckdb

from agent_worker.capabilities import sql
from agent_worker.capabilities.rule_sql import RowTest, RuleColumn, charged_places, where_sql
from agent_worker.domain.failures import ActionFailedError
from agent_worker.domain.rules import checks
from agent_worker.domain.rules.rule import Rule

Relation = duckdb.DuckDBPyRelation


def group_test(
    rule: Rule,
    rows: Relation,
    columns: Sequence[RuleColumn],
    *,
    table: str,
    references: Mapping[str, Relation],
) -> RowTest:
    """Return a rule about groups of rows as a test; materialises `table` with the failing lines.

    `references` has the rows of each table that a rule refers to.

    Raises:
        ActionFailedError: the table that the rule refers to is not there, or lacks the columns.
    """
    places = charged_places(rule, columns)
    values = [columns[place].value for place in places]
    asked = _asked(rule, columns, values)
    _failing(rule, rows.filter(asked), columns, values, references).to_table(table)
    failed = f"(line in (from {table} select line))"
    return RowTest(rule, f"coalesce({asked}, false)", dict.fromkeys(places, failed))


def _asked(rule: Rule, columns: Sequence[RuleColumn], values: Sequence[str]) -> str:
    """Return which rows take part: where the values, and what they depend on, are there."""
    needed: list[str] = []
    if not isinstance(rule.check, checks.NoDuplicateRows):
        needed += values
    if isinstance(rule.check, checks.FunctionalDependency):
        needed += _values_of(rule.check.determinants, columns)
    return " and ".join(
        (f"({where_sql(rule, columns)})", *(f"{each} is not null" for each in needed))
    )


def _failing(
    rule: Rule,
    rows: Relation,
    columns: Sequence[RuleColumn],
    values: list[str],
    references: Mapping[str, Relation],
) -> Relation:
    match rule.check:
        case checks.KeyUnique() | checks.NoDuplicateRows():
            return _repeated(rows, values)
        case checks.FunctionalDependency(determinants=determinants):
            return _outvoted(rows, _values_of(determinants, columns), values[0])
        case checks.Reference() as check:
            found = _referenced(rule, check, references)
            return _unmatched(rows, _values_of(rule.columns, columns), found)
        case _:
            raise AssertionError(f"{rule.check.kind} is no demand on groups of rows")


def _values_of(names: Sequence[str], columns: Sequence[RuleColumn]) -> list[str]:
    values = {column.name: column.value for column in columns}
    return [values[name] for name in names]


def _repeated(rows: Relation, values: list[str]) -> Relation:
    """Return the lines of rows that have the values of an earlier one, nulls like values."""
    keyed = _keyed(rows, values)
    keys = ", ".join(f"g{place}" for place in range(len(values)))
    repeated = keyed.aggregate(f"{keys}, min(line) as first_line, count(*) as rows_alike", keys)
    return _joined(keyed, repeated.filter("rows_alike > 1"), len(values)).filter(
        "line > first_line"
    ).project("line")  # fmt: skip


def _outvoted(rows: Relation, determinants: list[str], value: str) -> Relation:
    """Return the lines whose value is not the one that most rows of their group have."""
    keyed = _keyed(rows, [*determinants, value])
    width = len(determinants)
    keys = ", ".join(f"g{place}" for place in range(width))
    counted = keyed.aggregate(f"{keys}, g{width}, count(*) as votes", f"{keys}, g{width}")
    # Of equally frequent values the smallest one wins, so that every worker finds the same.
    winners = counted.aggregate(
        f"{keys}, first(g{width} order by votes desc, g{width}) as winner, count(*) as variants",
        keys,
    )
    joined = _joined(keyed, winners.filter("variants > 1"), width)
    return joined.filter(f"g{width} <> winner").project("line")


def _unmatched(rows: Relation, values: list[str], found: Relation) -> Relation:
    """Return the lines whose values no row of the other table has."""
    keyed = _keyed(rows, [f"cast({value} as varchar)" for value in values]).set_alias("ours")
    theirs = found.distinct().set_alias("theirs")
    same = " and ".join(f"ours.g{place} = theirs.h{place}" for place in range(len(values)))
    return keyed.join(theirs, same, how="anti").project("line")


def _referenced(
    rule: Rule, check: checks.Reference, references: Mapping[str, Relation]
) -> Relation:
    known = references.get(check.table)
    missing = [name for name in check.columns if known is None or name not in known.columns]
    if known is None or missing:
        told = f"has no column {', '.join(missing)}" if known is not None else "is not there"
        raise ActionFailedError(
            "reference_missing",
            f"rule {rule.id} refers to table {check.table}, which {told}",
            remedy="Build the table first, or correct the rule in the contract.",
        )
    texts = ", ".join(
        f"cast({sql.name(name)} as varchar) as h{place}" for place, name in enumerate(check.columns)
    )
    return known.project(texts)


def _keyed(rows: Relation, values: list[str]) -> Relation:
    return rows.project(
        ", ".join(("line", *(f"{value} as g{place}" for place, value in enumerate(values))))
    )


def _joined(keyed: Relation, groups: Relation, width: int) -> Relation:
    same = " and ".join(
        f"ours.g{place} is not distinct from theirs.g{place}" for place in range(width)
    )
    joined = keyed.set_alias("ours").join(groups.set_alias("theirs"), same)
    extra = [name for name in groups.columns if not name.startswith("g")]
    shown = [f"ours.{name}" for name in keyed.columns] + [f"theirs.{name}" for name in extra]
    return joined.project(", ".join(shown))
