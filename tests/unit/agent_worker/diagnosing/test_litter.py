import pytest

from agent_worker.domain.diagnosing.column_texts import ColumnTexts
from agent_worker.domain.diagnosing.litter import find_litter

TOWNS = {"LAKE ANA": 40, "PORT IVO": 60, "O'BRIEN": 20, "NEW-ULM": 9}


def proposed(counts: dict[str, int]) -> dict[str, str | None]:
    return {each.text: each.proposed for each in find_litter(ColumnTexts("town", counts))}


@pytest.mark.parametrize("littered", ["LAKE ANA-*", "LA~KE ANA", "LAKE ANA*", "LAKE 'ANA"])
def test_signs_around_a_frequent_text_are_taken_away(littered: str) -> None:
    assert proposed(TOWNS | {littered: 1}) == {littered: "LAKE ANA"}


def test_a_sign_that_no_word_has_is_litter_even_in_a_text_of_its_own() -> None:
    assert proposed(TOWNS | {"CAT~HERINE": 1}) == {"CAT~HERINE": "CATHERINE"}


@pytest.mark.parametrize("meant", ["_lake", "- see LAKE ANA", "D'ARCY", "ST-IVO", "note*"])
def test_signs_that_may_be_meant_stay(meant: str) -> None:
    assert proposed(TOWNS | {"lake": 9, meant: 1}) == {}


def test_what_many_cells_have_is_a_way_of_writing() -> None:
    assert proposed({"ANA": 50, "ANA*": 1} | {f"IVO {at}~x": 1 for at in range(9)}) == {}
