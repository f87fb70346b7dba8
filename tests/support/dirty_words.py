"""Made-up words, names and slips of the pen, from a seeded generator."""

from random import Random

_ONSETS = ("b", "br", "c", "ch", "d", "f", "g", "gr", "h", "k", "l", "m", "n", "p", "r", "s", "st",
           "t", "v", "w")  # fmt: skip
_NUCLEI = ("a", "e", "i", "o", "u", "ea", "oo")
_CODAS = ("", "", "l", "n", "r", "s", "nd", "rt")


def word(chance: Random, syllables: int = 2) -> str:
    """Return a word that nobody has heard, capitalised."""
    parts = (
        chance.choice(_ONSETS) + chance.choice(_NUCLEI) + chance.choice(_CODAS)
        for _ in range(syllables)
    )
    return "".join(parts).capitalize()


def words(chance: Random, count: int, syllables: int = 2) -> list[str]:
    """Return so many different words."""
    found: dict[str, None] = {}
    while len(found) < count:
        found[word(chance, syllables)] = None
    return list(found)


def slipped(chance: Random, text: str) -> str:
    """Return the text with one character replaced by an x, left out, doubled or swapped."""
    at = chance.randrange(len(text))
    match chance.randrange(4):
        case 0:
            changed = text[:at] + "x" + text[at + 1 :]
        case 1:
            changed = text[:at] + text[at + 1 :]
        case 2:
            changed = text[:at] + text[at] + text[at:]
        case _:
            changed = text[:at] + text[at : at + 2][::-1] + text[at + 2 :]
    return changed if changed.strip() and changed != text else text + "x"


def crossed_out(chance: Random, text: str) -> str:
    """Return the text with one letter or digit replaced by an x."""
    places = [at for at, letter in enumerate(text) if letter.isalnum() and letter.lower() != "x"]
    if not places:
        return text + "x"
    at = chance.choice(places)
    return text[:at] + "x" + text[at + 1 :]
