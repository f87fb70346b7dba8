"""Fixtures that every tier of tests may ask for."""

import gc

pytest_plugins = [
    "tests.support.bus",
    "tests.support.kafka",
    "tests.support.postgres",
]


def pytest_sessionfinish() -> None:
    """Let the interpreter take DuckDB apart at its end.

    Hypothesis leaves a callback with the garbage collector that keeps modules alive, and DuckDB's
    binding prints pages about what was not freed.
    """
    gc.callbacks.clear()
