"""Whether a source lies where goals may read: judged by its name alone, nothing is opened.

The places are folders, and brokers as `kafka://HOST:PORT`.

The agent that opens a source resolves symbolic links and judges again.
"""

import re
from collections.abc import Sequence

from shared.contracts.feeds import SCHEME as TOPIC_SCHEME
from shared.contracts.feeds import topic_place
from shared.contracts.vocabulary import Failure

SCHEME = "file://"

_ENCODED = re.compile(rb"%([0-9A-Fa-f]{2})")
_UNSAFE = re.compile(r"[\x00-\x1f\x7f?#]")
"""Characters that readers of URIs treat differently: controls, query and fragment marks."""


def source_failure(field: str, source: str, places: Sequence[str]) -> Failure | None:
    """Return why goals may not read this source, or None when it lies in one of the places."""
    folders = [place for place in places if not place.startswith(TOPIC_SCHEME)]
    if not source.startswith(f"{SCHEME}/"):
        return Failure(
            code="source_invalid",
            detail=f"{field}: {source!r} is no URI of a local file",
            remedy=f"write it as {SCHEME}/ABSOLUTE/PATH; * matches within one name",
        )
    if _UNSAFE.search(source):
        return Failure(
            code="source_invalid",
            detail=f"{field}: {source!r} has a control character, ? or # in it",
            remedy="percent-encode it if it is part of a name; match with *",
        )
    segments = _segments_of(_decoded(source.removeprefix(SCHEME)))
    if ".." in segments or not any(_is_within(segments, folder) for folder in folders):
        return Failure(
            code="source_outside_roots",
            detail=f"{field}: {source!r} lies outside the folders that goals may read",
            remedy=f"move the files into one of {', '.join(folders) or '(none is set)'}, "
            "or add their folder to ARGOSY_SOURCE_ROOTS",
        )
    return None


def topic_failure(field: str, uri: str, places: Sequence[str]) -> Failure | None:
    """Return why goals may not read this topic, or None when its broker is one of the places."""
    topic = topic_place(uri)
    if topic is None:
        return Failure(
            code="source_invalid",
            detail=f"{field}: {uri!r} is no URI of a topic",
            remedy=f"write it as {TOPIC_SCHEME}HOST:PORT/TOPIC",
        )
    if f"{TOPIC_SCHEME}{topic.broker}" not in places:
        return Failure(
            code="broker_not_allowed",
            detail=f"{field}: {topic.broker} is no broker whose topics goals may read",
            remedy=f"add {topic.broker} to ARGOSY_STREAM_BROKERS",
        )
    return None


def _decoded(text: str) -> str:
    octets = _ENCODED.sub(lambda code: bytes([int(code.group(1), 16)]), text.encode())
    return octets.decode(errors="replace")


def _segments_of(path: str) -> list[str]:
    return [segment for segment in path.split("/") if segment not in ("", ".")]


def _is_within(segments: list[str], folder: str) -> bool:
    root = _segments_of(folder)
    return len(segments) > len(root) and segments[: len(root)] == root
