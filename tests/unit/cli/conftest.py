"""What the command's tests share: the demo's data, made once."""

from pathlib import Path

import pytest

from argosy.demo.flights import DemoData, dirty_flights


@pytest.fixture(scope="session")
def demo_data(tmp_path_factory: pytest.TempPathFactory) -> DemoData:
    return dirty_flights(Path(tmp_path_factory.mktemp("demo")), seed=7)
