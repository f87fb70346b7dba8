"""Files that come late to the demo's table: one that it should change for, one that it should not.

Nothing in the product knows of them; what becomes of each is for the agents to find out.
"""

import tempfile
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

import duckdb
from pydantic import Field, ValidationError
from rich.console import RenderableType
from rich.text import Text

from argosy.demo.flights import unpack_original
from argosy.failures import CommandError, ExitCode
from argosy.printing import grid, votes_page
from argosy.progress import Snapshot
from argosy.views import Answer

GENERATOR = files("argosy.demo").joinpath("late_flights.sql").read_text(encoding="utf-8")

FILES = {"more_csv": "late-with-gates.csv", "other_csv": "late-with-other-carriers.csv"}


class LateReport(Answer):
    """What the goal's last task reported about the late files."""

    version: int
    rows_in: int
    rows_out: int
    rows_quarantined: int
    schema_changes: tuple[str, ...] = ()
    partitions_set_aside: dict[str, str] = Field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class LateFiles:
    """How the late files' goal ended."""

    seen: Snapshot
    report: LateReport

    @classmethod
    def of(cls, seen: Snapshot) -> "LateFiles":
        """Return what came of the goal.

        Raises:
            CommandError: it failed, or reports something else.
        """
        try:
            return cls(seen, LateReport.model_validate(seen.goal.report))
        except ValidationError as error:
            failure = seen.goal.failure
            raise CommandError(
                f"The late files' goal {seen.goal.goal_id} ended as {seen.goal.state}: "
                f"{failure.detail if failure else 'it gives no reason'}",
                remedy=failure.remedy if failure else "The log tells more.",
                exit_code=ExitCode.GOAL_FAILED,
            ) from error

    def as_page(self) -> list[RenderableType]:
        """Return the votes with their evidence, and what they led to."""
        told = self.report
        table = grid("", "")
        table.show_header = False
        changed = "; ".join(told.schema_changes) or "nothing"
        table.add_row("the table changed", f"{changed}, in the commit of version {told.version}")
        table.add_row("rows added", f"{told.rows_out:,} of {told.rows_in:,}")
        for name, reason in told.partitions_set_aside.items():
            aside = f"{told.rows_quarantined:,} rows quarantined: {reason}"
            table.add_row(name, Text(aside, overflow="fold"))
        return [*(votes_page(proposal) for proposal in self.seen.proposals), Text(), table]


def late_flights(folder: Path) -> None:
    """Write the late files into the folder, the same bytes each time."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch, duckdb.connect() as connection:
        original = unpack_original(Path(scratch))
        connection.execute("set variable flights_csv = ?", [str(original)])
        for variable, name in FILES.items():
            connection.execute(f"set variable {variable} = ?", [str(folder / name)])
        connection.execute(GENERATOR)
