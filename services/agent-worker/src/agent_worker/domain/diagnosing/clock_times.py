"""Times of day with something around them, and times of day written in several ways.

Where most of a column's texts are a time of day and nothing else, one that holds exactly one time
of day besides a date or a remark (`12/02/2011 6:55 a.m.`, `6:55aDec 2`, `6:55 a.m. (Estimated)`)
means that time, written as the others write it.
"""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from agent_worker.domain.recipe import VALUE_CHANGES_MAX, MapValues, StepAction, ValueChange

CLOCKS_SHARE_MIN = 0.6
"""Of the cells with a value, those that are a time of day and nothing else."""

OWN_STYLE_SHARE_MIN = 0.6
"""Of the times of day, those written in the style that the others are brought to."""

CELLS_MIN = 20
"""Fewer cells have no style of their own."""

NOON = 12

_CLOCK = re.compile(
    r"(?<![\d:.])(?P<hour>[01]?\d|2[0-3])(?P<mark>[:.h])(?P<minute>[0-5]\d)(?P<second>:[0-5]\d)?"
    r"(?P<half>(?P<gap>\s?)(?P<letter>[apAP])(?P<rest>\.?[mM]\.?|(?![a-z.])))?(?![\d:]|\.\d)"
)


@dataclass(frozen=True, slots=True)
class Clock:
    """A time of day as it is written."""

    hour: int
    """From 0 to 23."""
    minute: str
    second: str
    style: str
    """`06:55 a.m.` with the digits gone."""
    is_padded: bool | None
    """Whether an hour below ten has a zero in front; None for the others, which do not tell."""


_Read = Mapping[str, list[tuple[Clock, str]]]
"""The times of day of each text, with the parts that they are."""


def read_clocks(text: str) -> list[tuple[Clock, str]]:
    """Return each time of day in a text, and the part of the text that it is."""
    return [(_clock(found), found.group()) for found in _CLOCK.finditer(text)]


def _clock(found: re.Match[str]) -> Clock:
    hour, half = int(found["hour"]), found["half"] or ""
    if half:
        hour = hour % 12 + 12 * (found["letter"] in "pP")
    is_short = len(found["hour"]) == 1
    is_padded = None if found["hour"][0] in "12" and not is_short else not is_short
    style = f"{found['mark']}{half.replace('p', 'a').replace('P', 'A')}"
    return Clock(hour, found["minute"], found["second"] or "", style, is_padded)


def written(clock: Clock, style: str) -> str:
    """Return a time of day in another style, in front of which a zero says that hours have one."""
    padded, mark, half = style.startswith("0"), *style.lstrip("0")[:1], style.lstrip("0")[1:]
    hour = clock.hour
    if half:
        half = half if hour < NOON else half.replace("a", "p").replace("A", "P")
        hour = (hour + NOON - 1) % NOON + 1
    return f"{hour:0{2 if padded else 1}}{mark}{clock.minute}{half}"


def judge_clocks(column: str, counts: Mapping[str, int]) -> MapValues | None:
    """Return the step that leaves nothing but the time of day, in the column's own style."""
    read = {text: read_clocks(text) for text in counts}
    whole = {text for text, clocks in read.items() if [part for _, part in clocks] == [text]}
    styles: Counter[str] = Counter()
    for text in whole:
        styles[read[text][0][0].style] += counts[text]
    cells = sum(counts.values())
    if styles.total() < max(CLOCKS_SHARE_MIN * cells, CELLS_MIN):
        return None
    style = min(styles, key=lambda each: (-styles[each], each))
    if styles[style] < OWN_STYLE_SHARE_MIN * styles.total():
        return None
    padding = _padding({text: counts[text] for text in whole}, read)
    changes = [
        ValueChange(old=text, new=new)
        for text in sorted(counts)
        if (new := _mended(read[text], style, padding)) is not None and new != text
    ]
    if not changes or len(changes) > VALUE_CHANGES_MAX:
        return None
    wrong = sum(counts[change.old] for change in changes)
    return MapValues(
        column=column,
        action=StepAction.REPAIRED,
        support=styles[style],
        changes=wrong,
        confidence=0.95,
        reason=(
            f"`{column}` holds times of day like {max(whole, key=lambda text: counts[text])} in "
            f"{styles.total()} of {cells} cells; {wrong} write one otherwise, or more than one."
        ),
        values=tuple(changes),
    )


def _padding(counts: Mapping[str, int], read: _Read) -> bool | None:
    """Tell whether a column's times have a zero before hours below ten; None without a habit."""
    told: Counter[bool] = Counter()
    for text, cells in counts.items():
        is_padded = read[text][0][0].is_padded
        if is_padded is not None:
            told[is_padded] += cells
    return next((way for way in told if told[way] > OWN_STYLE_SHARE_MIN * told.total()), None)


def _mended(
    clocks: list[tuple[Clock, str]],
    style: str,
    padding: bool | None,  # noqa: FBT001 - three answers
) -> str | None:
    """Return the one time of day of a text in a style, None if there is none or it is unclear."""
    if len(clocks) != 1:
        return None
    clock, _ = clocks[0]
    is_halved, wants_halves = clock.style.lower().count("a"), style.lower().count("a")
    is_unclear = wants_halves and not is_halved and clock.hour <= NOON
    pads = bool(clock.is_padded) if padding is None else padding
    return None if is_unclear or clock.second else written(clock, f"{'0' * pads}{style}")
