"""Tables to work on, and whole goals carried out on them, one task after the other."""

from collections.abc import Mapping, Sequence
from typing import cast

from deltalake import DeltaTable

from agent_worker.capabilities.delta_table import (
    Mode,
    Publication,
    TableFile,
    publish,
    schema_with,
)
from agent_worker.capabilities.part_files import types_of
from agent_worker.capabilities.table_files import describe_file
from agent_worker.domain.actions import ActionOutcome
from agent_worker.domain.schema_contract import ColumnContract
from agent_worker.domain.table_snapshot import Bucket, TableSnapshot
from shared.contracts.vocabulary import Artifact, Failure, Parameters
from tests.unit.agent_worker.workbench import Workbench

Rows = list[tuple[object, ...]]
ONE_FILE = 1
"""Bytes that no two files have together, so that each file is a partition."""


class TableBench:
    """Carries whole-table work out, task by task, as a plan would have it."""

    def __init__(self, bench: Workbench) -> None:
        self.bench = bench
        self.commits = 0

    def make(self, table: str, *queries: str, required: Sequence[str] = ()) -> None:
        """Commit a file for each query to a table; the first commit makes the table."""
        connection = self.bench.workshop.connection
        files: list[TableFile] = []
        for number, query in enumerate(queries):
            path = f"data/{self.commits}-{number}.parquet"
            local = self.bench.store / "tables" / table / path
            local.parent.mkdir(parents=True, exist_ok=True)
            connection.sql(query).write_parquet(str(local))
            files.append(describe_file(connection, local, path))
        columns = [
            ColumnContract(name=name, data_type=kind, nullable=name not in required)
            for name, kind in types_of(connection.sql(queries[0])).items()
        ]
        self.commits += 1
        publication = Publication(f"setup-{self.commits}", [])
        publish(self.uri_of(table), schema_with(columns), files, publication, Mode.APPEND)

    def uri_of(self, table: str) -> str:
        """Return the URI of a table."""
        return self.bench.workshop.store.uri_of(f"tables/{table}")

    def delta(self, table: str) -> DeltaTable:
        """Return a table as others see it."""
        return DeltaTable(self.uri_of(table))

    def rows(self, table: str, order: str = "all") -> Rows:
        """Return a table's rows as others see them, sorted."""
        paths = self.delta(table).file_uris()
        if not paths:
            return []
        rows = self.bench.workshop.connection.read_parquet(paths)
        return rows.order(order).fetchall() if order else rows.fetchall()

    def sql(self, query: str) -> Rows:
        """Return what DuckDB itself answers."""
        return self.bench.workshop.connection.sql(query).fetchall()

    def run(
        self,
        operator: str,
        parameters: Mapping[str, object],
        inputs: Sequence[Artifact] = (),
        task_id: str = "",
    ) -> ActionOutcome:
        """Carry a task out that is expected to succeed."""
        given = cast("Parameters", dict(parameters))
        outcome = self.bench.attempt(operator, given, inputs, task_id=task_id)
        assert outcome.failure is None, outcome.failure
        return outcome

    def failure(
        self, operator: str, parameters: Mapping[str, object], inputs: Sequence[Artifact] = ()
    ) -> Failure:
        """Carry a task out that is expected to fail."""
        failure = self.bench.attempt(operator, cast("Parameters", dict(parameters)), inputs).failure
        assert failure is not None
        return failure

    def discover(
        self, *tables: str, bytes_target: int = ONE_FILE
    ) -> tuple[list[TableSnapshot], list[Bucket]]:
        """Return snapshots of tables, and buckets for work on all of them."""
        parameters = {"tables": list(tables), "bytes_target": bytes_target}
        facts = self.run("discover_tables", parameters).facts
        snapshots = cast("list[object]", facts["snapshots"])
        buckets = cast("list[object]", facts["buckets"])
        return (
            [TableSnapshot.model_validate(each) for each in snapshots],
            [Bucket.model_validate(each) for each in buckets],
        )

    def aggregate(
        self,
        table: str,
        group_by: Sequence[str],
        measures: Sequence[tuple[str, str, str]],
        *,
        bytes_target: int = ONE_FILE,
    ) -> Parameters:
        """Aggregate a table into `result`, two-phase; return the report."""
        (snapshot,), _ = self.discover(table, bytes_target=bytes_target)
        grouping = grouping_of(group_by, measures)
        partials: list[Artifact] = []
        for partition in snapshot.partitions:
            parameters = grouping | {"partition": partition.model_dump(mode="json")}
            partials += self.run("aggregate_partition", parameters, (), partition.name).artifacts
        part = self.run("merge_aggregates", grouping | {"table": "result"}, partials).artifacts
        return self.publish("result", part, snapshot)

    def split(
        self, side: str, snapshot: TableSnapshot, key: Sequence[str], buckets: Sequence[Bucket]
    ) -> list[Artifact]:
        """Split all partitions of a table by the hash of a key."""
        splits: list[Artifact] = []
        for partition in snapshot.partitions:
            parameters = {
                "side": side,
                "partition": partition.model_dump(mode="json"),
                "on": list(key),
                "buckets": [bucket.model_dump(mode="json") for bucket in buckets],
            }
            task_id = f"{side}-{partition.name}"
            splits += self.run("split_partition", parameters, (), task_id).artifacts
        return splits

    def join_broadcast(self, left: str, right: str, key: Sequence[str], how: str) -> Parameters:
        """Join tables into `result`, the right one held in memory; return the report."""
        (left_table, right_table), _ = self.discover(left, right)
        parts: list[Artifact] = []
        for partition in left_table.partitions:
            parameters = {
                "table": "result",
                "partition": partition.model_dump(mode="json"),
                "right": right_table.model_dump(mode="json"),
                "on": list(key),
                "how": how,
            }
            parts += self.run("join_partition", parameters, (), partition.name).artifacts
        return self.publish("result", parts, left_table)

    def join_buckets(
        self, left: str, right: str, key: Sequence[str], how: str, *, count: int = 3
    ) -> Parameters:
        """Join tables into `result` by buckets; return the report."""
        (left_table, right_table), _ = self.discover(left, right)
        buckets = buckets_of(count)
        splits = self.split("left", left_table, key, buckets)
        splits += self.split("right", right_table, key, buckets)
        parts: list[Artifact] = []
        for bucket in buckets:
            parameters = {
                "table": "result",
                "bucket": bucket.model_dump(mode="json"),
                "on": list(key),
                "how": how,
            }
            parts += self.run("join_bucket", parameters, splits, bucket.name).artifacts
        return self.publish("result", parts, left_table)

    def deduplicate(
        self, table: str, key: Sequence[str] = (), order_by: str = "", *, count: int = 0
    ) -> Parameters:
        """Deduplicate a table into `result`, by so many buckets, 0 for in one."""
        (snapshot,), _ = self.discover(table, bytes_target=2**40 if not count else ONE_FILE)
        given = {"table": "result", "key": list(key), "order_by": order_by}
        if not count:
            (partition,) = snapshot.partitions
            parameters = given | {"partition": partition.model_dump(mode="json")}
            part = self.run("deduplicate_partition", parameters).artifacts
            return self.publish("result", part, snapshot)
        buckets = buckets_of(count)
        splits = self.split("key", snapshot, key, buckets)
        parts: list[Artifact] = []
        for bucket in buckets:
            parameters = given | {"bucket": bucket.model_dump(mode="json")}
            parts += self.run("deduplicate_bucket", parameters, splits, bucket.name).artifacts
        return self.publish("result", parts, snapshot)

    def compact(self, snapshot: TableSnapshot) -> list[Artifact]:
        """Write the partitions that have several files anew."""
        parts: list[Artifact] = []
        for partition in snapshot.partitions:
            if len(partition.files) > 1:
                parameters = {
                    "table": snapshot.table,
                    "partition": partition.model_dump(mode="json"),
                }
                parts += self.run("compact_partition", parameters, (), partition.name).artifacts
        return parts

    def publish(
        self,
        table: str,
        parts: Sequence[Artifact],
        source: TableSnapshot | None = None,
        mode: str = "overwrite",
    ) -> Parameters:
        """Publish parts and return the report."""
        outcome = self.run("publish_parts", publishing(table, source, mode), parts)
        return cast("Parameters", outcome.facts["report"])


def grouping_of(
    group_by: Sequence[str], measures: Sequence[tuple[str, str, str]]
) -> dict[str, object]:
    """Return the parameters of a group-by; a measure is column, function, name."""
    names = ("column", "function", "name")
    return {
        "group_by": list(group_by),
        "measures": [dict(zip(names, measure, strict=True)) for measure in measures],
    }


def buckets_of(count: int) -> list[Bucket]:
    """Return so many buckets, however small the table."""
    return [
        Bucket(name=f"bucket-{number:02}", number=number, count=count) for number in range(count)
    ]


def publishing(
    table: str, source: TableSnapshot | None = None, mode: str = "overwrite"
) -> dict[str, object]:
    """Return the parameters of publishing."""
    snapshot = None if source is None else source.model_dump(mode="json")
    return {"table": table, "mode": mode, "source": snapshot}
