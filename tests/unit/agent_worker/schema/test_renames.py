"""Renames are recognised by the data: the same values, or values distributed alike."""

from collections.abc import Sequence
from hashlib import md5

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent_worker.domain.profile import PROBABILITIES, SKETCH_SIZE, ColumnProfile, Reading
from agent_worker.domain.renames import (
    Rename,
    RenameStanding,
    compare_columns,
    match_renames,
)

NUMBERS = st.lists(st.integers(0, 10_000), min_size=100, max_size=400)
NAMES = st.text("abcdefgh_", min_size=1, max_size=8)


def numbers_of(name: str, values: Sequence[float], place: int = 0) -> ColumnProfile:
    """Profile a column of numbers."""
    ordered = sorted(values)
    return column_of(name, [*map(str, values)], Reading.INTEGER, place).model_copy(
        update={
            "quantiles": {
                "": tuple(
                    float(ordered[round(share * (len(ordered) - 1))]) for share in PROBABILITIES
                )
            }
        }
    )


def column_of(
    name: str, values: Sequence[str], reading: Reading = Reading.TEXT, place: int = 0
) -> ColumnProfile:
    """Profile a column in which every value reads the same way."""
    hashes = {int.from_bytes(md5(value.encode()).digest()[:8]) for value in values}
    return ColumnProfile(
        name=name,
        position=place,
        rows=len(values),
        readings={reading: len(values)},
        distinct=len({*values}),
        sketch=tuple(sorted(hashes)[:SKETCH_SIZE]),
    )


@given(values=NUMBERS, name=NAMES)
@settings(max_examples=50)
def test_a_column_with_the_same_values_is_recognised_under_any_name(
    values: list[int], name: str
) -> None:
    before = [numbers_of("before", values), column_of("other", ["x", "y"] * 50, place=1)]
    (found,) = match_renames(before, [numbers_of(name, values, place=1), before[1]])
    assert (found.name, found.alias) == ("before", name)


@given(one=NUMBERS, two=NUMBERS)
@settings(max_examples=50)
def test_the_evidence_is_the_same_from_both_sides(one: list[int], two: list[int]) -> None:
    there = compare_columns(numbers_of("a", one), numbers_of("b", two))
    back = compare_columns(numbers_of("b", two), numbers_of("a", one))
    assert there.distribution == pytest.approx(back.distribution)
    assert there.value_overlap == back.value_overlap
    assert there.support == pytest.approx(back.support)
    assert 0 <= there.support <= 1


@given(values=NUMBERS)
@settings(max_examples=50)
def test_numbers_of_another_size_contradict_a_rename_with_an_equal_name(values: list[int]) -> None:
    recurring = [value % 7 for value in values]
    moved = [value + 1_000_000 for value in recurring]
    found = compare_columns(numbers_of("price", recurring), numbers_of("price", moved))
    assert found.standing is RenameStanding.CONTRADICTED


def test_identifiers_that_go_on_counting_contradict_nothing() -> None:
    found = compare_columns(numbers_of("id", range(1000)), numbers_of("number", range(1000, 2000)))
    assert found.standing is RenameStanding.UNDECIDED


def test_names_of_new_things_contradict_nothing() -> None:
    known = column_of("tail", [f"N{each}" for each in range(40)] * 25)
    new = column_of("plane", [f"N{each}" for each in range(100, 140)])
    assert compare_columns(known, new).standing is RenameStanding.UNDECIDED


def test_whole_and_broken_numbers_may_be_one_column() -> None:
    whole = numbers_of("share", [each % 90 for each in range(900)])
    broken = numbers_of("part", [each % 90 + 0.5 for each in range(900)]).model_copy(
        update={"readings": {Reading.DECIMAL: 900}}
    )
    assert compare_columns(whole, broken).standing is RenameStanding.SUPPORTED


def test_other_rows_of_the_same_numbers_are_recognised_by_their_distribution() -> None:
    even, odd = range(0, 2000, 2), range(1, 2000, 2)
    (found,) = match_renames([numbers_of("amount", even)], [numbers_of("betrag", odd)])
    assert found.value_overlap == 0
    assert found.distribution > 0.95


def test_columns_that_cannot_be_told_apart_are_no_rename() -> None:
    values = range(1000)
    after = [numbers_of("x", values), numbers_of("y", values)]
    assert match_renames([numbers_of("a", values)], after) == ()


def test_a_good_name_on_other_texts_is_no_rename() -> None:
    cities = column_of("place", ["Berlin", "Bremen", "Ulm"] * 100)
    codes = column_of("place_", [f"code {number % 40}" for number in range(300)])
    assert match_renames([cities], [codes]) == ()
    assert compare_columns(cities, codes).standing is RenameStanding.CONTRADICTED


def test_a_number_is_no_renamed_text() -> None:
    found = compare_columns(
        numbers_of("size", range(300)), column_of("size2", ["large", "small"] * 150)
    )
    assert found.support == 0
    assert found.standing is RenameStanding.CONTRADICTED


def test_names_that_stay_are_matched_with_nothing() -> None:
    columns = [numbers_of("a", range(500))]
    assert match_renames(columns, columns) == ()


def test_a_few_values_decide_nothing() -> None:
    found: Rename = compare_columns(numbers_of("a", [1, 2, 3]), numbers_of("b", [7, 8, 9]))
    assert found.standing is RenameStanding.UNDECIDED
    assert "0% of a sample of both columns' values are shared" in found.told
