# ruff: noqa: PLR2004, S311 - shares stand where they are used, and chance is no secret
"""Twenty columns with nothing wrong, which looks wrong here and there."""

from datetime import date, timedelta
from random import Random

from benchmarks.dirty_collections.faults import STATES, Names, spoil
from tests.support.dirty_tables import DirtyTable, Rows


def ledger() -> DirtyTable:
    """Return twenty columns with nothing wrong: codes that hold together loosely, long tails."""
    chance = Random(109)
    clean = _ledger_rows(chance, Names(109), 3000)
    header = (
        "order shop company city state keeper ean article kind price pieces total ordered sent by "
        "note weight clerk postcode shelf status"
    )
    return spoil("ledger", header, clean, {})


def _ledger_rows(chance: Random, named: Names, rows: int) -> Rows:
    shops = [
        [f"S{at:03}", named("company"), named("city"), chance.choice(STATES), named("name")]
        for at in range(60)
    ]
    goods = [
        [named("ean13"), named("word"), kind, f"{chance.randrange(99, 9999) / 100:.2f}"]
        for kind in ("garden", "kitchen", "office")
        for _ in range(100)
    ]
    clean: Rows = []
    for at in range(rows):
        shop, good = list(chance.choice(shops)), list(chance.choice(goods))
        pieces = int(chance.paretovariate(1.2))
        if chance.random() < 0.05:
            shop[4] = named("name")
        if chance.random() < 0.1:
            good[3] = f"{float(good[3]) * 0.8:.2f}"
        day = date(2022, 1, 1) + timedelta(chance.randrange(700))
        clean.append(
            [
                f"{500000 + at}",
                *shop,
                *good,
                f"{pieces}",
                f"{pieces * float(good[3]):.2f}",
                day.isoformat(),
                (day + timedelta(int(chance.expovariate(0.3)))).isoformat(),
                chance.choice(["card", "cash", "invoice"]),
                chance.choice(["", "", "", "gift", "return"]),
                f"{chance.gauss(20, 4):.1f}",
                named("first_name"),
                named("postcode"),
                chance.choice(["A", "B", "C"]) + f"{chance.randrange(1, 30)}",
                chance.choices(["open", "paid", "late"], [1, 20, 1])[0],
            ]
        )
    return clean


def payroll() -> DirtyTable:
    """Return twenty columns with nothing wrong: people who move, grades that nearly fix the pay."""
    chance = Random(208)
    clean = _payroll_rows(chance, Names(208, "de_AT"), 2500)
    header = (
        "number first last born sex unit named seat head grade pay yearly time hours account mail "
        "job years note expenses"
    )
    return spoil("payroll", header, clean, {})


def _payroll_rows(chance: Random, named: Names, rows: int) -> Rows:
    units = [
        [f"U{at}", named("catch_phrase"), named("city"), named("last_name")] for at in range(45)
    ]
    grades = {f"G{at}": 1800 + 240 * at for at in range(12)}
    clean: Rows = []
    for at in range(rows):
        grade, unit, born = (
            chance.choice([*grades]),
            list(chance.choice(units)),
            named("date_of_birth"),
        )
        if chance.random() < 0.04:
            unit[2] = named("city")
        pay = grades[grade] + (chance.choice([50, 100, 150]) if chance.random() < 0.1 else 0)
        clean.append(
            [
                f"{at + 1}",
                named("first_name"),
                named("last_name"),
                born,
                chance.choice("fm"),
                *unit,
                grade,
                f"{pay}",
                f"{pay * 14}",
                chance.choice(["full", "full", "half"]),
                f"{chance.choice([38.5, 38.5, 20])}",
                named("iban"),
                named("email"),
                named("job"),
                f"{chance.randrange(0, 40)}",
                chance.choice(["", "", "driver", "first aid"]),
                f"{chance.paretovariate(2) * 10:.2f}",
            ]
        )
    return clean
