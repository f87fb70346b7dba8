"""Fixtures that every tier of tests may ask for."""

pytest_plugins = [
    "tests.support.bus",
    "tests.support.kafka",
    "tests.support.postgres",
]
