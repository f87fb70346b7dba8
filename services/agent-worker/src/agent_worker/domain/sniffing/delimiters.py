"""What separates a file's fields: each candidate is tried on the head, and the best one is taken.

A right delimiter gives most records the same number of fields, and leaves cells behind that look
like something: numbers, times, words. The product of both shares is what candidates are compared
by, after the idea of van den Burg, Nazabal and Sutton ("Wrangling messy CSV files by detecting row
and type patterns", 2019).
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from agent_worker.domain.sniffing.cell_kinds import TYPED, CellKind, kind_of
from agent_worker.domain.sniffing.head_lines import HeadRecord, records_of
from agent_worker.domain.sniffing.splitting import FieldSplitter

LINES_COMPARED = 120
"""Lines of the head that candidates are tried on; more change no decision, and take time."""

SCORE_MIN = 0.12
"""Below, no delimiter makes a table of the lines, and each is one field."""

RUN_MIN = 3
"""Records in a row of the same width that make a table where most lines around are none."""

LINES_SHARE_MIN = 0.3
"""Share of the lines that a rare delimiter has to be in."""

STRONG = (",", ";", "\t", "|")
WEAK = (":", " ")
"""Delimiters that occur in times, names and sentences too."""

WEAK_FACTOR = 0.6
WEAK_ROWS_MIN = 2
WEAK_WIDTH_MIN = 3
WEAK_SHARE_MIN = 0.95
"""Words that are columns are as many in next to every line; those of sentences are not."""

RARE = ("~", "^", "\x1f", "\x1e", "#", "§", "¦")
QUOTED_MAX = 2_000
"""Characters within which the end of a quoted field is sought: a stray quote pairs with none."""

RARE_FACTOR = 0.9

_SEVERAL = re.compile(r" ?[^\w\s\"'.,+\-()%$€£/\\]{2,3} ?| [|;~^] ")
"""Delimiters of several characters: punctuation in a row, or in spaces."""

_DOUBLED = re.compile(r"([,;\t|~^:#@!&*§¦])\1")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A way to split the head, what came of it, and how well it looks."""

    splitter: FieldSplitter
    records: tuple[HeadRecord, ...]
    width: int
    score: float


def best_splitter(lines: Sequence[str]) -> FieldSplitter:
    """Return the way to split these lines; without a delimiter where they are one column."""
    compared = lines[:LINES_COMPARED]
    text = "".join(compared)
    candidates = [
        _weighed(splitter, compared)
        for delimiter in _delimiters(text, compared)
        for splitter in _splitters(delimiter, text)
    ]
    best = max(candidates, key=lambda candidate: candidate.score, default=None)
    single = FieldSplitter("", quote_of(text, "")[0])
    if best is None or best.score < SCORE_MIN or _is_one_column(compared, best):
        return single
    return best.splitter


def quote_of(text: str, delimiter: str) -> tuple[str, int]:
    """Return the quote that encloses whole fields, and how many; the double one if none does."""
    edge = f"(?:^|{re.escape(delimiter)})" if delimiter else "^"
    end = f"(?={re.escape(delimiter)}|[\r\n]|\\Z)" if delimiter else "(?=[\r\n]|\\Z)"
    counted = {
        quote: len(re.findall(f"(?m){edge} *{quote}[^{quote}]{{0,{QUOTED_MAX}}}{quote}{end}", text))
        for quote in ('"', "'")
    }
    return ("'", counted["'"]) if counted["'"] > counted['"'] else ('"', counted['"'])


def _delimiters(text: str, lines: Sequence[str]) -> Iterator[str]:
    yield from (each for each in (*STRONG, *WEAK) if each in text)
    often = LINES_SHARE_MIN * sum(1 for line in lines if line.strip())
    yield from (each for each in RARE if sum(each in line for line in lines) > often)
    several = Counter(found for line in lines for found in {*_SEVERAL.findall(line)})
    doubled = Counter(found * 2 for line in lines for found in {*_DOUBLED.findall(line)})
    for found, count in (several | doubled).most_common(4):
        if count > often and found.strip():
            yield found


