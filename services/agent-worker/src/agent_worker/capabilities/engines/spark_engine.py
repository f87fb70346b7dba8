"""Apache Spark as a table engine: its cluster reads and writes the object store, on many machines.

The driver runs beside the child process for one attempt, so that nobody holds machines without
work. What a site decides for itself (executors and their memory, credentials of buckets) is read
from its `spark-defaults.conf`; here is set only what makes Spark's rows those of other engines.
"""

# pyright: reportMissingModuleSource=false
# Spark is an extra, and its stubs in typings/ are all that the checks need.

import re
import socket
from collections.abc import Generator, Sequence
from contextlib import contextmanager, suppress
from urllib.parse import unquote, urlsplit

from py4j.protocol import Py4JError
from pyspark import SparkContext
from pyspark.errors import PySparkException
from pyspark.sql import SparkSession

from agent_worker.capabilities.engines.port import BUCKET_COLUMN, RowFile, StoredRows
from agent_worker.capabilities.engines.sql_engine import Dialect, SqlEngine
from agent_worker.capabilities.sources import fingerprint_of
from agent_worker.capabilities.workshop import Workshop
from agent_worker.domain.failures import ActionFailedError

SPARK = "spark"
"""What the agent calls it in what it reports."""

CONNECT_SECONDS_MAX = 5
"""For a master to take a connection: on a network that works it takes milliseconds, and Spark
itself would try for a minute."""

STOP_SECONDS_MAX = 20
"""For a driver to end once its input has: it has nothing left to do."""

DRIVER_MIB_MIN = 512
"""Spark refuses to start with less than 450 MiB."""

WORDS_MAX = 400
"""Characters of what Spark says of a failure; the first line tells, what follows is its stack."""

DIALECT = Dialect(
    real_sum="sum({})",
    whole_sum="cast(sum(cast({} as decimal(20, 0))) as decimal(38, 0))",
    text_bytes="octet_length({})",
    is_minus="cast({} as string) like '-%'",
)

TYPES = {"VARCHAR": "STRING", "TIMESTAMP": "TIMESTAMP_NTZ"}
"""Spark's names of types that DuckDB calls otherwise."""

PROMISED = {
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.ansi.enabled": "true",
    "spark.sql.ansi.doubleQuotedIdentifiers": "true",
    "spark.sql.parquet.datetimeRebaseModeInRead": "CORRECTED",
    "spark.sql.parquet.datetimeRebaseModeInWrite": "CORRECTED",
    "spark.sql.parquet.compression.codec": "zstd",
    # Files of 64 MB, which is what a partition is to have, instead of one for each core.
    "spark.sql.adaptive.coalescePartitions.parallelismFirst": "false",
    # No files but those with rows: a table's folder is no place for Hadoop's marks and sums.
    "spark.hadoop.mapreduce.fileoutputcommitter.marksuccessfuljobs": "false",
    "spark.hadoop.fs.file.impl": "org.apache.hadoop.fs.RawLocalFileSystem",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
}

_SESSIONS: dict[str, SparkSession] = {}
"""The one of this process, by its master: Spark has no room for two."""


