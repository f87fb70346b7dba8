from agent_worker.capabilities.diagnosing.diagnosis import diagnose
from agent_worker.capabilities.diagnosing.single_columns import (
    find_column_repairs,
    find_column_suspects,
)
from agent_worker.capabilities.recipe_sql import mend
from agent_worker.domain.data_types import DataType
from agent_worker.domain.recipe import MapValues, Recipe, StepAction
from tests.unit.agent_worker.diagnosing.single import CITIES
from tests.unit.agent_worker.diagnosing.values import rows_of, value_table


def test_a_slip_is_mended_in_every_row_that_has_it() -> None:
    table = value_table(
        ["state"],
        [(name,) for name in ["Ohio", "Iowa", "Utah", "Maine", "Texas"]] * 9
        + [("Tennesee",), ("Tennesee",), ("Tennessee",), (None,)],
    )

    steps = find_column_repairs(table)

    assert [step.action for step in steps] == [StepAction.REPAIRED]
    assert rows_of(mend(table, Recipe(steps=tuple(steps)), "mended").values)[-4:] == [
        ("Tennessee",), ("Tennessee",), ("Tennessee",), (None,),
    ]  # fmt: skip
    assert steps[0].changes == 2


def test_each_finding_says_why_in_a_sentence() -> None:
    table = value_table(["city"], [(city,) for city in (*CITIES, "Total", "#REF!")])

    steps = [step for step in find_column_suspects(table) if isinstance(step, MapValues)]

    assert {change.old: change.new for step in steps for change in step.values} == {
        "Total": None, "#REF!": None,
    }  # fmt: skip
    assert all(f"`{change.old}`" in change.reason for step in steps for change in step.values)


def test_numbers_are_never_respelled() -> None:
    rows = [(f"{number / 2}",) for number in range(100, 180)]
    table = value_table(["height"], [*rows, ("90000.0",)], height=DataType.DOUBLE)

    steps = find_column_suspects(table)

    assert [step.action for step in steps] == [StepAction.SUSPECTED]


def test_a_clean_column_gets_no_step() -> None:
    table = value_table(["city"], [(city,) for city in CITIES] * 3)

    assert diagnose(table).steps == ()


def test_another_column_is_asked_before_a_value_is_emptied() -> None:
    rows = [(f"b{city}", city) for city in CITIES] * 9
    table = value_table(["branch", "city"], [*rows, ("bAachen", "N/A")])

    steps = diagnose(table).steps

    assert rows_of(mend(table, Recipe(steps=steps), "mended").values)[-1] == ("bAachen", "Aachen")
