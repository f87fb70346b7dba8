"""Tables of the shapes that dirty collections have, with seeded errors and the truth beside them.

Nothing in them is anybody's data: the shapes are those of the field's benchmarks (a register with
many dependencies, a large table of people, films, a bibliography, sources that disagree), the
values are made up.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from tests.support.dirty_words import crossed_out, slipped, word, words

Rows = list[list[str]]


@dataclass(frozen=True, slots=True)
class DirtyTable:
    """A table as it came, and as it should have come; cells are aligned, missing is empty."""

    name: str
    header: tuple[str, ...]
    dirty: Rows
    clean: Rows


def _with_errors(
    name: str, header: str, clean: Rows, spoil: Callable[[list[str]], object]
) -> DirtyTable:
    dirty = [list(row) for row in clean]
    for row in dirty:
        spoil(row)
    return DirtyTable(name, tuple(header.split()), dirty, clean)


def register(rows: int = 1_000, seed: int = 1, share: float = 0.03) -> DirtyTable:
    """Return institutions times measures: many dependencies, single characters crossed out."""
    chance = Random(seed)
    states = [word(chance, 1)[:2].upper() + str(at) for at in range(6)]
    towns = [
        (town, chance.choice(states), f"{chance.randrange(10000, 99999)}")
        for town in words(chance, 25)
    ]
    kinds, owners = ["Acute Care", "Critical Access"], words(chance, 5)
    sites = [
        [f"{10001 + at}", f"{word(chance)} {chance.choice(['Clinic', 'Center', 'Hospital'])}",
         f"{chance.randrange(1, 999)} {word(chance)} Street", *(town := chance.choice(towns)),
         town[0][:4] + "shire", f"{chance.randrange(10**9, 10**10)}", chance.choice(kinds),
         chance.choice(owners), chance.choice(["Yes", "No"])]
        for at in range(rows // 20)
    ]  # fmt: skip
    conditions = words(chance, 4)
    measures = [
        [chance.choice(conditions), f"{word(chance, 1)[:2].lower()}-{at}",
         f"share of patients given {word(chance)} {word(chance)} at {word(chance)}"]
        for at in range(20)
    ]  # fmt: skip
    clean = [
        [*site, *measure, f"{chance.randrange(101)}%", f"{chance.randrange(300)} patients",
         f"{site[4]}_{measure[1]}"]
        for site in sites for measure in measures
    ]  # fmt: skip

    def spoil(row: list[str]) -> None:
        for at in range(len(row)):
            if chance.random() < share:
                row[at] = crossed_out(chance, row[at])

    return _with_errors(
        "register",
        "provider name address city state zip county phone kind owner emergency condition code "
        "measure score sample average",
        clean,
        spoil,
    )


PEOPLE = "first last gender area phone city state zip marital child salary rate exemption"


def people(rows: int = 20_000, seed: int = 2, share: float = 0.01) -> DirtyTable:
    """Return people with places and rates: dependencies in a long table, values exchanged."""
    chance = Random(seed)
    states = [f"{first}{last}" for first in "ACIKMN" for last in "ADLMT"]
    towns = words(chance, 400, 3)
    zips = [
        (f"{10000 + 37 * at}", chance.choice(towns), states[at * len(states) // 1500])
        for at in range(1500)
    ]
    codes = {
        state: [f"{200 + 10 * at + more}" for more in range(3)] for at, state in enumerate(states)
    }
    exempt = {
        (state, kind): f"{chance.randrange(0, 40) * 100}" for state in states for kind in "SM"
    }
    rates = {
        (state, step): f"{round(step * 0.7 + at / 10, 2)}"
        for at, state in enumerate(states)
        for step in range(10)
    }
    firsts = [(name, chance.choice("MF")) for name in words(chance, 300)]
    lasts = words(chance, 2_000, 3)
    clean: Rows = []
    for _ in range(rows):
        (zipped, town, state), kind = chance.choice(zips), chance.choice("SM")
        (first, gender), step = chance.choice(firsts), chance.randrange(10)
        clean.append(
            [first, chance.choice(lasts), gender, chance.choice(codes[state]),
             f"{chance.randrange(100, 999)}-{chance.randrange(1000, 9999)}", town, state, zipped,
             kind, chance.choice("YN"), f"{(step + 1) * 10000}", rates[state, step],
             exempt[state, kind]]
        )  # fmt: skip

    def spoil(row: list[str]) -> None:
        for at in (5, 6, 7, 11, 12):
            if chance.random() < share:
                other = chance.choice(clean)[at]
                row[at] = slipped(chance, row[at]) if chance.random() < 0.5 else other

    return _with_errors("people", PEOPLE, clean, spoil)


def films(rows: int = 3_000, seed: int = 3) -> DirtyTable:
    """Return films: durations in two spellings, years, counts with commas, missing values."""
    chance = Random(seed)
    directors = [f"{word(chance)} {word(chance)}" for _ in range(rows // 4)]
    clean = [
        [f"tt{100000 + 13 * at}", " ".join(words(chance, chance.randrange(1, 5))),
         f"{chance.randrange(1950, 2016)}", chance.choice(directors),
         f"{chance.randrange(70, 190)} min", f"{chance.randrange(20, 95) / 10}",
         f"{chance.randrange(100, 900000)}", chance.choice(["Drama", "Comedy", "Horror", "Action"]),
         chance.choice(["English", "English", "French", "Hindi"])]
        for at in range(rows)
    ]  # fmt: skip

    def spoil(row: list[str]) -> None:
        if chance.random() < 0.2:
            minutes = int(row[4].split()[0])
            row[4] = f"{minutes // 60} hr. {minutes % 60} min."
        if chance.random() < 0.2:
            row[6] = f"{int(row[6]):,}"
        if chance.random() < 0.01:
            row[7] = slipped(chance, row[7])

    header = "id title year director duration rating votes genre language"
    return _with_errors("films", header, clean, spoil)


def articles(rows: int = 1_000, seed: int = 4) -> DirtyTable:
    """Return a bibliography: abbreviated journals, missing numbers, dates in two formats."""
    chance = Random(seed)
    journals: list[Sequence[str]] = []
    for _ in range(rows // 8):
        title = f"{word(chance)} Journal of {word(chance)} {word(chance)}"
        abbreviated = ". ".join(part[:4] for part in title.split() if part != "of") + "."
        numbers = f"{chance.randrange(1000, 9999)}-{chance.randrange(1000, 9999)}"
        journals.append((title, abbreviated, numbers, chance.choice(["eng", "eng", "eng", "fre"])))
    clean: Rows = []
    for at in range(rows):
        number = min(int(chance.expovariate(0.03)), len(journals) - 1)
        title, abbreviated, numbers, language = journals[number]
        page, day = chance.randrange(1, 900), date(1990, 1, 1) + timedelta(chance.randrange(9000))
        clean.append(
            [f"{at + 1}", f"{' '.join(words(chance, 6))}", language, title, abbreviated, numbers,
             f"{chance.randrange(1, 60)}", f"{chance.randrange(1, 12)}",
             f"{page}-{page + chance.randrange(2, 20)}", day.isoformat()]
        )  # fmt: skip

    def spoil(row: list[str]) -> None:
        if chance.random() < 0.06:
            row[5] = ""
        if chance.random() < 0.05:
            row[4] = slipped(chance, row[4])
        if chance.random() < 0.03:
            row[2] = slipped(chance, row[2])
        if chance.random() < 0.2:
            row[9] = date.fromisoformat(row[9]).strftime("%m/%d/%Y")

    header = "id title language journal abbreviation issn volume issue pages created"
    return _with_errors("articles", header, clean, spoil)


def reports(things: int = 120, seed: int = 5) -> DirtyTable:
    """Return what sources of very different worth, some copying others, say of the same things."""
    chance = Random(seed)
    truth = {
        f"{word(chance, 1).upper()}-{100 + at}": [
            _clock(chance),
            _clock(chance),
            f"Gate {chance.choice('ABCDE')}{chance.randrange(60)}",
        ]
        for at in range(things)
    }
    honest = [(f"www.{word(chance)}.com".lower(), 0.97 if at < 6 else 0.6) for at in range(14)]
    heard: dict[str, dict[str, list[str]]] = {}
    for name, trust in honest:
        heard[name] = {
            key: [value if chance.random() < trust else _other(chance, value) for value in row]
            for key, row in truth.items()
            if chance.random() < 0.8
        }
    for at in range(8):
        heard[f"copy{at}.{word(chance)}.net".lower()] = heard[honest[-1 - at // 4][0]]
    told = [(name, key) for name, rows in heard.items() for key in rows]
    clean = [[f"{number}", key, name, *truth[key]] for number, (name, key) in enumerate(told)]
    dirty = [
        [*row[:3], *(value if chance.random() < 0.85 else "" for value in heard[row[2]][row[1]])]
        for row in clean
    ]
    header = ("number", "thing", "source", "begins", "ends", "gate")
    return DirtyTable("reports", header, dirty, clean)


def _clock(chance: Random) -> str:
    return f"{chance.randrange(1, 13)}:{chance.randrange(60):02} {chance.choice(['a.m.', 'p.m.'])}"


def _other(chance: Random, value: str) -> str:
    if value.startswith("Gate"):
        return f"Gate {chance.choice('ABCDE')}{chance.randrange(60)}"
    return _clock(chance)


def orderly(rows: int = 3_000, seed: int = 6) -> DirtyTable:
    """Return a table with nothing wrong: towns of one name in two states, people who move."""
    chance = Random(seed)
    states = [f"{first}{last}" for first in "ABCD" for last in "XYZ"]
    towns = [(town, chance.choice(states)) for town in words(chance, 80)]
    towns += [(town, chance.choice(states)) for town, _ in towns[:8]]
    people_known = [
        [f"C{1000 + at}", f"{word(chance)} {word(chance)}", *chance.choice(towns)]
        for at in range(rows // 6)
    ]
    clean: Rows = []
    for at in range(rows):
        person = list(chance.choice(people_known))
        if chance.random() < 0.02:
            person[2:] = chance.choice(towns)
        clean.append(
            [f"{at}", *person, f"{chance.randrange(1, 9)}", f"{chance.randrange(100, 9999) / 100}",
             (date(2020, 1, 1) + timedelta(chance.randrange(900))).isoformat(),
             chance.choice(["", "", "gift", "urgent"])]
        )  # fmt: skip
    header = "order customer name town state pieces price day note"
    return _with_errors("orderly", header, clean, lambda _: None)


def panel(seed: int = 7) -> DirtyTable:
    """Return countries over years with nothing wrong, though years do not agree."""
    chance = Random(seed)
    clean: Rows = []
    for land in words(chance, 60):
        regime, people_in, region = chance.choice(words(chance, 5)), 1e6, chance.choice("NESW")
        for year in range(1990, 2015):
            regime = regime if chance.random() < 0.93 else word(chance)
            people_in *= 1 + chance.random() / 30
            clean.append([land, f"{year}", region, regime, f"{int(people_in)}"])
    return _with_errors("panel", "land year region regime people", clean, lambda _: None)


def tiny(seed: int = 8) -> DirtyTable:
    """Return five rows, about which nothing can be known."""
    chance = Random(seed)
    clean = [[f"{at}", word(chance), f"{chance.randrange(99)}", ""] for at in range(5)]
    return _with_errors("tiny", "id name age note", clean, lambda _: None)


def wide(rows: int = 1_000, seed: int = 9) -> DirtyTable:
    """Return 200 columns, some of which others determine, with slips in these."""
    chance = Random(seed)
    sites = [[f"S{at}", word(chance), word(chance)] for at in range(40)]
    clean = [
        [f"{at}", *chance.choice(sites), *(f"{chance.gauss(at % 7, 1):.3f}" for at in range(196))]
        for at in range(rows)
    ]

    def spoil(row: list[str]) -> None:
        if chance.random() < 0.02:
            row[2] = slipped(chance, row[2])

    header = " ".join(["id", "site", "town", "county", *(f"m{at}" for at in range(196))])
    return _with_errors("wide", header, clean, spoil)


SHAPES = (register, people, films, articles, reports, orderly, panel, tiny, wide)
"""All of them."""
