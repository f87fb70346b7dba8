"""A small table, and the steps that change its schema."""

from typing import cast

from deltalake import DeltaTable

from agent_worker.domain.actions import ActionOutcome
from agent_worker.domain.schema_contract import TableContract
from shared.contracts.vocabulary import Artifact, Failure, Parameters
from tests.unit.agent_worker.workbench import Workbench

HEADER = "id,code,share,day"
ROWS = [f"{number},N{number},{number / 4},2013-01-{1 + number % 28:02}" for number in range(1, 201)]
LAST = "201,N201,0.5,"
"""A row without a day."""


def table_of(bench: Workbench, *, key: tuple[str, ...] = ()) -> Parameters:
    """Make table t of two files; return its snapshot."""
    bench.write("a.csv", HEADER, *ROWS[:120])
    bench.write("b.csv", HEADER, *ROWS[120:], LAST)
    contract, _ = bench.propose(key=key)
    assert bench.publish((*bench.clean(contract), contract)).failure is None
    return snapshot_of(bench)


def snapshot_of(bench: Workbench) -> Parameters:
    outcome = bench.attempt("discover_tables", {"tables": ["t"], "bytes_target": 1})
    assert outcome.failure is None, outcome.failure
    (snapshot,) = cast("list[Parameters]", outcome.facts["snapshots"])
    return snapshot


def propose(
    bench: Workbench, snapshot: Parameters, *changes: Parameters, rows_lost_max: int = 0
) -> ActionOutcome:
    return bench.attempt(
        "propose_migration",
        {
            "table": "t",
            "changes": [*changes],
            "snapshots": [snapshot],
            "rows_lost_max": rows_lost_max,
        },
    )


def refusal(bench: Workbench, snapshot: Parameters, *changes: Parameters) -> Failure:
    failure = propose(bench, snapshot, *changes).failure
    assert failure is not None
    return failure


def accepted(
    bench: Workbench, snapshot: Parameters, *changes: Parameters, rows_lost_max: int = 0
) -> tuple[Artifact, TableContract]:
    outcome = propose(bench, snapshot, *changes, rows_lost_max=rows_lost_max)
    assert outcome.failure is None, outcome.failure
    (artifact,) = outcome.artifacts
    content = bench.workshop.store.fetch(artifact.uri).read_bytes()
    return artifact, TableContract.model_validate_json(content)


def write_parts(
    bench: Workbench, snapshot: Parameters, contract: Artifact, *, attempt: int = 1
) -> list[Artifact]:
    parts: list[Artifact] = []
    for partition in cast("list[Parameters]", snapshot["partitions"]):
        outcome = bench.attempt(
            "migrate_partition",
            {"table": "t", "partition": partition},
            (contract,),
            task_id=f"migrate-{bench.pipeline_id}-{partition['name']}",
            attempt=attempt,
        )
        assert outcome.failure is None, outcome.failure
        parts += outcome.artifacts
    return parts


def carry_out(bench: Workbench, pipeline_id: str, *changes: Parameters) -> Parameters:
    """Migrate table t from beginning to end; return the report."""
    bench.pipeline_id = pipeline_id
    snapshot = snapshot_of(bench)
    contract, _ = accepted(bench, snapshot, *changes, rows_lost_max=1000)
    parts = write_parts(bench, snapshot, contract)
    parameters: Parameters = {"table": "t", "mode": "overwrite", "source": snapshot}
    outcome = bench.attempt("publish_parts", parameters, (*parts, contract))
    assert outcome.failure is None, outcome.failure
    return cast("Parameters", outcome.facts["report"])


def table_rows(bench: Workbench) -> tuple[list[str], list[tuple[object, ...]]]:
    files = DeltaTable(bench.store / "tables" / "t").file_uris()
    rows = bench.workshop.connection.read_parquet(files).order("_source_file, _source_line")
    return rows.columns, rows.fetchall()
