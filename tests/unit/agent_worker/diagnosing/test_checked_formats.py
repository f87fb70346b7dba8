import pytest

from agent_worker.domain.diagnosing.check_digits import (
    has_article_digit,
    has_book_digit,
    has_iban_digits,
    has_luhn_digit,
)
from agent_worker.domain.diagnosing.checked_formats import find_broken_formats
from tests.unit.agent_worker.diagnosing.single import CITIES, column, repairs, suspects

EMAILS = [f"{city.lower()}@example.org" for city in CITIES]
DAYS = [f"2021-{month:02}-{day:02}" for month in range(1, 13) for day in (3, 14, 25)]
ADDRESSES = [f"10.0.{number}.7" for number in range(30)]


@pytest.mark.parametrize(
    ("texts", "wrong", "right"),
    [
        (EMAILS, "emden@example,org", "emden@example.org"),
        (EMAILS, "emden@@example.org", "emden@example.org"),
        (DAYS, "2021-O4-19", "2021-04-19"),
        (DAYS, "2021--04-19", "2021-04-19"),
        (ADDRESSES, "10.0.77,7", "10.0.77.7"),
    ],
)
def test_the_only_change_that_makes_it_valid_is_made(
    texts: list[str], wrong: str, right: str
) -> None:
    assert repairs(find_broken_formats(column([*texts, wrong]))) == {wrong: right}


@pytest.mark.parametrize(
    ("texts", "wrong"),
    [
        (EMAILS, "emden.example.org"),
        (DAYS, "2021-02-30"),
        (DAYS, "03/04/2021"),
        (DAYS, "new facility"),
        (ADDRESSES, "10.0.300.7"),
    ],
)
def test_what_no_change_makes_valid_is_suspected(texts: list[str], wrong: str) -> None:
    found = find_broken_formats(column([*texts, wrong]))

    assert suspects(found) == {wrong}
    assert [each.proposed for each in found] == [None]


def test_a_column_that_often_breaks_the_rules_has_none() -> None:
    assert find_broken_formats(column([*EMAILS, *CITIES])) == ()


@pytest.mark.parametrize(
    ("check", "right"),
    [
        (has_luhn_digit, "4539 1488 0343 6467"),
        (has_article_digit, "4006381333931"),
        (has_article_digit, "978-0-306-40615-7"),
        (has_book_digit, "0-8044-2957-X"),
        (has_book_digit, "2049-3630"),
        (has_iban_digits, "GB82 WEST 1234 5698 7654 32"),
    ],
)
def test_a_check_digit_finds_every_other_digit(check: object, right: str) -> None:
    assert callable(check)
    place = next(at for at, sign in enumerate(right) if sign.isdigit() and at > 4)

    wrong = {right[:place] + digit + right[place + 1 :] for digit in "0123456789"} - {right}

    assert check(right)
    assert not any(check(text) for text in wrong)
