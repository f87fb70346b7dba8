from hypothesis import given, settings
from hypothesis import strategies as st

from agent_worker.domain.diagnosing.column_texts import ColumnTexts
from agent_worker.domain.diagnosing.value_slips import find_value_slips
from agent_worker.domain.recipe import StepAction

LANGUAGES = {"eng": 900, "ger": 60, "fre": 40}
NAMES = {f"{first} {last}": 6 for first in ("Ruth", "Otto", "Ines") for last in ("Weber", "Salas")}


def proposed(counts: dict[str, int]) -> dict[str, str | None]:
    return {each.text: each.proposed for each in find_value_slips(ColumnTexts("name", counts))}


def test_a_slip_of_a_short_category_is_found_however_often_it_is_made() -> None:
    assert proposed(LANGUAGES | {"ng": 5, "egn": 2}) == {"ng": "eng", "egn": "eng"}


def test_a_slip_inside_a_name_that_is_repeated_is_found() -> None:
    assert proposed(NAMES | {"Ruth Wbeer": 1}) == {"Ruth Wbeer": "Ruth Weber"}


def test_another_ending_is_another_name() -> None:
    assert proposed(NAMES | {"Ruth Webers": 1, "Ruta Weber": 1}) == {}


def test_levels_that_differ_by_a_letter_are_meant() -> None:
    assert proposed({"gradeA": 300, "gradeB": 200, "gradeC": 1}) == {}


def test_numbers_are_not_slips_of_one_another() -> None:
    assert proposed({"week 1": 300, "week 2": 2}) == {}


def test_a_code_in_capitals_is_only_suspected() -> None:
    (finding,) = find_value_slips(ColumnTexts("seat", {"LISB": 500, "OPOR": 300, "LIZB": 1}))
    assert finding.action is StepAction.SUSPECTED


@settings(max_examples=30)
@given(st.dictionaries(st.text("abcdE1 ", min_size=1, max_size=9), st.integers(1, 400), max_size=9))
def test_what_is_proposed_is_more_frequent_and_itself_not_accused(counts: dict[str, int]) -> None:
    found = proposed(counts)
    for text, better in found.items():
        assert better is not None
        assert counts[better] > counts[text]
        assert better not in found
