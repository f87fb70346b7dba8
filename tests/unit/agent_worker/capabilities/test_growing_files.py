"""What is taken of a growing folder: every whole line, once, whatever is repeated or killed."""

from pathlib import Path

import pytest

from shared.contracts.vocabulary import Failure
from tests.unit.agent_worker.monitor import Monitor, report_of
from tests.unit.agent_worker.workbench import Workbench

HEADER = "id,name"


def rows(first: int, last: int) -> str:
    return "".join(f"{number},n{number}\n" for number in range(first, last))


def append(path: Path, text: str) -> None:
    with path.open("a", encoding="utf-8") as log:
        log.write(text)


@pytest.fixture
def log(bench: Workbench) -> Path:
    """A file that grows, with ten rows."""
    path = bench.write("log.csv", HEADER)
    append(path, rows(0, 10))
    return path


@pytest.fixture
def monitor(bench: Workbench, log: Path) -> Monitor:
    return Monitor(bench, f"{log.parent}/*.csv")


def failure_of(monitor: Monitor, pipeline_id: str = "second") -> Failure:
    failure = monitor.discover(pipeline_id).failure
    assert failure is not None
    return failure


def test_what_has_grown_and_what_is_new_is_taken_and_nothing_else(
    monitor: Monitor, log: Path, bench: Workbench
) -> None:
    assert monitor.run("first")["rows_out"] == 10
    append(log, rows(10, 13))
    append(bench.write("other.csv", HEADER), rows(13, 15))
    report = monitor.run("second")
    assert (report["rows_in"], report["rows_out"], report["batches"]) == (5, 5, 2)
    assert monitor.column("id") == [*range(15)]


def test_a_line_is_taken_when_it_is_whole(monitor: Monitor, log: Path) -> None:
    append(log, "10,n1")
    assert monitor.run("first")["rows_in"] == 10
    append(log, "0\n11")
    assert monitor.run("second")["rows_in"] == 1
    assert monitor.column("name")[-1] == "n9"
    assert monitor.column("id") == [*range(11)]


@pytest.mark.parametrize("content", ["", "id,na", "id,name", "id,name\n", "id,name\n1"])
def test_a_file_without_a_whole_row_is_left_for_later(bench: Workbench, content: str) -> None:
    path = bench.sources / "log.csv"
    path.write_text(content)
    monitor = Monitor(bench, path.as_uri())
    report = monitor.run("first")
    assert (report["rows_in"], report["version"], report["is_caught_up"]) == (0, None, True)


def test_nothing_new_says_so_and_commits_nothing(monitor: Monitor) -> None:
    monitor.run("first")
    report = monitor.run("second")
    assert (report["rows_in"], report["batches"], report["version"]) == (0, 0, 0)
    assert monitor.table().version() == 0


def test_a_run_takes_batches_of_the_size_asked_for_and_so_many(monitor: Monitor) -> None:
    monitor.options = {"batch_rows": 2, "batches_max": 3}
    report = monitor.run("first")
    assert (report["rows_in"], report["batches"], report["is_caught_up"]) == (6, 3, False)
    report = monitor.run("second")
    assert (report["rows_in"], report["batches"], report["is_caught_up"]) == (4, 2, True)
    assert monitor.column("id") == [*range(10)]


def test_long_files_do_not_hold_up_short_ones(monitor: Monitor, bench: Workbench) -> None:
    append(bench.write("short.csv", HEADER), rows(10, 11))
    monitor.options = {"batch_rows": 2, "batches_max": 2}
    monitor.run("first")
    assert monitor.column("id") == [0, 1, 10]


def test_a_field_that_spans_lines_stays_in_one_batch(bench: Workbench) -> None:
    path = bench.write("log.csv", HEADER, "1,a", '2,"two', 'lines"', "3,c")
    monitor = Monitor(bench, path.as_uri(), {"batch_rows": 2})
    assert monitor.run("first")["rows_quarantined"] == 0
    assert monitor.column("name") == ["a", "c", "two\nlines"]


def test_a_quote_that_never_closes_does_not_hold_the_file_up(bench: Workbench) -> None:
    path = bench.write("log.csv", HEADER, '0,"odd')
    append(path, rows(1, 300))
    monitor = Monitor(bench, path.as_uri(), {"batch_rows": 100})
    report = monitor.run("first")
    assert (report["batches"], report["rows_out"]) == (2, 300)
    # What only that quote spoils is its own cell, of which mending takes it away.
    assert monitor.column("name")[-1] == "odd"


