"""Messages as bytes: JSON in the body, routing fields repeated as CloudEvents headers.

Routing, tracing and deduplication read the headers alone (CloudEvents 1.0, Kafka protocol
binding, binary content mode); only who needs the payload decodes the body.
"""

from collections.abc import Mapping
from datetime import datetime

from pydantic import ValidationError

from shared.contracts.machine import Send
from shared.contracts.messages import MESSAGE_ADAPTER, MESSAGE_CLASS_OF, AnyMessage
from shared.contracts.topics import MESSAGE_BYTES_MAX
from shared.kernel.ids import derive_id
from shared.kernel.signing import canonical_bytes, is_signed_by, sign

UNSIGNED_FIELDS = {"signature", "traceparent"}
"""Fields that may change on the way without making a signature void."""


class UndecodableError(ValueError):
    """The bytes are no message of ours; says what is wrong with them."""


def stamp(send: Send, *, sender_id: str, cause: str, index: int, now: datetime) -> AnyMessage:
    """Put the payload of an effect into its envelope; the id follows from cause and index."""
    message_class = MESSAGE_CLASS_OF[type(send.payload)]
    return message_class.model_validate(
        {
            "message_id": derive_id(cause, index),
            "sender_id": sender_id,
            "recipient_id": send.recipient_id,
            "timestamp": now,
            "requires_validation": False,
            "conversation_id": send.conversation_id,
            "causation_id": cause,
            "data_payload": send.payload,
        }
    )


def encode(message: AnyMessage) -> bytes:
    """Return the message's body.

    Raises:
        ValueError: the body is larger than a topic takes.
    """
    body = MESSAGE_ADAPTER.dump_json(message)
    if len(body) > MESSAGE_BYTES_MAX:
        raise ValueError(
            f"message {message.message_id} ({message.message_type}) has {len(body)} bytes; "
            f"a topic takes {MESSAGE_BYTES_MAX}: put the bulk into the object store"
        )
    return body


def decode(body: bytes) -> AnyMessage:
    """Return the message that the body holds.

    Raises:
        UndecodableError: it is no JSON, of no known type, or has wrong, missing or unknown fields.
    """
    if len(body) > MESSAGE_BYTES_MAX:
        raise UndecodableError(f"{len(body)} bytes; a message has at most {MESSAGE_BYTES_MAX}")
    try:
        return MESSAGE_ADAPTER.validate_json(body)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(str(part) for part in first["loc"]) or "the body"
        raise UndecodableError(f"{place}: {first['msg']}") from error


def headers_of(message: AnyMessage) -> dict[str, str]:
    """Return the routing fields as CloudEvents headers."""
    return {
        "ce_specversion": "1.0",
        "ce_id": message.message_id,
        "ce_type": message.message_type,
        "ce_source": message.sender_id,
        "ce_subject": message.conversation_id,
        "ce_time": message.timestamp.isoformat(),
        "ce_recipient": message.recipient_id,
        "content-type": "application/json",
    }


def message_id_of(headers: Mapping[str, str]) -> str | None:
    """Return the message id that the headers name, or None."""
    return headers.get("ce_id")


def signing_bytes(message: AnyMessage) -> bytes:
    """Return what a signature covers: all that the sender says, in canonical form."""
    return canonical_bytes(message.model_dump(mode="json", exclude=UNSIGNED_FIELDS))


def signed(message: AnyMessage, private_key: bytes) -> AnyMessage:
    """Return the message with the sender's signature."""
    return message.model_copy(update={"signature": sign(private_key, signing_bytes(message))})


def has_valid_signature(message: AnyMessage, public_key: str) -> bool:
    """Tell whether the message was signed by this key as it stands."""
    return is_signed_by(public_key, signing_bytes(message), message.signature)
