"""The generator: the same bytes from the same seed, the promised rates, a truth that agrees."""

import csv
import shutil
from pathlib import Path

import duckdb
import pytest

from argosy.demo.flights import DemoData, dirty_flights

ORIGINAL_ROWS = 336_776


def truth_counts(demo_data: DemoData, *expressions: str) -> tuple[int, ...]:
    truth = duckdb.connect().read_parquet(str(demo_data.truth))
    return tuple(truth.aggregate(", ".join(expressions)).fetchall()[0])


def lines_of(demo_data: DemoData, month: int) -> list[list[str]]:
    path = demo_data.folder / f"flights-2013-{month:02}.csv"
    return list(csv.reader(path.read_text().splitlines()))


def test_the_same_seed_makes_the_same_bytes_everywhere(demo_data: DemoData) -> None:
    assert demo_data.fingerprint == (
        "d42b3be3aae5334291deb6b9505542d766e467a441b6fd9493ce9f1e6018df6e"
    )


def test_data_that_is_there_is_kept(demo_data: DemoData) -> None:
    january = demo_data.folder / "flights-2013-01.csv"
    made_at = january.stat().st_mtime_ns
    assert dirty_flights(demo_data.folder.parent, seed=7) == demo_data
    assert january.stat().st_mtime_ns == made_at


def test_data_that_somebody_touched_is_made_again(demo_data: DemoData, tmp_path: Path) -> None:
    copy = shutil.copytree(demo_data.folder.parent, tmp_path / "copy")
    (copy / "flights" / "flights-2013-01.csv").write_text("spoilt")
    assert dirty_flights(copy, seed=7).fingerprint == demo_data.fingerprint


def test_another_seed_makes_other_bytes(demo_data: DemoData, tmp_path: Path) -> None:
    assert dirty_flights(tmp_path, seed=8).fingerprint != demo_data.fingerprint


def test_the_files_are_the_twelve_months_and_nothing_else(demo_data: DemoData) -> None:
    names = [path.name for path in sorted(demo_data.folder.iterdir())]
    assert names == [f"flights-2013-{month:02}.csv" for month in range(1, 13)]


def test_every_flight_is_written_and_half_a_percent_twice(demo_data: DemoData) -> None:
    flights, copies, broken = truth_counts(
        demo_data,
        "count(distinct flight_number)",
        "count(*) filter (is_copy)",
        "count(*) filter (broken is not null)",
    )
    assert flights == ORIGINAL_ROWS
    assert copies == pytest.approx(0.005 * ORIGINAL_ROWS, rel=0.1)
    assert broken == pytest.approx(0.0005 * ORIGINAL_ROWS, rel=0.3)


def test_the_dirt_has_the_promised_rates(demo_data: DemoData) -> None:
    missing, impossible, kilometres, formats = truth_counts(
        demo_data,
        "count(*) filter (dirt_air_time = 'missing_token')",
        "count(*) filter (dirt_air_time = 'impossible_value')",
        "count(*) filter (dirt_distance = 'unit_kilometres')",
        "count(*) filter (dirt_time_hour = 'timestamp_format')",
    )
    assert missing == pytest.approx(0.015 * ORIGINAL_ROWS, rel=0.1)
    assert impossible == pytest.approx(0.005 * ORIGINAL_ROWS, rel=0.1)
    assert kilometres == pytest.approx(0.25 * ORIGINAL_ROWS, rel=0.05)
    assert formats == pytest.approx(0.6 * ORIGINAL_ROWS, rel=0.05)


@pytest.mark.parametrize(("month", "name"), [(6, "tailnum"), (7, "tail_number")])
def test_the_tail_number_is_renamed_from_july_on(
    demo_data: DemoData, month: int, name: str
) -> None:
    assert lines_of(demo_data, month)[0][11] == name


@pytest.mark.parametrize(("month", "numbers_alone"), [(8, 29_000), (9, 0)])
def test_the_carrier_is_glued_into_the_flight_from_september_on(
    demo_data: DemoData, month: int, numbers_alone: int
) -> None:
    lines = [line for line in lines_of(demo_data, month)[1:] if len(line) == 19]
    bare = sum(not line[10].startswith(line[9]) for line in lines)
    assert bare == pytest.approx(numbers_alone, rel=0.05)


@pytest.mark.parametrize("month", [1, 12])
def test_the_truth_names_the_line_that_each_row_stands_on(demo_data: DemoData, month: int) -> None:
    truth = duckdb.connect().read_parquet(str(demo_data.truth))
    rows = truth.filter(f"month = {month}").order("source_line")
    told = rows.project("source_line, sched_dep_time, carrier").fetchall()
    written = lines_of(demo_data, month)[1:]
    assert told == [(number, int(line[4]), line[9]) for number, line in enumerate(written, start=1)]


def test_a_broken_line_has_too_few_or_too_many_fields(demo_data: DemoData) -> None:
    truth = duckdb.connect().read_parquet(str(demo_data.truth)).filter("month = 3")
    told = dict(truth.project("source_line, coalesce(broken, '')").fetchall())
    kinds = {11: "too_few_fields", 19: "", 21: "too_many_fields"}
    written = lines_of(demo_data, 3)[1:]
    assert told == {number: kinds[len(line)] for number, line in enumerate(written, start=1)}
