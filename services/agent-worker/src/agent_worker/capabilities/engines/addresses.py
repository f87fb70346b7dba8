"""How the settings name a table engine, light enough for an agent that loads none."""

import os
import shutil
from importlib.util import find_spec

DUCKDB = "duckdb"

SPARK_MASTERS = ("spark://", "k8s://", "yarn")
"""How the masters begin that a driver can find: standalone, Kubernetes, YARN."""

BYTES_MIN = 2**30
"""Below a gigabyte of files DuckDB has finished before a driver and its executors have begun."""


def checked_address(address: str) -> str:
    """Return the address of an engine.

    Raises:
        ValueError: it is none.
    """
    if address == DUCKDB or address.startswith(SPARK_MASTERS):
        return address
    raise ValueError(f"{address!r} is no engine; write {DUCKDB}, or a Spark master's address")


def check_installed(address: str) -> None:
    """Pass an engine for which this machine has all that an agent needs.

    Raises:
        ValueError: something is missing.
    """
    if address == DUCKDB:
        return
    if find_spec("pyspark") is None:
        raise ValueError(
            f"ARGOSY_TABLE_ENGINE={address} needs Spark's driver; install "
            "argosy-agent-worker[spark], or set it to duckdb"
        )
    if shutil.which("java") is None and "JAVA_HOME" not in os.environ:
        raise ValueError(
            f"ARGOSY_TABLE_ENGINE={address} needs Java 17 or later for Spark's driver; install "
            "it, or set ARGOSY_TABLE_ENGINE to duckdb"
        )
