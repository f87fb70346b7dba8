"""Judging texts: what each cell is read as, which rows are copies, what a sample of them shows."""

import re
from collections.abc import Iterator, Sequence

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent_worker.capabilities.cell_judgements import count_spaced
from agent_worker.capabilities.judged_table import JudgedTable
from agent_worker.capabilities.judging import judge
from agent_worker.capabilities.mending import mend_whole
from agent_worker.capabilities.text_table import TextTable
from agent_worker.domain.cleaning import CellClass
from agent_worker.domain.data_types import DataType
from agent_worker.domain.dialect import Dialect
from agent_worker.domain.mending import Choice
from agent_worker.domain.recipe import FlagMissing, Recipe, StepAction
from agent_worker.domain.schema_contract import ColumnContract, TableContract

NUMBERS = TableContract(
    table="numbers",
    columns=(
        ColumnContract(name="number", data_type=DataType.BIGINT, maximum=1_000_000.0),
        ColumnContract(name="word", data_type=DataType.VARCHAR, null_tokens=("none",)),
    ),
)
RIGHT_NUMBER = re.compile(r"0|-?[1-9][0-9]*")

a_space = st.sampled_from(["", "", "", " ", "  "])
a_number = st.one_of(
    st.integers(-2_000_000, 2_000_000).map(str),
    st.sampled_from(["", "007", "1,400", "3.0", "+5", "-0", "1_000", "x", "12 kg", "2000000"]),
)
a_word = st.sampled_from(["", "red", "none", "None", "blue green"])
a_row = st.tuples(
    st.tuples(a_space, a_number, a_space).map("".join),
    st.tuples(a_space, a_word, a_space).map("".join),
)


@pytest.fixture(scope="module")
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(config={"threads": 1}) as opened:
        yield opened


def judged_rows(
    connection: duckdb.DuckDBPyConnection,
    rows: Sequence[tuple[str, str]],
    contract: TableContract = NUMBERS,
    sample_rows_max: int = 1_000,
) -> JudgedTable:
    """Judge rows of texts; lines count from 1."""
    connection.execute("create or replace table texts (line bigint, c0 varchar, c1 varchar)")
    connection.execute(
        "create or replace table texts_broken (line bigint, reason varchar, raw varchar)"
    )
    connection.executemany(
        "insert into texts values (?, ?, ?)", [(at, *row) for at, row in enumerate(rows, start=1)]
    )
    dialect = Dialect(",", ("number", "word"))
    texts = TextTable(connection, "texts", dialect, len(rows), 0)
    return judge(texts, contract, sample_rows_max)


@settings(max_examples=20, deadline=None)
@given(rows=st.lists(a_row, min_size=1, max_size=30))
def test_every_cell_is_read_without_the_space_around_it(
    connection: duckdb.DuckDBPyConnection, rows: list[tuple[str, str]]
) -> None:
    judged = judged_rows(connection, rows)
    found = judged.rows.order("line").project("x0, k0, v0, x1, k1, v1").fetchall()
    spaced = [count_spaced(counted) for counted in judged.judgements("true")]
    judged.drop()
    for (number, word), (text, cell_class, value, *others) in zip(rows, found, strict=True):
        assert text == number.strip()
        if RIGHT_NUMBER.fullmatch(text) and int(text) <= 1_000_000:
            assert (cell_class, value) == (CellClass.RIGHT, int(text))
        else:
            assert cell_class != CellClass.RIGHT
        said = word.strip()
        is_missing = said.lower() in {"", "none"}
        read = CellClass.ABSENT if not said else CellClass.TOKEN if is_missing else CellClass.RIGHT
        assert others == [said, read, None if is_missing else said]
    columns = zip(*rows, strict=True)
    assert spaced == [sum(text != text.strip() for text in texts) for texts in columns]


def test_rows_that_differ_in_what_cannot_be_used_are_no_copies(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    contract = NUMBERS.model_copy(update={"distinct_rows": True})
    rows = [("1", "red"), ("x", "red"), ("y", "red"), (" 1", "red"), ("x", "red "), ("2", "red")]
    judged = judged_rows(connection, rows, contract)
    copies = judged.rows.filter("is_copy").order("line").project("line").fetchall()
    judged.drop()
    assert copies == [(4,), (5,)]


def test_of_rows_with_one_key_the_first_is_used(connection: duckdb.DuckDBPyConnection) -> None:
    contract = NUMBERS.model_copy(update={"key": ("number",)})
    judged = judged_rows(connection, [("1", "red"), ("2", "red"), ("1", "blue")], contract)
    assert judged.tally.quarantined == {"key_repeated": 1}
    judged.drop()


def test_a_sample_shows_rows_as_they_are(connection: duckdb.DuckDBPyConnection) -> None:
    rows = [(str(number), f" {number}x") for number in range(1, 101)]
    judged = judged_rows(connection, rows, sample_rows_max=25)
    shown = judged.sample.rows.project("line, x0, v0, x1, k1").fetchall()
    judged.drop()
    lines = range(4, 101, 4)
    assert shown == [(at, str(at), at, f"{at}x", CellClass.RIGHT) for at in lines]


def test_a_recipe_is_applied_anew_only_where_it_is_another(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    judged = judged_rows(connection, [("1", ""), ("", "red")])
    recipe = Recipe(steps=tuple(_flag(column) for column in ("number", "word")))
    first, again, less = (mend_whole(judged, recipe, Choice(tried=tried)) for tried in (2, 2, 1))
    assert first.mended is again.mended
    assert [line for (line,) in less.changes().project("line").fetchall()] == [2]
    judged.drop()


def _flag(column: str) -> FlagMissing:
    return FlagMissing(
        column=column,
        action=StepAction.SUSPECTED,
        support=1,
        changes=1,
        confidence=0.9,
        reason="It is missing.",
    )
