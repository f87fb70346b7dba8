"""One file cleaned in the foreground: profile, propose, clean, by the agent's own code."""

import glob
import re
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import duckdb
from rich.console import Console

from agent_worker.capabilities.artifacts import open_artifact, read_document
from agent_worker.capabilities.clean_texts import clean_texts
from agent_worker.capabilities.delta_table import LINEAGE
from agent_worker.capabilities.foreground import Foreground, Performed
from agent_worker.capabilities.pipe import ChildSettings
from agent_worker.capabilities.reading.sheets import with_sheet
from agent_worker.capabilities.workshop import Workshop, open_workshop
from agent_worker.domain.failures import ActionFailedError
from agent_worker.domain.report import RunReport, report_of, with_decisions
from agent_worker.domain.report_page import page_of
from agent_worker.domain.summary import PartitionSummary
from argosy.clean_outputs import Output, Wanted
from argosy.clean_progress import Progress
from argosy.failures import CommandError, ExitCode
from shared.contracts.vocabulary import Artifact, Parameters

TABLE_NAME_MAX = 63
"""Characters of a table's name."""

SOURCE_CODES = "source_"
"""How the codes of failures begin that are the source's, and no mistake of cleaning."""

PARQUET = ".parquet"

RECORD_COLUMNS = (
    "row, \"column\", nullif(old, '') as old, nullif(new, '') as new, action, reason, confidence"
)
"""Of the file; an empty text is written as nothing at all, like a missing one."""


@dataclass(frozen=True, slots=True)
class Cleaning:
    """What is to be cleaned."""

    source: Path | str
    """A local file, or the URI of another one."""
    key: tuple[str, ...] = ()
    sheet: str = ""
    """Of a workbook; the first one if empty."""

    @property
    def name(self) -> str:
        """What the file is called."""
        path = self.source if isinstance(self.source, Path) else Path(urlsplit(self.source).path)
        return path.name

    @property
    def as_source(self) -> str:
        """The source as goals name it; a local path means itself, whatever signs it has."""
        if isinstance(self.source, Path):
            return with_sheet(glob.escape(str(self.source)), self.sheet)
        return with_sheet(self.source, self.sheet)


@dataclass(frozen=True, slots=True)
class Manner:
    """How it is done."""

    out_suffix: str = ""
    """The format of the clean table, as the end of a file's name."""
    memory_mib: int = 1024


def run_cleaning(
    cleaning: Cleaning, how: Manner, outputs: Wanted, console: Console | None
) -> RunReport:
    """Clean a file, write what is wanted of it, and return the report.

    Raises:
        CommandError: it cannot be read, or cleaning failed.
    """
    with tempfile.TemporaryDirectory(prefix="argosy-clean-") as folder:
        workshop = _open_workshop(cleaning, how, Path(folder))
        agent = Foreground(workshop, _now, Progress(console).tell)
        try:
            return _clean(agent, cleaning, how.out_suffix, outputs)
        except ActionFailedError as error:
            raise _failed(cleaning, error) from error
        finally:
            workshop.connection.close()


def _open_workshop(cleaning: Cleaning, how: Manner, folder: Path) -> Workshop:
    """Open a workshop that may read what its person may; a fleet's agents are told where."""
    scratch = folder / "scratch"
    scratch.mkdir()
    place = "" if isinstance(cleaning.source, Path) else urlsplit(cleaning.source).netloc
    settings = ChildSettings(
        object_store=(folder / "objects").as_uri(),
        source_roots=("/",),
        source_hosts=(place,) if place else (),
        source_buckets=(place,) if place else (),
        memory_mib=how.memory_mib,
    )
    return open_workshop(settings, scratch)


def _clean(agent: Foreground, cleaning: Cleaning, out_suffix: str, outputs: Wanted) -> RunReport:
    partition = _only_partition(agent, cleaning)
    profile = agent.perform("profile_partition", {"partition": partition})
    asked: Parameters = {"table": table_name(cleaning.name), "key": list(cleaning.key)}
    proposed = agent.perform("propose_schema", asked, profile.artifacts)
    done = agent.perform("clean_partition", {"partition": partition}, proposed.artifacts)
    _write(agent, done, out_suffix, outputs)
    summary = read_document(agent.workshop.store, _named(done, "summary:"), PartitionSummary)
    report = with_decisions(report_of(table_name(cleaning.name), [summary]), agent.traces)
    if Output.REPORT in outputs:
        outputs[Output.REPORT].write_text(report.model_dump_json(indent=2) + "\n", encoding="utf-8")
    if Output.HTML in outputs:
        outputs[Output.HTML].write_text(page_of(report), encoding="utf-8")
    return report


def _write(agent: Foreground, done: Performed, out_suffix: str, outputs: Wanted) -> None:
    """Write the rows that are wanted."""
    rows = _rows(agent.workshop, _named(done, "clean:"))
    changes = _rows(agent.workshop, _named(done, "changes:"))
    if Output.OUT in outputs and out_suffix == PARQUET:
        table = rows.project(f"* exclude ({', '.join(LINEAGE)})")
        table.write_parquet(str(outputs[Output.OUT]), compression="zstd")
    elif Output.OUT in outputs:
        judged = agent.workshop.recall("clean_partition/1")
        assert judged is not None, "the partition that was cleaned last is kept"
        clean_texts(judged, changes, rows).write_csv(str(outputs[Output.OUT]), header=True)
    if Output.CHANGES in outputs:
        changes.project(RECORD_COLUMNS).write_csv(str(outputs[Output.CHANGES]), header=True)
    if Output.QUARANTINE in outputs:
        unusable = _rows(agent.workshop, _named(done, "quarantine:"))
        unusable.write_csv(str(outputs[Output.QUARANTINE]), header=True)


def _only_partition(agent: Foreground, cleaning: Cleaning) -> Parameters:
    found = agent.perform("discover_sources", {"sources": [cleaning.as_source]})
    partitions = found.facts["partitions"]
    assert isinstance(partitions, list)
    if len(partitions) != 1:
        raise ActionFailedError(
            "source_not_one_table",
            f"{cleaning.name} holds {len(partitions)} tables",
            remedy="Split it, or hand it in as a goal: `argosy goal submit clean_dataset`.",
        )
    (partition,) = partitions
    assert isinstance(partition, dict)
    return partition


def _rows(workshop: Workshop, artifact: Artifact) -> duckdb.DuckDBPyRelation:
    return workshop.connection.read_parquet(str(open_artifact(workshop.store, artifact)))


def _named(done: Performed, prefix: str) -> Artifact:
    return next(each for each in done.artifacts if each.name.startswith(prefix))


def table_name(file_name: str) -> str:
    """Return a table's name made of a file's."""
    words = re.sub(r"[^A-Za-z0-9]+", "_", file_name.split(".", maxsplit=1)[0]).strip("_")
    return (words if words[:1].isalpha() else f"table_{words}")[:TABLE_NAME_MAX].rstrip("_")


def _failed(cleaning: Cleaning, error: ActionFailedError) -> CommandError:
    failure = error.failure
    is_usage = failure.code.startswith(SOURCE_CODES)
    return CommandError(
        f"{cleaning.source}: {failure.detail.removeprefix(f'{cleaning.name}: ')}.",
        remedy=failure.remedy,
        exit_code=ExitCode.USAGE if is_usage else ExitCode.GOAL_FAILED,
    )


def _now() -> datetime:
    return datetime.now(UTC)  # noqa: TID251 - the edge: a person's command has no other clock
