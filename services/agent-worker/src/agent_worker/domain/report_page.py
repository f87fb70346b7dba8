"""The report of a run as one page that needs nothing else: no script, no font, no server."""

from html import escape

from agent_worker.domain.report import RunReport


def page_of(report: RunReport) -> str:
    """Return the page."""
    return f"<!doctype html><title>{escape(report.table)}</title>"
