from agent_worker.domain.diagnosing.column_texts import ColumnTexts
from agent_worker.domain.diagnosing.page_ranges import find_page_ranges

PAGES = {f"{17 * at}-{17 * at + 9}": 1 for at in range(1, 40)}


def proposed(counts: dict[str, int]) -> dict[str, str | None]:
    return {each.text: each.proposed for each in find_page_ranges(ColumnTexts("pages", counts))}


def test_an_end_that_lacks_the_first_digits_gets_them() -> None:
    assert proposed(PAGES | {"806-22": 1, "1170-9": 1}) == {
        "806-22": "806-822",
        "1170-9": "1170-1179",
    }


def test_a_day_among_ranges_is_the_range_that_it_was_taken_for() -> None:
    assert proposed(PAGES | {"12-Mar": 1, "Jan-29": 1}) == {"12-Mar": "3-12", "Jan-29": "1-29"}


def test_a_column_that_cuts_all_its_ranges_means_it() -> None:
    assert proposed({f"{100 + at}-{at + 5:02}": 1 for at in range(60)}) == {}


def test_scores_that_rise_and_fall_are_no_ranges() -> None:
    assert proposed({f"{at % 7}-{at % 5}": 1 for at in range(35)}) == {}


def test_days_among_days_stay() -> None:
    assert proposed({f"{at}-Mar": 1 for at in range(1, 30)}) == {}
