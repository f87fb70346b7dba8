"""`argosy clean`: what it writes, and what it says and leaves when it cannot."""

import csv
import json
from pathlib import Path

import duckdb
import pytest

from argosy.failures import ExitCode
from argosy.main import main

LINES = [
    "id,word,amount",
    *(f"{at},{('red', 'green', 'blue')[at % 3]},{at % 9}" for at in range(120)),
    "120,red,N/A",
    "121, green,4",
    "broken",
]


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "trips.csv"
    path.write_text("\n".join(LINES) + "\n", encoding="utf-8")
    return path


def run(*words: str | Path) -> int:
    """Return the code that the shell gets."""
    with pytest.raises(SystemExit) as ended:
        main(["clean", *map(str, words)])
    return int(ended.value.code or 0)


def test_everything_that_is_asked_for_is_written(
    source: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = source.parent / "out"
    folder.mkdir()
    names = ["out.csv", "changes.csv", "quarantine.csv", "report.json", "html.html"]
    options = [word for name in names for word in (f"--{name.split('.')[0]}", folder / name)]
    assert run(source, *options, "--json") == ExitCode.OK
    assert sorted(path.name for path in folder.iterdir()) == sorted(names)
    said = capsys.readouterr()
    assert json.loads(said.out) == json.loads((folder / "report.json").read_text())
    assert "thought" in said.err
    with (folder / "changes.csv").open(newline="") as lines:
        changes = [*csv.DictReader(lines)]
    assert [(each["row"], each["column"], each["old"], each["new"]) for each in changes] == [
        ("120", "amount", "N/A", ""),
        ("121", "word", " green", "green"),
    ]
    clean = (folder / "out.csv").read_text().splitlines()
    assert clean == [*LINES[:-3], "120,red,", "121,green,4"]
    assert "too_few_fields" in (folder / "quarantine.csv").read_text()


def test_a_parquet_file_has_types_and_the_sources_columns(source: Path) -> None:
    out = source.with_suffix(".parquet")
    assert run(source, "--out", out, "--quiet") == ExitCode.OK
    rows = duckdb.read_parquet(str(out))
    assert rows.columns == ["id", "word", "amount"]
    assert [str(kind) for kind in rows.types] == ["BIGINT", "VARCHAR", "BIGINT"]
    assert [row[0] for row in rows.fetchall()] == [*range(122)]


def test_values_that_are_right_come_out_as_they_went_in(tmp_path: Path) -> None:
    source, out, changes = (tmp_path / name for name in ("in.csv", "out.csv", "changes.csv"))
    rows = [
        f"{10**20 + 7 * at},{at:05},{at % 24:02}:{at % 60:02},{at % 2},{at}.{at % 10}0,+49 30 {at}"
        for at in range(200)
    ]
    source.write_text("\n".join(["account,code,time,flag,price,phone", *rows, ""]))
    assert run(source, "--out", out, "--changes", changes, "-q") == ExitCode.OK
    assert changes.read_text().splitlines()[1:] == []
    assert out.read_text() == source.read_text()


def test_quiet_says_nothing(source: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(source, "--changes", source.with_name("c.csv"), "-q") == ExitCode.OK
    said = capsys.readouterr()
    assert (said.out, said.err) == ("", "")


@pytest.mark.parametrize("lines", [["a,b", "1,2"], [",".join(f"c{at}" for at in range(60))] * 3])
def test_tiny_and_wide_files_are_tables_too(tmp_path: Path, lines: list[str]) -> None:
    source = tmp_path / "small.csv"
    source.write_text("\n".join([*lines, ""]))
    assert run(source, "--out", tmp_path / "o.csv", "-q") == ExitCode.OK
    assert (tmp_path / "o.csv").read_text().splitlines()[0] == lines[0]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "Nothing is to be written"),
        (["--out", "o.xyz"], "no format"),
        (["--out", "nowhere/o.csv"], "cannot be written"),
        (["--changes", ""], "cannot be written"),
        (["--out", "o.csv", "--changes", "o.csv"], "one file"),
        (["--out", "trips.csv"], "to be cleaned"),
    ],
)
def test_wrong_usage_has_its_code_and_writes_nothing(
    source: Path,
    words: list[str],
    said: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    paths = [word if word.startswith("--") else source.parent / word for word in words]
    assert run(source, *paths) == ExitCode.USAGE
    assert said in capsys.readouterr().err.replace("\n", " ")
    assert [path.name for path in source.parent.iterdir()] == ["trips.csv"]
    assert source.read_text().splitlines() == LINES


@pytest.mark.parametrize("content", [None, b"", b"\0\1\2\0" * 900])
def test_a_source_that_is_no_table_is_named_and_leaves_what_was_there(
    tmp_path: Path, content: bytes | None, capsys: pytest.CaptureFixture[str]
) -> None:
    source, out = tmp_path / "odd.csv", tmp_path / "out.csv"
    if content is not None:
        source.write_bytes(content)
    out.write_text("from before")
    assert run(source, "--out", out) == ExitCode.USAGE
    assert "odd.csv" in capsys.readouterr().err
    assert out.read_text() == "from before"
    assert not [path for path in tmp_path.iterdir() if path.name.endswith(".part")]
