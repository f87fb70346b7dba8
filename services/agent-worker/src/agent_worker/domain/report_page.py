"""The report of a run as one page that needs nothing else: no script, no font, no server.

Every text of the data is escaped where it enters the page, so that a cell which says `<script>` is
read and not run.
"""

import re
from collections.abc import Iterable, Sequence
from html import escape
from itertools import groupby

from agent_worker.domain.recipe import StepAction
from agent_worker.domain.report import ColumnReport, DecisionReport, RunReport, SourceReport
from agent_worker.domain.report_details import ChangeExample, ChangeGroup, QuarantineGroup
from agent_worker.domain.report_plots import (
    dimension_bars,
    error_bars,
    histogram_plot,
    percent,
    short,
)
from agent_worker.domain.report_style import STYLE

BARS_MAX = 20
"""Columns in the plot of errors: those with most."""

COLUMNS_SHOWN_MAX = 100
"""Rows of the table of columns; the report as JSON has more."""

SOURCES_SHOWN_MAX = 50
"""Rows of the table of sources."""

PLOTS_MAX = 24
"""Histograms on a page."""

REASON_MAX = 300
"""Characters of a reason."""


def page_of(report: RunReport) -> str:
    """Return the page, complete."""
    body = "".join((
        _head(report), _tiles(report), _plots(report), _came_in(report), _was_wrong(report),
        _was_done(report), _is_left(report), _distributions(report), _decisions(report),
    ))  # fmt: skip
    title = escape(f"{report.table}: report of a run")
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; '
        "style-src 'unsafe-inline'\">"
        f"<title>{title}</title><style>{STYLE}</style></head><body><main>{body}"
        "<footer>Made by Argosy. Everything on this page is in the page.</footer>"
        "</main></body></html>\n"
    )


def _head(report: RunReport) -> str:
    count = len(report.sources)
    files = f"{count} file" + "s" * (count != 1)
    version = "" if report.version is None else f", version {report.version} of the table"
    return (
        f"<header><h1>{escape(report.table)}</h1><p>{files}, {report.rows_in:,} rows in, "
        f"{report.rows_out:,} rows out{version}.</p></header>"
    )


def _tiles(report: RunReport) -> str:
    known = report.cell_accuracy
    tiles = [
        ("good", percent(report.quality_after.score),
         f"quality, from {percent(report.quality_before.score)}"),
        *([("", percent(known.after), f"{known.named}, from {percent(known.before)}")]
          if known else []),
        ("", f"{report.cells_repaired:,}", f"cells repaired of {report.cells:,}"),
        ("", f"{report.cells_suspected:,}", "cells suspected, not decided"),
        ("", f"{report.rows_quarantined:,}", "rows quarantined"),
        ("", f"{report.duplicates_removed:,}", "copies of rows removed"),
    ]  # fmt: skip
    shown = "".join(
        f'<div class="tile {kind}"><b>{figure}</b><span>{said}</span></div>'
        for kind, figure, said in tiles
    )
    doubts = _none(" ".join(known.doubts)) if known and known.doubts else ""
    return f'<div class="tiles">{shown}</div>{doubts}'


def _plots(report: RunReport) -> str:
    wrong = sorted((each for each in report.columns if each.wrong), key=lambda each: -each.wrong)
    bars = dimension_bars(report.quality_before, report.quality_after)
    quality = _section(
        "Quality by dimension",
        "The share of cells that are good, before and after.",
        bars + _key(("before", "before"), ("after", "after")),
    )
    errors = error_bars(wrong[:BARS_MAX]) + _key(
        ("repaired", "repaired"), ("suspected", "suspected")
    )
    left_out = len(wrong) - BARS_MAX
    said = (
        f"The {BARS_MAX} columns with most; {left_out} more have some."
        if left_out > 0
        else ("Cells that were found wrong.")
    )
    shown = errors if wrong else _none("No cell was found wrong.")
    return f'<div class="pair">{quality}{_section("Errors by column", said, shown)}</div>'


def _came_in(report: RunReport) -> str:
    rows = [_source_row(each) for each in report.sources[:SOURCES_SHOWN_MAX]]
    table = _table(
        ("File", "Written as", "#Bytes", "#Rows in", "#Rows out", "#Quarantined", "#Copies"), rows
    )
    return _section("What came in", _left_out(len(report.sources), SOURCES_SHOWN_MAX), table)


def _source_row(source: SourceReport) -> str:
    unknown = ""
    if source.unknown_columns:
        names = ", ".join(source.unknown_columns)
        unknown = f'<br><span class="none">left out: {escape(short(names, REASON_MAX))}</span>'
    figures = (
        source.bytes, source.rows_in, source.rows_out, source.rows_quarantined,
        source.duplicates_removed,
    )  # fmt: skip
    return (
        f'<td class="name" title="{escape(source.uri)}">{escape(source.name)}{unknown}</td>'
        f"<td>{escape(source.layout)}</td>{_figures(figures)}"
    )


def _was_wrong(report: RunReport) -> str:
    ranked = sorted(report.columns, key=lambda each: (-each.wrong, each.after.score))
    rows = [_column_row(each) for each in ranked[:COLUMNS_SHOWN_MAX]]
    dimensions = [*report.quality_after.dimensions]
    headings = ("Column", "Type", "#Wrong cells", *(f"#{each}" for each in dimensions))
    told = "Each column's share of good cells, before → after. "
    told += _left_out(len(ranked), COLUMNS_SHOWN_MAX)
    return _section("What was wrong", told, _table(headings, rows))


