"""A topic's message as a row of texts, or the reason why it is none.

Numbers stay as they were written: what they mean is for the schema to say, as it is with files.
"""

import json
from collections.abc import Sequence
from enum import StrEnum
from typing import NoReturn, cast

from agent_worker.domain.dialect import DELIMITERS, split_line

MESSAGE_BYTES_MAX = 500_000
"""Half of the longest line: a field may double when its quotes are escaped."""

RAW_CHARACTERS_MAX = 1_000
"""What is shown of a message that cannot be decoded."""


class MessageFormat(StrEnum):
    """How the messages of a topic are written."""

    JSON = "json"
    """One object each; its names are the columns."""
    CSV = "csv"
    """One line of delimited text each; the columns are told apart from it."""


class UndecodableError(Exception):
    """A message is no row; says why."""


class _Number(str):
    """A number as it was written."""

    __slots__ = ()


def decode(
    content: bytes | None, message_format: MessageFormat, columns: Sequence[str]
) -> dict[str, str]:
    """Return a message's texts by column.

    Raises:
        UndecodableError: it is not of that format.
    """
    if content is None:
        raise UndecodableError("it has no content")
    if len(content) > MESSAGE_BYTES_MAX:
        raise UndecodableError(f"{len(content)} bytes are more than {MESSAGE_BYTES_MAX}")
    try:
        text = content.decode()
    except UnicodeDecodeError as error:
        raise UndecodableError("it is not in UTF-8") from error
    match message_format:
        case MessageFormat.JSON:
            return _object(text)
        case MessageFormat.CSV:
            return _line(text, columns)


def raw_text(content: bytes | None) -> str:
    """Return what a message says on one line, as far as it can be shown."""
    shown = (content or b"")[:RAW_CHARACTERS_MAX].decode(errors="replace")
    return "".join(character if character.isprintable() else " " for character in shown)


def _object(text: str) -> dict[str, str]:
    try:
        fields = json.loads(
            text, parse_int=_Number, parse_float=_Number, parse_constant=_refuse_constant
        )
    except (ValueError, RecursionError) as error:
        raise UndecodableError(f"it is not JSON: {error}") from error
    if not isinstance(fields, dict):
        raise UndecodableError("it is JSON, but no object")
    named = cast("dict[str, object]", fields)
    return {" ".join(name.split()): _text(member) for name, member in named.items()}


def _line(text: str, columns: Sequence[str]) -> dict[str, str]:
    splits = (split_line(text.rstrip("\r\n"), delimiter) for delimiter in DELIMITERS)
    fields = next((split for split in splits if split and len(split) == len(columns)), None)
    if fields is None:
        raise UndecodableError(f"it does not have {len(columns)} fields")
    return dict(zip(columns, fields, strict=True))


def _text(member: object) -> str:
    match member:
        case None:
            return ""
        case bool():
            return "true" if member else "false"
        case str():
            return str(member)
        case _:
            return _nested(member)


def _nested(member: object) -> str:
    """Write JSON again, with every number as it was."""
    match member:
        case _Number():
            return str(member)
        case dict():
            pairs = cast("dict[str, object]", member).items()
            return (
                "{"
                + ", ".join(f"{json.dumps(name)}: {_nested(each)}" for name, each in pairs)
                + "}"
            )
        case list():
            return "[" + ", ".join(map(_nested, cast("list[object]", member))) + "]"
        case _:
            return json.dumps(member, ensure_ascii=False)


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no value")
