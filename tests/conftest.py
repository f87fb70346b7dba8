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
    """Divide the tests among workers that run side by side (`make test`).

    What shares something dear goes to one worker, as the broker, a cluster or the simulated worlds
    would else be made in each. Slow tests begin first, so that no worker ends long after another.
    """
    on_kafka = {item.path for item in items if "kafka" in _fixtures_of(item)}
    for item in items:
        if item.path in on_kafka:
            item.add_marker(pytest.mark.xdist_group("kafka"))
        elif _tier_of(item) == "simulation":
            item.add_marker(pytest.mark.xdist_group("simulation"))
        elif _tier_of(item) in TIERS:
            item.add_marker(pytest.mark.xdist_group(str(item.path)))
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
