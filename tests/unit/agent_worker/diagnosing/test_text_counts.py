import pytest

from agent_worker.capabilities.diagnosing.text_counts import CHARACTERS_MAX, count_texts
from tests.unit.agent_worker.diagnosing.values import value_table

ROWS = [
    ["a", "1", None],
    ["a", "2", ""],
    ["b", "3", "x" * (CHARACTERS_MAX + 1)],
    [None, "3", "end"],
]
COUNTS = {0: {"a": 2, "b": 1}, 1: {"3": 2, "1": 1, "2": 1}, 2: {"end": 1}}


@pytest.mark.parametrize("cells_max", [1, 8, 1_000])
def test_columns_are_counted_alike_one_by_one_and_together(cells_max: int) -> None:
    values = value_table(("one", "two", "three"), [list(row) for row in ROWS])
    counted = dict(count_texts(values, [0, 1, 2], 9, cells_max))
    assert counted == COUNTS
    assert list(counted[1]) == ["3", "1", "2"]


def test_the_most_frequent_texts_are_kept() -> None:
    values = value_table(("one", "two", "three"), [list(row) for row in ROWS])
    assert dict(count_texts(values, [1], 1)) == {1: {"3": 2}}
