"""Tables of our own as sources: `table:NAME`, at its newest version, or `table:NAME@VERSION`."""

import re
from pathlib import Path
from urllib.parse import unquote

from agent_worker.capabilities import sql
from agent_worker.capabilities.table_contracts import open_table
from agent_worker.capabilities.table_listing import listed_files
from agent_worker.capabilities.table_snapshots import check_readable, columns_of, read_files
from agent_worker.capabilities.workshop import Workshop
from agent_worker.domain.failures import ActionFailedError
from agent_worker.domain.table_columns import own_columns

SCHEME = "table:"

_NAMED = re.compile(r"table:(?P<name>[a-z][a-z0-9_]{0,62})(?:@(?P<version>[0-9]{1,15}))?")


def write_table(source: str, target: Path, workshop: Workshop) -> None:
    """Write a table's rows at one version as Parquet, without its columns of lineage.

    Raises:
        ActionFailedError: there is no such table or version, or it cannot be read here.
    """
    name, version = _named(source)
    table = open_table(workshop.store, name, version)
    check_readable(table, name)
    columns = {column.name: column.data_type for column in columns_of(table, name)}
    folder = workshop.store.uri_of(f"tables/{name}")
    uris = [f"{folder}/{unquote(file.path)}" for file in listed_files(table)]
    own = ", ".join(sql.name(column) for column in own_columns(columns))
    rows = read_files(workshop, uris, columns).project(own)
    rows.write_parquet(str(target), compression="zstd")


def name_of(source: str) -> str:
    """Return a name for what a source selects; raises as `write_table` does."""
    name, version = _named(source)
    return name if version is None else f"{name}-{version}"


def _named(source: str) -> tuple[str, int | None]:
    match = _NAMED.fullmatch(source)
    if match is None:
        raise ActionFailedError(
            "source_invalid",
            f"{source} names no table",
            remedy=f"Write {SCHEME}NAME or {SCHEME}NAME@VERSION.",
        )
    version = match["version"]
    return match["name"], None if version is None else int(version)
