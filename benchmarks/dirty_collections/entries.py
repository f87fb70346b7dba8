# ruff: noqa: PLR2004, S311 - shares stand where they are used, and chance is no secret
"""Entries by hand: the same customer twice, columns exchanged."""

from datetime import date, timedelta
from random import Random

from benchmarks.dirty_collections.faults import (
    STATES,
    Faults,
    Names,
    exchanged,
    mistyped,
    other_of,
    said,
    shifted,
    spoil,
)
from tests.support.dirty_tables import DirtyTable, Rows
from tests.support.dirty_words import crossed_out, slipped


def buyers(rows: int = 1500) -> DirtyTable:
    """Return customers that were entered twice in other words, rows that slipped by a column."""
    chance = Random(108)
    clean: Rows = []
    dirty: Rows = []
    for person in _persons(chance, Names(108), rows):
        told = list(person)
        _spoil(chance, told)
        clean.append(person)
        dirty.append(told)
        if chance.random() < 0.03:
            place, again = chance.choice([1, 2, 5]), list(person)
            again[place] = mistyped(chance, again[place])
            clean.append(list(person))
            dirty.append(again)
    header = "id first last email phone street city state zip spent since"
    return DirtyTable("buyers", tuple(header.split()), dirty, clean)


def _spoil(chance: Random, person: list[str]) -> None:
    chosen = chance.random()
    if chosen < 0.01:
        shifted(chance, person, 5, 9)
    elif chosen < 0.015:
        exchanged(person, 3, 4)
    elif chosen < 0.02:
        person[10] = person[10].replace("-", "")
    elif chosen < 0.025:
        person[9] = f"${person[9]}"


def _persons(chance: Random, named: Names, rows: int) -> Rows:
    return [
        [
            f"{70000 + at}",
            named("first_name"),
            named("last_name"),
            named("email"),
            named("numerify", "###-###-####"),
            named("street_address"),
            named("city"),
            chance.choice(STATES),
            named("zipcode"),
            f"{chance.randrange(100, 90000) / 100:.2f}",
            named("date_between", date(2019, 1, 1), date(2024, 1, 1)),
        ]
        for at in range(rows)
    ]


def concerts() -> DirtyTable:
    """Return events in French: lengths and days in several notations, rows that slipped."""
    chance = Random(204)
    clean = _concerts_rows(chance, Names(204, "fr_FR"), 1800)

    def then(row: list[str]) -> None:
        if chance.random() < 0.01:
            exchanged(row, 4, 5)
        if chance.random() < 0.005:
            shifted(chance, row, 5, 9)

    faults: Faults = {
        "player": [(0.02, mistyped)],
        "hall": [(0.02, slipped)],
        "town": [(0.02, crossed_out)],
        "country": [(0.02, slipped)],
        "genre": [(0.02, mistyped)],
        "day": [(0.05, lambda _chance, text: date.fromisoformat(text).strftime("%d/%m/%Y"))],
        "year": [(0.02, other_of(["1999", "2003", "2010", "2015"])), (0.01, said("nan"))],
        "length": [
            (
                0.1,
                lambda _chance, text: (
                    f"{int(text.split()[0]) // 60} h {int(text.split()[0]) % 60:02} min"
                ),
            )
        ],
        "seats": [(0.03, said("-1"))],
    }
    return spoil(
        "concerts",
        "id player hall town country genre day year length price seats",
        clean,
        faults,
        then,
    )


def _concerts_rows(chance: Random, named: Names, rows: int) -> Rows:
    halls = [
        [
            f"{named('last_name')} {chance.choice(['Théâtre', 'Salle', 'Arena'])}",
            named("city"),
            chance.choice(["France", "Belgique", "Suisse", "Canada"]),
        ]
        for _ in range(70)
    ]
    players = [named("name") for _ in range(250)]
    clean: Rows = []
    for at in range(rows):
        day = date(2001, 1, 1) + timedelta(chance.randrange(7000))
        clean.append(
            [
                f"{at + 1}",
                chance.choice(players),
                *chance.choice(halls),
                chance.choice(["jazz", "opéra", "rock", "musique de chambre", "chanson"]),
                day.isoformat(),
                f"{day.year}",
                f"{chance.randrange(45, 220)} min",
                f"{chance.randrange(15, 120)}",
                f"{chance.randrange(80, 3000)}",
            ]
        )
    return clean
