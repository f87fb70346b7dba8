# ruff: noqa: PLR2004, S311 - shares stand where they are used, and chance is no secret
"""Goods with units and makers."""

from random import Random

from benchmarks.dirty_collections.faults import (
    STATES,
    Faults,
    Faulty,
    Names,
    littered,
    mistyped,
    other_of,
    spoil,
)
from tests.support.dirty_tables import DirtyTable, Rows
from tests.support.dirty_words import slipped


def wines() -> DirtyTable:
    """Return drinks of makers: units and percents behind numbers, a state behind a town."""
    chance = Random(103)
    clean = _wines_rows(chance, Names(103), 2000)

    def then(row: list[str]) -> None:
        if int(row[7]) % 12 == 0:
            row[9], row[10] = f"{row[9]} {row[10]}", ""

    volume: Faulty = [
        (0.25, lambda _chance, text: f"{text} ml"),
        (0.2, lambda _chance, text: f"{text}.0 ML."),
        (0.02, lambda _chance, text: f"{text} ml (bottle)"),
    ]
    strength: Faulty = [(0.1, lambda _chance, text: f"{text}%")]
    header = "index id wine style volume abv sweetness maker_id maker city state"
    return spoil(
        "wines",
        header,
        clean,
        {
            "volume": volume,
            "abv": strength,
            "state": [(0.02, other_of(STATES))],
            "city": [(0.01, slipped)],
        },
        then,
    )


def _wines_rows(chance: Random, named: Names, rows: int) -> Rows:
    makers = [
        [
            f"{at}",
            f"{named('last_name')} {chance.choice(['Vineyards', 'Cellars', 'Estate'])}",
            named("city"),
            chance.choice(STATES),
        ]
        for at in range(rows // 5)
    ]
    styles = [
        "Cabernet Sauvignon",
        "Merlot",
        "Pinot Noir",
        "Chardonnay",
        "Riesling",
        "Rosé",
        "Zinfandel",
    ]
    clean: Rows = [
        [
            f"{at}",
            f"{3000 + 2 * at}",
            f"{named('word')} {named('word')}".title(),
            chance.choice(styles),
            chance.choice(["750", "750", "375", "1500"]),
            f"{chance.randrange(110, 155) / 1000:g}",
            f"{chance.randrange(1, 9)}" if chance.random() < 0.6 else "",
            *chance.choice(makers),
        ]
        for at in range(rows)
    ]
    return clean


def parts() -> DirtyTable:
    """Return goods with weights and sizes in several units, prices with signs, slips in makers."""
    chance = Random(203)
    clean = _parts_rows(chance, Names(203, "en_GB"), 2500)

    def pounds(_chance: Random, text: str) -> str:
        return f"{int(text.split(maxsplit=1)[0]) / 1000:g} kg"

    faults: Faults = {
        "weight": [(0.15, pounds), (0.1, lambda _chance, text: text.replace(" ", ""))],
        "width": [(0.1, lambda _chance, text: f"{int(text.split()[0]) * 10} mm")],
        "price": [
            (0.05, lambda _chance, text: f"£{text}"),
            (0.01, lambda _chance, text: text.replace(".", "")),
        ],
        "kind": [(0.02, slipped)],
        "material": [(0.02, lambda _chance, text: text.title())],
        "town": [(0.02, littered)],
        "maker": [(0.02, mistyped)],
        "country": [(0.02, other_of(["GB", "IE", "NL", "DE", "SE"]))],
    }
    return spoil(
        "parts",
        "part name kind weight width price material maker_id maker town country",
        clean,
        faults,
    )


def _parts_rows(chance: Random, named: Names, rows: int) -> Rows:
    makers = [
        [
            f"M{at:03}",
            named("company"),
            named("city"),
            chance.choice(["GB", "IE", "NL", "DE", "SE"]),
        ]
        for at in range(120)
    ]
    clean: Rows = [
        [
            f"P-{10000 + 3 * at}",
            f"{named('word')} {named('word')}",
            chance.choice(["bolt", "bracket", "hinge", "panel"]),
            f"{chance.randrange(5, 900) * 10} g",
            f"{chance.randrange(2, 90)} cm",
            f"{chance.randrange(99, 90000) / 100:.2f}",
            chance.choice(["steel", "brass", "oak", "nylon"]),
            *chance.choice(makers),
        ]
        for at in range(rows)
    ]
    return clean
