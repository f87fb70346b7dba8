# ruff: noqa: S311 - shares stand where they are used, and chance is no secret
"""People with places and rates, which several columns determine together."""

from random import Random

from benchmarks.dirty_collections.faults import (
    STATES,
    Faults,
    Names,
    emptied,
    littered,
    mistyped,
    other_of,
    spoil,
    unpadded,
    values_of,
)
from tests.support.dirty_tables import DirtyTable, Rows
from tests.support.dirty_words import slipped

REGIONS = ("Lazio", "Puglia", "Veneto", "Umbria", "Sicilia", "Marche", "Molise", "Liguria")


def persons() -> DirtyTable:
    """Return people with places and rates: signs strewn in, zeros lost, values exchanged."""
    chance = Random(106)
    clean = _persons_rows(chance, Names(106), 8_000)
    faults: Faults = {
        "first": [(0.01, littered)],
        "last": [(0.01, littered)],
        "city": [(0.02, littered), (0.01, slipped)],
        "state": [(0.02, other_of(STATES))],
        "zip": [(0.8, unpadded), (0.005, slipped)],
        "gender": [(0.005, other_of("MF"))],
        "rate": [(0.02, lambda _chance, text: f"{float(text):g}0")],
        "single": [(0.01, other_of(values_of(clean, 12)))],
        "married": [(0.01, slipped)],
    }
    return spoil(
        "persons",
        "first last gender area phone city state zip marital child salary rate single married",
        clean,
        faults,
    )


def _persons_rows(chance: Random, named: Names, rows: int) -> Rows:
    towns = [
        (f"{chance.randrange(500, 99999):05}", named("city").upper(), chance.choice(STATES))
        for _ in range(900)
    ]
    exempt = {
        (state, kind): f"{chance.choice([0, 0, 1000, 1500, 2400])}"
        for state in STATES
        for kind in "SM"
    }
    genders = {named("first_name_female"): "F" for _ in range(120)}
    genders |= {named("first_name_male"): "M" for _ in range(120)}
    lasts = [named("last_name") for _ in range(900)]
    clean: Rows = []
    for _ in range(rows):
        (first, gender), (code, town, state), kind, step = (
            chance.choice([*genders.items()]),
            chance.choice(towns),
            chance.choice("SM"),
            chance.randrange(8),
        )
        clean.append(
            [
                first,
                chance.choice(lasts),
                gender,
                f"{201 + 9 * STATES.index(state) + chance.randrange(3)}",
                f"{chance.randrange(100, 999)}-{chance.randrange(1000, 9999)}",
                town,
                state,
                code,
                kind,
                chance.choice("YN"),
                f"{(step + 1) * 10000}",
                f"{step * 0.7 + STATES.index(state) / 9:.2f}",
                exempt[state, "S"],
                exempt[state, "M"],
            ]
        )
    return clean


def voters() -> DirtyTable:
    """Return people in districts: two columns together decide, zeros lost, values exchanged."""
    chance = Random(205)
    clean = _voters_rows(chance, Names(205, "it_IT"), 8_000)
    faults: Faults = {
        "town": [(0.01, littered), (0.01, slipped)],
        "region": [(0.01, other_of(values_of(clean, 4))), (0.01, slipped)],
        "code": [(0.3, unpadded), (0.01, slipped)],
        "fee": [(0.02, other_of(values_of(clean, 7)))],
        "party": [(0.01, mistyped)],
        "born": [(0.002, lambda _chance, text: f"{text}0")],
        "kind": [(0.01, emptied)],
    }
    return spoil(
        "voters",
        "id first last town region code kind fee phone party born",
        clean,
        faults,
    )


def _voters_rows(chance: Random, named: Names, rows: int) -> Rows:
    regions = {
        region: [f"{named('last_name')} {named('last_name')}" for _ in range(25)]
        for region in REGIONS
    }
    codes = {
        (region, town): f"{at:05}"
        for at, (region, town) in enumerate(
            (region, town) for region, towns in regions.items() for town in towns
        )
    }
    fees = {
        (region, kind): f"{chance.randrange(10, 90)}.{chance.randrange(10)}0"
        for region in regions
        for kind in ("adult", "child", "senior")
    }
    clean: Rows = []
    for at in range(rows):
        region = chance.choice([*regions])
        town, kind = chance.choice(regions[region]), chance.choice(["adult", "child", "senior"])
        clean.append(
            [
                f"{at}",
                *named("name").split(" ")[-2:],
                town,
                region,
                codes[region, town],
                kind,
                fees[region, kind],
                named("numerify", "3## #######"),
                chance.choice(["red", "blue", "green"]),
                f"{chance.randrange(1930, 2020)}",
            ]
        )
    return clean