def test_numbers_may_leave_the_range_of_the_first_rows(monitor: Monitor, log: Path) -> None:
    monitor.run("first")
    append(log, "1000000,late\n")
    report = monitor.run("second")
    assert report["quality_after"] == 1
    assert monitor.column("id")[-1] == 1_000_000


@pytest.mark.parametrize("content", [rows(0, 3), f"{HEADER}\n{rows(100, 200)}"])
def test_a_file_that_was_rewritten_is_refused(monitor: Monitor, log: Path, content: str) -> None:
    monitor.run("first")
    log.write_text(content)
    assert failure_of(monitor).code == "source_rewritten"
    assert monitor.column("id") == [*range(10)]


def test_files_of_one_name_in_two_folders_are_told_apart(bench: Workbench) -> None:
    for number, folder in enumerate(("a", "b")):
        (bench.sources / folder).mkdir()
        append(bench.write(f"{folder}/log.csv", HEADER), rows(2 * number, 2 * number + 2))
    monitor = Monitor(bench, f"{bench.sources}/**/*.csv")
    assert monitor.run("first")["batches"] == 2
    assert monitor.column("id") == [*range(4)]


def test_a_folder_without_files_is_no_mistake_and_a_missing_one_is(bench: Workbench) -> None:
    assert Monitor(bench, f"{bench.sources}/*.csv").run("first")["rows_in"] == 0
    assert failure_of(Monitor(bench, f"{bench.sources}/gone/*.csv")).code == "source_missing"


def test_a_source_outside_the_roots_is_refused(bench: Workbench) -> None:
    assert failure_of(Monitor(bench, "/etc/*.csv")).code == "source_not_allowed"


def test_a_commit_that_is_repeated_is_one_version_and_one_report(
    monitor: Monitor, log: Path
) -> None:
    prepared = monitor.prepare("first")
    first = report_of(monitor.commit("first", prepared))
    append(log, rows(10, 12))
    monitor.run("second")
    assert report_of(monitor.commit("first", prepared, attempt=2)) == first
    assert monitor.column("id") == [*range(12)]


def test_two_runs_at_once_take_each_line_once(monitor: Monitor, log: Path) -> None:
    first = monitor.prepare("first")
    append(log, rows(10, 12))
    second = monitor.prepare("second")
    assert report_of(monitor.commit("first", first))["rows_out"] == 10
    late = report_of(monitor.commit("second", second))
    assert (late["rows_out"], late["batches_taken_by_others"], late["version"]) == (0, 1, 0)
    assert monitor.run("third")["rows_out"] == 2
    assert monitor.column("id") == [*range(12)]


def test_the_same_lines_have_the_same_hash_whichever_run_takes_them(tmp_path: Path) -> None:
    hashes: set[object] = set()
    for name in ("one", "two"):
        bench = Workbench(tmp_path / name)
        append(bench.write("log.csv", HEADER), rows(0, 10))
        hashes.add(Monitor(bench, f"{bench.sources}/*.csv").run(name)["content_hash"])
        bench.workshop.connection.close()
    assert len(hashes) == 1


def test_too_low_a_quality_adds_nothing(monitor: Monitor, log: Path) -> None:
    monitor.run("first")
    append(log, "ten,x\n" * 5)
    monitor.quality_min = 0.99
    failure = monitor.commit("second", monitor.prepare("second")).failure
    assert failure is not None
    assert failure.code == "quality_below_minimum"
    assert monitor.table().version() == 0


def test_a_key_that_comes_again_does_not_stop_the_stream(monitor: Monitor, log: Path) -> None:
    monitor.key, monitor.options = ("id",), {"batch_rows": 4}
    append(log, "0,again\n")
    report = monitor.run("first")
    assert report["quarantine_reasons"] == {"key_repeated": 1}
    append(log, "3,again\n10,new\n")
    prepared = monitor.prepare("second")
    report = report_of(monitor.commit("second", prepared))
    assert (report["rows_in"], report["rows_out"], report["rows_quarantined"]) == (2, 1, 1)
    assert report_of(monitor.commit("second", prepared)) == report
    assert monitor.column("id") == [*range(11)]
    assert "again" not in monitor.column("name")
