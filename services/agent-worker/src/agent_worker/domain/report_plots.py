"""A report's plots as inline SVG: bars that are read without a script."""

from collections.abc import Sequence
from html import escape
from math import log10

from agent_worker.domain.histogram import Histogram
from agent_worker.domain.report import ColumnReport, Quality

_NAME_MAX = 22
"""Characters of a name beside a bar."""

_LEFT, _RIGHT, _WIDTH = 150, 84, 520
"""Where bars begin, what is kept for figures behind them, and the whole, in pixels."""

_ROW = 22
"""Pixels for a bar of errors."""

_PLOT_WIDTH, _PLOT_HEIGHT = 200, 70
"""Of a histogram, in pixels."""


def dimension_bars(before: Quality, after: Quality) -> str:
    """Return the quality by dimension, before and after, as pairs of bars."""
    names = [name for name in after.dimensions if name in before.dimensions]
    rows = [
        _pair(place, name, before.dimensions[name], after.dimensions[name])
        for place, name in enumerate(names)
    ]
    return _svg(_WIDTH, 44 * len(names), "".join(rows), "Quality by dimension, before and after")


def _pair(place: int, name: str, before: float, after: float) -> str:
    top = 44 * place + 4
    bars = "".join(
        f'<rect x="{_LEFT}" y="{top + offset}" width="{_span(1):.1f}" height="13" rx="2" '
        f'fill="var(--track)"/><rect x="{_LEFT}" y="{top + offset}" '
        f'width="{_span(share):.1f}" height="13" rx="2" fill="var(--{colour})"/>'
        f'<text class="soft" x="{_WIDTH}" y="{top + offset + 11}" text-anchor="end">'
        f"{percent(share)}</text>"
        for offset, share, colour in ((0, before, "before"), (16, after, "after"))
    )
    return f'<text x="0" y="{top + 19}">{escape(name)}</text>{bars}'


def error_bars(columns: Sequence[ColumnReport]) -> str:
    """Return how many cells of each column were repaired and are suspected, as stacked bars."""
    most = max((column.wrong for column in columns), default=0) or 1
    rows = [_stack(place, column, most) for place, column in enumerate(columns)]
    return _svg(_WIDTH, _ROW * len(columns), "".join(rows), "Wrong cells by column")


def _stack(place: int, column: ColumnReport, most: int) -> str:
    top = _ROW * place + 3
    repaired, suspected = (_span(count / most) for count in (column.repaired, column.suspected))
    return (
        f'<text x="0" y="{top + 12}">{escape(short(column.name, _NAME_MAX))}'
        f"<title>{escape(column.name)}</title></text>"
        f'<rect x="{_LEFT}" y="{top}" width="{repaired:.1f}" height="15" fill="var(--repaired)"/>'
        f'<rect x="{_LEFT + repaired:.1f}" y="{top}" width="{suspected:.1f}" height="15" '
        'fill="var(--suspected)"/>'
        f'<text class="soft" x="{_LEFT + repaired + suspected + 6:.1f}" y="{top + 12}">'
        f"{column.wrong:,}</text>"
    )


def histogram_plot(histogram: Histogram) -> str:
    """Return a histogram with the ends of its range."""
    counts, most = histogram.counts, max(histogram.counts)
    width = _PLOT_WIDTH / len(counts)
    bars = "".join(
        f'<rect x="{width * place:.2f}" y="{_PLOT_HEIGHT - height:.2f}" '
        f'width="{max(width - 1, 0.5):.2f}" height="{height:.2f}" fill="var(--after)"/>'
        for place, count in enumerate(counts)
        if (height := _PLOT_HEIGHT * count / most)
    )
    low, high = histogram.edges
    ends = (
        f'<line x1="0" x2="{_PLOT_WIDTH}" y1="{_PLOT_HEIGHT}" y2="{_PLOT_HEIGHT}" '
        'stroke="var(--line)"/>'
        f'<text class="soft" x="0" y="{_PLOT_HEIGHT + 14}">{number(low)}</text>'
        f'<text class="soft" x="{_PLOT_WIDTH}" y="{_PLOT_HEIGHT + 14}" text-anchor="end">'
        f"{number(high)}</text>"
    )
    return _svg(_PLOT_WIDTH, _PLOT_HEIGHT + 18, bars + ends, "Distribution of values")


def percent(share: float) -> str:
    """Return a share as people read it; what is not quite all never reads as all."""
    shown = f"{100 * share:.2f}"
    return "> 99.99 %" if shown == "100.00" and share < 1 else f"{shown} %"


def number(value: float) -> str:
    """Return a number in few characters."""
    if value and not 1e-4 <= abs(value) < 1e9:  # noqa: PLR2004 - more digits than a plot has room
        return f"{value:.2e}"
    decimals = max(0, 3 - int(log10(abs(value)))) if abs(value) >= 1 else 5
    text = f"{value:,.{decimals}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def short(text: str, characters: int) -> str:
    """Return a text, or its beginning and a sign that there is more."""
    return text if len(text) <= characters else f"{text[: characters - 1]}…"


def _span(share: float) -> float:
    return (_WIDTH - _LEFT - _RIGHT) * share


def _svg(width: int, height: int, content: str, title: str) -> str:
    return (
        f'<svg viewBox="0 0 {width} {height}" role="img" aria-label="{escape(title)}">'
        f"{content}</svg>"
    )
