"""Ed25519 signatures (RFC 8032) over a value's canonical bytes; keys travel as base64."""

import base64
import json
from collections.abc import Mapping

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey


def canonical_bytes(document: Mapping[str, object]) -> bytes:
    """Return the one JSON text of a document: sorted keys, no spaces, UTF-8.

    Raises:
        ValueError: the document holds NaN or an infinity, which have no JSON text.
    """
    text = json.dumps(
        document, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    )
    return text.encode()


def public_key_of(private_key: bytes) -> str:
    """Return the base64 public key of a 32-byte private key."""
    public = Ed25519PrivateKey.from_private_bytes(private_key).public_key()
    return base64.b64encode(public.public_bytes_raw()).decode()


def sign(private_key: bytes, content: bytes) -> str:
    """Return the base64 signature of the content by a 32-byte private key."""
    signature = Ed25519PrivateKey.from_private_bytes(private_key).sign(content)
    return base64.b64encode(signature).decode()


def is_signed_by(public_key: str, content: bytes, signature: str) -> bool:
    """Tell whether the base64 signature is that of this key over this content; never raises."""
    try:
        key = Ed25519PublicKey.from_public_bytes(base64.b64decode(public_key, validate=True))
        key.verify(base64.b64decode(signature, validate=True), content)
    except (InvalidSignature, ValueError):
        return False
    return True
