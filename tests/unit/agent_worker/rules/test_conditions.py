"""Conditions: a part of SQL that can read nothing but its row, and never ends a query."""

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent_worker.capabilities.condition_sql import condition_sql
from agent_worker.domain.data_types import DataType
from agent_worker.domain.rules.condition_tokens import ConditionError
from agent_worker.domain.rules.condition_tree import columns_of
from agent_worker.domain.rules.conditions import read_condition

COLUMNS = {
    "name": DataType.VARCHAR,
    "age": DataType.BIGINT,
    "weight": DataType.DOUBLE,
    "born": DataType.DATE,
    "seen": DataType.TIMESTAMP,
    "is member": DataType.BOOLEAN,
}
CONNECTION = duckdb.connect()
ROW = (
    "select 'Ada' as name, 36 as age, null::double as weight, date '1815-12-10' as born,"
    " timestamp '1852-11-27 10:00:00' as seen, true as \"is member\""
)


def holds(condition: str) -> bool | None:
    expressions = {name: f'"{name}"' for name in COLUMNS}
    written = condition_sql(read_condition(condition, COLUMNS), expressions)
    ((answer,),) = CONNECTION.sql(ROW).project(written).fetchall()
    return answer


@pytest.mark.parametrize(
    ("condition", "answer"),
    [
        ("age = 36", True),
        ("age + 2 * 3 - 1 = 41", True),
        ("-age < 0 and not age > 100", True),
        ("age between 1 and 36", True),
        ("age not between 1 and 36", False),
        ("name in ('Ada', 'Grace')", True),
        ("name NOT IN ('Ada')", False),
        ("name like 'A%' or age = 0", True),
        ("upper(name) = 'ADA' and length(trim(name)) = 3", True),
        ("born < date '1900-01-01' and seen > born", True),
        ("year(born) = 1815", True),
        ("\"is member\" and starts_with(name, 'Ad')", True),
        ("weight > 3", None),
        ("weight is null", True),
        ("weight is not null or age % 0 = 1", None),
        ("age / 0 = 1", None),
        ("name = 'it''s'", False),
        ("(((age = 36)))", True),
    ],
)
def test_a_condition_means_what_it_means_in_sql(condition: str, *, answer: bool | None) -> None:
    assert holds(condition) is answer


@pytest.mark.parametrize(
    ("condition", "told"),
    [
        ("age", "true or false belongs there"),
        ("height > 3", "there is no column height"),
        ("age > '3'", "does not compare"),
        ("born > '1900-01-01'", "times are written as date"),
        ("born > date '1900-13-01'", "is no time"),
        ("weight = null", "write 'is null'"),
        ("read_csv('/etc/passwd')", "there is no function read_csv"),
        ("age > (select 1)", "there is no column select"),
        ("age > 3; drop table x", "begins no word"),
        ("age > 3 --", "a column or a value belongs here"),
        ("age = 36 36", "one word too many"),
        ("name like age", "a text belongs here"),
        ("age not 3", "belongs behind this 'not'"),
        ("length(name, name) = 3", "takes 1 arguments, not 2"),
        ("lower(age) = 'x'", "an argument of lower"),
        ("name = 'open", "begins no word"),
        ("(" * 30 + "age = 1" + ")" * 30, "nests deeper"),
        ("-" * 500 + "age = 1", "nests deeper"),
        ("", "belongs here"),
    ],
)
def test_what_is_no_condition_is_refused_with_its_place(condition: str, told: str) -> None:
    with pytest.raises(ConditionError, match=r"condition .*character \d+") as refused:
        read_condition(condition, COLUMNS)
    assert told in str(refused.value)


def test_a_condition_names_the_columns_that_it_reads() -> None:
    tree = read_condition("age > 3 and (name = 'x' or age < 9)", COLUMNS)
    assert columns_of(tree) == ("age", "name")


WORDS = (
    "age", "name", "born", '"is member"', "36", "'x'", "date '2020-01-01'", "and", "or", "not", "(",
    ")", "=", "<", "+", "-", "/", "in", "between", "is null", "like", "length(", "abs(", ",",
    "true", "null", "%", "lower(",
)  # fmt: skip


@settings(max_examples=60)
@given(st.lists(st.sampled_from(WORDS), max_size=9).map(" ".join) | st.text(max_size=20))
def test_what_is_read_also_runs(condition: str) -> None:
    try:
        read_condition(condition, COLUMNS)
    except ConditionError:
        return
    assert holds(condition) in {True, False, None}
