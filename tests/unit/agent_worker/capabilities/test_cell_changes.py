"""The record of changes: what is listed, where, and in whose spelling."""

from typing import NamedTuple

import pytest

from shared.contracts.vocabulary import Artifact
from tests.unit.agent_worker.workbench import Workbench

ROWS = 120
"""Enough for a habit to be told from a slip."""


class Change(NamedTuple):
    row: int
    column: str
    old: str
    new: str
    action: str


def recorded(bench: Workbench, *lines: str) -> list[Change]:
    """Clean one file and return its record."""
    bench.write("dirty.csv", *lines)
    contract, _ = bench.propose()
    return changes_in(bench, bench.clean(contract))


def changes_in(bench: Workbench, artifacts: tuple[Artifact, ...]) -> list[Change]:
    (changes,) = (each for each in artifacts if each.name.startswith("changes:"))
    path = str(bench.workshop.store.fetch(changes.uri))
    listed = bench.workshop.connection.read_parquet(path).order("row, place")
    assert listed.aggregate("count(*)").fetchall() == [(changes.rows,)]
    return [Change(*row) for row in listed.project('row, "column", old, new, action').fetchall()]


def column(texts: list[str]) -> list[str]:
    """Return lines with an id, a word that repeats, and these texts."""
    words = ("red", "green", "blue")
    return ["id,word,amount", *(f"{at},{words[at % 3]},{text}" for at, text in enumerate(texts))]


def test_rows_count_every_record_and_no_blank_line(bench: Workbench) -> None:
    lines = column([str(number % 9) for number in range(ROWS)])
    lines[3:3] = ["", "broken", ""]  # after two rows: a record that is quarantined
    lines.append(f"{ROWS},red,N/A")
    (change,) = recorded(bench, *lines)
    assert change == Change(ROWS + 1, "amount", "N/A", "", "repaired")


@pytest.mark.parametrize("text", ["12.0", "1{}.50", "{} kg"])
def test_what_a_column_writes_throughout_is_no_error(bench: Workbench, text: str) -> None:
    assert recorded(bench, *column([text.format(number % 7) for number in range(ROWS)])) == []


def test_units_that_differ_are_written_as_plain_numbers(bench: Workbench) -> None:
    texts = [f"{number % 5 + 1}{(' kg', '', 'kg')[number % 3]}" for number in range(ROWS)]
    changes = recorded(bench, *column(texts))
    assert {each.row for each in changes} == {at for at in range(ROWS) if at % 3 != 1}
    assert all(each.new == str(each.row % 5 + 1) for each in changes)
    assert {each.action for each in changes} == {"repaired"}


def test_a_new_number_has_as_many_decimals_as_the_others(bench: Workbench) -> None:
    texts = [f"{number % 40 * 50}.{number % 10}0" for number in range(ROWS)]
    changes = recorded(bench, *column([*texts, '"1,400"']))
    assert [(each.row, each.new) for each in changes] == [(ROWS, "1400.00")]


def test_space_around_single_values_is_an_error(bench: Workbench) -> None:
    lines = column([str(number % 9) for number in range(ROWS)])
    lines[5] = (
        lines[5].replace("green", " green ").replace("blue", " blue ").replace("red", " red ")
    )
    (change,) = recorded(bench, *lines)
    assert (change.row, change.column) == (4, "word")
    assert change.new == change.old.strip() != change.old


def test_what_no_column_can_hold_is_suspected_and_emptied(bench: Workbench) -> None:
    texts = [str(number % 9) for number in range(ROWS)]
    (change,) = recorded(bench, *column([*texts, "seven?"]))
    assert change == Change(ROWS, "amount", "seven?", "", "suspected")


def test_a_text_that_cannot_be_used_is_not_said_to_be_missing(bench: Workbench) -> None:
    dates = [f"{at % 28 + 1:02}.{at % 12 + 1:02}.2024" for at in range(ROWS)]
    bench.write("dirty.csv", *column([*dates, "soon"]))
    contract, _ = bench.propose()
    (record,) = (each for each in bench.clean(contract) if each.name.startswith("changes:"))
    path = str(bench.workshop.store.fetch(record.uri))
    listed = bench.workshop.connection.read_parquet(path).project("old, reason").fetchall()
    assert listed == [("soon", "not of the column's type")]


def test_numbers_of_versions_are_no_dates(bench: Workbench) -> None:
    versions = [f"{at % 9 + 1}.{at % 7}.{at % 10}" for at in range(ROWS)]
    assert recorded(bench, *column(versions)) == []


def test_a_year_of_two_digits_is_one_of_this_time(bench: Workbench) -> None:
    dates = [f"{at % 28 + 1:02}.{at % 12 + 1:02}.2024" for at in range(ROWS)]
    (change,) = recorded(bench, *column([*dates, "05.04.23"]))
    assert change == Change(ROWS, "amount", "05.04.23", "05.04.2023", "repaired")


def test_one_word_for_missing_in_texts_is_the_columns_own(bench: Workbench) -> None:
    notes = [("none" if at % 4 else f"note {at}") for at in range(ROWS)]
    lines = ["id,note", *(f"{at},{note}" for at, note in enumerate(notes))]
    assert not [each for each in recorded(bench, *lines) if each.old == "none"]


def test_cleaning_again_records_the_same(bench: Workbench) -> None:
    bench.write("dirty.csv", *column([*(str(at % 9) for at in range(ROWS)), "N/A", "4.0"]))
    contract, _ = bench.propose()
    assert changes_in(bench, bench.clean(contract)) == changes_in(
        bench, bench.clean(contract, attempt=2)
    )
