"""What a table's statistics decide, and what they leave to a sample."""

import pytest

from agent_worker.domain.data_types import DataType
from agent_worker.domain.schema_contract import ColumnMigration
from agent_worker.domain.voting.statistics import EXACT_INTEGER_MAX, ColumnFacts, settle

BIGINT, DOUBLE, BOOLEAN = DataType.BIGINT, DataType.DOUBLE, DataType.BOOLEAN
VARCHAR, DATE, TIMESTAMP = DataType.VARCHAR, DataType.DATE, DataType.TIMESTAMP


def is_cast_settled(types: tuple[DataType, ...], **facts: float) -> bool:
    column = ColumnMigration(name="c", origin="c", types=types)
    known = ColumnFacts.model_validate({"rows": 100, "missing": 0, **facts})
    return any(each.is_cast_settled for each in settle([column], {"c": known}))


@pytest.mark.parametrize("types", [(DATE, TIMESTAMP), (DOUBLE, VARCHAR), (BOOLEAN, BIGINT)])
def test_casts_that_keep_every_value_need_no_sample(types: tuple[DataType, ...]) -> None:
    assert is_cast_settled(types)


@pytest.mark.parametrize(
    ("types", "lowest", "highest", "settled"),
    [
        ((BIGINT, DOUBLE), -5, 10**12, True),
        ((BIGINT, DOUBLE), 0, EXACT_INTEGER_MAX, False),
        ((BIGINT, BOOLEAN), 0, 1, True),
        ((BIGINT, BOOLEAN), 0, 2, False),
        ((DOUBLE, BIGINT), 0, 1, False),
    ],
)
def test_extremes_decide_where_they_can(
    types: tuple[DataType, ...], lowest: float, highest: float, *, settled: bool
) -> None:
    assert is_cast_settled(types, lowest=lowest, highest=highest) is settled


def test_a_column_without_values_has_none_to_lose() -> None:
    assert is_cast_settled((VARCHAR, BIGINT), missing=100)


def test_extremes_that_nobody_wrote_down_decide_nothing() -> None:
    assert not is_cast_settled((BIGINT, DOUBLE))


@pytest.mark.parametrize(("missing", "filled"), [(0, True), (1, False), (None, False)])
def test_counted_gaps_decide_whether_a_column_is_complete(
    missing: int | None, *, filled: bool
) -> None:
    column = ColumnMigration(name="c", origin="c", types=(BIGINT,), nullable=False)
    settled = settle([column], {"c": ColumnFacts(rows=100, missing=missing)})
    assert any(each.is_filled for each in settled) is filled
    assert not filled or settled[0].told == "`c`: none of 100 values is missing"
