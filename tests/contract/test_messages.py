"""Messages on the wire: the golden bytes of each type, and what is refused at the edge.

`goldens/<message type>.json` holds the exact bytes of one message. When a type gains a field, the
file is kept as `goldens/older/<message type>.<number>.json`, which must stay readable, and a new
one takes its place.
"""

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from shared.contracts.messages import MESSAGE_CLASS_OF, MESSAGE_CLASSES, AnyMessage
from shared.contracts.topics import MESSAGE_BYTES_MAX, TOPICS
from shared.contracts.voting import ProposalClose
from shared.contracts.wire import UndecodableError, decode, encode, has_valid_signature
from tests.contract.message_strategy import any_message

GOLDENS = Path(__file__).parent / "goldens"
MESSAGE_TYPES = [
    str(message_class.model_fields["message_type"].default) for message_class in MESSAGE_CLASSES
]
ELECTOR_KEY = "IsRmu34WR57JqyCM2WHe4xxsyu9Gcge0c18MgpCofq0="


def golden(message_type: str) -> bytes:
    return (GOLDENS / f"{message_type}.json").read_bytes()


def changed(name: str, /, **fields: object) -> bytes:
    return json.dumps({**json.loads(golden(name)), **fields}).encode()


@pytest.mark.parametrize("message_type", MESSAGE_TYPES)
def test_a_golden_message_is_read_and_written_byte_for_byte(message_type: str) -> None:
    message = decode(golden(message_type))
    assert message.message_type == message_type
    assert encode(message) == golden(message_type)


@pytest.mark.parametrize("path", sorted(GOLDENS.rglob("*.json")), ids=lambda path: path.name)
def test_every_golden_ever_written_stays_readable(path: Path) -> None:
    assert decode(path.read_bytes()).message_type == path.name.split(".")[0]


def test_every_message_type_travels_on_some_topic() -> None:
    carried = {message_type for topic in TOPICS.values() for message_type in topic.carries}
    assert carried == set(MESSAGE_TYPES)


def test_every_payload_has_its_own_message_class() -> None:
    assert set(MESSAGE_CLASS_OF.values()) == set(MESSAGE_CLASSES)


def test_the_golden_vote_is_signed_by_its_elector() -> None:
    assert has_valid_signature(decode(golden("validation_vote")), ELECTOR_KEY)


@given(message=any_message())
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_what_is_written_is_what_is_read(message: AnyMessage) -> None:
    assert decode(encode(message)) == message


@pytest.mark.parametrize(
    ("body", "complaint"),
    [
        (b"", "the body: Invalid JSON"),
        (b"[1, 2]", "the body: Input should be an object"),
        (changed("proposal_close", message_type="proposal_opened"), "'proposal_opened'"),
        (changed("proposal_close", colour="red"), "proposal_close.colour: Extra inputs"),
        (changed("proposal_close", data_payload={}), "data_payload.proposal_id: Field required"),
        (changed("data_request", timestamp="soon"), "data_request.timestamp: Input should be"),
        (b" " * (MESSAGE_BYTES_MAX + 1), "1000001 bytes; a message has at most 1000000"),
    ],
)
def test_bytes_that_are_no_message_are_refused_by_name(body: bytes, complaint: str) -> None:
    with pytest.raises(UndecodableError) as refusal:
        decode(body)
    assert complaint in str(refusal.value)


def test_a_message_larger_than_a_topic_takes_is_not_written() -> None:
    close = decode(golden("proposal_close"))
    payload = ProposalClose(proposal_id="p" * MESSAGE_BYTES_MAX)
    with pytest.raises(ValueError, match="put the bulk into the object store"):
        encode(close.model_copy(update={"data_payload": payload}))


@pytest.mark.parametrize("number", [float("nan"), float("inf")])
def test_a_number_that_json_cannot_write_is_refused(number: float) -> None:
    close = decode(golden("goal_submission"))
    with pytest.raises(ValueError, match="finite number"):
        type(close.data_payload).model_validate(
            {**close.data_payload.model_dump(), "parameters": {"quality_min": number}}
        )
