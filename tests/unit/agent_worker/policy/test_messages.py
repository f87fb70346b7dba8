"""Messages as rows of texts: values stay as they were written, and what is no row says why."""

import pytest

from agent_worker.domain.messages import MESSAGE_BYTES_MAX, MessageFormat, UndecodableError, decode


def decoded(content: bytes) -> dict[str, str]:
    return decode(content, MessageFormat.JSON, ())


def test_values_stay_as_they_were_written() -> None:
    content = b'{"price": 1.50, "big": 12345678901234567890123, "ok": true, "gone": null, "s": "x"}'
    assert decoded(content) == {
        "price": "1.50",
        "big": "12345678901234567890123",
        "ok": "true",
        "gone": "",
        "s": "x",
    }


def test_nested_values_are_their_own_json() -> None:
    content = '{"tags": ["ü", 1.10, null, {"deep": false}]}'.encode()
    assert decoded(content) == {"tags": '["ü", 1.10, null, {"deep": false}]'}


def test_names_stay_on_one_line() -> None:
    assert decoded(b'{"two\\nlines": 1}') == {"two lines": "1"}


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (None, "no content"),
        (b"", "not JSON"),
        (b"{", "not JSON"),
        (b"7", "no object"),
        (b'{"x": NaN}', "NaN is no value"),
        (b"\xff", "not in UTF-8"),
        (b"[" * 100_000, "not JSON"),
        (b" " * (MESSAGE_BYTES_MAX + 1), "bytes are more than"),
    ],
)
def test_what_is_no_object_says_why(content: bytes | None, reason: str) -> None:
    with pytest.raises(UndecodableError, match=reason):
        decode(content, MessageFormat.JSON, ())


@pytest.mark.parametrize("line", [b"1,2", b"1;2\n", b"1\t2", b'"1",2\r\n'])
def test_a_line_is_split_as_its_columns_ask_for(line: bytes) -> None:
    assert decode(line, MessageFormat.CSV, ("x", "y")) == {"x": "1", "y": "2"}


@pytest.mark.parametrize("line", [b"1", b"1,2,3", b'"1,2', b"1,2\n3,4"])
def test_a_line_with_other_fields_says_so(line: bytes) -> None:
    with pytest.raises(UndecodableError, match="does not have 2 fields"):
        decode(line, MessageFormat.CSV, ("x", "y"))
