import pytest

from agent_worker.domain.diagnosing.stray_characters import find_stray_characters
from tests.unit.agent_worker.diagnosing.single import CITIES, column, repairs


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        (" Hamburg", "Hamburg"),
        ("Hamburg\u00a0", "Hamburg"),
        ("Ham\u200bburg", "Hamburg"),
        ("Bad  Ems", "Bad Ems"),
        ("Köln".encode().decode("cp1252"), "Köln"),
        ("it\u2019s".encode().decode("cp1252"), "it\u2019s"),
        ("K\u006f\u0308ln", "Köln"),
        ("Smith &amp; Sons", "Smith & Sons"),
        ("  Smith &amp;  Sons ", "Smith & Sons"),
        ("\u200b", None),
    ],
)
def test_a_stray_character_is_mended_from_the_text_alone(wrong: str, right: str | None) -> None:
    assert repairs(find_stray_characters(column([*CITIES, wrong]))) == {wrong: right}


def test_what_a_fifth_of_the_texts_has_is_left_alone() -> None:
    padded = [f"{city} " for city in CITIES[:8]]

    assert find_stray_characters(column([*CITIES[8:], *padded])) == []


def test_mojibake_is_mended_however_much_of_it_there_is() -> None:
    texts = [f"Straße {number}" for number in range(30)]
    broken = {text.encode().decode("cp1252"): text for text in texts}

    assert repairs(find_stray_characters(column(broken))) == broken


def test_right_texts_with_accents_stay_as_they_are() -> None:
    assert find_stray_characters(column(["Ávila", "Âge", "Ünye", "naïve", "Ærø", "½", "£5"])) == []
