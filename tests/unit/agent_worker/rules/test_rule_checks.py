"""Rules asked of rows: which ones each kind of demand fails, and that parts add up."""

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent_worker.capabilities.rule_checks import RuleTests, prepare_rules
from agent_worker.capabilities.rule_sql import RuleColumn
from agent_worker.domain.data_types import DataType
from agent_worker.domain.failures import ActionFailedError
from agent_worker.domain.rules import checks
from agent_worker.domain.rules.findings import RuleCount, merge_rule_counts
from agent_worker.domain.rules.fitting import rule_problems
from agent_worker.domain.rules.rule import OnFail, Rule

NAMES = ("city", "zip", "size", "day", "stamp")
TYPES = (
    DataType.VARCHAR,
    DataType.VARCHAR,
    DataType.BIGINT,
    DataType.DATE,
    DataType.TIMESTAMP,
)
COLUMNS = tuple(
    RuleColumn(name, data_type, f"v{place}", f"x{place}", f"k{place}")
    for place, (name, data_type) in enumerate(zip(NAMES, TYPES, strict=True))
)
ROWS = (
    ("Ulm", "89073", "12", "2024-01-31", "2024-01-31 10:00:00"),
    ("Ulm", "89073", "7", "2024-02-01", "2024-02-01 10:00:00"),
    ("Ulm", "89074", None, "2024-02-02", "2024-02-02 10:00:00"),
    ("Bonn", "53111", "12", "2024-03-04", None),
    ("Bonn", "53111", "-3", None, "2024-03-04 10:00:00"),
    (None, "1", "12", "2024-03-05", "2024-03-05 10:00:00"),
    ("KÃ¶ln", "50667", "40", "2024-03-06", "2024-03-06 10:00:00"),
)
Row = tuple[str | None, ...]


def table_of(rows: tuple[Row, ...]) -> duckdb.DuckDBPyRelation:
    connection = duckdb.connect()
    fields = ", ".join(f"x{place} varchar" for place in range(len(NAMES)))
    connection.execute(f"create table t (line bigint, {fields})")
    for line, row in enumerate(rows, 1):
        connection.execute("insert into t values (?, ?, ?, ?, ?, ?)", [line, *row])
    cells = [
        f"cast(x{place} as {kind}) as v{place}, if(x{place} is null, 1, 0)::utinyint as k{place}"
        for place, kind in enumerate(TYPES)
    ]
    connection.execute(f"create table judged as select *, {', '.join(cells)} from t")
    return connection.table("judged")


def prepared(rows: duckdb.DuckDBPyRelation, *rules: Rule) -> RuleTests:
    assert rule_problems(rules, dict(zip(NAMES, TYPES, strict=True))) == ()
    return prepare_rules(rules, rows, COLUMNS, prefix="judged", references={})


def failing_lines(rule: Rule) -> tuple[int, list[int]]:
    """Return how many rows the rule was asked of, and the lines that fail."""
    rows = table_of(ROWS)
    tests = prepared(rows, rule)
    (count,) = tests.count(rows)
    lines = rows.filter(tests.tests[0].failed).order("line").project("line").fetchall()
    assert count.failed == len(lines)
    return count.evaluated, [line for (line,) in lines]


def rule(check: checks.Check, *columns: str, where: str = "") -> Rule:
    return Rule(id="r", check=check, columns=columns, where=where)


@pytest.mark.parametrize(
    ("asked", "evaluated", "lines"),
    [
        (rule(checks.NotNull(), "city"), 7, [6]),
        (rule(checks.NotNull(), "city", "size"), 7, [3, 6]),
        (rule(checks.NotNull(), "size", where="city = 'Bonn'"), 2, []),
        (rule(checks.InSet(values=("Ulm", "Bonn")), "city"), 6, [7]),
        (rule(checks.InSet(values=("ulm", "bonn"), ignore_case=True), "city"), 6, [7]),
        (rule(checks.InSet(values=(12, 7, 40)), "size"), 6, [5]),
        (rule(checks.InRange(minimum=0, maximum=12), "size"), 6, [5, 7]),
        (rule(checks.InRange(maximum=12, maximum_excluded=True), "size"), 6, [1, 4, 6, 7]),
        (rule(checks.InRange(minimum="2024-02-01"), "day"), 6, [1]),
        (rule(checks.LengthBetween(minimum=5, maximum=5), "zip"), 7, [6]),
        (rule(checks.MatchesRegex(pattern="[0-9]{5}"), "zip"), 7, [6]),
        (rule(checks.NoMojibake(), "city"), 6, [7]),
        (rule(checks.TypeIs(data_type=DataType.BIGINT), "zip"), 7, []),
        (rule(checks.KeyUnique(), "city", "zip"), 6, [2, 5]),
        (rule(checks.KeyUnique(), "size"), 6, [4, 6]),
        (rule(checks.NoDuplicateRows()), 7, []),
        (rule(checks.FunctionalDependency(determinants=("city",)), "zip"), 6, [3]),
        (rule(checks.Implies(premise="city = 'Bonn'", conclusion="size > 0"), "size"), 7, [5]),
        (rule(checks.RowCondition(condition="size > 0 or city is null")), 6, [5]),
        (rule(checks.CompareColumns(comparison=checks.Comparison.LESS_OR_EQUAL), "day", "stamp"),
         5, []),
        (rule(checks.UnambiguousDate(), "day"), 6, []),
    ],
    ids=lambda value: value.check.kind if isinstance(value, Rule) else "",
)  # fmt: skip
def test_a_rule_fails_these_rows_and_no_others(
    asked: Rule, evaluated: int, lines: list[int]
) -> None:
    assert failing_lines(asked) == (evaluated, lines)


