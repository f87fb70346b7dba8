"""Files of every format become the same table of texts, or say why they do not."""

import gzip
import json
import zipfile
from collections.abc import Callable, Generator
from datetime import date
from pathlib import Path

import duckdb
import pytest
from arro3.io import write_ipc, write_ipc_stream
from backports import zstd

from agent_worker.capabilities.reading.files import load_file, sniff_file
from agent_worker.capabilities.text_table import TextTable
from agent_worker.domain.failures import ActionFailedError
from tests.support.workbook import Cell, write_workbook

CSV = b"id,name\n" + b"".join(b"%d,n%d\n" % (number, number) for number in range(50))
TYPED = (
    "select range as id, 'n' || range as name, range / 4 as share, range % 2 = 0 as even, "
    "date '2024-01-05' + cast(range as integer) as day, "
    "timestamptz '2024-01-05 10:00:00+02' as at, cast(range as decimal(9, 2)) as price, "
    "if(range = 1, null, [range]) as nested from range(3)"
)
TEXTS = [
    (1, "0", "n0", "0.0", "true", "2024-01-05", "2024-01-05T08:00:00Z", "0.00", "[0]"),
    (2, "1", "n1", "0.25", "false", "2024-01-06", "2024-01-05T08:00:00Z", "1.00", ""),
    (3, "2", "n2", "0.5", "true", "2024-01-07", "2024-01-05T08:00:00Z", "2.00", "[2]"),
]
SALES: list[list[Cell]] = [
    ["Sales of the harbour shop", None, None],
    [None, None, None],
    ["product", "sold on", "price"],
    ["Lantern", date(2024, 1, 5), 4],
    ["Rope", date(2024, 1, 6), 2.5],
    [None, None, None],
    ["All prices in guilders", None, None],
]


class Desk:
    """Where files are written and read."""

    def __init__(self, folder: Path, connection: duckdb.DuckDBPyConnection) -> None:
        self.folder = folder
        self.connection = connection

    def load(self, path: Path, sheet: str = "") -> TextTable:
        header = sniff_file(self.connection, path, scratch=self.folder, sheet=sheet).header
        table = load_file(self.connection, path, name="t", scratch=self.folder, sheet=sheet)
        assert table.dialect.header == header
        return table

    def write(self, name: str, content: bytes) -> Path:
        path = self.folder / name
        path.write_bytes(content)
        return path

    def refusal(self, path: Path, sheet: str = "") -> str:
        with pytest.raises(ActionFailedError) as caught:
            self.load(path, sheet)
        assert path.name in caught.value.failure.detail
        return caught.value.failure.code


@pytest.fixture
def desk(tmp_path: Path) -> Generator[Desk]:
    with duckdb.connect(config={"threads": 1}) as connection:
        yield Desk(tmp_path, connection)


@pytest.mark.parametrize("file_format", ["parquet", "arrow", "stream"])
def test_typed_values_have_one_text_whatever_the_format(desk: Desk, file_format: str) -> None:
    path, rows = desk.folder / "typed", desk.connection.sql(TYPED)
    if file_format == "parquet":
        rows.write_parquet(str(path))
    else:
        (write_ipc if file_format == "arrow" else write_ipc_stream)(rows, str(path))
    table = desk.load(path)
    assert table.texts.fetchall() == TEXTS
    assert table.dialect.header == tuple(rows.columns)


@pytest.mark.parametrize("pack", [gzip.compress, zstd.compress])
def test_a_packed_file_is_read_by_its_content(desk: Desk, pack: Callable[[bytes], bytes]) -> None:
    table = desk.load(desk.write("no_ending", pack(CSV)))
    assert (table.rows, table.dialect.header) == (50, ("id", "name"))
    assert not [*(desk.folder / "unpacked").iterdir()]


def test_an_archive_of_one_file_is_that_file(desk: Desk) -> None:
    path = desk.folder / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("inside.csv", CSV)
    assert desk.load(path).rows == 50


def test_lines_of_json_are_rows_and_broken_ones_cost_one_line(desk: Desk) -> None:
    lines = ['{"id": 1.50, "name": "a"}', "{", "[1]", '{"id": 1, "id": 2}', '{"late": [1, null]}']
    table = desk.load(desk.write("a.json", "\n".join(lines).encode()))
    assert table.dialect.header == ("id", "name", "late")
    assert table.texts.fetchall() == [(1, "1.50", "a", ""), (5, "", "", "[1, null]")]
    assert [broken[:2] for broken in table.broken.fetchall()] == [
        (number, "json_broken") for number in (2, 3, 4)
    ]


def test_an_array_of_json_objects_is_a_table(desk: Desk) -> None:
    rows = [{"id": number, "told": None if number else True} for number in range(3)]
    table = desk.load(desk.write("a", json.dumps(rows, indent=2).encode()))
    assert table.texts.fetchall() == [(1, "0", "true"), (2, "1", ""), (3, "2", "")]


def test_a_sheet_is_read_with_dates_and_without_its_title_and_notes(desk: Desk) -> None:
    path = desk.folder / "a.xlsx"
    write_workbook(path, {"Sales": SALES, "Other": [["a", "b"], [1, 2]]})
    table = desk.load(path)
    assert table.dialect.header == ("product", "sold on", "price")
    assert table.texts.fetchall() == [
        (1, "Lantern", "2024-01-05", "4"),
        (2, "Rope", "2024-01-06", "2.5"),
    ]
    assert [broken[:2] for broken in table.broken.fetchall()] == [(-2, "preamble"), (4, "footer")]
    table.drop()
    assert desk.load(path, sheet="Other").texts.fetchall() == [(1, "1", "2")]


def test_a_sheet_that_is_not_there_is_named_with_those_that_are(desk: Desk) -> None:
    path = desk.folder / "a.xlsx"
    write_workbook(path, {"Sales": SALES})
    assert desk.refusal(path, "Sails") == "source_sheet_missing"


def test_a_bomb_is_refused_before_it_fills_the_disk(desk: Desk) -> None:
    line = b"0,0\n" * 30_000_000
    path = desk.write("a.gz", gzip.compress(line, compresslevel=1))
    with pytest.raises(ActionFailedError) as caught:
        load_file(desk.connection, path, name="t", scratch=desk.folder)
    assert caught.value.failure.code == "source_expands_too_far"
    assert not [*(desk.folder / "unpacked").iterdir()]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (gzip.compress(CSV, mtime=0)[:60], "source_archive_damaged"),
        (b"PK\x03\x04 and nothing else", "source_archive_damaged"),
        (b"PAR1 and nothing else", "source_damaged"),
        (b"ARROW1\0\0 and nothing else", "source_damaged"),
        (b"\xff\xff\xff\xffand nothing else", "source_damaged"),
        (b"FEA1", "source_format_unknown"),
        (b"\xd0\xcf\x11\xe0 and nothing else", "source_damaged"),
        (b'[{"a": 1}, {"a"', "source_json_broken"),
        (b"[]", "source_empty"),
        (gzip.compress(b"", mtime=0), "source_empty"),
    ],
)
def test_what_cannot_be_read_is_refused_by_name(desk: Desk, content: bytes, code: str) -> None:
    assert desk.refusal(desk.write("odd", content)) == code


def test_an_archive_of_two_files_is_refused(desk: Desk) -> None:
    path = desk.folder / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.csv", CSV)
        archive.writestr("b.csv", CSV)
    assert desk.refusal(path) == "source_archive_ambiguous"
