"""Plain lines are taken by the block, and the table is the same as line by line."""

from itertools import cycle, islice
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent_worker.capabilities.reading.delimited import (
    Stretch,
    load_text,
    numbered_lines,
    sniff_text,
)
from agent_worker.capabilities.reading.line_splitter import LineSplitter, spool_delimiter
from agent_worker.capabilities.text_table import RowSpool, TextTable

HEADER = b"id,name,amount"


def plain_line(number: int, word: str) -> bytes:
    """Return a row as it stands."""
    return f"{number},{word},{number / 4}".encode()


def file_of(lines: list[bytes], ends: tuple[bytes, ...], last: bytes) -> bytes:
    """Return a file of these lines, whose ends take turns; the last one has none."""
    whole = (HEADER, b"1,oak,2", b"2,elm,3", *lines)
    return b"".join(line + end for line, end in zip(whole, cycle(ends), strict=False)) + last


PLAIN = st.builds(
    plain_line,
    st.integers(0, 99),
    st.sampled_from(("oak", "elm", "ash", "Erlenmühle", "", " ", "x y")),
)
ODD = st.sampled_from(
    (
        *(b"", b"  ", b",,", b"4,too few", b"5,one,too,many", HEADER, b"# a remark, so, far"),
        *(b'6,"quoted",1', b'7,"two', b'lines",1', b'8,"never closed,1', b'9,stray" quote,2'),
        *(b'"17","oak","1"', b'"18","o,ak","1"', b'"19","o""ak",1', b'",""a","20"', b'"21","a"b,1'),
        *(b'"","",""', b'22,"a","b","1"', b'"23" ,oak,1', b'24, "oak",1', b'"25,oak,1"', b'"",",1'),
        *(b"10,re\rturn,1", b"11,a,1\r12,b,2", b"13,end,1\r", b"14,zero\0,1", b"15,mark\x01,1"),
        *(b"\x15undecodable", b"16,\xff\xfe,1", b"total,,99", b"name,place,since"),
    )
)
FILES = st.builds(
    file_of,
    st.lists(st.one_of(PLAIN, PLAIN, PLAIN, ODD), max_size=40),
    st.sampled_from(((b"\n",), (b"\r\n",), (b"\n", b"\n", b"\r\n"))),
    st.sampled_from((b"", b"3,ash,4", b"3,ash")),
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("plain")


def line_by_line(connection: duckdb.DuckDBPyConnection, path: Path) -> TextTable:
    """Load a file with every line looked at by itself."""
    dialect = sniff_text(path)
    with (
        path.open("rb") as source,
        RowSpool(connection, "slow", path.parent, spool_delimiter(dialect)) as spool,
    ):
        splitter, lines = LineSplitter(dialect, spool), numbered_lines(source, dialect)
        splitter.reject_outside(islice(lines, dialect.header_begin), "preamble")
        splitter.split(islice(lines, dialect.body_begin - dialect.header_begin, None))
        return spool.load(dialect)


def content_of(table: TextTable) -> tuple[int, int, list[Any], list[Any]]:
    rows, broken = (each.order("line").fetchall() for each in (table.texts, table.broken))
    return table.rows, table.broken_lines, rows, broken


@settings(max_examples=25, deadline=None)
@given(content=FILES, block_bytes=st.sampled_from((1, 7, 40, 200, 4000)))
def test_a_file_read_by_the_block_is_the_same_as_line_by_line(
    folder: Path, content: bytes, block_bytes: int
) -> None:
    path = folder / "trees.csv"
    path.write_bytes(content)
    with duckdb.connect() as connection:
        slow = line_by_line(connection, path)
        fast = load_text(
            connection, path, name="fast", scratch=folder, stretch=Stretch(None, block_bytes)
        )
        assert content_of(fast) == content_of(slow)


def test_a_line_longer_than_a_block_keeps_its_number(folder: Path) -> None:
    path = folder / "long.csv"
    wide = "w" * 2_000_000
    path.write_text(f"id,name\n1,oak\n2,{wide}\n3,ash\n4,elm\n", encoding="utf-8")
    with duckdb.connect() as connection:
        slow = content_of(line_by_line(connection, path))
        fast = content_of(load_text(connection, path, name="fast", scratch=folder))
    assert fast == slow
    assert [reason for _, reason, _ in fast[3]][:1] == ["line_too_long"]
