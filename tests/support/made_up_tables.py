"""Tables of several characters, made up from a seed, to be written as files in every way."""

import random
from dataclasses import dataclass

Row = tuple[str, ...]

_NOUNS = ("Lantern", "Anchor", "Compass", "Barrel", "Rope", "Sextant", "Mast", "Rudder", "Oar")
_TOWNS = ("Ghent", "Porto", "Lübeck", "Genoa", "Cork", "Málaga", "Bergen", "Nantes")
_WORDS = ("old", "oak", "rope", "with", "brass", "from", "the", "lower", "deck", "and", "tar")


@dataclass(frozen=True)
class Table:
    """A table as it should be read."""

    header: Row
    rows: tuple[Row, ...]

    @property
    def has_numbers(self) -> bool:
        """Whether a column is of numbers; without any, two headers look like one and a row."""
        place = self.header.index("price")
        return self.rows[0][place][0].isdigit()


def made_up_table(seed: int) -> Table:
    """Return a table that has at least the columns `product` and `price`."""
    chance = random.Random(seed)
    make = (_sales, _short_sales, _log, _names, _tiny)[seed % 5]
    return make(chance)


def _sales(chance: random.Random) -> Table:
    """Words, sentences, numbers, dates and gaps."""
    header = ("id", "product", "sold on", "price", "town", "remark")
    return Table(header, tuple(_sale(chance, number) for number in range(chance.randint(12, 60))))


def _sale(chance: random.Random, number: int) -> Row:
    day = f"{chance.randint(2015, 2025)}-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}"
    remark = chance.choice(("", "fragile", "needs oil", "sold as seen", "two left", "no box"))
    product = chance.choice(_NOUNS)
    return (str(1000 + number), product, day, _price(chance), chance.choice(_TOWNS), remark)


def _short_sales(chance: random.Random) -> Table:
    """Without the columns that have gaps."""
    sales = _sales(chance)
    kept = (0, 1, 3, 4)
    return Table(
        tuple(sales.header[place] for place in kept),
        tuple(tuple(row[place] for place in kept) for row in sales.rows),
    )


def _log(chance: random.Random) -> Table:
    """Times, addresses, long sentences with commas and semicolons, negative numbers."""
    header = ("when", "product", "price", "change", "page", "what was said of it")
    rows = tuple(
        (
            f"{chance.randint(1, 12)}/{chance.randint(1, 28)}/2024 {chance.randint(0, 23)}:05",
            f"{chance.choice(_NOUNS)}, {chance.choice(_WORDS)}",
            _price(chance),
            f"{chance.uniform(-9, 9):.3f}",
            f"https://harbour.example/stock?item={chance.randint(1, 999)}&page=2",
            f"{_sentence(chance)}, {_sentence(chance)}; {_sentence(chance)}.",
        )
        for _ in range(chance.randint(20, 80))
    )
    return Table(header, rows)


def _names(chance: random.Random) -> Table:
    """Hardly any number: codes, words, yes and no."""
    header = ("code", "product", "home port", "open", "price")
    rows = tuple(
        (
            "".join(chance.choices("ABCDEF", k=3)),
            chance.choice(_NOUNS),
            chance.choice(_TOWNS),
            chance.choice(("yes", "no")),
            chance.choice(("cheap", "fair", "dear")),
        )
        for _ in range(chance.randint(15, 40))
    )
    return Table(header, rows)


def _tiny(chance: random.Random) -> Table:
    """Three rows."""
    sales = _sales(chance)
    return Table(sales.header, sales.rows[:3])


def _price(chance: random.Random) -> str:
    return f"{chance.randint(0, 400)}.{chance.randint(0, 99):02}"


def _sentence(chance: random.Random) -> str:
    return " ".join(chance.choices(_WORDS, k=chance.randint(2, 6)))
