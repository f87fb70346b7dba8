# ruff: noqa: PLR2004, S311 - shares stand where they are used, and chance is no secret
"""Answers and readings that nothing determines, in rows that may have slipped."""

from datetime import date, timedelta
from random import Random

from benchmarks.dirty_collections.faults import (
    Faults,
    Names,
    emptied,
    exchanged,
    mistyped,
    said,
    shifted,
    spoil,
)
from tests.support.dirty_tables import DirtyTable, Rows
from tests.support.dirty_words import slipped


def census() -> DirtyTable:
    """Return answers that nothing determines: typos, numbers out of range, `?` where not known."""
    chance = Random(107)
    clean = _census_rows(chance, 4000)

    def then(row: list[str]) -> None:
        if chance.random() < 0.004:
            exchanged(row, 6, 7)
        if chance.random() < 0.004:
            shifted(chance, row, 4, 8)

    faults: Faults = {
        "age": [
            (0.004, lambda _chance, text: f"{text}00"),
            (0.004, lambda _chance, text: f"-{text}"),
        ],
        "school": [(0.02, mistyped)],
        "marital": [(0.02, slipped)],
        "job": [(0.01, lambda _chance, text: text.upper())],
        "hours": [(0.003, said("9999"))],
        "sex": [(0.01, slipped)],
        "level": [(0.01, emptied)],
    }
    return spoil(
        "census",
        "age class school level marital job race sex gain hours income",
        clean,
        faults,
        then,
    )


def _census_rows(chance: Random, rows: int) -> Rows:
    schools = [
        ("9th", "5"),
        ("HS-grad", "9"),
        ("Some-college", "10"),
        ("Bachelors", "13"),
        ("Masters", "14"),
        ("Doctorate", "16"),
    ]
    clean: Rows = []
    for _ in range(rows):
        school = chance.choice(schools)
        clean.append(
            [
                f"{min(90, 17 + int(chance.gammavariate(3, 8)))}",
                chance.choices(["Private", "State-gov", "Self-emp", "?"], [75, 12, 8, 5])[0],
                *school,
                chance.choice(["Married-civ-spouse", "Never-married", "Divorced", "Widowed"]),
                chance.choice(["Sales", "Craft-repair", "Exec-managerial", "Tech-support", "?"]),
                chance.choice(["White", "Black", "Other"]),
                chance.choice(["Male", "Female"]),
                "0" if chance.random() < 0.9 else f"{chance.randrange(500, 15000)}",
                f"{chance.choice([40, 40, 40, 20, 35, 45, 50, 60])}",
                chance.choice(["<=50K", "<=50K", ">50K"]),
            ]
        )
    return clean


def meters() -> DirtyTable:
    """Return measurements: spikes, lost values, rows that slipped by a column, days otherwise."""
    chance = Random(206)
    clean = _meters_rows(chance, Names(206, "sv_SE"), 4000)

    def then(row: list[str]) -> None:
        if chance.random() < 0.006:
            shifted(chance, row, 3, 8)

    faults: Faults = {
        "town": [(0.01, slipped)],
        "day": [(0.01, lambda _chance, text: text.replace("-", ""))],
        "warmth": [(0.003, said("999.9")), (0.01, emptied)],
        "damp": [(0.003, said("-99"))],
        "pressure": [(0.004, lambda _chance, text: f"{float(text) * 10:.0f}")],
        "wind": [(0.01, lambda _chance, text: text.lower())],
        "state": [(0.01, said("N/A"))],
    }
    return spoil(
        "meters",
        "station town day warmth damp pressure wind rain state",
        clean,
        faults,
        then,
    )


def _meters_rows(chance: Random, named: Names, rows: int) -> Rows:
    places = [[f"W{at:02}", named("city")] for at in range(25)]
    clean: Rows = []
    for at in range(rows):
        day = date(2020, 1, 1) + timedelta(at // 25)
        clean.append(
            [
                *places[at % 25],
                day.isoformat(),
                f"{chance.gauss(12, 6):.1f}",
                f"{chance.gauss(65, 10):.0f}",
                f"{chance.gauss(1013, 8):.1f}",
                chance.choice(["N", "NE", "E", "SE", "S", "SW", "W", "NW"]),
                f"{chance.expovariate(0.2):.2f}",
                chance.choice(["ok", "ok", "ok", "check"]),
            ]
        )
    return clean
