"""Fixtures of the agent's tests."""

import gc
from collections.abc import Generator
from pathlib import Path

import pytest

from tests.unit.agent_worker.workbench import Workbench


@pytest.fixture
def bench(tmp_path: Path) -> Generator[Workbench]:
    bench = Workbench(tmp_path)
    yield bench
    bench.workshop.connection.close()


def pytest_sessionfinish() -> None:
    """Let the interpreter take DuckDB apart at its end.

    Hypothesis leaves a callback with the garbage collector that keeps modules alive, and DuckDB's
    binding prints pages about what was not freed.
    """
    gc.callbacks.clear()
