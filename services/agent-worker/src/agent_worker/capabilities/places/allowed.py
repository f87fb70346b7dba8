"""Which places beside local folders agents may read; without any listed, none."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Allowed:
    """What the settings list."""

    hosts: tuple[str, ...] = ()
    """HTTP servers, as HOST or HOST:PORT."""
    buckets: tuple[str, ...] = ()
    """S3, as BUCKET or BUCKET/PREFIX."""
    databases: tuple[str, ...] = ()
    """Names of databases; the URI of NAME is in the environment as ARGOSY_DATABASE_NAME."""
    open_rows: str = ""
    """The function that opens a database's rows, by module and name."""
