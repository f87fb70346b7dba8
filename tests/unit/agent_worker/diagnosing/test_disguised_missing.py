import pytest

from agent_worker.domain.diagnosing.disguised_missing import (
    find_disguised_missing,
    find_sentinels,
)
from tests.unit.agent_worker.diagnosing.single import CITIES, column, repairs, suspects


@pytest.mark.parametrize("token", ["#N/A", "#DIV/0!", "n/a", "?", "-", "unknown", "TBD"])
def test_a_word_for_nothing_among_numbers_is_emptied(token: str) -> None:
    numbers = [str(number) for number in range(40)]

    assert repairs(find_disguised_missing(column([*numbers, token]))) == {token: None}


@pytest.mark.parametrize("token", ["null", "not available", "unknown", "none", "?"])
def test_a_word_for_nothing_among_many_names_is_emptied(token: str) -> None:
    assert repairs(find_disguised_missing(column([*CITIES, token]))) == {token: None}


@pytest.mark.parametrize("answer", ["None", "Unknown", "N/A"])
def test_an_answer_among_few_others_is_a_category(answer: str) -> None:
    answers = ["Low", "Middle", "High", answer] * 10

    assert find_disguised_missing(column(answers)) == []


def test_a_token_that_stands_once_among_frequent_categories_is_none() -> None:
    assert repairs(find_disguised_missing(column([*["Yes", "No"] * 10, "null"]))) == {"null": None}


def test_a_code_of_two_letters_is_a_code() -> None:
    codes = [first + second for first in "ABCDE" for second in "KLMNO"]

    assert find_disguised_missing(column([*codes, "NA"])) == []


def test_a_family_called_null_keeps_its_name() -> None:
    assert find_disguised_missing(column([*CITIES, "Null"])) == []


def test_a_column_that_mostly_says_nothing_is_let_be() -> None:
    assert find_disguised_missing(column([*map(str, range(30)), *["n/a"] * 10])) == []


def test_a_date_where_calendars_begin_is_suspected_far_from_all_others() -> None:
    days = [f"2019-03-{day:02}" for day in range(1, 29)]
    old_days = [f"19{year}-01-01" for year in range(50)]

    assert suspects(find_sentinels(column([*days, "1900-01-01"]))) == {"1900-01-01"}
    assert find_sentinels(column([*old_days, "1900-01-01"])) == []


def test_the_only_number_below_zero_is_suspected_where_it_is_repeated() -> None:
    numbers = [str(number) for number in range(1, 40)] * 3

    assert suspects(find_sentinels(column([*numbers, *["-1"] * 5]))) == {"-1"}
    assert find_sentinels(column([*numbers, "-1"])) == []
    assert find_sentinels(column([*numbers, "-2", *["-1"] * 5])) == []
