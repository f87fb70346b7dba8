"""A topic's message as a row of texts, or the reason why it is none.

Numbers stay as they were written: what they mean is for the schema to say, as it is with files.
"""

from collections.abc import Sequence
from enum import StrEnum

from agent_worker.domain.dialect import DELIMITERS, split_line
from agent_worker.domain.json_records import NoRecordError, texts_of

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
        return texts_of(text)
    except NoRecordError as error:
        raise UndecodableError(str(error)) from error


def _line(text: str, columns: Sequence[str]) -> dict[str, str]:
    splits = (split_line(text.rstrip("\r\n"), delimiter) for delimiter in DELIMITERS)
    fields = next((split for split in splits if split and len(split) == len(columns)), None)
    if fields is None:
        raise UndecodableError(f"it does not have {len(columns)} fields")
    return dict(zip(columns, fields, strict=True))
