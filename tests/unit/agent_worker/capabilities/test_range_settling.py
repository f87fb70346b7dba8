"""A file that was divided becomes the table that it would be whole."""

from typing import Any

import duckdb
import pytest
from deltalake import DeltaTable

from shared.contracts.vocabulary import Parameters
from tests.unit.agent_worker.workbench import Workbench

ROWS = 16_000
FAR = ROWS - 10
"""Far enough from the first rows to be in another range."""

COUNTS = ("rows_in", "rows_out", "rows_quarantined", "duplicates_removed", "quarantine_reasons")


def row(number: int, name: str = "a tree in the park") -> str:
    return f"{number},{name} {number % 97},{number % 7}"


def write(bench: Workbench) -> None:
    """Write a file with copies near and far, and keys that come again."""
    lines = [row(number) for number in range(ROWS)]
    lines[11], lines[FAR] = lines[10], lines[20]
    lines[31], lines[FAR + 1] = row(30, "another"), row(40, "another")
    bench.write("trees.csv", "id,name,amount", *lines, "broken")


def published(bench: Workbench, key: tuple[str, ...]) -> tuple[Parameters, list[Any], str]:
    """Return the counts of the report, the table's rows, and the hash of the content."""
    contract, _ = bench.propose(key)
    outcome = bench.publish([*bench.clean(contract), contract])
    assert outcome.failure is None, outcome.failure
    report = outcome.facts["report"]
    assert isinstance(report, dict)
    files = DeltaTable(str(report["table_uri"])).file_uris()
    rows = duckdb.read_parquet(files).order("_source_line").fetchall()
    counts: Parameters = {name: report[name] for name in COUNTS}
    return counts, rows, str(report["content_hash"])


@pytest.mark.parametrize("key", [(), ("id",)])
def test_a_divided_file_becomes_the_same_table(bench: Workbench, key: tuple[str, ...]) -> None:
    write(bench)
    bench.pipeline_id = "whole"
    whole, whole_rows, _ = published(bench, key)
    bench.workshop.partition_bytes_max = 300_000
    assert len(bench.discover()) > 1
    bench.pipeline_id = "divided"
    divided, rows, content_hash = published(bench, key)
    assert divided == whole
    assert rows == whole_rows
    assert divided["duplicates_removed"] == 2
    assert divided["quarantine_reasons"] == {"too_few_fields": 1} | (
        {"key_repeated": 2} if key else {}
    )
    assert published(bench, key) == (divided, rows, content_hash)
