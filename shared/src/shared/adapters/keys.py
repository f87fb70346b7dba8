"""A part's own private key, in a file that it makes at its first start."""

import os
from contextlib import suppress
from pathlib import Path
from tempfile import mkstemp

PRIVATE_KEY_BYTES = 32
"""The length of an Ed25519 private key (RFC 8032 §5.1.5)."""


def private_key_in(file: Path) -> bytes:
    """Return the file's private key, made at the first start and readable by its owner alone.

    Of several processes that start at once on one file, all get the same key.

    Raises:
        ValueError: the file holds something else.
        OSError: the file cannot be read or made.
    """
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        _make(file)
    private_key = file.read_bytes()
    if len(private_key) != PRIVATE_KEY_BYTES:
        raise ValueError(
            f"{file} has {len(private_key)} bytes and is no private key; "
            "restore it, or delete it to have a new one made"
        )
    return private_key


def _make(file: Path) -> None:
    handle, draft = mkstemp(dir=file.parent, prefix=f"{file.name}.")
    try:
        with os.fdopen(handle, "wb") as new:
            new.write(os.urandom(PRIVATE_KEY_BYTES))
            new.flush()
            os.fsync(new.fileno())
        with suppress(FileExistsError):  # another process was first: its key is the key
            os.link(draft, file)
    finally:
        Path(draft).unlink()