def _column_row(column: ColumnReport) -> str:
    shares = "".join(
        f'<td class="n">{_change(before, column.after.dimensions.get(name, before))}</td>'
        for name, before in column.before.dimensions.items()
    )
    return (
        f'<td class="name">{escape(column.name)}</td><td>{escape(column.data_type)}</td>'
        f'<td class="n">{column.wrong:,}</td>{shares}'
    )


def _change(before: float, after: float) -> str:
    if percent(before) == percent(after):
        return percent(after)
    return f"{percent(before)} → <b>{percent(after)}</b>"


def _was_done(report: RunReport) -> str:
    done = [each for each in report.details.changes if each.action is StepAction.REPAIRED]
    table = _table(("Column", "#Cells", "#Sure", "Why", "Examples"), map(_change_row, done))
    return _section(
        "What was done",
        "Repairs, those of most cells first, with the texts before and after.",
        table if done else _none("Nothing had to be repaired."),
    )


def _change_row(group: ChangeGroup) -> str:
    examples = "<br>".join(_example(each, group.action) for each in group.examples)
    return (
        f'<td class="name">{escape(group.column)}</td><td class="n">{group.cells:,}</td>'
        f'<td class="n">{100 * group.confidence:.0f} %</td>'
        f'<td class="why">{_sentence(short(group.reason, REASON_MAX))}</td>'
        f'<td class="examples">{examples}</td>'
    )


def _example(example: ChangeExample, action: StepAction) -> str:
    times = f" &times; {example.cells:,}" if example.cells > 1 else ""
    if action is StepAction.SUSPECTED and not example.new:
        return f"{_text(example.old)}{times}"
    return f"{_text(example.old, 'old')} → {_text(example.new)}{times}"


def _text(text: str, kind: str = "") -> str:
    if not text:
        return '<span class="none">empty</span>'
    return f'<code class="{kind}">{escape(text)}</code>'


def _is_left(report: RunReport) -> str:
    suspected = [each for each in report.details.changes if each.action is StepAction.SUSPECTED]
    parts = [
        "<p>Cells that are likely wrong, and are for a person to decide.</p>",
        _table(("Column", "#Cells", "#Sure", "Why", "Examples"), map(_change_row, suspected))
        if suspected
        else _none("No cell is suspected."),
        "<p>Rows that cannot be used. They are kept apart, with their lines.</p>",
        _table(("Reason", "#Rows", "Examples"), map(_quarantine_row, report.details.quarantine))
        if report.details.quarantine
        else _none("No row was quarantined."),
    ]
    more = report.details.cells_left_out
    if more:
        parts.append(_none(f"{more:,} more cells are of kinds that are too rare to list."))
    return _section("What is left", "", "".join(parts))


def _quarantine_row(group: QuarantineGroup) -> str:
    examples = "<br>".join(
        f'<span class="none">line {each.line}</span> {_text(each.raw)}' for each in group.examples
    )
    reason = escape(group.reason.replace("_", " "))
    return f'<td class="name">{reason}</td><td class="n">{group.rows:,}</td><td>{examples}</td>'


def _distributions(report: RunReport) -> str:
    numeric = [
        (column.name, column.histogram)
        for column in report.details.columns
        if column.histogram is not None
    ]
    if not numeric:
        return ""
    plots = "".join(
        f"<figure>{histogram_plot(histogram)}<figcaption>{escape(name)}</figcaption></figure>"
        for name, histogram in numeric[:PLOTS_MAX]
    )
    told = "How the numbers are spread that the table has now. "
    told += _left_out(len(numeric), PLOTS_MAX)
    return _section("Distributions", told, f'<div class="plots">{plots}</div>')


def _decisions(report: RunReport) -> str:
    if not report.decisions:
        return ""
    tasks = groupby(report.decisions, key=lambda each: each.task)
    parts = "".join(_task(task, [*steps]) for task, steps in tasks)
    more = report.decisions_left_out
    told = "What the agents thought and did, step by step." + (f" {more} more." if more else "")
    return _section("Decisions", told, parts)


def _task(task: str, steps: Sequence[DecisionReport]) -> str:
    listed = "".join(
        f"<li>{_sentence(each.thought)} <b>{escape(each.action.replace('_', ' '))}</b> "
        f'<span class="none">score {each.score:.4f}</span></li>'
        for each in steps
    )
    name = escape(task.replace("_", " "))
    head = f"<summary>{name} <span>{len(steps)} steps</span></summary>"
    return f"<details>{head}<ol>{listed}</ol></details>"


def _section(title: str, told: str, content: str) -> str:
    said = f"<p>{escape(told)}</p>" if told.strip() else ""
    return f"<section><h2>{escape(title)}</h2>{said}{content}</section>"


def _table(headings: Iterable[str], rows: Iterable[str]) -> str:
    """Return a table; headings that begin with # are of figures."""
    head = "".join(
        f'<th class="n">{escape(each[1:])}</th>'
        if each.startswith("#")
        else f"<th>{escape(each)}</th>"
        for each in headings
    )
    body = "".join(f"<tr>{row}</tr>" for row in rows)
    return f'<div class="wide"><table><tr>{head}</tr>{body}</table></div>'


def _figures(figures: Iterable[int]) -> str:
    return "".join(f'<td class="n">{each:,}</td>' for each in figures)


def _key(*marks: tuple[str, str]) -> str:
    shown = "".join(
        f'<span><i class="mark" style="background:var(--{colour})"></i>{said}</span>'
        for colour, said in marks
    )
    return f'<p class="key">{shown}</p>'


def _sentence(said: str) -> str:
    """Return a sentence with the names and values in it set apart."""
    return re.sub(r"`([^`]*)`", r"<code>\1</code>", escape(said))


def _none(said: str) -> str:
    return f'<p class="none">{escape(said)}</p>'


def _left_out(total: int, shown: int) -> str:
    return f"The first {shown} of {total}." if total > shown else ""
