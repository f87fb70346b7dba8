"""How lines become rows, and what is done with those that are none."""

import csv
import io
from collections.abc import Callable, Generator
from pathlib import Path

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent_worker.capabilities.reading.delimited import load_lines
from agent_worker.capabilities.reading.files import load_file
from agent_worker.capabilities.text_table import TextTable
from agent_worker.domain.dialect import Dialect
from agent_worker.domain.failures import ActionFailedError
from tests.support.made_up_tables import made_up_table
from tests.support.polluted_csv import KINDS, Writing

FIELD = st.text(
    st.characters(codec="utf-8", exclude_characters="\0\x01\x02\x15", exclude_categories=("Cs",)),
    max_size=8,
)
WRITINGS = st.builds(
    Writing,
    delimiter=st.sampled_from((",", ";", "\t", "|", "::", "~")),
    quote=st.sampled_from(('"', "'")),
    escape=st.sampled_from(("", "\\")),
    newline=st.sampled_from(("\n", "\r\n")),
    quotes_all=st.just(value=True),
)
CONTENTS = [
    polluted.content
    for kind in KINDS
    for _, polluted in KINDS[kind](made_up_table(1))
    if not polluted.content.startswith((b"\xff\xfe", b"\xfe\xff")) and b"\0" not in polluted.content
]

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


@pytest.fixture(scope="module")
def connection() -> Generator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(config={"threads": 1}) as opened:
        yield opened


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"1", "too_few_fields"),
        (b"1,2,3", "too_many_fields"),
        (b'"1,2,3', "quote_unclosed"),
        (b'"1"x,2,3', "quote_unclosed"),
        (b"1,\xff", "encoding_unknown"),
        (b"1,\0", "control_character"),
        (b"1,2\r3", "control_character"),
    ],
)
def test_one_broken_line_costs_one_line(load: Load, line: bytes, reason: str) -> None:
    table = load(b"a,b\n1,2\n" + line + b"\n5,6\n7,8\n9,9\n5,6\n5,6\n5,6\n")
    assert table.texts.fetchall()[:2] == [(1, "1", "2"), (3, "5", "6")]
    assert [broken[:2] for broken in table.broken.fetchall()] == [(2, reason)]


@pytest.mark.parametrize(
    ("line", "fields"),
    [
        (b'"1,2', ('"1', "2")),
        (b'"1"x,2', ('"1"x', "2")),
        (b'"a "b" c",2', ('a "b" c', "2")),
        (b'5" pipe,2', ('5" pipe', "2")),
    ],
)
def test_a_stray_quote_is_a_character_where_the_record_is_whole_with_it(
    load: Load, line: bytes, fields: tuple[str, str]
) -> None:
    table = load(b"a,b\n1,2\n" + line + b"\n5,6\n")
    assert table.texts.fetchall()[1] == (2, *fields)
    assert table.broken_lines == 0


def test_two_stray_quotes_do_not_swallow_the_rows_between_them(load: Load) -> None:
    table = load(b'a,b\n1,"x\n3,4\n5,y"\n')
    assert table.texts.fetchall() == [(1, "1", '"x'), (2, "3", "4"), (3, "5", 'y"')]


@pytest.mark.parametrize("newline", [b"\n", b"\r\n", b"\r"])
def test_a_quoted_field_may_span_lines_and_keeps_their_ends(load: Load, newline: bytes) -> None:
    table = load(newline.join((b"a,b", b'1,"x', b'y"', b"3,4", b"")))
    assert table.texts.fetchall() == [(1, "1", f"x{newline.decode()}y"), (3, "3", "4")]


def test_blank_lines_are_no_rows_but_count_as_lines(load: Load) -> None:
    table = load(b"\n\na,b\r\n\r\n1,2\r\n\r\n")
    assert table.texts.fetchall() == [(2, "1", "2")]
    assert table.broken_lines == 0


def test_lines_above_the_header_have_numbers_up_to_zero(load: Load) -> None:
    table = load(b"Sales\n\na,b\n1,2\n3,4\n5,6\n")
    assert table.broken.fetchall() == [(-2, "preamble", "Sales")]
    assert table.texts.fetchall()[0] == (1, "1", "2")


def test_empty_fields_stay_empty_texts(load: Load) -> None:
    assert load(b'a,b\n1,""\n').texts.fetchall() == [(1, "1", "")]


def test_a_header_alone_is_a_table_without_rows(load: Load) -> None:
    table = load(b"a,b\n")
    assert (table.dialect.header, table.rows, table.broken_lines) == (("a", "b"), 0, 0)


