"""Default values of added columns: checked against the column's type, kept as text."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from math import isfinite

from pydantic import JsonValue

from agent_worker.domain.data_types import DataType
from agent_worker.domain.failures import ActionFailedError

BIGINT_MAX = 2**63 - 1


def default_text(column: str, default: JsonValue, data_type: DataType) -> str | None:
    """Return the default as a text that the type reads; None when there is none.

    Raises:
        ActionFailedError: it is no value of the type.
    """
    if default is None:
        return None
    written = _WRITERS[data_type](default)
    if written is None:
        raise ActionFailedError(
            "default_invalid",
            f"add `{column}`: {default!r} is no {data_type}",
            remedy="Give a default of the column's type; times as text, like 2013-01-31.",
        )
    return written


def _boolean(default: JsonValue) -> str | None:
    return str(default).lower() if isinstance(default, bool) else None


def _integer(default: JsonValue) -> str | None:
    if isinstance(default, bool) or not isinstance(default, int):
        return None
    return str(default) if abs(default) <= BIGINT_MAX else None


def _double(default: JsonValue) -> str | None:
    if isinstance(default, bool) or not isinstance(default, int | float):
        return None
    return repr(float(default)) if isfinite(default) else None


def _text(default: JsonValue) -> str | None:
    return default if isinstance(default, str) else None


def _date(default: JsonValue) -> str | None:
    try:
        return date.fromisoformat(str(default)).isoformat()
    except ValueError:
        return None


def _timestamp(default: JsonValue) -> str | None:
    try:
        moment = datetime.fromisoformat(str(default))
    except ValueError:
        return None
    # Tables hold local times; an offset would be dropped without a word.
    return None if moment.tzinfo else moment.isoformat(" ")


_WRITERS: Mapping[DataType, Callable[[JsonValue], str | None]] = {
    DataType.BIGINT: _integer,
    DataType.DOUBLE: _double,
    DataType.BOOLEAN: _boolean,
    DataType.DATE: _date,
    DataType.TIMESTAMP: _timestamp,
    DataType.VARCHAR: _text,
}
