"""Envelopes follow from causes, headers repeat them, signatures cover what the sender says."""

from datetime import UTC, datetime

from shared.contracts.machine import Send
from shared.contracts.messages import AnyMessage
from shared.contracts.topics import CONSENSUS
from shared.contracts.voting import ProposalClose
from shared.contracts.wire import (
    decode,
    encode,
    has_valid_signature,
    headers_of,
    message_id_of,
    signed,
    stamp,
)
from shared.kernel.ids import derive_id
from shared.kernel.signing import public_key_of

NOW = datetime(2026, 1, 31, 12, tzinfo=UTC)
KEY = bytes(range(32))


def close(cause: str = "cause", index: int = 0) -> AnyMessage:
    send = Send(
        topic=CONSENSUS,
        payload=ProposalClose(proposal_id="proposal-1"),
        recipient_id="consensus",
        conversation_id="proposal-1",
        key="proposal-1",
    )
    return stamp(send, sender_id="consensus", cause=cause, index=index, now=NOW)


def test_the_same_cause_and_index_make_the_same_message() -> None:
    assert close("cause", 1) == close("cause", 1)
    assert close("cause", 1).message_id == derive_id("cause", 1)
    assert close("cause", 1).message_id != close("cause", 2).message_id


def test_a_message_names_its_cause_and_its_sender() -> None:
    message = close("cause")
    assert (message.causation_id, message.sender_id) == ("cause", "consensus")


def test_headers_say_what_routing_needs_without_the_body() -> None:
    message = close()
    headers = headers_of(message)
    assert message_id_of(headers) == message.message_id
    assert headers["ce_type"] == "proposal_close"
    assert headers["ce_recipient"] == "consensus"
    assert headers["ce_subject"] == "proposal-1"
    assert all(headers[name] for name in ("ce_specversion", "ce_source", "ce_time"))


def test_a_signature_outlives_the_wire() -> None:
    arrived = decode(encode(signed(close(), KEY)))
    assert has_valid_signature(arrived, public_key_of(KEY))


def test_a_trace_joins_on_the_way_without_voiding_the_signature() -> None:
    message = signed(close(), KEY).model_copy(update={"traceparent": "00-1-2-01"})
    assert has_valid_signature(message, public_key_of(KEY))


def test_a_changed_message_has_no_valid_signature() -> None:
    message = signed(close(), KEY)
    for change in (
        {"sender_id": "intruder"},
        {"recipient_id": "intruder"},
        {"data_payload": ProposalClose(proposal_id="proposal-2")},
    ):
        assert not has_valid_signature(message.model_copy(update=change), public_key_of(KEY))


def test_an_unsigned_message_has_no_valid_signature() -> None:
    assert not has_valid_signature(close(), public_key_of(KEY))
