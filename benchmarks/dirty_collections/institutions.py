# ruff: noqa: PLR2004, S311 - shares stand where they are used, and chance is no secret
"""Institutions times what is measured of them: many columns determine others."""

from random import Random

from benchmarks.dirty_collections.faults import Faults, Faulty, Names, mistyped, spoil
from tests.support.dirty_tables import DirtyTable, Rows
from tests.support.dirty_words import crossed_out, slipped

TREATMENTS = ("heart attack", "heart failure", "pneumonia", "surgical infection prevention")
KINDS = ("memorial", "regional", "general")
OWNERS = ("proprietary", "government - state", "voluntary non-profit - private")
DOINGS = (
    "patients given aspirin at arrival",
    "patients given smoking cessation advice",
    "patients assessed and given influenza vaccination",
    "patients whose first antibiotic came in time",
    "patients given oxygenation assessment",
    "patients given discharge instructions",
)


def clinics() -> DirtyTable:
    """Return small letters, single ones crossed out, `empty` where nothing is known."""
    chance = Random(101)
    clean = _clinics_rows(chance, Names(101), 55)
    header = (
        "index provider name address1 address2 address3 city state zip county phone type owner "
        "emergency condition code measure score sample average"
    )
    typo: Faulty = [(0.03, crossed_out)]
    skipped: Faults = {"index": (), "address2": (), "address3": ()}
    return spoil("clinics", header, clean, {"*": typo, **skipped})


def _clinics_rows(chance: Random, named: Names, sites: int) -> Rows:
    measures = [
        (treated, f"{treated[:3]}-{at}", f"{treated} {DOINGS[at % 6]} {at}")
        for at, treated in enumerate(TREATMENTS * 6)
    ]
    towns = [
        (named("city").lower(), state, named("zipcode"), named("last_name").lower())
        for state in ("al", "ak") * 20
    ]
    clean: Rows = []
    for at in range(sites):
        site = [
            f"{10001 + 7 * at}",
            f"{named('last_name').lower()} {chance.choice(KINDS)} hospital",
            named("street_address").lower(),
            "empty",
            "empty",
            *chance.choice(towns),
            f"{chance.randrange(10**9, 10**10)}",
            "acute care hospitals",
            chance.choice(OWNERS),
            chance.choice(["yes", "no"]),
        ]
        for kind, code, told in chance.sample(measures, 18):
            known = chance.random() < 0.7
            clean.append(
                [
                    f"{len(clean) + 1}",
                    *site,
                    kind,
                    code,
                    told,
                    f"{chance.randrange(101)}%" if known else "empty",
                    f"{chance.randrange(400)} patients" if known else "empty",
                    f"{site[6]}_{code}",
                ]
            )
    return clean


def schools() -> DirtyTable:
    """Return schools times tests in German, letters crossed out, `unbekannt` where unknown."""
    chance = Random(201)
    clean = _schools_rows(chance, Names(201, "de_DE"), 60)
    typo: Faulty = [(0.015, crossed_out), (0.01, mistyped), (0.005, slipped)]
    return spoil(
        "schools",
        "code name street zip town land phone kind subject test title mean pupils",
        clean,
        {"*": typo},
    )


def _schools_rows(chance: Random, named: Names, sites: int) -> Rows:
    tests = [
        (
            ["Mathematik", "Deutsch", "Englisch", "Physik", "Kunst"][at % 5],
            f"T{at:02}",
            f"Klasse {at // 5 + 5} {['schriftlich', 'mündlich'][at % 2]}",
        )
        for at in range(20)
    ]
    lands = ["Bayern", "Hessen", "Sachsen", "Bremen", "Saarland"]
    towns = [(named("postcode"), named("city_name"), chance.choice(lands)) for _ in range(30)]
    clean: Rows = []
    for at in range(sites):
        site = [
            f"DE{400 + 3 * at}",
            f"{named('last_name')}-{chance.choice(['Gymnasium', 'Realschule', 'Gesamtschule'])}",
            named("street_address"),
            *chance.choice(towns),
            named("numerify", "0#### ######"),
            chance.choice(["öffentlich", "privat", "kirchlich"]),
        ]
        clean += [
            [
                *site,
                *test,
                f"{chance.randrange(10, 60) / 10}" if chance.random() < 0.8 else "unbekannt",
                f"{chance.randrange(9, 33)} Schüler",
            ]
            for test in chance.sample(tests, 15)
        ]
    return clean
