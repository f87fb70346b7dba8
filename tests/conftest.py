"""Fixtures that every tier of tests may ask for."""

import gc
from pathlib import Path

import pytest

pytest_plugins = [
    "tests.support.bus",
    "tests.support.kafka",
    "tests.support.postgres",
]

TESTS = Path(__file__).parent
TIERS = ("e2e", "integration", "contract", "simulation")
"""The slow ones, slowest first; any others come after them."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let slow files begin first, so that no worker ends long after another (`make test`).

    Workers get whole files: what shares something dear, as a broker, a cluster or the simulated
    worlds, is in one.
    """
    on_kafka = {item.path for item in items if "kafka" in _fixtures_of(item)}
    items.sort(key=lambda item: (item.path not in on_kafka, _rank_of(item)))


def _fixtures_of(item: pytest.Item) -> list[str]:
    return item.fixturenames if isinstance(item, pytest.Function) else []


def _tier_of(item: pytest.Item) -> str:
    return item.path.relative_to(TESTS).parts[0]


def _rank_of(item: pytest.Item) -> int:
    tier = _tier_of(item)
    return TIERS.index(tier) if tier in TIERS else len(TIERS)


def pytest_sessionfinish() -> None:
    """Let the interpreter take DuckDB apart at its end.

    Hypothesis leaves a callback with the garbage collector that keeps modules alive, an embedded
    cluster takes all that is loaded out of its reach, and DuckDB's binding prints pages about what
    was not freed.
    """
    gc.callbacks.clear()
    gc.unfreeze()
