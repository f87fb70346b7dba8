"""What goes wrong in spreadsheets, one mistake at a time, as people and exports make them.

Written from what is known of real errors, before any detector was: slips of the keyboard, of the
case, of the cell (a value of another kind, a total, a repeated header), of the export (encodings,
entities, error values), of the format (dates, units, separators), of the number (digits left out,
factors, signs). A mistake returns None where it cannot be made.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from random import Random

Mistake = Callable[[str, Random], str | None]
"""Makes a text wrong."""

KEYBOARD = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
NEIGHBOURS = {
    key: "".join(
        other
        for near, far in ((row, KEYBOARD[row]), (row + 1, "".join(KEYBOARD[row + 1 : row + 2])))
        for place, other in enumerate(far)
        if other != key and abs(place - KEYBOARD[row].index(key)) <= (1 if near == row else 0)
    )
    for row in range(len(KEYBOARD))
    for key in KEYBOARD[row]
}

MISSING = (
    "N/A", "n/a", "NA", "-", "--", "?", "??", "null", "NULL", "none", "unknown", "Unknown", "TBD",
    "#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "not available", "missing", "xxx", "nan", ".",
)  # fmt: skip
FOOTERS = ("Total", "TOTAL", "Grand Total", "Total:", "Sum", "Average", "Subtotal", "Totals")
NOTES = ("see below", "see note 1", "not sure", "check with Anna", "same as above", "ditto", "new")
WORD = re.compile(r"[^\W\d_]{4,}")
NUMBER = re.compile(r"-?\d+(\.\d+)?")


def typo(text: str, chance: Random) -> str | None:
    """One slip of the keyboard in a word: a neighbour, left out, doubled, or two changed round."""
    found = list(WORD.finditer(text))
    if not found:
        return None
    word = chance.choice(found)
    place = chance.randrange(word.start() + 1, word.end())
    sign = text[place]
    slip = chance.choice(("neighbour", "changed round", "doubled", "left out"))
    if slip == "neighbour" and sign.lower() in NEIGHBOURS:
        wrong = chance.choice(NEIGHBOURS[sign.lower()])
        wrong = wrong.upper() if sign.isupper() else wrong
        return text[:place] + wrong + text[place + 1 :]
    if slip == "changed round" and place + 1 < word.end() and text[place + 1] != sign:
        return text[:place] + text[place + 1] + sign + text[place + 2 :]
    if slip == "doubled":
        return text[:place] + sign + text[place:]
    return text[:place] + text[place + 1 :]


def split_word(text: str, chance: Random) -> str | None:
    """A space within a word."""
    found = list(WORD.finditer(text))
    if not found:
        return None
    word = chance.choice(found)
    place = chance.randrange(word.start() + 1, word.end())
    return text[:place] + " " + text[place:]


def case_slip(text: str, chance: Random) -> str | None:
    """The wrong case, in whole or in the first letter."""
    ways = (text.lower(), text.upper(), text.swapcase(), text[:1].swapcase() + text[1:])
    wrong = chance.choice(ways)
    return wrong if wrong != text and len(text) > 1 else None


def stray_space(text: str, chance: Random) -> str | None:
    """A space too many: around, doubled, or one that does not break."""
    doubled = text.replace(" ", "  ", 1)
    ways = [f" {text}", f"{text} ", f"{text}\u00a0", f"{text}\t", f"\ufeff{text}", f"{text}\u200b"]
    return chance.choice([*ways, doubled] if doubled != text else ways)


def mojibake(text: str, chance: Random) -> str | None:
    """UTF-8 read as if it were Windows-1252."""
    del chance
    if text.isascii():
        return None
    try:
        return text.encode().decode("cp1252")
    except UnicodeDecodeError:
        return None


def entity(text: str, chance: Random) -> str | None:
    """What a web page escapes."""
    del chance
    wrong = text.replace("&", "&amp;").replace("'", "&#39;").replace('"', "&quot;")
    return wrong if wrong != text else None


def stray_sign(text: str, chance: Random) -> str | None:
    """A quote or a separator that was left over."""
    ways = (f'"{text}', f'{text}"', f"{text},", f"{text};", f"'{text}", f"{text}.", f"({text}")
    return chance.choice(ways)


def missing_word(text: str, chance: Random) -> str | None:
    """A word that says that there is no value."""
    del text
    return chance.choice(MISSING)


def footer(text: str, chance: Random) -> str | None:
    """A row that sums the others up."""
    del text
    return chance.choice(FOOTERS)


def note(text: str, chance: Random) -> str | None:
    """A remark instead of a value."""
    del text
    return chance.choice(NOTES)


def letter_for_digit(text: str, chance: Random) -> str | None:
    """O for 0, l for 1 and the like, as typists and scanners write."""
    confused = {"0": "Oo", "1": "lI", "5": "S", "8": "B"}
    places = [place for place, sign in enumerate(text) if sign in confused]
    if not places or not any(sign.isdigit() for sign in re.sub("[0158]", "", text, count=1)):
        return None
    place = chance.choice(places)
    return text[:place] + chance.choice(confused[text[place]]) + text[place + 1 :]


def digit_for_letter(text: str, chance: Random) -> str | None:
    """0 for o and 1 for l within a word."""
    places = [found.start() for found in re.finditer(r"(?<=[a-z])[ol](?=[a-z])", text)]
    if not places:
        return None
    place = chance.choice(places)
    return text[:place] + {"o": "0", "l": "1"}[text[place]] + text[place + 1 :]


def digit_lost(text: str, chance: Random) -> str | None:
    """A digit left out, or typed twice."""
    places = [place for place, sign in enumerate(text) if sign.isdigit()]
    if len(places) < len("1234"):
        return None
    place = chance.choice(places)
    return text[:place] + text[place] * chance.choice((0, 2)) + text[place + 1 :]


def digit_wrong(text: str, chance: Random) -> str | None:
    """Another digit, where only a check digit or a calendar can tell."""
    places = [place for place, sign in enumerate(text) if sign.isdigit()]
    if not places:
        return None
    place = chance.choice(places)
    return text[:place] + str((int(text[place]) + chance.randint(1, 9)) % 10) + text[place + 1 :]


def separator_wrong(text: str, chance: Random) -> str | None:
    """Another sign, or none or two, where the column has one between digits."""
    found = list(re.finditer(r"(?<=\w)[-./:,@](?=\w)", text))
    if not found:
        return None
    place = chance.choice(found).start()
    ways = {"-": ("--", " ", "_", ""), ".": (",", "..", ""), "/": ("//", "-", ""), ":": (";", "")}
    wrong = chance.choice(ways.get(text[place], ("", " ")))
    return text[:place] + wrong + text[place + 1 :]


def date_rewritten(text: str, chance: Random) -> str | None:
    """A date in another format."""
    formats = ("%Y-%m-%d", "%m/%d/%Y", "%B %d, %Y", "%d.%m.%Y", "%d %b %Y", "%Y%m%d")
    for known in (*formats, "%m/%d/%y"):
        try:
            day = datetime.strptime(text, known)  # noqa: DTZ007 -- a date has no zone
        except ValueError:
            continue
        return day.strftime(chance.choice([other for other in formats if other != known]))
    return None


def date_impossible(text: str, chance: Random) -> str | None:
    """A day or a month that does not exist."""
    if re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        return text[:5] + chance.choice(("02-30", "13-05", "04-31", "00-10"))
    if re.fullmatch(r"\d\d?/\d\d?/\d{2,4}", text):
        return chance.choice(("2/30/", "13/45/", "4/31/")) + text.rsplit("/", 1)[1]
    return None


def number_dressed(text: str, chance: Random) -> str | None:
    """A number with a unit, a currency, a remark or another separator."""
    if not NUMBER.fullmatch(text):
        return None
    ways = [f"${text}", f"{text}%", f"{text} kg", f"~{text}", f"{text}*", f"{text}?", f"<{text}"]
    return chance.choice([*ways, text.replace(".", ",")] if "." in text else ways)


def number_scaled(text: str, chance: Random) -> str | None:
    """A number that is a thousand times too large, or of the wrong sign."""
    if not NUMBER.fullmatch(text) or not float(text):
        return None
    wrong = float(text) * chance.choice((1_000, 10_000, -1))
    return f"{wrong:.0f}" if wrong.is_integer() else f"{wrong:.2f}"


def address_broken(text: str, chance: Random) -> str | None:
    """An email address or a URL that leads nowhere."""
    if "@" in text:
        return chance.choice(
            (text.replace("@", ""), text.replace("@", "@@"), text.replace(".", ","), text[:-4])
        )
    if text.startswith("http"):
        return chance.choice((text.replace("://", ":/"), text.replace("://", "//"), text[4:]))
    return None


def run_together(text: str, chance: Random) -> str | None:
    """Two values in one cell."""
    return chance.choice((f"{text}/{text[::-1]}", f"{text} or {text[1:]}", f"{text}\n{text}"))


@dataclass(frozen=True, slots=True)
class Fault:
    """A kind of mistake, and where it can be made."""

    name: str
    make: Mistake


FAULTS = tuple(
    Fault(mistake.__name__, mistake)
    for mistake in (
        typo, split_word, case_slip, stray_space, mojibake, entity, stray_sign, missing_word,
        footer, note, letter_for_digit, digit_for_letter, digit_lost, digit_wrong,
        separator_wrong, date_rewritten, date_impossible, number_dressed, number_scaled,
        address_broken, run_together,
    )
)  # fmt: skip

FOREIGN = "another_kind"
"""The mistake that needs a second column: a value of another kind."""


def inject(
    texts: Sequence[str], make: Mistake, chance: Random, errors: int = 1
) -> tuple[list[str], dict[str, str]]:
    """Return the column with up to this many mistakes, and what each wrong text should have been.

    A mistake that makes a text of the column is none that anybody could see; it is not made.
    """
    wrong = list(texts)
    truth: dict[str, str] = {}
    for place in chance.sample(range(len(texts)), min(len(texts), errors * 5)):
        made = make(texts[place], chance)
        if made is None or made in texts or made in truth:
            continue
        wrong[place] = made
        truth[made] = texts[place]
        if len(truth) == errors:
            break
    return wrong, truth
