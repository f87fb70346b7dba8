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

WEB = ("http", "https")
"""Schemes of the web."""

REMOTE_SCHEMES = ("s3://", "http://", "https://", "sql://", "table:")
"""What begins the sources that agents copy before they read them."""

COPIED_FIELD = "sources"
"""The parameter whose sources are copied once; what is watched has to be a file or a topic."""

SHEET = "#sheet="
"""Begins the name of a workbook's sheet."""

_TABLE = re.compile(r"table:[a-z][a-z0-9_]{0,62}(?:@[0-9]{1,15})?")

_ENCODED = re.compile(rb"%([0-9A-Fa-f]{2})")
_UNSAFE = re.compile(r"[\x00-\x1f\x7f?#]")
"""Characters that readers of URIs treat differently: controls, query and fragment marks."""


def source_failure(field: str, source: str, places: Sequence[str]) -> Failure | None:
    """Return why goals may not read this source, or None when it lies in one of the places."""
    if source.startswith(REMOTE_SCHEMES) and COPIED_FIELD in field.split("."):
        return _remote_failure(field, source, places)
    folders = [place for place in places if "://" not in place]
    file_uri, _, sheet = source.partition(SHEET)
    source = file_uri if sheet else source
    if not source.startswith(f"{SCHEME}/"):
        return Failure(
            code="source_invalid",
            detail=f"{field}: {source!r} is no URI of a source",
            remedy=f"write it as {SCHEME}/ABSOLUTE/PATH; * matches within one name; or as one of "
            f"{', '.join(REMOTE_SCHEMES)}",
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


def _remote_failure(field: str, source: str, places: Sequence[str]) -> Failure | None:
    """Judge a source that is no file; the agent judges again, by addresses too."""
    if source.startswith("table:"):
        if _TABLE.fullmatch(source):
            return None
        return Failure(
            code="source_invalid",
            detail=f"{field}: {source!r} names no table",
            remedy="write it as table:NAME or table:NAME@VERSION",
        )
    base = re.split(r"[?#]", source, maxsplit=1)[0]
    if "@" in base or ".." in _segments_of(_decoded(base)) or not source.isprintable():
        # What is refused for holding a password is not repeated.
        return Failure(
            code="source_invalid",
            detail=f"{field}: {source.partition('://')[0]}://… has a user, `..` or a control "
            "character in it",
            remedy="leave user and password out; agents have them in their environment",
        )
    if not any(base == place or base.startswith(f"{place}/") for place in places):
        return Failure(
            code="source_not_allowed",
            detail=f"{field}: {base} is no place that goals may read",
            remedy="list it in ARGOSY_SOURCE_HOSTS, ARGOSY_SOURCE_BUCKETS or "
            "ARGOSY_SOURCE_DATABASES",
        )
    return None


def topic_failure(field: str, uri: str, places: Sequence[str]) -> Failure | None:
    """Return why goals may not read this topic, or None when its broker is one of the places."""
    topic = topic_place(uri)
    if topic is None:
        return _no_topic(field, uri)
    if f"{TOPIC_SCHEME}{topic.broker}" not in places:
        return Failure(
            code="broker_not_allowed",
            detail=f"{field}: {topic.broker} is no broker whose topics goals may read",
            remedy=f"add {topic.broker} to ARGOSY_STREAM_BROKERS",
        )
    return None


def sink_failure(field: str, uri: str, places: Sequence[str]) -> Failure | None:
    """Return why goals may not write to this topic, or None when it is one of the places."""
    topic = topic_place(uri)
    if topic is None:
        return _no_topic(field, uri)
    if uri not in places:
        return Failure(
            code="topic_not_allowed",
            detail=f"{field}: {topic.topic} at {topic.broker} is no topic that goals may write to",
            remedy=f"add {topic.broker}/{topic.topic} to ARGOSY_TOPIC_SINKS",
        )
    return None


def _no_topic(field: str, uri: str) -> Failure:
    return Failure(
        code="source_invalid",
        detail=f"{field}: {uri!r} is no URI of a topic",
        remedy=f"write it as {TOPIC_SCHEME}HOST:PORT/TOPIC",
    )


def _decoded(text: str) -> str:
    octets = _ENCODED.sub(lambda code: bytes([int(code.group(1), 16)]), text.encode())
    return octets.decode(errors="replace")


def _segments_of(path: str) -> list[str]:
    return [segment for segment in path.split("/") if segment not in ("", ".")]


def _is_within(segments: list[str], folder: str) -> bool:
    root = _segments_of(folder)
    return len(segments) > len(root) and segments[: len(root)] == root
