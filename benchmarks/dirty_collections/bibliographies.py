# ruff: noqa: PLR2004, S311 - shares stand where they are used, and chance is no secret
"""Articles of journals, after a spreadsheet has had them."""

import calendar
from datetime import date, timedelta
from random import Random

from benchmarks.dirty_collections.faults import (
    Faults,
    Names,
    as_month,
    emptied,
    littered,
    mistyped,
    said,
    shortened_pages,
    spoil,
    unpadded,
)
from tests.support.dirty_tables import DirtyTable, Rows
from tests.support.dirty_words import crossed_out, slipped

TITLES = ("Journal", "Annals", "Archives")


def papers() -> DirtyTable:
    """Return a bibliography that went through a spreadsheet: days for pages, zeros lost."""
    chance = Random(104)
    clean = _papers_rows(chance, Names(104), 1000)

    def iso(_chance: Random, text: str) -> str:
        month, day, year = map(int, text.split("/"))
        return f"{1900 + year if year > 80 else 2000 + year}-{month:02}-{day:02}"

    def month_of(_chance: Random, text: str) -> str:
        month, _, year = text.split("/")
        return f"{calendar.month_abbr[int(month)]}-{year}"

    faults: Faults = {
        "title": [(0.01, littered)],
        "language": [(0.03, slipped), (0.02, said("English"))],
        "journal": [(0.03, slipped), (0.02, emptied)],
        "abbreviation": [(0.05, slipped), (0.04, emptied)],
        "issn": [(0.05, unpadded), (0.05, emptied), (0.02, slipped)],
        "issue": [(0.03, said("-1"))],
        "pages": [(0.15, shortened_pages), (0.04, as_month)],
        "created": [(0.06, iso), (0.02, month_of)],
        "authors": [(0.02, said("nan"))],
    }
    return spoil(
        "papers",
        "id title language journal abbreviation issn volume issue pages created authors",
        clean,
        faults,
    )


def _papers_rows(chance: Random, named: Names, rows: int) -> Rows:
    journals = [
        [
            f"{chance.choice(TITLES)} Of {named('word').title()} And {named('word').title()}",
            "",
            f"{chance.randrange(10, 2500):04}-{chance.randrange(100, 9999):04}",
        ]
        for _ in range(rows // 6)
    ]
    for journal in journals:
        journal[1] = " ".join(
            f"{part[:4]}." for part in journal[0].split() if part not in {"Of", "And"}
        )
    clean: Rows = []
    for at in range(rows):
        journal = journals[min(int(chance.expovariate(0.02)), len(journals) - 1)]
        page = chance.randrange(1, 900)
        day = date(1995, 1, 1) + timedelta(chance.randrange(7000))
        clean.append(
            [
                f"{9000 + at}",
                named("sentence", 9),
                chance.choices(["eng", "ger", "fre", "spa"], [90, 4, 3, 3])[0],
                *journal,
                f"{chance.randrange(1, 90)}",
                f"{chance.randrange(1, 13)}",
                f"{page}-{page + chance.randrange(3, 30)}",
                f"{day.month}/{day.day}/{day.year % 100:02}",
                "; ".join(named("name") for _ in range(chance.randrange(1, 4))),
            ]
        )
    return clean


def theses() -> DirtyTable:
    """Return a bibliography in Spanish: authors twice, series with numbers, days for pages."""
    chance = Random(207)
    clean = _theses_rows(chance, Names(207, "es_ES"), 900)

    def worded(_chance: Random, text: str) -> str:
        day, month, year = text.split("/")
        return f"{int(day)} {calendar.month_abbr[int(month)]} {year}"

    faults: Faults = {
        "series": [(0.03, mistyped), (0.02, emptied)],
        "issn": [(0.1, unpadded), (0.03, emptied)],
        "town": [(0.02, crossed_out)],
        "pages": [(0.08, as_month)],
        "day": [(0.1, worded)],
        "language": [(0.02, mistyped), (0.01, said("null"))],
        "volume": [(0.02, said("0"))],
        "author": [(0.02, littered)],
    }
    return spoil(
        "theses",
        "id title author series issn town volume pages day language",
        clean,
        faults,
    )


def _theses_rows(chance: Random, named: Names, rows: int) -> Rows:
    series = [
        [
            f"Revista de {named('word').title()} {named('word')}",
            f"{chance.randrange(1, 3000):04}-{chance.randrange(100, 9999):04}",
            named("city"),
        ]
        for _ in range(90)
    ]
    clean: Rows = []
    for at in range(rows):
        page, day = chance.randrange(1, 40), date(1999, 1, 1) + timedelta(chance.randrange(6000))
        clean.append(
            [
                f"{at + 500}",
                named("sentence", 7),
                named("name"),
                *chance.choice(series),
                f"{chance.randrange(1, 60)}",
                f"{page}-{page + chance.randrange(2, 25)}",
                f"{day.day:02}/{day.month:02}/{day.year}",
                chance.choice(["spa", "spa", "spa", "cat", "eng"]),
            ]
        )
    return clean
