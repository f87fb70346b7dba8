"""What a text may have been before a slip that people and scanners make in codes and numbers."""

import re
from collections.abc import Iterator

LOOKALIKES = {"O": "0", "o": "0", "l": "1", "I": "1", "S": "5", "B": "8"}
"""Letters that stand for digits, by the keyboard or by the look."""

DIGIT_LOOKALIKES = {"0": "o", "1": "l", "5": "s", "8": "b"}

STRAY_ENDS = "\"'`,;.:()[]{}*?!"
JOINERS = "-./:@"


def respellings(text: str) -> Iterator[str]:
    """Yield the texts that one of these slips may have been made in; some may be the same."""
    for place, sign in enumerate(text):
        if sign in LOOKALIKES:
            yield text[:place] + LOOKALIKES[sign] + text[place + 1 :]
    yield "".join(LOOKALIKES.get(sign, sign) for sign in text)
    yield re.sub(f"([{JOINERS},;])\\1+", r"\1", text)
    yield text.replace(",", ".")
    yield text.replace(";", ":")
    yield text.replace(" ", "")
    for joiner in JOINERS[:3]:
        yield re.sub(r"(?<=\w)[ _/,.;-](?=\w)", joiner, text)
    yield text.strip(STRAY_ENDS)
    yield text.strip(STRAY_ENDS + " ").replace(":/", "://", 1).replace(":///", "://")
    yield text.replace("//", "://", 1)


def lettered(text: str) -> Iterator[str]:
    """Yield the text with each digit within a word as the letter that it looks like."""
    for found in re.finditer(r"(?<=[A-Za-z])[0158](?=[a-z])", text):
        place = found.start()
        yield text[:place] + DIGIT_LOOKALIKES[text[place]] + text[place + 1 :]
