# ruff: noqa: PLR2004, S311 - chance is no secret
"""The ways in which cells of public dirty tables are wrong, each a function of the right one."""

import calendar
from collections.abc import Callable, Sequence
from random import Random

from faker import Faker

from tests.support.dirty_tables import DirtyTable, Rows

STATES = ("AL", "AZ", "CA", "FL", "GA", "IA", "IL", "IN", "KY", "MA", "MN", "NC", "NE", "NY", "OH")

Fault = Callable[[Random, str], str]

Faulty = Sequence[tuple[float, Fault]]
"""Faults, each with the share of the cells that have it."""

Faults = dict[str, Faulty]
"""By column; `*` means every column without faults of its own."""

BESIDE = dict(
    zip(
        "abcdefghijklmnopqrstuvwxyz1234567890",
        "sqxscdtyukjkkmoplwrdytibesuz2q34567890"[:36],
        strict=True,
    )
)
"""A key beside each."""


class Names:
    """Names, places and texts in the language of a place."""

    def __init__(self, seed: int, place: str = "en_US") -> None:
        self._faker = Faker(place)
        self._faker.seed_instance(seed)

    def __call__(self, provider: str, *given: object) -> str:
        """Return what one of Faker's providers makes, on one line."""
        return str(self._faker.format(provider, *given)).replace("\n", ", ")


def mistyped(chance: Random, text: str) -> str:
    """Return the text with the key beside the right one hit as well, or instead."""
    places = [at for at, sign in enumerate(text) if sign.lower() in BESIDE]
    if not places:
        return text + "`"
    at = chance.choice(places)
    return text[:at] + BESIDE[text[at].lower()] + text[at + chance.randrange(2) :]


def littered(chance: Random, text: str) -> str:
    """Return the text with signs behind or inside it that belong to nothing."""
    at = chance.randrange(len(text) + 1)
    return chance.choice(
        (f"{text}-*", f"{text[:at]}'{text[at:]}", f"{text}*", f"{text[:at]}~{text[at:]}")
    )


def unpadded(_chance: Random, text: str) -> str:
    """Return a code as a spreadsheet keeps it that takes it for a number."""
    return text.lstrip("0") or text


def as_month(_chance: Random, text: str) -> str:
    """Return two numbers as a spreadsheet keeps them that takes them for a day."""
    first, _, second = text.partition("-")
    if first.isdigit() and second.isdigit() and 0 < int(first) <= len(calendar.month_abbr) - 1:
        return f"{int(second)}-{calendar.month_abbr[int(first)]}"
    return text


def shortened_pages(_chance: Random, text: str) -> str:
    """Return pages with the last number cut to what differs from the first one."""
    first, _, last = text.partition("-")
    same = next((at for at in range(len(last)) if first[at : at + 1] != last[at]), 0)
    return f"{first}-{last[same:]}" if len(first) == len(last) else text


def emptied(_chance: Random, _text: str) -> str:
    """Return nothing."""
    return ""


def said(*words: str) -> Fault:
    """Return a fault that puts one of some words in the place of the value."""
    return lambda chance, _text: chance.choice(words)


def values_of(rows: Rows, place: int) -> list[str]:
    """Return the different values that rows have at a place."""
    return sorted({row[place] for row in rows})


def other_of(values: Sequence[str]) -> Fault:
    """Return a fault that puts another of the column's values in the place of the right one."""
    return lambda chance, _text: chance.choice(values)


def spoil(
    name: str,
    header: str,
    clean: Rows,
    faults: Faults,
    then: Callable[[list[str]], object] = lambda _row: None,
) -> DirtyTable:
    """Return the table with faults in named columns, each in a share of the cells, at most one.

    Args:
        name: Of the table.
        header: Names of the columns, separated by spaces.
        clean: The right rows.
        faults: What is wrong with its columns.
        then: Changes a whole row last, such as by shifting it.
    """
    chance = Random(name)
    names = tuple(header.split())
    everywhere: Faulty = faults.get("*", ())
    dirty = [list(row) for row in clean]
    for row in dirty:
        for place, column in enumerate(names):
            for share, fault in faults.get(column, everywhere):
                if row[place] and chance.random() < share:
                    row[place] = fault(chance, row[place])
                    break
        then(row)
    return DirtyTable(name, names, dirty, clean)


def shifted(chance: Random, row: list[str], first: int, last: int) -> None:
    """Move the cells of a row between two places one place to the right or left."""
    if chance.random() < 0.5:
        row[first : last + 1] = ["", *row[first:last]]
    else:
        row[first : last + 1] = [*row[first + 1 : last + 1], ""]


def exchanged(row: list[str], first: int, second: int) -> None:
    """Let two cells of a row change places."""
    row[first], row[second] = row[second], row[first]
