import pytest

from agent_worker.domain.diagnosing.shape_outliers import (
    find_length_outliers,
    find_shape_outliers,
)
from agent_worker.domain.diagnosing.shapes import exact_shape, is_number, is_phrase, loose_shape
from tests.unit.agent_worker.diagnosing.single import column, repairs, suspects

NUMBERS = [f"{number}.5" for number in range(100, 140)]
CODES = [f"INV-{number}" for number in range(1_000, 1_060)]


@pytest.mark.parametrize(
    ("text", "exact", "loose"),
    [
        ("AB-1234", "AA-9999", "a-9"),
        ("Müller & Co.", "Aaaaaa & Aa.", "a"),
        ("-1,234.50", "-9,999.99", "9"),
        ("4e-05", "9a-99", "9"),
        ("12 kg", "99 aa", "9 a"),
        ("St. Mary's Hospital", "Aa. Aaaa'a Aaaaaaaa", "a"),
        ("1..2", "9..9", "9..9"),
    ],
)
def test_a_shape_forgets_which_letters_and_digits(text: str, exact: str, loose: str) -> None:
    assert exact_shape(text) == exact
    assert loose_shape(text) == loose


def test_a_long_text_without_end_takes_no_time() -> None:
    assert not is_phrase("museum gallery conservator " * 200 + "!")
    assert is_number("1" * 400)


@pytest.mark.parametrize(
    ("texts", "wrong", "right"),
    [
        (NUMBERS, "12O.5", "120.5"),
        (NUMBERS, "120,5", "120.5"),
        (NUMBERS, "120..5", "120.5"),
        (CODES, "INV 1099", "INV-1099"),
    ],
)
def test_a_stray_that_one_slip_explains_is_mended(texts: list[str], wrong: str, right: str) -> None:
    assert repairs(find_shape_outliers(column([*texts, wrong]))) == {wrong: right}


@pytest.mark.parametrize("wrong", ["$120.5", "about 120", "120.5%", "1/2", "120.5*"])
def test_a_stray_that_may_mean_something_is_only_suspected(wrong: str) -> None:
    assert suspects(find_shape_outliers(column([*NUMBERS, wrong]))) == {wrong}


def test_a_column_with_a_habit_of_new_shapes_has_no_strays() -> None:
    strays = ["12 kg", "approx. 3", "4/5", "7th", "1:3", "<2"]

    assert find_shape_outliers(column([*NUMBERS, *strays])) == []


def test_a_code_with_a_digit_too_few_is_suspected() -> None:
    assert suspects(find_length_outliers(column([*CODES, "INV-999"]))) == {"INV-999"}


def test_a_code_with_a_letter_for_a_digit_is_mended() -> None:
    assert repairs(find_length_outliers(column([*CODES, "INV-1O99"]))) == {"INV-1O99": "INV-1099"}


def test_numbers_may_be_of_any_length() -> None:
    numbers = [str(number) for number in range(100, 999, 7)]

    assert find_length_outliers(column([*numbers, "1004"])) == ()