def test_a_byte_order_mark_is_no_part_of_the_first_name(load: Load) -> None:
    dialect = load(b"\xef\xbb\xbfa;b\n1;2\n").dialect
    assert (dialect.header, dialect.delimiter) == (("a", "b"), ";")


def test_the_first_letters_beyond_ascii_decide_the_encoding_wherever_they_stand(load: Load) -> None:
    lines = b"id,town\n" + b"1,Ghent\n" * 20_000 + "2,Málaga\n".encode("cp1252")
    table = load(lines)
    assert table.dialect.encoding == "cp1252"
    assert table.texts.order("line desc").limit(1).fetchall() == [(20_001, "2", "Málaga")]


@settings(max_examples=30)
@given(rows=st.lists(st.tuples(FIELD, FIELD), max_size=20), writing=WRITINGS)
def test_whatever_is_written_in_a_dialect_is_read_back(
    connection: duckdb.DuckDBPyConnection,
    tmp_path_factory: pytest.TempPathFactory,
    rows: list[tuple[str, str]],
    writing: Writing,
) -> None:
    dialect = Dialect(
        writing.delimiter, ("a", "b"), writing.quote, writing.escape, newline=writing.newline
    )
    source = io.BytesIO("".join(map(writing.line, rows)).encode())
    table = load_lines(
        connection,
        enumerate(source, 1),
        dialect=dialect,
        name="t",
        scratch=tmp_path_factory.getbasetemp(),
    )
    read = [row[1:] for row in table.texts.order("line").fetchall()]
    table.drop()
    assert read == rows
    assert table.broken_lines == 0


@settings(max_examples=40)
@given(
    content=st.sampled_from(CONTENTS),
    cut=st.tuples(st.integers(0, 2_000), st.integers(0, 30)),
    inserted=st.sampled_from((b"", b'"', b"'", b",", b";", b"\n", b"\\", b"\0", b"\xe9x")),
)
def test_in_a_damaged_file_each_line_is_a_row_or_kept_apart(
    connection: duckdb.DuckDBPyConnection,
    tmp_path_factory: pytest.TempPathFactory,
    content: bytes,
    cut: tuple[int, int],
    inserted: bytes,
) -> None:
    begin = cut[0] % len(content)
    damaged = content[:begin] + inserted + content[begin + cut[1] :]
    path = tmp_path_factory.getbasetemp() / "damaged.csv"
    path.write_bytes(damaged)
    try:
        table = load_file(connection, path, name="t", scratch=path.parent)
    except ActionFailedError:
        return  # refused whole
    rows = table.texts.order("line").fetchall()
    broken = table.broken.fetchall()
    table.drop()
    taken = [number for number, *_ in broken]
    for number, *cells in rows:
        taken += range(number, number + 1 + _ends_in(cells))
    lines = io.TextIOWrapper(io.BytesIO(damaged), encoding="latin-1", newline=None)
    first = 1 - table.dialect.body_begin
    filled = {number for number, line in enumerate(lines, first) if line.strip()}
    header = {*range(first + table.dialect.header_begin, 1)}
    assert len(taken) == len({*taken})
    assert {*taken} >= filled - header


def _ends_in(cells: list[str]) -> int:
    text = "\x02".join(cells)
    return text.count("\n") + text.replace("\r\n", "\n").count("\r")


def test_a_written_csv_file_is_read_back_by_the_standard_library(load: Load) -> None:
    rows = [["1", 'x"y'], ["2", "a,b"], ["3", "c\nd"]]
    text = io.StringIO()
    csv.writer(text).writerows([["a", "b"], *rows])
    assert [[*row[1:]] for row in load(text.getvalue().encode()).texts.fetchall()] == rows


@pytest.mark.parametrize(
    ("content", "header"),
    [
        (b'"a","b"\n"1",5,6\n"2",7,8\n', ("column_1", "a", "b")),
        (b"a,,b\n1,2\n3,4\n", ("a", "b")),
        (b"a,b,c\n1,2\n3,4\n", ("column_1", "column_2")),
        (b"country,2019,2020\nFR,10,20\nDE,30,40\n", ("country", "2019", "2020")),
        (b"title\nHello, world\nGood morning\nWell, then, bye\n", ("title",)),
        (b"time\n10:00:00\n11:00:00\n", ("time",)),
        (b"a\tb\nx, y\t1,5\nz, w\t2,5\n", ("a", "b")),
    ],
)
def test_a_header_is_told_from_rows_and_titles(
    load: Load, content: bytes, header: tuple[str, ...]
) -> None:
    assert load(content).dialect.header == header
