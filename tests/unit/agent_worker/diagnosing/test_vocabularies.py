import pytest

from agent_worker.domain.diagnosing.vocabularies import VOCABULARIES, find_strangers
from agent_worker.domain.diagnosing.vocabulary_lists import (
    COUNTRIES,
    MONTHS,
    OTHER_COUNTRIES,
    STATE_CODES,
    STATES,
)
from tests.unit.agent_worker.diagnosing.single import CITIES, column, repairs, suspects


@pytest.mark.parametrize(
    ("members", "wrong", "right"),
    [
        (MONTHS, "Febuary", "February"),
        (STATES, "Massachussets", "Massachusetts"),
        (COUNTRIES, "Liecthenstein", "Liechtenstein"),
        ([name.upper() for name in STATES], "TENNESSE", "TENNESSEE"),
        (["Male", "Female"], "Femlae", "Female"),
    ],
)
def test_a_slip_in_a_member_is_mended(members: list[str], wrong: str, right: str) -> None:
    found = find_strangers(column([*members * 6, wrong]))

    assert repairs(found) == {wrong: right}


@pytest.mark.parametrize(
    ("members", "stranger"),
    [(STATES, "Germany"), (MONTHS, "Total"), (STATE_CODES, "QQ")],
)
def test_a_stranger_is_suspected_and_nothing_is_proposed(
    members: tuple[str, ...], stranger: str
) -> None:
    found = find_strangers(column([*members, stranger]))

    assert suspects(found) == {stranger}
    assert [each.proposed for each in found] == [None]


def test_a_letter_in_front_may_mean_another_thing() -> None:
    found = find_strangers(column([*STATES, "XTexas"]))

    assert suspects(found) == {"XTexas"}


def test_what_commonly_stands_among_members_is_tolerated() -> None:
    assert find_strangers(column([*COUNTRIES, *OTHER_COUNTRIES])) == []
    assert find_strangers(column([*STATES, "Guam", "Ontario", "TX"])) == []
    assert find_strangers(column(["Male", "Female", "Other", "U"] * 9)) == []


def test_a_column_of_other_words_is_of_no_vocabulary() -> None:
    assert find_strangers(column([*CITIES, "March", "May", "June"])) == ()


@pytest.mark.parametrize("vocabulary", VOCABULARIES, ids=lambda each: each.plural)
def test_no_member_of_a_vocabulary_is_a_stranger(vocabulary: object) -> None:
    for known in VOCABULARIES:
        if known is vocabulary:
            assert find_strangers(column([*known.members, *known.tolerated] * 3)) in ([], ())
