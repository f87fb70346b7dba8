"""Expressions are read from what is known, and say what they lack."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import JsonValue

from planner.domain.expressions import (
    CHARACTERS_MAX,
    InvalidExpressionError,
    UnknownFactError,
    UnreadableError,
    compile_expression,
)


class Known(dict[str, JsonValue]):
    """Some names; of the others, `later` and `never` are facts that are not known yet."""

    def __missing__(self, name: str) -> JsonValue:
        if name in {"later", "never"}:
            raise UnknownFactError(name)
        raise UnreadableError(f"there is no {name}")


KNOWN: dict[str, JsonValue] = {
    "sources": ["a", "b"],
    "table": "trips",
    "share": 0.5,
    "key": [],
    "spec": {"reads": ["left"], "mode": "append", "rows": 3},
    "none": None,
}

VALUES: list[tuple[str, JsonValue]] = [
    ("table", "trips"),
    ("spec.mode", "append"),
    ("spec", KNOWN["spec"]),
    ("'append'", "append"),
    ("size(sources) > 0", True),
    ("size(sources) * 2", 4),
    ("size(table) + size(spec) + size(spec.reads)", 9),
    ("sources.exists(each, each == table || each == 'b')", True),
    ("sources.map(size, size + '!')", ["a!", "b!"]),
    ("sources.filter(each, size(each) > 1)", []),
    ("spec.rows / 2", 1),
    ("share > 0", True),
    ("{'mode': spec.mode, 'rows': [spec.rows]}", {"mode": "append", "rows": [3]}),
    ("table == 'size(sources) > 0'", False),
    ("none == null", True),
    ("true", True),
    ("has(spec.where)", False),
    ("table.matches('^t.*s$') ? 1 : 2", 1),
    ("size(sources) > 5 && later", False),
    ("later || size(sources) == 2", True),
]

NAMES = [
    ("partition.name", ["partition"]),
    ("size(sources) > 0 && mode == 'append'", ["mode", "sources"]),
    ("xs.exists(x, x == y) && x > 1", ["xs", "y", "x"]),
    ("xs.exists(x, ys.all(y, x == y))", ["xs", "ys"]),
    ("'a.b' == \"c\" && 1e5 > d // e", ["d"]),
    ("[a, {b: c}][size(d)].f", ["a", "b", "c", "d"]),
]

UNREADABLE = [
    ("spec.where", "there is no where in it"),
    ("table.name", "there is no name in it"),
    ("nothing.name", "there is no nothing"),
    ("nothing == 1", "there is no nothing"),
    ("size(nothing) == 1", "there is no nothing"),
    ("spec['where'] == 1", "there is no 'where' in it"),
    ("sources[7] == 'a'", "the list has no such member"),
    ("1 / 0 == 1", "it divides by zero"),
    ("9223372036854775807 + spec.rows", "a number is too large"),
    ("share * 2", "a value has a type that this cannot be done with"),
    ("size(none) == 1", "none has no size"),
    ("{1: 2}", "no JSON value"),
    ("0.0 / 0.0", "no JSON value"),
    ("b'abc'", "no JSON value"),
]

INVALID = [
    ("size(", "is no expression"),
    ("", "is no expression"),
    ("now() > 1", "asks for now()"),
    ("timestamp('2013-01-01T00:00:00Z') == later", "asks for timestamp()"),
    ("table.getFullYear()", "asks for getFullYear()"),
    ("a" * (CHARACTERS_MAX + 1), "characters"),
]


@pytest.mark.parametrize(("text", "value"), VALUES)
def test_an_expression_is_read_from_what_is_known(text: str, value: JsonValue) -> None:
    assert compile_expression(text).read(Known(KNOWN)) == value


@pytest.mark.parametrize(("text", "names"), NAMES)
def test_an_expression_knows_its_free_names(text: str, names: list[str]) -> None:
    assert compile_expression(text).names == tuple(names)


@pytest.mark.parametrize(
    "text",
    [
        "later",
        "later.name",
        "later == 1",
        "size(later) > 0",
        "size(sources) == 2 && later",
        "sources.all(each, each == later)",
        "has(later.name)",
        "spec['where'] == 1 || later",
    ],
)
def test_what_depends_on_an_awaited_fact_names_it(text: str) -> None:
    with pytest.raises(UnknownFactError) as unknown:
        compile_expression(text).read(Known(KNOWN))
    assert str(unknown.value) == "later"


@pytest.mark.parametrize(("text", "reason"), UNREADABLE)
def test_what_cannot_be_read_is_said_in_our_words(text: str, reason: str) -> None:
    with pytest.raises(UnreadableError) as unreadable:
        compile_expression(text).read(Known(KNOWN))
    assert reason in str(unreadable.value)
    assert "CEL" not in str(unreadable.value)


@pytest.mark.parametrize(("text", "reason"), INVALID)
def test_what_is_no_expression_is_refused_with_a_remedy(text: str, reason: str) -> None:
    with pytest.raises(InvalidExpressionError) as invalid:
        compile_expression(text)
    assert reason in str(invalid.value)
    assert invalid.value.remedy


def test_a_long_list_is_measured_without_being_handed_over() -> None:
    known = Known(names=[str(number) for number in range(100_000)])
    sized = compile_expression("size(names) > 99999 && size(names) < 100001")
    assert all(sized.read(known) for _ in range(1_000))


def test_one_text_is_compiled_once() -> None:
    assert compile_expression("size(a) > 1") is compile_expression("size(a) > 1")


@given(st.text(alphabet="ab.[]()'\"!&|=size,0 \\", max_size=30))
def test_any_text_is_an_expression_or_is_refused(text: str) -> None:
    try:
        compiled = compile_expression(text)
    except InvalidExpressionError:
        return
    try:
        compiled.read(Known(a=[1], b={"size": "s"}))
    except (UnknownFactError, UnreadableError):
        return
