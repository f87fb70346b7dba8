"""Texts of another shape than all others.

Shapes with enough texts are established; what is left over are strays. By the estimate of Good and
Turing, the chance that a column's next text has a shape never seen is the share of its texts whose
shape occurs once: a column with many strays has a habit of new shapes, and nothing is wrong there.
One or two strays beside hundreds of texts of one shape are.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from agent_worker.domain.diagnosing.column_texts import (
    ColumnTexts,
    Finding,
    repaired,
    suspected,
)
from agent_worker.domain.diagnosing.respellings import respellings
from agent_worker.domain.diagnosing.shapes import exact_shape, has_digits, is_number, loose_shape

JOINERS = set("/:-_ ;")
DISTINCT_MIN = 15
"""Fewer different texts are categories, each with a shape of its own."""

ESTABLISHED_MIN = 6
ESTABLISHED_SHARE_MIN = 0.05
ESTABLISHED_SHAPES_MAX = 4
STRAYS_MAX = 2
ALL_SHARE_MAX = 0.15
"""Of texts of no established shape, explained or not."""

STRAY_SHARE_MAX = 0.04
STRICT_SHARE_MAX = 0.02
REPEATED_CELLS_MIN = 3
"""Cells of a text, on average, from which on texts that stand there once are odd by themselves."""

REPEATED_STRAY_SHARE_MAX = 0.05
"""Of such a column's cells, strays that no slip explains."""

_CODE = re.compile(r"[Aa]+[-/ .]?9|9+[-/ .]?[Aa]|9-9|9/9")
"""Letters beside digits, or two numbers that a sign joins."""

STRICT_DISTINCT_MIN = 30
"""Lengths vary more easily than kinds of signs do; they need more evidence."""


def find_shape_outliers(column: ColumnTexts) -> Sequence[Finding]:
    """Return the strays beside established shapes that have digits or signs to tell by.

    A stray that one slip explains speaks for itself; of the others there may be hardly any.
    """
    if len(column.texts) < DISTINCT_MIN:
        return ()
    shapes = {text: loose_shape(text) for text in column.texts}
    established = _established(column, shapes)
    if not established or not all(map(_is_telling, established)):
        return ()
    known = {exact_shape(text) for text, shape in shapes.items() if shape in established}
    strays = {
        text: _explained(text, established, known)
        for text, shape in shapes.items()
        if shape not in established and column.counts[text] <= STRAYS_MAX
    }
    unexplained = [text for text, better in strays.items() if len(better) != 1]
    is_habit = len(unexplained) > _strays_max(len(shapes), STRAY_SHARE_MAX) and (
        not _is_repeating(column) or len(unexplained) > REPEATED_STRAY_SHARE_MAX * column.cells
    )
    return [
        finding
        for text, better in strays.items()
        if len(better) == 1 or not is_habit
        for finding in _judge(text, better, established, len(column.texts))
    ]


def _established(column: ColumnTexts, shapes: Mapping[str, str]) -> frozenset[str]:
    """Return the few shapes that have enough texts, if hardly any text has another one."""
    counts = Counter(shapes.values())
    fewest = max(ESTABLISHED_MIN, ESTABLISHED_SHARE_MIN * len(shapes))
    cells: Counter[str] = Counter()
    for text, shape in shapes.items():
        cells[shape] += column.counts[text]
    enough = REPEATED_STRAY_SHARE_MAX * column.cells if _is_repeating(column) else 0
    established = frozenset(
        shape for shape, texts in counts.items() if texts >= fewest and cells[shape] > enough
    )
    strays = [text for text, shape in shapes.items() if shape not in established]
    is_clear = 0 < len(established) <= ESTABLISHED_SHAPES_MAX
    is_rare = len(strays) <= max(1, ALL_SHARE_MAX * len(shapes)) or (
        _is_repeating(column) and column.cells_of(strays) <= REPEATED_STRAY_SHARE_MAX * column.cells
    )
    return established if is_clear and is_rare else frozenset()


def _is_repeating(column: ColumnTexts) -> bool:
    """Tell whether texts are repeated, so that a text alone is rare among cells, too."""
    return column.cells >= REPEATED_CELLS_MIN * len(column.texts)


def _strays_max(distinct: int, share: float) -> float:
    return min(STRAYS_MAX, max(1, share * distinct))


def _explained(text: str, established: frozenset[str], known: set[str]) -> Sequence[str]:
    """Return the texts of an established shape in which one slip may have been made.

    A sign that joins two numbers does not become a decimal point.
    """
    return sorted(
        {
            other
            for other in respellings(text)
            if loose_shape(other) in established and exact_shape(other) in known
            if not (is_number(other) and (set(text) - set(other)) & JOINERS)
        }
    )


def _is_telling(shape: str) -> bool:
    """Tell whether texts of the shape have a number, and are not phrases with one in them."""
    return "9" in shape and shape.count("a") <= 1 and " a" not in shape.removesuffix(" a")


def _judge(
    text: str, better: Sequence[str], established: frozenset[str], distinct: int
) -> Iterator[Finding]:
    usual = ", ".join(f"`{shape}`" for shape in sorted(established))
    reason = (
        f"`{text}` has the shape `{loose_shape(text)}`, nearly all of {distinct} values have "
        f"{usual} (9 a number, a a phrase)"
    )
    if len(better) == 1 and _keeps_value(text, better[0]):
        yield repaired("shape", text, better[0], 0.85, f"{reason}, and so has `{better[0]}`.")
    else:
        proposed = better[0] if len(better) == 1 else None
        confidence = 0.85 if has_digits(text) else 0.8
        yield suspected("shape", text, proposed, confidence, f"{reason}.")


def _keeps_value(text: str, other: str) -> bool:
    """Tell whether the signs in which they differ are slips and say nothing themselves."""
    return not set(text) - set(other) & set("*?%<>~$()")


def find_length_outliers(column: ColumnTexts) -> Sequence[Finding]:
    """Return the texts with a sign too many or too few, where all others are alike sign by sign."""
    if len(column.texts) < STRICT_DISTINCT_MIN:
        return ()
    shapes = {text: exact_shape(text) for text in column.texts}
    established = _established(column, shapes)
    strays = sum(shape not in established for shape in shapes.values())
    if strays > _strays_max(len(shapes), STRICT_SHARE_MAX) or not _is_code(
        column.texts, established
    ):
        return ()
    found: list[Finding] = []
    for text, shape in shapes.items():
        if shape in established:
            continue
        usual = ", ".join(f"`{known}`" for known in sorted(established))
        better = sorted({other for other in respellings(text) if exact_shape(other) in established})
        reason = f"`{text}` is written otherwise than the other {len(shapes) - 1} codes: {usual}."
        if len(better) == 1:
            found.append(repaired("code", text, better[0], 0.85, reason))
        else:
            found.append(suspected("code", text, None, 0.7, reason))
    return found


def _is_code(texts: Sequence[str], established: frozenset[str]) -> bool:
    """Tell whether the texts are codes, in which the number of digits means something.

    Of bare numbers, only those with zeros in front are. Where the established shapes differ in
    nothing but lengths, lengths mean nothing.
    """
    if not established:
        return False
    runs = {re.sub(r"(.)\1+", r"\1", shape) for shape in established}
    if len(runs) < len(established):
        return False
    if all(set(shape) == {"9"} for shape in established):
        return sum(text.startswith("0") for text in texts) > STRAYS_MAX
    return all(_CODE.search(shape) and "aa" not in shape for shape in established)
