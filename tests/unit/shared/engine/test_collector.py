"""The collector is tuned for states of many records, and lets a process end in peace."""

import subprocess
import sys

PROGRAM = """
import duckdb
from shared.engine.collector import tune_collector
tune_collector()
with duckdb.connect() as connection:
    print(connection.sql("select 7").fetchall())
"""


def test_a_process_ends_without_complaints_about_what_it_kept() -> None:
    ended = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, check=True)
    assert ended.stdout.strip() == b"[(7,)]"
    assert ended.stderr == b""
