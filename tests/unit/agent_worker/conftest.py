"""Fixtures of the agent's tests."""

from collections.abc import Generator
from pathlib import Path

import pytest

from tests.unit.agent_worker.workbench import Workbench


@pytest.fixture
def bench(tmp_path: Path) -> Generator[Workbench]:
    bench = Workbench(tmp_path)
    yield bench
    bench.workshop.connection.close()
