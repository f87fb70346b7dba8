"""The goal type monitor_stream."""

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field, ValidationInfo, field_validator

from planner.domain.goals.base import (
    ColumnName,
    GoalWithContract,
    KeyColumns,
    QualityMin,
    SourceUri,
    TableName,
)
from shared.contracts.feeds import SCHEME

BATCH_ROWS_MAX = 1_000_000
"""Rows of one batch, which is judged in the memory of one child process."""

BATCHES_MAX = 500
"""Batches of one run: each becomes a partition, and a goal has at most so many."""

COLUMNS_MAX = 1_000


class MonitorStream(GoalWithContract):
    """Take what is new in a growing folder or a Kafka topic into a table, exactly once."""

    table: TableName
    source: Annotated[
        SourceUri,
        Field(
            description="the URI of files that grow, such as file:///srv/logs/*.csv, "
            "or of a topic, such as kafka://host:9092/orders"
        ),
    ]
    quality_min: QualityMin = 0.0
    key: KeyColumns = ()
    batch_rows: Annotated[
        int,
        Field(ge=1, le=BATCH_ROWS_MAX, description="the rows of one batch, at most 1000000"),
    ] = 10_000
    batches_max: Annotated[
        int,
        Field(ge=1, le=BATCHES_MAX, description="the most batches of one run, up to 500"),
    ] = 100
    format: Annotated[
        Literal["json", "csv"],
        Field(description="how a topic's messages are written: json or csv"),
    ] = "json"
    columns: Annotated[
        tuple[ColumnName, ...],
        Field(
            max_length=COLUMNS_MAX,
            validate_default=True,
            description="a list of the columns of csv messages, in order; empty otherwise",
        ),
    ] = ()

    @field_validator("columns")
    @classmethod
    def _are_for_lines(cls, columns: tuple[str, ...], validated: ValidationInfo) -> tuple[str, ...]:
        source, message_format = validated.data.get("source", ""), validated.data.get("format")
        is_needed = source.startswith(SCHEME) and message_format == "csv"
        if is_needed != bool(columns):
            raise ValueError("columns are given for a topic of csv messages, and only there")
        return columns

    @property
    def is_topic(self) -> bool:
        """Whether the source is a topic."""
        return self.source.startswith(SCHEME)

    def judged_sources(self) -> Iterator[tuple[str, str]]:
        """Yield the source, if it is files, and the contract, if it is one."""
        yield from super().judged_sources()
        if not self.is_topic:
            yield "source", self.source

    def judged_topics(self) -> Iterator[tuple[str, str]]:
        """Yield the source, if it is a topic."""
        if self.is_topic:
            yield "source", self.source
