from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from agent_worker.domain.diagnosing.column_texts import ColumnTexts
from agent_worker.domain.diagnosing.lost_zeros import find_lost_zeros

CODES = {f"{700 * at + 13:05}": 4 for at in range(1, 60)}


def proposed(counts: dict[str, int]) -> dict[str, str | None]:
    return {each.text: each.proposed for each in find_lost_zeros(ColumnTexts("code", counts))}


def test_codes_that_are_too_short_get_their_zeros_back() -> None:
    assert proposed(CODES | {"913": 1, "7413": 2}) == {"913": "00913", "7413": "07413"}


def test_what_stands_behind_the_first_digits_stays() -> None:
    codes = {f"{at * 97 % 2000:04}-{at:04}": 1 for at in range(60)}
    assert proposed(codes | {"213-0007": 1}) == {"213-0007": "0213-0007"}


def test_where_half_of_the_codes_are_short_those_that_are_known_with_zeros_say_it() -> None:
    codes = {f"{at:05}": 4 for at in range(60)} | {f"{at}": 3 for at in range(1, 60)}
    assert proposed(codes) == {f"{at}": f"{at:05}" for at in range(1, 60)}


def test_numbers_of_several_lengths_have_lost_nothing() -> None:
    assert proposed({f"{at}": 1 for at in range(200)}) == {}
    assert proposed({f"{at}": 1 for at in range(80, 200)}) == {}


@settings(max_examples=30)
@given(st.randoms(use_true_random=False))
def test_codes_of_one_length_are_never_accused(chance: Random) -> None:
    assert proposed({f"{chance.randrange(10**4):04}": 1 for _ in range(50)}) == {}
