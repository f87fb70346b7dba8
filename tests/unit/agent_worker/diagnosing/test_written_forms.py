import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent_worker.capabilities.diagnosing.written_forms import find_written_forms
from agent_worker.capabilities.recipe_sql import mend
from agent_worker.domain.diagnosing.clock_times import read_clocks, written
from agent_worker.domain.diagnosing.quantities import read_quantity
from agent_worker.domain.recipe import Recipe
from tests.unit.agent_worker.diagnosing.values import rows_of, value_table


def mended(texts: list[str]) -> list[str | None]:
    values = value_table(("measured",), [(text,) for text in texts])
    recipe = Recipe(steps=tuple(find_written_forms(values)))
    return [row[0] for row in rows_of(mend(values, recipe, "mended").values)]


def test_a_quantity_that_no_spelling_owns_becomes_the_bare_number() -> None:
    texts = ["12.0 oz", "12 oz.", "8.40 OUNCES"] * 10
    assert mended(texts)[:3] == ["12", "12", "8.4"]


def test_other_spellings_are_brought_to_the_columns_own() -> None:
    texts = ["124 min"] * 20 + ["2 hr. 4 min.", "90 minutes"]
    assert mended(texts)[-2:] == ["124 min", "90 min"]


def test_a_sign_behind_numbers_goes_where_most_have_none() -> None:
    texts = ["0.05", "0.062"] * 12 + ["0.09%", "0.08199999999999999%"]
    assert mended(texts)[-2:] == ["0.09", "0.082"]


@pytest.mark.parametrize(
    "odd",
    ["5%", "12x", "300 patients", "unknown"],
    ids=["another scale", "slip", "another unit", "no quantity"],
)
def test_what_may_mean_something_else_is_left_alone(odd: str) -> None:
    assert mended(["0.05", "0.062"] * 12 + [odd])[-1] == odd


def test_a_unit_that_all_cells_have_is_the_columns_habit() -> None:
    texts = [f"{at}%" for at in range(40)]
    assert mended(texts) == texts


@pytest.mark.parametrize(
    "odd", ["12/02/2011 6:55 a.m.", "6:55aDec 2", "6:55 a.m. (Estimated)", "06:55 AM", "6:55 a.m."]
)
def test_a_time_of_day_is_what_is_left_of_a_text_with_one(odd: str) -> None:
    assert mended(["7:10 a.m.", "12:30 p.m."] * 12 + [odd])[-1] == "6:55 a.m."


@pytest.mark.parametrize("odd", ["Thu 7:45", "4:05 p.m. (+8:00)", "Not Available", "noon"])
def test_a_text_whose_time_of_day_is_unclear_is_left_alone(odd: str) -> None:
    assert mended(["7:10 a.m.", "12:30 p.m."] * 12 + [odd])[-1] == odd


@pytest.mark.parametrize("pad", ["02", "01"], ids=["padded", "short"])
def test_times_of_day_of_one_style_stay_as_they_are(pad: str) -> None:
    texts = [f"{hour:{pad}}:{minute:02}" for hour in range(24) for minute in (0, 30)]
    assert mended(texts) == texts
    assert mended([*texts, "8.15 Thu", "4:05:00"])[:-2] == texts


def test_where_hours_are_padded_the_others_become_so() -> None:
    texts = [f"{hour:02}:40" for hour in range(24)]
    assert mended([*texts, "7:40"])[-1] == "07:40"


@given(
    st.integers(0, 23), st.integers(0, 59), st.sampled_from([":", "0:", ": am", ":a.m.", ". AM"])
)
def test_a_time_of_day_reads_as_it_was_written(hour: int, minute: int, style: str) -> None:
    ((clock, _),) = read_clocks(f"{hour}:{minute:02}")
    text = written(clock, style)
    ((again, part),) = read_clocks(text)
    assert (again.hour, again.minute, part) == (hour, f"{minute:02}", text)


@pytest.mark.parametrize("text", ["5-3", "2011-03-04", "1st Street 5", "7:10 a.m.", "", "oz"])
def test_texts_that_only_hold_digits_are_no_quantities(text: str) -> None:
    read = read_quantity(text)
    assert read is None or not all(unit in {"", "oz", "min"} for _, unit in read.parts)
