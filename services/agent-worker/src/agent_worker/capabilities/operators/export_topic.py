"""Exporting a data set into a Kafka topic: one JSON message for each clean row, each once.

The record of the export lies beside the data set: before the first message it says where in the
topic the export begins, afterwards that it is complete. An attempt that comes later goes on behind
the last message that was committed.
"""

from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from itertools import islice
from pathlib import Path

import duckdb
from pydantic import Field

from agent_worker.capabilities import sql
from agent_worker.capabilities.artifacts import input_named, read_document
from agent_worker.capabilities.operators.handing_over import hand_over, written
from agent_worker.capabilities.workshop import Workshop
from agent_worker.domain.actions import ActionOutcome, ActionRequest
from agent_worker.domain.dataset import FileFormat, Manifest
from agent_worker.domain.failures import ActionFailedError
from agent_worker.domain.operators.export_topic import TopicSeen
from agent_worker.domain.operators.handover import Handover
from shared.contracts.feeds import topic_place
from shared.contracts.vocabulary import ActionType, Artifact, Contract, Parameters
from shared.ports.topic_writer import NumberedMessage, TopicWriter

ROWS_PER_TRANSACTION = 5_000
"""Written and committed together: with rows of 200 bytes one megabyte, a second's work."""


class ExportTopicParameters(Contract):
    """What the task gives."""

    dataset: str
    topic: str
    report: Parameters = Field(default_factory=dict)
    """Of the data set; what became of the topic is added."""


class ExportRecord(Contract):
    """How one version of a data set goes into one topic."""

    topic: str
    since: dict[int, int]
    """For each partition, the offset at which the export began."""
    rows: int | None = None
    """How many rows it has; None until all of them are in the topic."""


@dataclass(frozen=True, slots=True)
class _Export:
    """A data set and the topic that it goes to."""

    request: ActionRequest
    workshop: Workshop
    topic: str
    source: Artifact
    manifest: Manifest

    @property
    def name(self) -> str:
        """What tells this export from all others: what is written, and where to."""
        content = f"{self.manifest.dataset}/{self.manifest.version}/{self.topic}"
        return sha256(content.encode()).hexdigest()[:32]

    @contextmanager
    def writer(self) -> Generator[TopicWriter]:
        """Open the topic; raises ActionFailedError where it cannot be written to."""
        place = topic_place(self.topic)
        if place is None:
            raise ActionFailedError(
                "topic_invalid",
                f"{self.topic!r} is no URI of a topic",
                remedy="Write it as kafka://HOST:PORT/TOPIC.",
            )
        with self.workshop.brokers.writer(place, self.name) as writer:
            yield writer

    def record(self) -> ExportRecord | None:
        """Return the record of this export, if it was begun."""
        try:
            path = self.workshop.store.fetch(self.workshop.store.uri_of(self._record_name))
        except ActionFailedError as error:
            if error.failure.code == "artifact_missing":
                return None
            raise
        return ExportRecord.model_validate_json(path.read_bytes())

    def keep(self, record: ExportRecord) -> None:
        """Store the record of this export."""
        staged = self.workshop.store.stage(self._record_name)
        staged.write_text(record.model_dump_json(), encoding="utf-8")
        self.workshop.store.put(self._record_name, staged)

    @property
    def _record_name(self) -> str:
        folder = f"datasets/{self.manifest.dataset}/{self.manifest.version}"
        return f"{folder}.topics/{self.name}.json"

    def messages(self, first: int) -> Iterator[NumberedMessage]:
        """Yield the data set's rows from this one on, in the order of its files."""
        number = 0
        folder = self.source.uri.rpartition("/")[0]
        for file in self.manifest.files:
            skipped = max(first - number, 0)
            if skipped < file.rows:
                path = self.workshop.store.fetch(f"{folder}/{file.path}")
                rows = self._rows(path).limit(file.rows, offset=skipped)
                streamed = _streamed(self.workshop.connection, rows)
                for place, (key, content) in enumerate(streamed, number + skipped):
                    key_bytes = None if key is None else key.encode()
                    yield NumberedMessage(place, key_bytes, content.encode())
            number += file.rows

    def _rows(self, path: Path) -> duckdb.DuckDBPyRelation:
        """Return the key and the content of each row, as JSON."""
        connection = self.workshop.connection
        names = [column.name for column in self.manifest.columns]
        if self.manifest.format is FileFormat.PARQUET:
            rows = connection.read_parquet(str(path))
        else:
            types = {column.name: str(column.data_type) for column in self.manifest.columns}
            rows = connection.read_csv(str(path), header=True, dtype=types)
        key = _packed(self.manifest.key) if self.manifest.key else "null::varchar"
        return rows.project(f"{key} as key, {_packed(names)} as content")


def perform(request: ActionRequest, workshop: Workshop) -> ActionOutcome:
    """Carry one action out."""
    if request.action is ActionType.FINAL_RESULT:
        return hand_over(request, workshop)
    parameters = ExportTopicParameters.model_validate(request.parameters)
    source = input_named(request, f"dataset:{parameters.dataset}")
    manifest = read_document(workshop.store, source, Manifest)
    export = _Export(request, workshop, parameters.topic, source, manifest)
    if request.action is ActionType.VALIDATE_DATA:
        return _look(export)
    return _write(export, parameters.report)


def _look(export: _Export) -> ActionOutcome:
    with export.writer() as writer:
        ends, reached = writer.ends(), _reached(export, writer)
    manifest = export.manifest
    seen = TopicSeen(
        rows=manifest.rows,
        files=len(manifest.files),
        partitions=len(ends),
        reached=reached,
        quality_after=manifest.quality_after,
    )
    return ActionOutcome(
        observation=seen.model_dump(mode="json"), data_quality_score=manifest.quality_after
    )


def _reached(export: _Export, writer: TopicWriter) -> int:
    record = export.record()
    if record is None:
        return 0
    return writer.reached(record.since) if record.rows is None else record.rows


def _write(export: _Export, report: Parameters) -> ActionOutcome:
    manifest = export.manifest
    with export.writer() as writer:
        # Whoever wrote before is shut out by now, and had the record stored before it wrote.
        record = export.record() or ExportRecord(topic=export.topic, since={**writer.ends()})
        export.keep(record)
        reached = _reached(export, writer)
        messages = export.messages(reached)
        while chunk := [*islice(messages, ROWS_PER_TRANSACTION)]:
            writer.append(chunk)
        export.keep(record.model_copy(update={"rows": manifest.rows}))
    delivered: Parameters = {"topic": export.topic, "messages": manifest.rows}
    return written(
        Handover(
            facts={"report": report | delivered},
            score=manifest.quality_after,
            quality_before=manifest.quality_before,
            quality_after=manifest.quality_after,
        )
    )


def _packed(names: Sequence[str]) -> str:
    """Return the columns of these names as one JSON object."""
    pairs = ", ".join(f"{sql.name(name)} := {sql.name(name)}" for name in names)
    return f"to_json(struct_pack({pairs}))::varchar"


def _streamed(
    connection: duckdb.DuckDBPyConnection, rows: duckdb.DuckDBPyRelation
) -> Iterator[tuple[str | None, str]]:
    # A cursor of its own: what is not read to its end would block the connection.
    with connection.cursor() as cursor:
        found = cursor.execute(rows.sql_query())
        while chunk := found.fetchmany(ROWS_PER_TRANSACTION):
            yield from chunk
