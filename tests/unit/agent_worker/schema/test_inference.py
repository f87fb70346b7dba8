"""What a proposed schema says of columns of all kinds."""

from collections.abc import Iterable

import pytest

from agent_worker.domain.data_types import DataType
from agent_worker.domain.schema_contract import ColumnContract
from tests.unit.agent_worker.workbench import Workbench

ROWS = 400


def infer(bench: Workbench, cells: Iterable[object]) -> ColumnContract:
    """Return the contract of one column beside a plain one."""
    lines = [f'"{cell}",x{number}' for number, cell in enumerate(cells)]
    bench.write("a.csv", "column,other", *lines)
    _, contract = bench.propose()
    return contract.columns[0]


@pytest.mark.parametrize(
    ("cells", "data_type"),
    [
        (range(ROWS), DataType.BIGINT),
        ((number / 8 for number in range(ROWS)), DataType.DOUBLE),
        (("yes", "no") * 50, DataType.BOOLEAN),
        ((f"2013-01-{1 + day % 28:02}" for day in range(ROWS)), DataType.DATE),
        ((f"{1 + day % 28:02}.01.2013 05:00" for day in range(ROWS)), DataType.TIMESTAMP),
        ((f"{number:05}" for number in range(ROWS)), DataType.VARCHAR),
        ((f"9E{number}" for number in range(ROWS)), DataType.VARCHAR),
        (("a", "1") * 50, DataType.VARCHAR),
        (("", "NA") * 50, DataType.VARCHAR),
    ],
)
def test_a_column_gets_the_type_that_reads_its_values(
    bench: Workbench, cells: Iterable[object], data_type: DataType
) -> None:
    assert infer(bench, cells).data_type is data_type


def test_a_few_wrong_values_do_not_change_the_type(bench: Workbench) -> None:
    assert infer(bench, [*range(ROWS), *(["?!"] * 10)]).data_type is DataType.BIGINT


def test_days_and_months_are_told_apart_by_the_days_above_twelve(bench: Workbench) -> None:
    column = infer(bench, (f"01/{1 + day % 28:02}/2013" for day in range(ROWS)))
    assert column.formats == ("%m/%d/%Y",)


def test_dates_that_read_both_ways_are_not_guessed(bench: Workbench) -> None:
    column = infer(bench, (f"{1 + day % 12:02}/{1 + day % 12:02}/2013" for day in range(ROWS)))
    assert column.data_type is DataType.VARCHAR


def test_rare_impossible_numbers_lie_outside_the_range(bench: Workbench) -> None:
    column = infer(bench, [*range(50, 50 + ROWS), 99999, 99999, -1])
    assert column.minimum == 0
    assert column.maximum is not None
    assert 450 < column.maximum < 99999


def test_a_long_tail_is_no_mistake(bench: Workbench) -> None:
    column = infer(bench, [*(number % 60 for number in range(ROWS)), 300, 450, 600])
    assert column.maximum is not None
    assert column.maximum > 600


def test_temperatures_may_fall_below_zero(bench: Workbench) -> None:
    # Few are below, but they thin out as they do just above: the two sides are one tail.
    column = infer(bench, [one + other - 2 for one in range(20) for other in range(20)])
    assert column.minimum is not None
    assert column.minimum < -2


def test_times_of_day_written_as_numbers_are_recognised(bench: Workbench) -> None:
    times = [hour * 100 + minute for hour in range(24) for minute in range(0, 60, 2)]
    column = infer(bench, [*times, 2567, 2475])
    assert column.is_clock
    assert (column.minimum, column.maximum) == (0, 2400)


def test_numbers_without_a_unit_get_that_of_the_like_labelled_ones(bench: Workbench) -> None:
    miles = [100 + number for number in range(ROWS)]
    column = infer(bench, [*miles, *(f"{number * 1.609344:.1f} km" for number in miles[::4])])
    assert column.unit == "mi"
    assert column.conversions["km"] == pytest.approx(0.621371, rel=1e-5)


def test_numbers_that_fit_no_unit_are_not_converted(bench: Workbench) -> None:
    column = infer(bench, [*range(1, ROWS), *(f"{number**2 + 5000} km" for number in range(15))])
    assert column.conversions == {}


def test_columns_hardly_ever_missing_are_nearly_complete(bench: Workbench) -> None:
    assert infer(bench, [*range(ROWS), ""]).nearly_complete
    assert not infer(bench, [*range(ROWS), *([""] * 20)]).nearly_complete


def test_a_column_that_only_some_files_have_is_not_complete(bench: Workbench) -> None:
    bench.write("a.csv", "id,extra", *(f"{number},e{number}" for number in range(50)))
    bench.write("b.csv", "id,other", *(f"{number},{number}" for number in range(50)))
    _, contract = bench.propose()
    assert [column.nearly_complete for column in contract.columns] == [True, False, False]


def test_a_renamed_column_is_told_with_its_evidence(bench: Workbench) -> None:
    bench.write("a.csv", "id,plane", *(f"{number},N{number % 40}A" for number in range(100)))
    bench.write("b.csv", "id,plane_code", *(f"{number},N{number % 40}A" for number in range(100)))
    _, contract = bench.propose()
    assert contract.columns[1].aliases == ("plane_code",)
    assert "100% of a sample of both columns' values are shared" in contract.evidence[0]


def test_two_columns_of_one_file_are_never_one_column(bench: Workbench) -> None:
    bench.write("a.csv", "id,plane,plane_code", *(f"{at},N{at},N{at}" for at in range(50)))
    _, contract = bench.propose()
    assert len(contract.columns) == 3


def test_a_key_that_no_file_has_is_refused(bench: Workbench) -> None:
    failure = bench.failure("propose_schema", {"table": "t", "key": ["id"]})
    assert failure.code == "no_partitions"


@pytest.mark.parametrize(("header", "tail", "is_distinct"), [("a,b", ",1", True), ("a", "", False)])
def test_values_may_recur_in_a_list_and_rows_in_a_table_are_copies(
    bench: Workbench, header: str, tail: str, *, is_distinct: bool
) -> None:
    bench.write("a.csv", header, *(f"elm{max(number, 1)}{tail}" for number in range(100)))
    _, contract = bench.propose()
    assert contract.distinct_rows == is_distinct
