"""In which encoding a file is written, by its byte order mark or by what its bytes would say.

UTF-8 proves itself: text of another encoding is next to never valid in it. Single-byte encodings
do not, so only the commonest, Windows-1252 (which holds Latin-1), is believed, and only if nearly
every byte above ASCII makes sense in it: a letter in a word, in its case, or a usual sign.
"""

import codecs
import re

from agent_worker.domain.failures import ActionFailedError

PLAUSIBLE_SHARE_MIN = 0.9
"""Share of the runs of bytes above ASCII that have to make sense for Windows-1252."""

RUN_LENGTH_MAX = 3
"""Western words have few accented letters in a row; other scripts have nothing else."""

NULS_SHARE_MIN = 0.3
"""Latin text in UTF-16 is half zero bytes."""

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_ABOVE_ASCII = re.compile(rb"[\x80-\xff]+")
_SIGNS = frozenset("€‚„…‘’“”•–—™¡£¥¦§©ª«¬\u00ad®°±²³´µ¶·¹º»¼½¾¿×÷\u00a0")  # noqa: RUF001 - they are meant
_WITHIN_WORDS = frozenset("’–\u00ad·")  # noqa: RUF001 - they are meant


def decide_encoding(head: bytes, file_name: str) -> str:
    """Return the encoding as Python names it.

    Raises:
        ActionFailedError: the bytes are no text, or in an encoding that they do not prove.
    """
    for mark, encoding in _MARKS:
        if head.startswith(mark):
            return encoding
    if encoding := _wide_encoding(head):
        return encoding
    lines = [line for line in re.split(rb"[\r\n]+", head) if line.strip()]
    _check_text(lines, file_name)
    foreign = [line for line in lines if not line.isascii()]
    invalid = [line for line in foreign if not _is_utf8(line)]
    if len(invalid) < len(foreign) or not foreign:
        return "utf-8"
    if _is_western(b"\n".join(foreign)):
        return "cp1252"
    if _is_grave(invalid, lines):
        raise ActionFailedError(
            "source_encoding_unknown",
            f"{file_name} is in no encoding that its bytes prove: {len(invalid)} of its first "
            f"{len(lines)} lines are neither UTF-8 nor plausible Windows-1252",
            remedy="Convert the file to UTF-8, with `iconv -f ENCODING -t UTF-8` for example.",
        )
    return "utf-8"


def _wide_encoding(head: bytes) -> str:
    """Return UTF-16 in its byte order when every other byte is mostly zero, or nothing."""
    pairs = len(head) // 2
    even, odd = head[0 : 2 * pairs : 2], head[1 : 2 * pairs : 2]
    if _is_latin(zeros=odd, letters=even):
        return "utf-16-le"
    return "utf-16-be" if _is_latin(zeros=even, letters=odd) else ""


def _is_latin(*, zeros: bytes, letters: bytes) -> bool:
    """Tell whether pairs are Latin text; small numbers, of two bytes too, are no letters."""
    if 0 in letters or zeros.count(0) <= NULS_SHARE_MIN * len(zeros):
        return False
    controls = sum(each < ord(" ") and each not in b"\t\r\n" for each in letters)
    return 2 * controls < len(letters)


def _check_text(lines: list[bytes], file_name: str) -> None:
    if not lines:
        raise ActionFailedError(
            "source_empty", f"{file_name} is empty", remedy="Remove the file or fill it."
        )
    binary = [line for line in lines if b"\0" in line]
    if binary and _is_grave(binary, lines):
        raise ActionFailedError(
            "source_not_csv",
            f"{file_name} is no text: {len(binary)} of its first {len(lines)} lines have bytes of "
            "value 0",
            remedy="Name files of delimited text, JSON, Parquet, Arrow or Excel.",
        )


def _is_grave(bad: list[bytes], lines: list[bytes]) -> bool:
    """Tell whether bad lines speak against the file, and not only against themselves."""
    return bad[0] == lines[0] or 2 * len(bad) > len(lines)


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode()
    except UnicodeDecodeError:
        return False
    return True


def _is_western(content: bytes) -> bool:
    runs = [
        _makes_sense(content[max(0, run.start() - 1) : run.end() + 1], run.group())
        for run in _ABOVE_ASCII.finditer(content)
    ]
    return sum(runs) >= PLAUSIBLE_SHARE_MIN * len(runs)


def _makes_sense(around: bytes, run: bytes) -> bool:
    """Tell whether a run of bytes, with its neighbours, is something that people write."""
    if len(run) > RUN_LENGTH_MAX:
        return False
    try:
        text = run.decode("cp1252")
    except UnicodeDecodeError:
        return False
    before = chr(around[0]) if around[0] < 0x80 else ""  # noqa: PLR2004 - the end of ASCII
    after = chr(around[-1]) if around[-1] < 0x80 else ""  # noqa: PLR2004 - the end of ASCII
    is_in_word = before.isalpha() and after.isalpha()
    return all(_fits(character, before, after, is_in_word=is_in_word) for character in text)


def _fits(character: str, before: str, after: str, *, is_in_word: bool) -> bool:
    if character in _SIGNS:
        return not is_in_word or character in _WITHIN_WORDS
    if not character.isalpha():
        return False
    if character.isupper() and before.islower():
        return False
    return before.isalpha() or after.isalpha()
