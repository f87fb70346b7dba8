"""Identity without chance: every id is derived from what caused it.

A message that is sent again after a crash must be the same message, so its id is a UUIDv5 of
its cause and its place among the effects of that cause (RFC 9562 §5.5).
"""

from uuid import UUID, uuid5

NAMESPACE = UUID("0d5a3c5e-6c1e-5d5f-9a3b-8f1f0e8b2a71")
"""The root of every derived id; changing it makes old and new messages strangers."""


def derive_id(*parts: object) -> str:
    """Return the UUIDv5 of the parts in order; equal parts give equal ids on every machine."""
    return str(uuid5(NAMESPACE, "\x1f".join(str(part) for part in parts)))
