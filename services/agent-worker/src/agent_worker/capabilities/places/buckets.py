"""Objects of S3 and what speaks its protocol; credentials come from the AWS_ variables."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

import obstore
from obstore.exceptions import BaseError

from agent_worker.capabilities.places.allowed import Allowed
from agent_worker.capabilities.sources import FILES_MAX
from agent_worker.domain.failures import ActionFailedError

SCHEME = "s3://"

OBJECT_BYTES_MAX = 20 * 1024**3
"""What one object may have: more than the largest source that a goal is made for."""

_MAGIC = re.compile(r"[*?\[]")


@dataclass(frozen=True, slots=True)
class BucketObject:
    """An object that a source names."""

    bucket: str
    key: str

    @property
    def uri(self) -> str:
        """Where it lies."""
        return f"{SCHEME}{self.bucket}/{self.key}"

    def download(self, target: Path) -> None:
        """Copy it; raises as `find_objects` does."""
        try:
            found = obstore.get(obstore.store.from_url(f"{SCHEME}{self.bucket}"), self.key)
            if found.meta["size"] > OBJECT_BYTES_MAX:
                raise ActionFailedError(
                    "source_too_large",
                    f"{self.uri} has {found.meta['size']} bytes; {OBJECT_BYTES_MAX} are read",
                    remedy="Split it.",
                )
            with target.open("wb") as copy:
                for chunk in found.stream():
                    copy.write(chunk)
        except (BaseError, OSError) as error:
            raise _unreachable(self.uri, error) from error


def find_objects(source: str, allowed: Allowed) -> list[BucketObject]:
    """Return the objects that a source names, by key; * and ? match within one name.

    Raises:
        ActionFailedError: the bucket is not listed, it cannot be read, or nothing matches.
    """
    parts = urlsplit(source, allow_fragments=False)
    bucket, pattern = parts.netloc, unquote(source.removeprefix(f"{SCHEME}{parts.netloc}/"))
    _check_allowed(f"{bucket}/{pattern}", source, allowed)
    if not _MAGIC.search(pattern):
        return [BucketObject(bucket, pattern)]
    matches = re.compile(_regex(pattern)).fullmatch
    keys = sorted(key for key in _keys(bucket, pattern, source) if matches(key))
    if not keys:
        raise ActionFailedError(
            "source_missing", f"{source} names no object", remedy="Correct the goal's sources."
        )
    if len(keys) > FILES_MAX:
        raise ActionFailedError(
            "too_many_sources",
            f"{source} matches {len(keys)} objects; one goal takes {FILES_MAX}",
            remedy="Split the goal, or join small files.",
        )
    return [BucketObject(bucket, key) for key in keys]


def _check_allowed(name: str, source: str, allowed: Allowed) -> None:
    # A pattern that begins before the listed prefix ends would list what is not ours to know.
    fixed = _MAGIC.split(name)[0]
    listed = any(
        fixed.startswith(f"{place.strip('/')}/") for place in allowed.buckets if place.strip("/")
    )
    if not listed or ".." in name.split("/"):
        raise ActionFailedError(
            "source_not_allowed",
            f"{source} lies outside the buckets that agents may read",
            remedy="Add BUCKET or BUCKET/PREFIX to ARGOSY_SOURCE_BUCKETS, and restart.",
        )


def _keys(bucket: str, pattern: str, source: str) -> Iterator[str]:
    prefix = _MAGIC.split(pattern)[0].rpartition("/")[0]
    try:
        store = obstore.store.from_url(f"{SCHEME}{bucket}")
        for batch in obstore.list(store, prefix or None):
            yield from (entry["path"] for entry in batch)
    except (BaseError, OSError) as error:
        raise _unreachable(source, error) from error


def _regex(pattern: str) -> str:
    ways = {"*": "[^/]*", "?": "[^/]"}
    return "".join(ways.get(character, re.escape(character)) for character in pattern)


def _unreachable(uri: str, error: Exception) -> ActionFailedError:
    is_missing = isinstance(error, FileNotFoundError)
    return ActionFailedError(
        "source_missing" if is_missing else "source_unreachable",
        f"{uri} cannot be read: {str(error).splitlines()[0][:300]}",
        remedy="See that it is there and that the AWS_ variables of the agents let them read it.",
        retryable=not is_missing,
    )
