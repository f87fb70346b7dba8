"""What crosses the pipe between an agent and its child processes; light enough for both."""

from pydantic import Field

from agent_worker.capabilities.engines.addresses import BYTES_MIN, DUCKDB
from agent_worker.domain.actions import (
    ActionOutcome,
    ActionRequest,
    VerdictOutcome,
    VerdictRequest,
    VoteOutcome,
    VoteRequest,
)
from agent_worker.domain.voting.contradictions import Redaction
from shared.contracts.vocabulary import Contract

SAMPLE_ROWS_MAX = 10_000
"""Rows that a repair is tried on: a share of 0.1 % shows in ten of them."""


class ChildSettings(Contract):
    """What a child process is told when it starts."""

    object_store: str
    source_roots: tuple[str, ...] = ()
    stream_brokers: tuple[str, ...] = ()
    """Brokers whose topics may be read, as host:port."""
    topic_sinks: tuple[str, ...] = ()
    """Topics that may be written to, as host:port/topic."""
    source_hosts: tuple[str, ...] = ()
    """HTTP servers that may be read from, as HOST or HOST:PORT."""
    source_buckets: tuple[str, ...] = ()
    """S3 places that may be read from, as BUCKET or BUCKET/PREFIX."""
    source_databases: tuple[str, ...] = ()
    """Names of databases that may be read from; their URIs are in the environment alone."""
    open_rows: str = ""
    """The function that opens a database's rows, by module and name, as for topics."""
    open_topics: str = ""
    """The function that opens a broker's topics, by module and name: a child loads it when a
    topic is read, and most never do."""
    open_topic_writer: str = ""
    """The function that opens a topic for an export, likewise."""
    memory_mib: int = Field(default=1024, ge=128)
    partition_mib: int = Field(default=0, ge=0)
    """A text file that is larger is divided into partitions of this size; 0 for none."""
    sample_rows_max: int = Field(default=SAMPLE_ROWS_MAX, ge=1)
    table_engine: str = DUCKDB
    """The engine for whole tables: duckdb, or the address of a Spark master."""
    table_engine_bytes_min: int = Field(default=BYTES_MIN, ge=0)
    """Work on smaller files is DuckDB's, whatever the engine."""
    redaction: Redaction = Redaction.SHOWN
    """How values appear in the evidence of votes."""


class Job(Contract):
    """What the agent asks for."""

    request: ActionRequest | VoteRequest | VerdictRequest


class Reply(Contract):
    """What the child answers."""

    outcome: ActionOutcome | VoteOutcome | VerdictOutcome
