"""A signature holds for one key and one content, and for nothing else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.kernel.signing import canonical_bytes, is_signed_by, public_key_of, sign

KEY = bytes(range(32))
OTHER_KEY = bytes(32)

# RFC 8032 §7.1, test 1: the empty message.
RFC_KEY = bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")
RFC_PUBLIC_KEY = "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="


def test_a_public_key_is_that_of_the_standard() -> None:
    assert public_key_of(RFC_KEY) == RFC_PUBLIC_KEY


@given(content=st.binary(max_size=200))
def test_a_signature_holds_for_its_key_and_content(content: bytes) -> None:
    assert is_signed_by(public_key_of(KEY), content, sign(KEY, content))


@given(content=st.binary(max_size=200), other=st.binary(max_size=200))
def test_a_signature_holds_for_no_other_key_or_content(content: bytes, other: bytes) -> None:
    signature = sign(KEY, content)
    assert not is_signed_by(public_key_of(OTHER_KEY), content, signature)
    assert content == other or not is_signed_by(public_key_of(KEY), other, signature)


@pytest.mark.parametrize("rubbish", ["", "é", "not base64!", "AAAA"])
def test_rubbish_is_no_key_and_no_signature(rubbish: str) -> None:
    assert not is_signed_by(rubbish, b"content", sign(KEY, b"content"))
    assert not is_signed_by(public_key_of(KEY), b"content", rubbish)


def test_the_order_of_fields_does_not_change_the_canonical_text() -> None:
    assert canonical_bytes({"b": 1, "a": "é"}) == canonical_bytes({"a": "é", "b": 1})
    assert canonical_bytes({"b": 1, "a": "é"}) == '{"a":"é","b":1}'.encode()


def test_what_json_cannot_say_has_no_canonical_text() -> None:
    with pytest.raises(ValueError, match="JSON"):
        canonical_bytes({"quality": float("nan")})
