import duckdb
import pytest

from agent_worker.capabilities import sql


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("$420.10", 420.10),
        ("1,400.50", 1400.50),
        ("12 €", 12.0),
        ("£ 7", 7.0),
        ("1,40", None),
        ("3.0/10", None),
        ("12 kg", None),
    ],
)
def test_an_amount_is_read_whatever_its_currency(text: str, number: float | None) -> None:
    query = f"select {sql.dressed_double(sql.text(text))}"
    assert duckdb.execute(query).fetchall() == [(number,)]


@pytest.mark.parametrize(
    ("text", "day"),
    [("20240802", "2024-08-02"), ("20241301", None), ("30240802", None), ("2024080", None)],
)
def test_a_day_without_signs_is_one_that_exists(text: str, day: str | None) -> None:
    query = f"select cast(cast({sql.compact_date(sql.text(text))} as date) as varchar)"
    assert duckdb.execute(query).fetchall() == [(day,)]
