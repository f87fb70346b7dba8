"""Fixtures that every tier of tests may ask for."""

import gc
from pathlib import Path

import pytest

pytest_plugins = [
    "tests.support.bus",
    "tests.support.kafka",
    "tests.support.postgres",
    "tests.support.spark",
]

TESTS = Path(__file__).parent
TIERS = ("e2e", "integration", "contract", "simulation")
"""The slow ones, slowest first; any others come after them."""


def pytest_collection_modifyitems(session: pytest.Session) -> None:
    """Let slow files begin first, so that no worker ends long after another (`make test`).

    Workers get whole files: what shares something dear, as a broker, a cluster or the simulated
    worlds, is in one.
    """
    on_kafka = {test.path for test in session.items if "kafka" in _fixtures_of(test)}
    session.items.sort(key=lambda test: (test.path not in on_kafka, _rank_of(test)))


def _fixtures_of(test: pytest.Item) -> list[str]:
    return test.fixturenames if isinstance(test, pytest.Function) else []


def _rank_of(test: pytest.Item) -> int:
    tier = test.path.relative_to(TESTS).parts[0]
    return TIERS.index(tier) if tier in TIERS else len(TIERS)


def pytest_sessionfinish() -> None:
    """Let the interpreter take DuckDB apart at its end.

    Hypothesis leaves a callback with the garbage collector that keeps modules alive, an embedded
    cluster takes all that is loaded out of its reach, and DuckDB's binding prints pages about what
    was not freed.
    """
    gc.callbacks.clear()
    gc.unfreeze()
