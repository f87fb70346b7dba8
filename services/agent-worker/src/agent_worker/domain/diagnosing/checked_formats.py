"""Formats that say themselves whether a text is right: addresses, codes with check digits, dates.

Where nearly all of a column's texts keep the rules of one format, those that break them are wrong.
A change that makes such a text keep them, a comma for a point or a letter O for a zero, is what it
should be, if there is only one.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from agent_worker.domain.diagnosing.check_digits import (
    has_article_digit,
    has_book_digit,
    has_iban_digits,
    has_luhn_digit,
)
from agent_worker.domain.diagnosing.column_texts import (
    ColumnTexts,
    Finding,
    repaired,
    suspected,
)
from agent_worker.domain.diagnosing.respellings import respellings

VALID_SHARE_MIN = 0.95
VALID_MIN = 12
"""Different texts. By chance, so many texts keep no rule that is worth checking."""

INVALID_MAX = 3
SURE_CONFIDENCE = 0.9
"""Of a format that so few texts keep by chance that one that keeps it again is right."""

PROBES = 40
"""Texts looked at first; a format that most of them break is not the column's."""

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


@dataclass(frozen=True, slots=True)
class Format:
    """A format and its rules."""

    plural: str
    is_valid: Callable[[str], object]
    confidence: float = 0.9


def _matcher(pattern: str) -> Callable[[str], object]:
    return re.compile(pattern).fullmatch


def _is_day(year: str, month: str, day: str) -> bool:
    try:
        number = int(month) if month.isdigit() else MONTHS.index(month[:3].lower()) + 1
        date(int(year) if len(year) == len("2000") else 2000 + int(year), number, int(day))
    except ValueError:
        return False
    return True


def _dates(pattern: str) -> Callable[[str], object]:
    """Return whether a text is a date by a pattern with the groups y, m and d, and exists."""
    compiled = re.compile(pattern)

    def is_valid(text: str) -> bool:
        found = compiled.fullmatch(text)
        return found is not None and _is_day(found["y"], found["m"], found["d"])

    return is_valid


_TIME = r"(?:[T ](?:[01]?\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d+)?)?(?: ?[AaPp]\.?[Mm]\.?)?Z?)?"
_YEAR = r"(?P<y>\d{4})"
_SHORT_YEAR = r"(?P<y>\d{2})"
_MONTH = r"(?P<m>\d\d?)"
_NAME = r"(?P<m>(?i:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*)\.?"
_DAY = r"(?P<d>\d\d?)"
_OCTET = r"(?:25[0-5]|2[0-4]\d|1?\d?\d)"
_HOST = r"(?:[\w-]+\.)+[A-Za-z]{2,24}"
_CLOCK = r"(?:[01]?\d|2[0-3]):[0-5]\d(?::[0-5]\d)?(?: ?[AaPp]\.?[Mm]\.?)?"

FORMATS = (
    Format("email addresses", _matcher(rf"[\w.+'%&-]+@{_HOST}")),
    Format("web addresses", _matcher(r"(?:https?|ftp)://[\w.-]+\.\w+(?::\d+)?(?:[/?#]\S*)?")),
    Format("IPv4 addresses", _matcher(rf"{_OCTET}(?:\.{_OCTET}){{3}}(?:/\d\d?)?")),
    Format("UUIDs", _matcher(r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")),
    Format("MAC addresses", _matcher(r"[0-9A-Fa-f]{2}(?:[:-][0-9A-Fa-f]{2}){5}")),
    Format("colours in hexadecimal", _matcher(r"#[0-9A-Fa-f]{6}")),
    Format("IBANs", has_iban_digits),
    Format("article numbers", has_article_digit),
    Format("ISBNs and ISSNs", has_book_digit),
    Format("card numbers", has_luhn_digit),
    Format("times of day", _matcher(_CLOCK)),
    Format("dates YYYY-MM-DD", _dates(f"{_YEAR}-{_MONTH}-{_DAY}{_TIME}")),
    Format("dates YYYY/MM/DD", _dates(f"{_YEAR}/{_MONTH}/{_DAY}{_TIME}")),
    Format("dates MM/DD/YYYY", _dates(f"{_MONTH}/{_DAY}/{_YEAR}{_TIME}")),
    Format("dates DD/MM/YYYY", _dates(f"{_DAY}/{_MONTH}/{_YEAR}{_TIME}")),
    Format("dates MM/DD/YY", _dates(f"{_MONTH}/{_DAY}/{_SHORT_YEAR}{_TIME}")),
    Format("dates DD/MM/YY", _dates(f"{_DAY}/{_MONTH}/{_SHORT_YEAR}{_TIME}")),
    Format("dates MM-DD-YYYY", _dates(f"{_MONTH}-{_DAY}-{_YEAR}{_TIME}")),
    Format("dates DD-MM-YYYY", _dates(f"{_DAY}-{_MONTH}-{_YEAR}{_TIME}")),
    Format("dates DD.MM.YYYY", _dates(rf"{_DAY}\.{_MONTH}\.{_YEAR}{_TIME}")),
    Format("dates such as 1 May 2020", _dates(f"{_DAY}[ -]{_NAME}[ -]{_YEAR}{_TIME}")),
    Format("dates such as 1-May-20", _dates(f"{_DAY}[ -]{_NAME}[ -]{_SHORT_YEAR}{_TIME}")),
    Format("dates such as May 1, 2020", _dates(f"{_NAME} {_DAY}, {_YEAR}{_TIME}")),
)
"""Tried in this order; the first one that nearly all texts keep is the column's."""


def find_broken_formats(column: ColumnTexts) -> Sequence[Finding]:
    """Return the texts that break the rules of the format that nearly all others keep."""
    fewest = VALID_SHARE_MIN * len(column.texts)
    if len(column.texts) <= VALID_MIN:
        return ()
    stride = max(1, len(column.texts) // PROBES)
    probes = column.texts[::stride]
    for known in FORMATS:
        if 2 * sum(1 for text in probes if known.is_valid(text)) < len(probes):
            continue
        broken = [text for text in column.texts if not known.is_valid(text)]
        if len(broken) <= INVALID_MAX and len(column.texts) - len(broken) >= max(fewest, VALID_MIN):
            return [finding for text in broken for finding in _judge(column, text, known)]
    return ()


def _judge(column: ColumnTexts, text: str, known: Format) -> Iterator[Finding]:
    whole = sorted({other for other in respellings(text) if known.is_valid(other)})
    among = f"{len(column.texts) - 1} other values are {known.plural}"
    say = repaired if known.confidence >= SURE_CONFIDENCE else suspected
    if len(whole) == 1:
        reason = f"`{text}` is not valid, `{whole[0]}` is; {among}."
        yield say("broken format", text, whole[0], known.confidence, reason)
    else:
        reason = f"`{text}` is not valid; {among}."
        yield suspected("broken format", text, None, known.confidence, reason)
