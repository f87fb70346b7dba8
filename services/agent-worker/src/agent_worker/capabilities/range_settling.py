"""Rows of one file that repeat across its ranges: what reading it whole would have told apart.

Each range was cleaned alone, so that copies and keys that come again in another range are seen only
when all are together. The first row of the file stays. Those that go lie aside as an output of the
attempt, and the summaries account for them as they do within a range.
"""

from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from hashlib import sha256
from itertools import groupby

import duckdb

from agent_worker.capabilities import sql
from agent_worker.capabilities.artifacts import Outputs, open_artifact
from agent_worker.capabilities.judged_table import KEY_REPEATED
from agent_worker.capabilities.parts import Parts
from agent_worker.capabilities.reading.ranges import file_of, range_of
from agent_worker.capabilities.workshop import Workshop
from agent_worker.domain.actions import ActionRequest
from agent_worker.domain.summary import PartitionSummary

LINE = "_source_line"

MEMORY_SHARE = 0.6
"""Of the database's memory: with all of it, settling 6 million rows took 551 MiB of a child."""

_ROWS, _REPEATED = "rows_of_ranges", "repeated_lines"


def settle_ranges(parts: Parts, request: ActionRequest, workshop: Workshop) -> Parts:
    """Return the parts without rows that repeat an earlier one of the same file.

    Done twice, it leaves the same behind.
    """
    with _sparing_memory(workshop):
        for names in _divided_files(parts):
            settling = _Settling(parts, names, request, workshop)
            settling.find()
            parts = settling.settled()
            settling.drop()
    return parts


@contextmanager
def _sparing_memory(workshop: Workshop) -> Generator[None]:
    """Leave the database less: beside it the process holds what it reads of whole files."""
    limit = "set memory_limit = '{}B'"
    workshop.connection.execute(limit.format(int(workshop.memory_bytes * MEMORY_SHARE)))
    try:
        yield
    finally:
        workshop.connection.execute(limit.format(workshop.memory_bytes))


def _divided_files(parts: Parts) -> Iterator[tuple[str, ...]]:
    """Yield the names of the ranges of each file that was divided, in the order of the file."""
    sources = {name: summary.partition.uri for name, summary in parts.summaries.items()}
    ranges = sorted(
        (file_of(uri), part.begin, name)
        for name, uri in sources.items()
        if (part := range_of(uri)) is not None
    )
    for _, group in groupby(ranges, key=lambda each: each[0]):
        yield tuple(name for *_, name in group)


@dataclass(frozen=True, slots=True)
class _Settling:
    """The ranges of one file, and a table of the lines in them that have to go."""

    parts: Parts
    names: tuple[str, ...]
    request: ActionRequest
    workshop: Workshop

    @property
    def connection(self) -> duckdb.DuckDBPyConnection:
        """The database."""
        return self.workshop.connection

    def find(self) -> None:
        """Take down which lines repeat an earlier one, and whether they are full copies."""
        contract = self.parts.contract
        files = [str(self.parts.files[name]) for name in self.names]
        self.connection.read_parquet(files).create_view(_ROWS)
        self.connection.execute(f"create table {_REPEATED} (line bigint, is_copy boolean)")
        if contract.distinct_rows:
            self._add([column.name for column in contract.columns], is_copy=True)
        if contract.key:
            self._add(contract.key, is_copy=False)

    def _add(self, columns: Sequence[str], *, is_copy: bool) -> None:
        """Add the lines whose cells an earlier line has that stays.

        Rows are first told apart by hashes, which takes little memory however many there are; only
        those that share one are compared.
        """
        cells = ", ".join(map(sql.name, columns))
        known = f"(select line from {_REPEATED})"  # noqa: S608 - names of our own
        left = f"from {_ROWS} where {LINE} not in {known}"
        hashed = f"select {LINE} as line, hash({cells}) as hashed {left}"
        shared = f"select hashed from ({hashed}) group by hashed having count(*) > 1"  # noqa: S608
        alike = f"select line from ({hashed}) where hashed in ({shared})"  # noqa: S608
        first = f"row_number() over (partition by {cells} order by {LINE})"
        self.connection.execute(
            f"insert into {_REPEATED} select {LINE}, {is_copy} {left} and {LINE} in ({alike})"
            f" qualify {first} > 1"
        )

    def settled(self) -> Parts:
        """Return the parts without these lines."""
        parts = self.parts
        for name in self.names:
            parts = self._without(parts, name)
        return parts

    def drop(self) -> None:
        """Remove what was made in the database."""
        self.connection.execute(f"drop view {_ROWS}; drop table {_REPEATED}")

    def _without(self, parts: Parts, name: str) -> Parts:
        rows = self.connection.read_parquet(str(parts.files[name]))
        known = self.connection.table(_REPEATED)
        gone = rows.join(known, f"{LINE} = line")
        lines = gone.order("line").project("line, is_copy").fetchall()
        if not lines:
            return parts
        kept = rows.join(known, f"{LINE} = line", how="anti").order(LINE)
        outputs = Outputs(self.workshop.store, self.request)
        outputs.write_rows(
            f"repeated:{name}",
            gone.project("* exclude (line)").order(LINE),
            stored_as=outputs.name_of(f"repeated:{name}", "parquet"),
            row_count=len(lines),
        )
        task = f"{self.request.task_id}/{self.request.attempt}"
        artifact = outputs.write_rows(
            f"clean:{name}",
            kept,
            stored_as=f"tables/{parts.contract.table}/data/{task}/{name}.parquet",
            row_count=parts.summaries[name].rows_out - len(lines),
        )
        return replace(
            parts,
            clean=parts.clean | {name: artifact},
            files=parts.files | {name: open_artifact(self.workshop.store, artifact)},
            summaries=parts.summaries | {name: _accounted(parts.summaries[name], lines)},
        )


def _accounted(summary: PartitionSummary, lines: Sequence[tuple[int, bool]]) -> PartitionSummary:
    copies = sum(is_copy for _, is_copy in lines)
    keys = len(lines) - copies
    reasons = dict(summary.quarantine_reasons)
    if keys:
        reasons[KEY_REPEATED] = reasons.get(KEY_REPEATED, 0) + keys
    # What the range was, and which of its lines went, tells what is left.
    told = f"{summary.content_hash}-{[line for line, _ in lines]}"
    return summary.model_copy(
        update={
            "rows_out": summary.rows_out - len(lines),
            "rows_quarantined": summary.rows_quarantined + keys,
            "duplicates_removed": summary.duplicates_removed + copies,
            "quarantine_reasons": reasons,
            "content_hash": sha256(told.encode()).hexdigest(),
        }
    )