def _splitters(delimiter: str, text: str) -> Iterator[FieldSplitter]:
    quote, quoted = quote_of(text, delimiter)
    pads = len(re.findall(f"{re.escape(delimiter)} ", text))
    all_padded = delimiter != " " and pads > 0 and pads == text.count(delimiter)
    pads_quotes = delimiter != " " and f"{delimiter} {quote}" in text and quoted > 0
    padded = all_padded or pads_quotes
    yield FieldSplitter(delimiter, quote, padded=padded)
    if f"\\{quote}" in text or f"\\{delimiter}" in text:
        yield FieldSplitter(delimiter, quote, "\\", padded=padded)


def _weighed(splitter: FieldSplitter, lines: Sequence[str]) -> Candidate:
    records = tuple(records_of(lines, splitter))
    widths = Counter(record.width for record in records if record.width > 1)
    if not widths:
        return Candidate(splitter, records, 1, 0.0)
    width = max(widths, key=lambda each: (widths[each] * each, each))
    rows = [record for record in records if record.width == width]
    if len(rows) == 1 and len(records) > 2:  # noqa: PLR2004 - one line of many is no table
        return Candidate(splitter, records, 1, 0.0)
    share = len(rows) / len(records)
    if share < 1 / 2 and _longest_run(records, width) >= RUN_MIN:
        share = (1 + share) / 3
    kinds = [kind_of(cell) for row in rows for cell in row.fields]
    clean = 1 - kinds.count(CellKind.MIXED) / len(kinds)
    regular = sum(row.is_regular for row in rows) / len(rows)
    # Empty cells say nothing for a delimiter that leaves little else behind.
    filled = 1 - kinds.count(CellKind.EMPTY) / len(kinds)
    score = share * clean**2 * regular * (0.5 + 0.5 * filled) * (width - 1) / width
    return Candidate(splitter, records, width, score * _factor(splitter, rows, kinds, share))


def _factor(
    splitter: FieldSplitter, rows: list[HeadRecord], kinds: list[CellKind], share: float
) -> float:
    """Return how far a delimiter is believed by itself."""
    delimiter = splitter.delimiter
    if delimiter in STRONG:
        # Commas in sentences are followed by spaces, and hardly ever by a quote or a digit.
        loose = 1.0 if splitter.padded else _loose_share(rows)
        is_layout = splitter.padded and share >= WEAK_SHARE_MIN
        return 1 - 0.7 * loose if delimiter == "," and not is_layout else 1.0
    if delimiter in WEAK:
        return WEAK_FACTOR if _is_table(rows, kinds, share) else 0.0
    if len(delimiter.strip() or delimiter) > 1:
        # A pair splits into as many fields as its half, with an empty one between any two.
        return 2.0
    return RARE_FACTOR


def _loose_share(rows: list[HeadRecord]) -> float:
    return sum(row.fields[1].startswith(" ") for row in rows) / len(rows)


def _is_table(rows: list[HeadRecord], kinds: list[CellKind], share: float) -> bool:
    """Tell whether a delimiter of times and sentences makes columns: typed ones, or very even."""
    if len(rows) < WEAK_ROWS_MIN:
        return False
    is_even = share >= WEAK_SHARE_MIN and rows[0].width >= WEAK_WIDTH_MIN
    return is_even or any(kind in TYPED for kind in kinds)


def _longest_run(records: Sequence[HeadRecord], width: int) -> int:
    longest = run = 0
    for record in records:
        run = run + 1 if record.width == width else 0
        longest = max(longest, run)
    return longest


def _is_one_column(lines: Sequence[str], best: Candidate) -> bool:
    """Tell whether lines that a weak delimiter splits are times, addresses or names as a whole."""
    if best.splitter.delimiter in STRONG or len(best.splitter.delimiter) > 1:
        return False
    kinds = [kind_of(line) for line in lines[1:] if line.strip()]
    return bool(kinds) and sum(kind in TYPED for kind in kinds) > len(kinds) / 2
