"""Where files are kept: a folder or an S3 bucket, behind one URI.

Files are written beside first and appear under their name whole or not at all. Writing a name
again replaces it, so that an action that is carried out twice leaves one file.
"""

import os
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit

import obstore

from agent_worker.domain.failures import ActionFailedError


class ObjectStore(Protocol):
    """Named files that are written at once and read as local files."""

    def uri_of(self, name: str) -> str:
        """Return the URI of a name, whether there is such a file or not."""
        ...

    def stage(self, name: str) -> Path:
        """Return a local path to write the content of the name to."""
        ...

    def put(self, name: str, staged: Path) -> str:
        """Make the staged content appear under the name, durably; return its URI."""
        ...

    def fetch(self, uri: str) -> Path:
        """Return a local path with the content that the URI names.

        Raises:
            ActionFailedError: there is none, or the URI lies outside this store.
        """
        ...

    def adopt(self, folder: str) -> list[str]:
        """Return the URIs of the files that another program wrote into a folder, now durable."""
        ...


def open_store(uri: str, scratch: Path) -> ObjectStore:
    """Open the store that the URI names; `scratch` takes what is on its way to a bucket.

    Raises:
        ValueError: the URI is neither file:// nor s3://.
    """
    parts = urlsplit(uri)
    if parts.scheme == "file":
        return FolderStore(Path(unquote(parts.path)))
    if parts.scheme == "s3":
        return BucketStore(uri.rstrip("/"), scratch)
    raise ValueError(f"object store {uri!r} is not understood; name file:///… or s3://bucket/…")


class FolderStore:
    """Keeps files below one local folder."""

    def __init__(self, root: Path) -> None:
        self._root = root.resolve()

    def uri_of(self, name: str) -> str:
        """Return the URI of a name, whether there is such a file or not."""
        return (self._root / name).as_uri()

    def stage(self, name: str) -> Path:
        """Return a local path to write the content of the name to."""
        staged = self._root / "staging" / f"{name.replace('/', '.')}.{os.getpid()}"
        staged.parent.mkdir(parents=True, exist_ok=True)
        return staged

    def put(self, name: str, staged: Path) -> str:
        """Make the staged content appear under the name, durably; return its URI."""
        target = self._root / name
        assert target.resolve().is_relative_to(self._root), f"{name} leads out of the store"
        target.parent.mkdir(parents=True, exist_ok=True)
        _sync(staged)
        staged.replace(target)
        _sync(target.parent)
        for orphan in staged.parent.glob(f"{staged.stem}.*"):
            # A process that was killed while it wrote the same name left this behind.
            orphan.unlink(missing_ok=True)
        return target.as_uri()

    def fetch(self, uri: str) -> Path:
        """Return a local path with the content that the URI names."""
        parts = urlsplit(uri)
        path = Path(unquote(parts.path)).resolve()
        if parts.scheme != "file" or not path.is_relative_to(self._root):
            raise _outside(uri, self._root.as_uri())
        if not path.is_file():
            raise _missing(uri)
        return path

    def adopt(self, folder: str) -> list[str]:
        """Return the URIs of the files that another program wrote into a folder, now durable."""
        files = sorted((self._root / folder).iterdir())
        for file in (*files, self._root / folder, (self._root / folder).parent):
            _sync(file)
        return [file.as_uri() for file in files]


class BucketStore:
    """Keeps files in an S3-compatible bucket; credentials come from the AWS_ variables."""

    def __init__(self, root_uri: str, scratch: Path) -> None:
        self._root_uri = root_uri
        self._scratch = scratch
        self._bucket = obstore.store.from_url(root_uri)

    def uri_of(self, name: str) -> str:
        """Return the URI of a name, whether there is such a file or not."""
        return f"{self._root_uri}/{name}"

    def stage(self, name: str) -> Path:
        """Return a local path to write the content of the name to."""
        return self._scratch / f"staged-{name.replace('/', '.')}"

    def put(self, name: str, staged: Path) -> str:
        """Make the staged content appear under the name, durably; return its URI."""
        obstore.put(self._bucket, name, staged)
        staged.unlink()
        return self.uri_of(name)

    def fetch(self, uri: str) -> Path:
        """Return a local path with the content that the URI names."""
        name = uri.removeprefix(f"{self._root_uri}/")
        if name == uri:
            raise _outside(uri, self._root_uri)
        local = self._scratch / f"fetched-{name.replace('/', '.')}"
        try:
            with local.open("wb") as target:
                for chunk in obstore.get(self._bucket, name).stream():
                    target.write(chunk)
        except FileNotFoundError as error:
            local.unlink(missing_ok=True)
            raise _missing(uri) from error
        return local

    def adopt(self, folder: str) -> list[str]:
        """Return the URIs of the files that another program wrote into a folder, now durable."""
        found = obstore.list(self._bucket, prefix=f"{folder}/")
        names = sorted(file["path"] for files in found for file in files)
        return [self.uri_of(name) for name in names]


def _sync(path: Path) -> None:
    """Have the file or folder on the disk before anybody is told of it."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _outside(uri: str, root_uri: str) -> ActionFailedError:
    return ActionFailedError(
        "artifact_outside_store",
        f"{uri} does not lie in the object store {root_uri}",
        remedy="Give every service the same setting ARGOSY_OBJECT_STORE.",
    )


def _missing(uri: str) -> ActionFailedError:
    return ActionFailedError(
        "artifact_missing",
        f"{uri} is not in the object store",
        remedy="Submit the goal again; do not remove files while a pipeline runs.",
    )
