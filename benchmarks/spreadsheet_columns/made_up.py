"""Kinds of columns that are made up: a text by a form, or by Faker in the language of a place."""

import string
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from random import Random

from faker import Faker

Make = Callable[[Random], str]
"""Makes one text; equal chance makes equal texts."""

LENGTHS = (20, 1_000)
"""The fewest and most cells of a column, as in spreadsheets that people share."""


@dataclass(frozen=True, slots=True)
class Kind:
    """What a column holds."""

    name: str
    make: Make
    values_max: int = 0
    """How many different values a column has, the first ones much more often; 0: no such limit."""

    def column(self, chance: Random) -> list[str]:
        """Return a clean column of this kind."""
        fewest, most = LENGTHS
        length = int(fewest * (most / fewest) ** chance.random())
        if not self.values_max:
            return [self.make(chance) for _ in range(length)]
        pool = sorted(
            {
                self.make(chance)
                for _ in range(chance.randint(1 + self.values_max // 4, self.values_max))
            }
        )
        chance.shuffle(pool)
        weights = [1 / (place + 1) ** chance.uniform(0.2, 1.2) for place in range(len(pool))]
        return chance.choices(pool, weights, k=length)


def fill(form: str, chance: Random) -> str:
    """Return the form with each # as a digit, each ^ as a capital and each ~ as a small letter."""
    alphabets = {
        "#": string.digits,
        "^": string.ascii_uppercase,
        "~": string.ascii_lowercase,
    }
    return "".join(chance.choice(alphabets[sign]) if sign in alphabets else sign for sign in form)


def form(*forms: str) -> Make:
    """Return a maker of texts by one of the forms."""
    return lambda chance: fill(chance.choice(forms), chance)


def one_of(*texts: str) -> Make:
    """Return a maker that chooses."""
    return lambda chance: chance.choice(texts)


@cache
def _faker(place: str) -> Faker:
    return Faker(place)


def faked(provider: str, place: str = "en_US") -> Make:
    """Return a maker that asks one of Faker's providers."""

    def make(chance: Random) -> str:
        faker = _faker(place)
        faker.seed_instance(chance.getrandbits(48))
        return str(faker.format(provider)).replace("\n", ", ")

    return make


def dated(time_format: str) -> Make:
    """Return a maker of dates of 30 years, in strftime's language."""

    def make(chance: Random) -> str:
        faker = _faker("en_US")
        faker.seed_instance(chance.getrandbits(48))
        return faker.date_time_between("-30y").strftime(time_format)

    return make


def number(low: float, high: float, pattern: str = "{:.0f}") -> Make:
    """Return a maker of numbers that spread evenly."""
    return lambda chance: pattern.format(chance.uniform(low, high))


def skewed(median: float, spread: float, pattern: str = "{:.2f}") -> Make:
    """Return a maker of numbers with a long tail, as amounts and populations have."""
    return lambda chance: pattern.format(median * chance.lognormvariate(0, spread))


def joined(glue: str, *makers: Make) -> Make:
    """Return a maker that glues what others make."""
    return lambda chance: glue.join(make(chance) for make in makers)


def mixed(*makers: Make) -> Make:
    """Return a maker that is one of these at a time, as in columns of notes and of leftovers."""
    return lambda chance: chance.choice(makers)(chance)


def words(texts: Sequence[str], fewest: int, most: int) -> Make:
    """Return a maker of titles and remarks."""
    return lambda chance: " ".join(chance.choices(texts, k=chance.randint(fewest, most)))
