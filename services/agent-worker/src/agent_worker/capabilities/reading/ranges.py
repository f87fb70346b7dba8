"""A range of a text file: some of its records, known by the bytes that they take.

A partition means a range by the end of its URI, `…/trips.csv#bytes=25165824-50331648&line=270021`,
and what was found in all of the file goes with it, so that a range is read as the whole would be.
"""

import re
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from agent_worker.domain.dialect import HEAD_BYTES

_FRAGMENT = re.compile(
    r"#bytes=(?P<begin>\d+)-(?P<end>\d+)&line=(?P<line>\d+)(?:&foreign=(?P<foreign>\d+))?\Z"
)

_CHUNK_BYTES = 1024 * 1024


@dataclass(frozen=True, slots=True)
class TextRange:
    """The records from one byte of a file up to another."""

    begin: int
    """0 for the range that has the header, and what stands above it."""
    end: int
    line: int
    """The number of its first line; the first one below the header has number 1."""
    foreign: int | None
    """The byte from which the encoding of a file with an ASCII head is told; None for none."""

    @property
    def fragment(self) -> str:
        """How the end of a URI means the range."""
        foreign = "" if self.foreign is None else f"&foreign={self.foreign}"
        return f"#bytes={self.begin}-{self.end}&line={self.line}{foreign}"

    def fingerprint(self, path: Path) -> str:
        """Return the SHA-256 of the file's head and of the range, in hexadecimal."""
        with path.open("rb") as source:
            digest = sha256(source.read(HEAD_BYTES))
            source.seek(self.begin)
            left = self.end - self.begin
            while left and (chunk := source.read(min(_CHUNK_BYTES, left))):
                digest.update(chunk)
                left -= len(chunk)
        return digest.hexdigest()


def range_of(uri: str) -> TextRange | None:
    """Return the range that a URI means; None where it means a whole file."""
    match = _FRAGMENT.search(uri)
    if match is None:
        return None
    foreign = match["foreign"]
    return TextRange(
        int(match["begin"]),
        int(match["end"]),
        int(match["line"]),
        None if foreign is None else int(foreign),
    )


def file_of(uri: str) -> str:
    """Return the URI of the file that a range is of, or the URI itself."""
    return _FRAGMENT.sub("", uri)
