"""How lines become rows, and what is done with those that are none."""

import csv
import io
from collections.abc import Callable, Generator
from pathlib import Path

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent_worker.capabilities.text_table import LineSplitter, TextTable, load_file
from agent_worker.domain.dialect import Dialect

FIELD = st.text(
    st.characters(codec="utf-8", exclude_characters="\0\x01\r", exclude_categories=("Cs",)),
    max_size=8,
).filter(lambda text: not text.isspace())


Load = Callable[[bytes], TextTable]


@pytest.fixture
def load(tmp_path: Path) -> Generator[Load]:
    """Load a file with this content."""
    with duckdb.connect(config={"threads": 1}) as connection:

        def load_content(content: bytes) -> TextTable:
            path = tmp_path / "a.csv"
            path.write_bytes(content)
            return load_file(connection, path, name="t", scratch=tmp_path)

        yield load_content


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"1", "too_few_fields"),
        (b"1,2,3", "too_many_fields"),
        (b'"1,2', "quote_unclosed"),
        (b'"1"x,2', "quote_unclosed"),
        (b"1,\xff", "encoding_unknown"),
        (b"1,\0", "control_character"),
    ],
)
def test_one_broken_line_costs_one_line(load: Load, line: bytes, reason: str) -> None:
    table = load(b"a,b\n1,2\n" + line + b"\n5,6\n")
    assert table.texts.fetchall() == [(1, "1", "2"), (3, "5", "6")]
    assert [broken[:2] for broken in table.broken.fetchall()] == [(2, reason)]


def test_a_quoted_field_may_span_lines(load: Load) -> None:
    table = load(b'a,b\n1,"x\ny"\n3,4\n')
    assert table.texts.fetchall() == [(1, "1", "x\ny"), (3, "3", "4")]


def test_blank_lines_are_no_rows_but_count_as_lines(load: Load) -> None:
    table = load(b"\n\na,b\r\n\r\n1,2\r\n\r\n")
    assert table.texts.fetchall() == [(2, "1", "2")]
    assert table.broken_lines == 0


def test_empty_fields_stay_empty_texts(load: Load) -> None:
    assert load(b'a,b\n,""\n').texts.fetchall() == [(1, "", "")]


def test_a_byte_order_mark_is_no_part_of_the_first_name(load: Load) -> None:
    assert load(b"\xef\xbb\xbfa;b\n1;2\n").dialect == Dialect(";", ("a", "b"))


@given(rows=st.lists(st.tuples(FIELD, FIELD), max_size=20))
def test_whatever_a_csv_writer_writes_is_read_back(rows: list[tuple[str, str]]) -> None:
    source, good, broken = io.StringIO(), io.StringIO(), io.StringIO()
    csv.writer(source, lineterminator="\n", quoting=csv.QUOTE_ALL).writerows(rows)
    lines = source.getvalue().split("\n")
    splitter = LineSplitter(Dialect(",", ("a", "b")), good.write, broken.write)
    splitter.split((number, f"{line}\n".encode()) for number, line in enumerate(lines))
    read_back = csv.reader(io.StringIO(good.getvalue(), newline=""))
    assert [tuple(fields[1:]) for fields in read_back] == rows
    assert not broken.getvalue()
