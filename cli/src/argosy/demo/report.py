"""What the demo says at its end: the table, its quality, the decision, a trace, the score."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from pydantic import JsonValue, TypeAdapter
from rich.console import Group, RenderableType
from rich.rule import Rule
from rich.text import Text

from argosy.demo.late import LateFiles
from argosy.demo.scoring import RepairReport
from argosy.printing import grid, percent, trace_page, votes_page
from argosy.progress import Snapshot
from argosy.views import Answer, Trace


class TableReport(Answer):
    """What the goal's last task reported about the table."""

    table: str
    table_uri: str
    version: int
    rows_in: int
    rows_out: int
    rows_quarantined: int
    duplicates_removed: int
    quarantine_reasons: dict[str, int]
    repaired_cells: dict[str, int]
    quality_before: float
    quality_after: float
    content_hash: str


@dataclass(frozen=True, slots=True)
class DemoReport:
    """Everything that is known at the end of a run."""

    seen: Snapshot
    late: LateFiles
    table: TableReport
    trace: Trace
    repairs: RepairReport
    seconds: float
    """From the goal's submission to its end."""
    page: str

    def as_json(self) -> str:
        """Return the report for programs."""
        whole: dict[str, JsonValue] = {
            "goal": self.seen.goal.model_dump(mode="json"),
            "proposals": [each.model_dump(mode="json") for each in self.seen.proposals],
            "table": self.table.model_dump(mode="json"),
            "late": {
                "report": self.late.report.model_dump(mode="json"),
                "proposals": [each.model_dump(mode="json") for each in self.late.seen.proposals],
            },
            "trace": self.trace.model_dump(mode="json"),
            "repairs": asdict(self.repairs),
            "seconds": self.seconds,
            "page": self.page,
        }
        return TypeAdapter(dict[str, JsonValue]).dump_json(whole, indent=2).decode()

    def as_page(self) -> RenderableType:
        """Return the report for people."""
        return Group(
            _section("One agent's reasoning"),
            Text(self._traced_task(), style="bold"),
            trace_page(self.trace),
            _section("Decisions"),
            *(votes_page(proposal) for proposal in self.seen.proposals),
            _section("Against the truth"),
            *_repairs(self.repairs),
            _section("Late files"),
            *self.late.as_page(),
            _section("The table, as it was before them"),
            self._table(),
        )

    def _traced_task(self) -> str:
        return self.seen.task_names().get(self.trace.task_id, self.trace.task_id)

    def _table(self) -> RenderableType:
        told = self.table
        rows = {
            "rows in": f"{told.rows_in:,}",
            "rows out": f"{told.rows_out:,}",
            "duplicates removed": f"{told.duplicates_removed:,}",
            "rows quarantined": _counts(told.rows_quarantined, told.quarantine_reasons),
            "cells repaired": _counts(sum(told.repaired_cells.values()), told.repaired_cells),
            "quality before": percent(told.quality_before),
            "quality after": percent(told.quality_after),
            "table": f"{told.table_uri} (Delta, version {told.version})",
            "content hash": told.content_hash,
            "took": f"{self.seconds:.1f} s",
            "page": f"{self.page} (while it runs; --stay keeps it up)",
        }
        table = grid("", "")
        table.show_header = False
        for name, text in rows.items():
            table.add_row(name, Text(text, overflow="fold"))
        return table


def _section(title: str) -> RenderableType:
    return Group(Text(), Rule(title, align="left", style="dim"))


def _counts(total: int, by_name: dict[str, int]) -> str:
    if not by_name:
        return f"{total:,}"
    most_first = sorted(by_name.items(), key=lambda entry: (-entry[1], entry[0]))
    return f"{total:,}: " + ", ".join(f"{name} {count:,}" for name, count in most_first)


def _repairs(repairs: RepairReport) -> Sequence[RenderableType]:
    headings = ("RIGHTLY", "WRONGLY", "EMPTIED", "UNCHANGED", "LOST")
    table = grid("REPAIRED", "CELLS", *headings)
    table.columns[0].no_wrap = True
    for column in table.columns[1:]:
        column.justify = "right"
    for dirt in repairs.dirt:
        fates = (dirt.right, dirt.wrong, dirt.emptied, dirt.unchanged, dirt.lost)
        table.add_row(
            dirt.kind.replace("_", " "), f"{dirt.cells:,}", *(f"{cells:,}" for cells in fates)
        )
    shares = grid("", "")
    shares.show_header = False
    shares.add_row("right cells harmed", _share(repairs.harmed_cells, repairs.right_cells))
    shares.add_row("rows not in the table", _share(repairs.rows_lost, repairs.rows))
    shares.add_row("duplicates removed", _share(repairs.duplicates_removed, repairs.duplicates))
    kept_out = _share(repairs.broken_lines_kept_out, repairs.broken_lines)
    shares.add_row("broken lines kept out", kept_out)
    return [table, Text(), shares]


def _share(part: int, whole: int) -> str:
    return f"{part:,} of {whole:,} ({percent(part / whole if whole else 0.0)})"
