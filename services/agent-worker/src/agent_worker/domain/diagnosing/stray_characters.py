"""Characters that nobody meant: spaces around and doubled, invisible ones, entities, mojibake.

Each flaw has one right form that follows from the text alone. What a fifth of a column's texts has
is its way of writing, not a slip, and stays; only text in the wrong encoding is never meant.

Mojibake: UTF-8 that was read as Windows-1252 gives sequences that hardly any text has otherwise, so
that the way back either fails or is right (the idea of ftfy, by R. Speer).
"""

import html
import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from agent_worker.domain.diagnosing.column_texts import ColumnTexts, Finding, repaired

HABIT_SHARE_MIN = 0.2
"""What this share of the distinct texts has, the column's makers meant."""

INVISIBLE = re.compile("[\u200b\u2060\ufeff\u00ad\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
"""Signs without width; joiners stay, some scripts need them."""

ODD_SPACE = re.compile("[\u00a0\u2000-\u200a\u202f\u205f\u3000]")
ENTITY = re.compile(r"&(?:#[0-9]{2,6}|#x[0-9a-fA-F]{2,5}|amp|lt|gt|quot|apos|nbsp|[a-z]{4,8});")
MOJIBAKE = re.compile("[\u00c2-\u00f4][\u0080-\u00bf\u0152-\u0178\u0192\u02c6-\u02dc\u2013-\u2122]")


@dataclass(frozen=True, slots=True)
class _Flaw:
    kind: str
    mend: Callable[[str], str]
    confidence: float
    reason: str
    is_ever_meant: bool = True


def find_stray_characters(column: ColumnTexts) -> Sequence[Finding]:
    """Return texts with flaws, each with the text that has none; all of a text's flaws at once."""
    seen: dict[str, list[_Flaw]] = {}
    mended = {text: text for text in column.texts}
    for flaw in FLAWS:
        better = {text: new for text, old in mended.items() if (new := flaw.mend(old)) != old}
        if flaw.is_ever_meant and len(better) > max(1, HABIT_SHARE_MIN * len(column.texts)):
            continue
        mended.update(better)
        for text in better:
            seen.setdefault(text, []).append(flaw)
    return [_finding(text, mended[text], flaws) for text, flaws in sorted(seen.items())]


def _finding(text: str, mended: str, flaws: Sequence[_Flaw]) -> Finding:
    confidence = min(flaw.confidence for flaw in flaws)
    reason = " ".join(f"The text {flaw.reason}." for flaw in flaws)
    return repaired(flaws[0].kind, text, mended or None, confidence, reason)


def _unescape(text: str) -> str:
    if "&" not in text or "</" in text:
        return text
    return ENTITY.sub(lambda found: html.unescape(found[0]), text)


def _read_again(text: str) -> str:
    """Return the text read as UTF-8, if it was not and can be."""
    if text.isascii() or not MOJIBAKE.search(text):
        return text
    try:
        return b"".join(_windows_byte(sign) for sign in text).decode()
    except (UnicodeDecodeError, UnicodeEncodeError):
        return text


def _windows_byte(sign: str) -> bytes:
    """Return the byte that Windows-1252 shows so; five bytes have no sign there."""
    try:
        return sign.encode("cp1252")
    except UnicodeEncodeError:
        return sign.encode("latin-1")


def _respace(text: str) -> str:
    return text if text.isascii() else ODD_SPACE.sub(" ", text)


def _compose(text: str) -> str:
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def _uncover(text: str) -> str:
    return INVISIBLE.sub("", text)


def _trim(text: str) -> str:
    return text.strip(" \t\r\n")


def _single(text: str) -> str:
    return re.sub(r"(?<=\S)[ \t]{2,}(?=\S)", " ", text) if "  " in text or "\t" in text else text


FLAWS = (
    _Flaw(
        "mojibake", _read_again, 0.97, "is UTF-8 that was read as Windows-1252", is_ever_meant=False
    ),
    _Flaw("entity", _unescape, 0.95, "has signs escaped as in a web page"),
    _Flaw("invisible character", _uncover, 0.97, "has characters that cannot be seen"),
    _Flaw("whitespace", _respace, 0.95, "has a space that is not the usual one"),
    _Flaw("whitespace", _trim, 0.95, "has spaces around it, unlike the others"),
    _Flaw("whitespace", _single, 0.9, "has two spaces in a row, unlike the others"),
    _Flaw("unicode form", _compose, 0.95, "has an accent as a character of its own"),
)
"""In the order in which they are mended."""