class SparkEngine(SqlEngine):
    """Writes as many files as the rows fill, each below 64 MB or so."""

    name = SPARK
    join_memory_bytes = 0

    def __init__(self, workshop: Workshop, master: str) -> None:
        super().__init__(DIALECT)
        self._workshop = workshop
        self._master = master

    def _open(self, rows: StoredRows, name: str) -> None:
        schema = ", ".join(
            f"{_quoted(column)} {TYPES.get(kind, kind)}"
            for column, kind in rows.stored_columns.items()
        )
        with self._session() as session:
            if rows.files:
                paths = [_escaped(hadoop_path(uri)) for uri in rows.files]
                found = session.read.schema(schema).parquet(*paths)
            else:
                found = session.createDataFrame([], schema)
            if rows.bucket is not None:
                found = found.where(f"{BUCKET_COLUMN} = {rows.bucket}").drop(BUCKET_COLUMN)
            found.createOrReplaceTempView(name)

    def _figures(self, query: str) -> Sequence[int]:
        with self._session() as session:
            figures = session.sql(query).first()
        assert figures is not None, "figures are one row, however few rows they are of"
        return [figure for figure in figures if isinstance(figure, int)]

    def _write(self, query: str, stored_as: str) -> tuple[RowFile, ...]:
        folder = stored_as.removesuffix(".parquet")
        with self._session() as session:
            target = hadoop_path(self._workshop.store.uri_of(folder))
            session.sql(query).write.mode("overwrite").parquet(target)
        files = [self._described(uri) for uri in self._workshop.store.adopt(folder)]
        return tuple(file for file in files if file.rows) or tuple(files[:1])

    def _described(self, uri: str) -> RowFile:
        path = self._workshop.store.fetch(uri)
        written = self._workshop.connection.read_parquet(str(path))
        ((rows,),) = written.aggregate("count(*)").fetchall()
        return RowFile(uri, fingerprint_of(path), rows, path.stat().st_size)

    @contextmanager
    def _session(self) -> Generator[SparkSession]:
        """Lend the session of this process; after a failure the next one begins anew."""
        check_reachable(self._master)
        try:
            if not _SESSIONS:
                self._workshop.at_end(end_session)
            yield _session(self._master, self._workshop.memory_bytes // 2**20)
        except (PySparkException, Py4JError, ConnectionError) as error:
            # Its words are asked of the driver, so they are taken before the driver ends.
            failure = _failed(self._master, error)
            end_session()
            raise failure from error


def _session(master: str, memory_mib: int) -> SparkSession:
    if master not in _SESSIONS:
        driver = {"spark.driver.memory": f"{max(memory_mib, DRIVER_MIB_MIN)}m"}
        builder = SparkSession.builder.master(master).appName("argosy")
        _SESSIONS[master] = builder.config(map=PROMISED | driver).getOrCreate()
    return _SESSIONS[master]


def end_session() -> None:
    """End the driver of this process, if there is one, whatever state it is in."""
    for session in _SESSIONS.values():
        with suppress(PySparkException, Py4JError, ConnectionError):
            session.stop()
    _SESSIONS.clear()
    gateway = SparkContext._gateway  # noqa: SLF001
    # Spark would keep the way to a driver for good, and ask a dead one again.
    SparkContext._gateway = SparkContext._jvm = SparkContext._active_spark_context = None  # noqa: SLF001
    if gateway is not None:
        gateway.shutdown()
        assert gateway.proc.stdin is not None, "a driver lives as long as its input"
        gateway.proc.stdin.close()
        gateway.proc.wait(STOP_SECONDS_MAX)


def check_reachable(master: str) -> None:
    """Pass a master that takes connections, or one that is found in other ways.

    Raises:
        ActionFailedError: nobody listens at any of its addresses.
    """
    if not master.startswith("spark://"):
        return
    reasons: list[str] = []
    for address in master.removeprefix("spark://").split(","):
        host, _, port = address.rpartition(":")
        try:
            socket.create_connection((host, int(port)), CONNECT_SECONDS_MAX).close()
        except OSError as error:
            reasons.append(f"{address}: {error.strerror or error}")
        else:
            return
    raise ActionFailedError(
        "engine_unreachable",
        f"no Spark master takes connections at {master} ({'; '.join(reasons)})",
        remedy="Start the master, or correct ARGOSY_TABLE_ENGINE; the task is tried again.",
        retryable=True,
    )


def hadoop_path(uri: str) -> str:
    """Return a URI as Hadoop's file systems read it: nothing encoded, S3 by its own scheme."""
    parts = urlsplit(uri)
    if parts.scheme == "file":
        return f"file://{unquote(parts.path)}"
    return re.sub("^s3:", "s3a:", uri)


def _escaped(path: str) -> str:
    """Return a path in which nothing is a pattern."""
    return re.sub(r"([\\\[\]{}*?])", r"\\\1", path)


def _quoted(column: str) -> str:
    escaped = column.replace("`", "``")
    return f"`{escaped}`"


def _failed(master: str, error: Exception) -> ActionFailedError:
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    said = [line for line in lines if not line.startswith(("at ", "An error occurred"))]
    return ActionFailedError(
        "engine_failed",
        f"Spark at {master}: {' '.join(said[:1])[:WORDS_MAX] or type(error).__name__}",
        remedy="Look at the master's page and at the logs of its workers; the task is tried again.",
        retryable=True,
    )
