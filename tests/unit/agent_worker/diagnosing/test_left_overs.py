import pytest

from agent_worker.domain.diagnosing.left_overs import find_left_overs, find_stray_signs
from agent_worker.domain.diagnosing.out_of_place import find_out_of_place
from agent_worker.domain.diagnosing.strange_categories import find_strange_categories
from tests.unit.agent_worker.diagnosing.single import CITIES, column, repairs, suspects


@pytest.mark.parametrize("text", ["Total", "Grand Total", "Source: census", "see below", "Place"])
def test_what_belongs_to_the_layout_is_suspected(text: str) -> None:
    assert suspects(find_left_overs(column([*CITIES, text], name="place"))) == {text}


def test_totals_of_groups_were_meant() -> None:
    assert find_left_overs(column([*CITIES, *["Total"] * 4])) == []


def test_small_words_among_small_words_are_words() -> None:
    texts = [*(city.lower() for city in CITIES), "total", "sum", "mean"]

    assert find_left_overs(column(texts)) == []


def test_a_quote_left_open_is_taken_away() -> None:
    assert repairs(find_stray_signs(column([*CITIES, '"Emden']))) == {'"Emden': "Emden"}


def test_a_separator_left_behind_a_known_value_is_taken_away() -> None:
    assert repairs(find_stray_signs(column([*CITIES, "Ulm,"]))) == {"Ulm,": "Ulm"}


def test_texts_that_end_in_commas_by_habit_are_let_be() -> None:
    assert find_stray_signs(column([*CITIES, *(f"{city}," for city in CITIES)])) == ()


@pytest.mark.parametrize(
    "text", ["1234", "anna@example.org", "2021-03-04", "http://a.org/x", "5 %"]
)
def test_what_no_word_looks_like_is_suspected_among_words(text: str) -> None:
    assert suspects(find_out_of_place(column([*CITIES, text]))) == {text}


def test_a_name_with_a_number_in_it_is_a_name() -> None:
    assert find_out_of_place(column([*CITIES, "Schalke 04"])) == []


def test_a_number_among_words_that_are_repeated_is_suspected() -> None:
    words = [*["left"] * 60, *["right"] * 40]

    assert suspects(find_strange_categories(column([*words, "71805", "left?"]))) == {"71805"}


def test_categories_that_are_numbers_are_meant() -> None:
    assert find_strange_categories(column([*["left"] * 60, *["2"] * 40, "3"])) == ()
