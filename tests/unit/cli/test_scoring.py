"""The score, on tables small enough to judge by eye."""

from pathlib import Path

import duckdb
import pytest
from deltalake import write_deltalake

from argosy.demo.scoring import (
    COMPARISONS,
    DIRTIED,
    NUMBERS,
    TEXTS,
    TIMES,
    DirtScore,
    RepairReport,
    score_against_truth,
)

TRUE_CELLS = (
    dict.fromkeys(NUMBERS, "1400")
    | dict.fromkeys(TEXTS, "'UA'")
    | dict.fromkeys(TIMES, "timestamp '2013-01-01 10:00:00'")
)


def select_row(cells: dict[str, str]) -> str:
    return "select " + ", ".join(f"{cell} as {name}" for name, cell in cells.items())


def truth_row(line: int, **marks: str) -> str:
    """Write a line of the truth; the marks say how it was dirtied."""
    place = {
        "source_file": "'a.csv'",
        "source_line": str(line),
        "flight_number": str(line),
        "is_copy": "false",
        "broken": "null::varchar",
    }
    dirt = {f"{word}_{column}": "null::varchar" for word in ("dirt", "dirty") for column in DIRTIED}
    return select_row(place | TRUE_CELLS | dirt | marks)


def found_row(line: int, **cells: str) -> str:
    return select_row({"_source_file": "'a.csv'", "_source_line": str(line)} | TRUE_CELLS | cells)


def score(folder: Path, truth: list[str], found: list[str]) -> RepairReport:
    connection = duckdb.connect()
    connection.sql(" union all ".join(truth)).write_parquet(str(folder / "truth.parquet"))
    write_deltalake(str(folder / "table"), connection.sql(" union all ".join(found)))
    return score_against_truth(str(folder / "table"), folder / "truth.parquet")


COPY_OF_THE_FIRST = {"flight_number": "1", "is_copy": "true"}
IN_KILOMETRES = {"dirt_distance": "'unit_kilometres'", "dirty_distance": "'2253.1 km'"}


@pytest.mark.parametrize(
    ("distance", "verdict"),
    [
        ("1400", "right"),
        ("1400.01", "right"),
        ("'1400'", "right"),
        ("2253.1", "wrong"),
        ("null::integer", "emptied"),
        ("'2253.1 km'", "unchanged"),
    ],
)
def test_a_dirtied_cell_is_judged_by_its_value(tmp_path: Path, distance: str, verdict: str) -> None:
    report = score(tmp_path, [truth_row(1, **IN_KILOMETRES)], [found_row(1, distance=distance)])
    none = dict.fromkeys(("right", "wrong", "emptied", "unchanged", "lost"), 0)
    assert report.dirt == (DirtScore(kind="unit_kilometres", cells=1, **(none | {verdict: 1})),)
    assert report.harmed_cells == 0


def test_an_absence_is_right_when_it_stays_absent(tmp_path: Path) -> None:
    marks = {"tailnum": "null::varchar", "dirt_tailnum": "'absence_token'", "dirty_tailnum": "'-'"}
    report = score(tmp_path, [truth_row(1, **marks)], [found_row(1, tailnum="null::varchar")])
    assert report.dirt[0].right == 1


@pytest.mark.parametrize("carrier", ["'AA'", "null::varchar"])
def test_a_right_cell_that_is_broken_counts_as_harm(tmp_path: Path, carrier: str) -> None:
    report = score(tmp_path, [truth_row(1)], [found_row(1, carrier=carrier)])
    assert (report.right_cells, report.harmed_cells) == (len(COMPARISONS), 1)


def test_a_time_is_the_same_in_any_type_that_tells_it(tmp_path: Path) -> None:
    zoned = "timestamptz '2013-01-01 10:00:00+00'"
    report = score(tmp_path, [truth_row(1)], [found_row(1, time_hour=zoned)])
    assert report.harmed_cells == 0


def test_a_column_that_the_table_lacks_is_empty(tmp_path: Path) -> None:
    lacking = "select * exclude (tailnum) from (" + found_row(1) + ")"
    assert score(tmp_path, [truth_row(1)], [lacking]).harmed_cells == 1


def test_either_of_two_copies_may_stay(tmp_path: Path) -> None:
    truth = [truth_row(1), truth_row(2, **COPY_OF_THE_FIRST)]
    report = score(tmp_path, truth, [found_row(2)])
    assert (report.duplicates, report.duplicates_removed, report.rows_lost) == (1, 1, 0)


def test_two_copies_that_both_stay_are_one_duplicate_too_many(tmp_path: Path) -> None:
    truth = [truth_row(1), truth_row(2, **COPY_OF_THE_FIRST)]
    report = score(tmp_path, truth, [found_row(1), found_row(2)])
    assert (report.duplicates, report.duplicates_removed, report.rows) == (1, 0, 1)


def test_a_row_that_is_not_there_is_lost_with_its_cells(tmp_path: Path) -> None:
    truth = [truth_row(1), truth_row(2, **IN_KILOMETRES)]
    report = score(tmp_path, truth, [found_row(1)])
    assert (report.rows, report.rows_lost, report.dirt[0].lost) == (2, 1, 1)


def test_a_broken_line_belongs_outside_the_table(tmp_path: Path) -> None:
    broken = {"broken": "'too_few_fields'"}
    truth = [truth_row(1, **broken), truth_row(2, **broken), truth_row(3)]
    report = score(tmp_path, truth, [found_row(2), found_row(3)])
    assert (report.broken_lines, report.broken_lines_kept_out, report.rows) == (2, 1, 1)
