"""A JSON object as texts by column; numbers stay as they were written."""

import json
from typing import NoReturn, cast


class NoRecordError(Exception):
    """A text is no record; says why."""


class _Number(str):
    """A number as it was written."""

    __slots__ = ()


def texts_of(text: str) -> dict[str, str]:
    """Return an object's texts by column: nested values as JSON, null as an empty text.

    Raises:
        NoRecordError: the text is no object, or two of its values have one name.
    """
    try:
        member: object = _DECODER.decode(text)
    except (ValueError, RecursionError) as error:
        raise NoRecordError(f"it is not JSON: {error}") from error
    return object_texts(member)


def object_texts(member: object) -> dict[str, str]:
    """Return the texts of an object that was decoded by `decoder`; raises as `texts_of` does."""
    if not isinstance(member, dict):
        raise NoRecordError("it is JSON, but no object")
    named = cast("dict[str, object]", member)
    return {" ".join(name.split()): _text(each) for name, each in named.items()}


def decoder() -> json.JSONDecoder:
    """Return a decoder that keeps numbers as they are and refuses names that repeat."""
    return json.JSONDecoder(
        parse_int=_Number,
        parse_float=_Number,
        parse_constant=_refuse_constant,
        object_pairs_hook=_distinct,
    )


def _distinct(pairs: list[tuple[str, object]]) -> dict[str, object]:
    members = dict(pairs)
    if len(members) < len(pairs):
        names = [name for name, _ in pairs]
        repeated = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"{repeated!r} occurs twice")
    return members


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


_DECODER = decoder()
