"""Every message that the contracts allow, as one hypothesis strategy.

It is read off the models themselves, so a new field or a new message joins by being declared.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from types import NoneType, UnionType
from typing import Annotated, Union, cast, get_args, get_origin

from annotated_types import MinLen
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy
from pydantic import BaseModel, JsonValue
from pydantic.fields import FieldInfo

from shared.contracts.messages import MESSAGE_CLASSES, AnyMessage

Anything = SearchStrategy[object]

WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
JSON: Anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3),
    max_leaves=4,
)

PLAIN: dict[object, Anything] = {
    str: WORDS,
    datetime: st.datetimes(timezones=st.just(UTC)),
    NoneType: st.none(),
    JsonValue: JSON,
}


def any_of(annotation: object, limits: tuple[object, ...] = ()) -> Anything:
    """Draw anything that the annotation and the limits beside it allow."""
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return any_of(arguments[0], (*limits, *unpacked(arguments[1:])))
    if origin in {Union, UnionType}:
        return st.one_of([any_of(argument, limits) for argument in arguments])
    if origin is tuple:
        shortest = max((each.min_length for each in limits if isinstance(each, MinLen)), default=0)
        return st.lists(any_of(arguments[0]), min_size=shortest, max_size=3).map(tuple)
    if origin is dict:
        return st.dictionaries(WORDS, any_of(arguments[1]), max_size=3)
    return any_plain(annotation, limits)


def any_plain(annotation: object, limits: tuple[object, ...]) -> Anything:
    """Draw a model, a time, a text, or whatever hypothesis knows by itself."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return any_model(annotation)
    if annotation in PLAIN:
        return PLAIN[annotation]
    limited = cast("type[object]", Annotated[annotation, *limits] if limits else annotation)
    return st.from_type(limited).filter(lambda number: number not in {float("inf"), float("-inf")})


def unpacked(metadata: tuple[object, ...]) -> Iterator[object]:
    """Yield the limits, also those that stand inside a pydantic field."""
    for limit in metadata:
        if isinstance(limit, FieldInfo):
            yield from limit.metadata
        else:
            yield limit


def any_model(model: type[BaseModel]) -> Anything:
    """Draw an instance of the model."""
    fields = {
        name: any_of(field.annotation, tuple(field.metadata))
        for name, field in model.model_fields.items()
    }
    return st.builds(model, **fields)


def any_message() -> SearchStrategy[AnyMessage]:
    """Draw a message of any type."""
    return st.sampled_from(MESSAGE_CLASSES).flatmap(any_model)  # pyright: ignore[reportReturnType]  # the union's members are all of AnyMessage
