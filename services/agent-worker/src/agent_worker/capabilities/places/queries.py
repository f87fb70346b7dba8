"""Rows of databases: `sql://NAME?table=TABLE` or `sql://NAME?query=SELECT…`.

A database is listed by name. Its URI, with user and password, is in the agent's environment alone:
goals, messages, artifacts and logs have the name.
"""

import base64
import json
import os
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime, time
from decimal import Decimal
from importlib import import_module
from pathlib import Path
from typing import cast
from urllib.parse import parse_qs, urlsplit

from agent_worker.capabilities.places.allowed import Allowed
from agent_worker.domain.failures import ActionFailedError
from shared.ports.row_reader import OpenRows, Rows, RowsUnreadableError, Selection

SCHEME = "sql://"

VARIABLE = "ARGOSY_DATABASE_"
"""Begins the names of the variables that hold URIs of databases."""

SECRETS = Path("/run/secrets")
"""Where containers find what nobody may see; a file has its variable's name in lower case."""


def write_rows(source: str, target: Path, allowed: Allowed) -> None:
    """Write a query's rows as one JSON object a line; every value is a text, or null.

    Raises:
        ActionFailedError: the database is not listed or not known, or does not answer the query.
    """
    name, selection = _selection_of(source, allowed)
    try:
        with _opened(name, selection, allowed) as rows, target.open("w", encoding="utf-8") as copy:
            for batch in rows.batches:
                for row in batch:
                    texts = dict(zip(rows.columns, map(_text, row), strict=True))
                    copy.write(f"{json.dumps(texts, ensure_ascii=False)}\n")
    except RowsUnreadableError as error:
        raise ActionFailedError(
            "source_unreadable",
            f"{source}: {error}",
            remedy=f"See that {VARIABLE}{name.upper()} is right, that the database answers, and "
            "that its user may read what is asked for.",
            retryable=error.passes,
        ) from None


def name_of(source: str) -> str:
    """Return a name for what a source selects."""
    parts = urlsplit(source)
    table = parse_qs(parts.query).get("table", ["query"])[0]
    return f"{parts.netloc}-{table}"


def _selection_of(source: str, allowed: Allowed) -> tuple[str, Selection]:
    parts = urlsplit(source)
    given = parse_qs(parts.query)
    tables, queries = given.get("table", []), given.get("query", [])
    if len(tables) + len(queries) != 1:
        raise ActionFailedError(
            "source_invalid",
            f"{source} names {len(tables)} tables and {len(queries)} queries",
            remedy=f"Write {SCHEME}NAME?table=TABLE or {SCHEME}NAME?query=SELECT…, encoded.",
        )
    if parts.netloc not in allowed.databases:
        raise ActionFailedError(
            "source_not_allowed",
            f"{source}: {parts.netloc} is no database that agents may read",
            remedy="Add its name to ARGOSY_SOURCE_DATABASES and its URI to the agents' environment "
            f"as {VARIABLE}NAME, and restart.",
        )
    return parts.netloc, Selection("".join(tables), "".join(queries))


def _opened(name: str, selection: Selection, allowed: Allowed) -> AbstractContextManager[Rows]:
    variable = f"{VARIABLE}{name.upper()}"
    secret = SECRETS / variable.lower()
    uri = os.environ.get(variable) or (secret.read_text().strip() if secret.is_file() else "")
    if not uri:
        raise ActionFailedError(
            "source_not_configured",
            f"database {name} is listed, but its URI is not in the agent's environment",
            remedy=f"Set {variable}, or mount it as a secret of that name in lower case.",
        )
    module, _, function = allowed.open_rows.partition(":")
    return cast("OpenRows", getattr(import_module(module), function))(uri, selection)


def _text(cell: object) -> str | None:
    match cell:
        case None | str():
            return cell
        case bool() | int() | float():
            return str(cell).lower()
        case datetime() | date() | time():
            return _moment(cell)
        case Decimal():
            return format(cell, "f")
        case bytes():
            return base64.b64encode(cell).decode()
        case _:
            is_nested = isinstance(cell, dict | list)
            return json.dumps(cell, ensure_ascii=False, default=str) if is_nested else str(cell)


def _moment(cell: date | time) -> str:
    if not isinstance(cell, datetime):
        return cell.isoformat()
    if cell.tzinfo is None:
        return cell.isoformat(" ")
    return f"{cell.astimezone(UTC).replace(tzinfo=None).isoformat()}Z"