@pytest.mark.parametrize(
    ("form", "right", "wrong"),
    [
        ("email", "a.b+c@example.org", "a.b@example"),
        ("uuid", "123e4567-e89b-12d3-a456-426614174000", "123e4567e89b12d3a456426614174000"),
        ("ip", "192.168.0.1", "192.168.0.256"),
        ("ip", "2001:db8::1", "2001:db8:::1"),
        ("url", "https://example.org/a?b=c", "example.org"),
        ("country", "DE", "XX"),
        ("currency", "EUR", "EURO"),
        ("iso_date", "2024-02-29", "2023-02-29"),
        ("iso_timestamp", "2024-02-29T10:00:00Z", "2024-02-29"),
        ("time", "23:59", "24:00"),
    ],
)
def test_formats_tell_right_texts_from_wrong_ones(form: str, right: str, wrong: str) -> None:
    rows = table_of(((right, *(None,) * 4), (wrong, *(None,) * 4)))
    check = checks.MatchesFormat(format=checks.ValueFormat(form))
    tests = prepared(rows, rule(check, "city"))
    assert rows.filter(tests.tests[0].failed).project("line").fetchall() == [(2,)]


def test_a_reference_fails_what_the_other_table_does_not_have() -> None:
    rows = table_of(ROWS)
    other = rows.limit(1).project("'Ulm' as place, 89073 as code")
    asked = rule(checks.Reference(table="places", columns=("place", "code")), "city", "zip")
    tests = prepare_rules((asked,), rows, COLUMNS, prefix="p", references={"places": other})
    assert tests.count(rows) == (RuleCount(rule="r", evaluated=6, failed=4),)


def test_a_reference_to_a_table_that_is_not_there_is_told() -> None:
    asked = rule(checks.Reference(table="places", columns=("place",)), "city")
    with pytest.raises(ActionFailedError, match="rule r refers to table places, which is not"):
        prepared(table_of(ROWS), asked)


def test_whole_tables_are_measured() -> None:
    rows = table_of(ROWS)
    drift = checks.Drift(edges=(0, 10), shares=(0.2, 0.3, 0.5))
    tests = prepared(
        rows,
        Rule(id="rows", check=checks.RowCountBetween(minimum=3)),
        Rule(id="fresh", check=checks.FreshWithin(seconds_max=60), columns=("stamp",)),
        Rule(id="drift", check=drift, columns=("size",)),
    )
    counted, fresh, bins = tests.count(rows)
    assert counted.evaluated == 7
    assert (fresh.evaluated, fresh.newest) == (6, 1709719200)
    assert bins.bins == (1, 1, 4)


def test_failing_values_are_shown() -> None:
    rows = table_of(ROWS)
    tests = prepared(rows, rule(checks.InSet(values=("Ulm",)), "city"))
    (shown,) = tests.show(rows, tests.count(rows))
    assert shown.examples == ("Bonn", "Bonn", "KÃ¶ln")


def test_a_rule_sets_aside_and_empties_only_when_it_acts() -> None:
    rows = table_of(ROWS)
    aside = Rule(id="aside", check=checks.NotNull(), columns=("city",),
                 on_fail=OnFail.QUARANTINE_ROW)  # fmt: skip
    empties = Rule(id="empties", check=checks.InRange(minimum=0), columns=("size",),
                   on_fail=OnFail.NULL_VALUE)  # fmt: skip
    tests = prepared(rows, aside, empties)
    assert tests.reason(()) == "''"
    assert tests.emptied(()) == {}
    reasons = rows.project(f"line, {tests.reason(['aside'])} as reason").filter("reason <> ''")
    assert reasons.fetchall() == [(6, "aside")]
    assert rows.filter(tests.emptied(["empties"])[2]).project("line").fetchall() == [(5,)]


cells = st.sampled_from(["a", "b", None])
numbers = st.sampled_from(["-1", "0", "5", None])
many_rows = st.lists(st.tuples(cells, cells, numbers, st.none(), st.none()), max_size=8)
ADDITIVE = (
    Rule(id="there", check=checks.NotNull(), columns=("city",)),
    Rule(id="set", check=checks.InSet(values=("a",)), columns=("zip",)),
    Rule(id="range", check=checks.InRange(minimum=0), columns=("size",), where="city = 'a'"),
    Rule(id="drift", check=checks.Drift(edges=(0,), shares=(0.5, 0.5)), columns=("size",)),
)


@settings(max_examples=8, deadline=None)
@given(many_rows, many_rows)
def test_counts_of_parts_add_up_to_those_of_the_whole(left: list[Row], right: list[Row]) -> None:
    parts = [counted(rows) for rows in (left, right)]
    assert merge_rule_counts(count for part in parts for count in part) == counted([*left, *right])


def counted(rows: list[Row]) -> tuple[RuleCount, ...]:
    table = table_of(tuple(rows))
    return prepared(table, *ADDITIVE).count(table)
