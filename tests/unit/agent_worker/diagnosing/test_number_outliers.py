import pytest

from agent_worker.domain.diagnosing.number_outliers import find_number_outliers
from tests.unit.agent_worker.diagnosing.single import column, suspects

HEIGHTS = [f"{150 + number / 2}" for number in range(80)]


def test_a_thousandfold_number_is_suspected_and_its_likely_value_told() -> None:
    (found,) = find_number_outliers(column([*HEIGHTS, "171500"]))

    assert found.text == "171500"
    assert found.proposed is None
    assert "`171.5`" in found.reason


def test_the_only_negative_number_is_suspected_if_it_would_fit() -> None:
    assert suspects(find_number_outliers(column([*HEIGHTS, "-171.25"]))) == {"-171.25"}


@pytest.mark.parametrize(
    "texts",
    [
        [str(2**power) for power in range(60)],
        [*HEIGHTS, "400"],
        [str(number - 3) for number in range(60)],
        [f"45{number:014}" for number in range(40)] + ["9" * 19],
    ],
)
def test_long_tails_and_numbers_of_things_are_let_be(texts: list[str]) -> None:
    assert find_number_outliers(column(texts)) == ()
