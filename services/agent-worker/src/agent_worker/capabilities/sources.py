"""Which files a goal may read: those below the allowed roots, links resolved, and nothing else."""

import glob
import hashlib
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import unquote, urlsplit

from agent_worker.domain.failures import ActionFailedError
from agent_worker.domain.profile import Partition

FILES_MAX = 500
"""Partitions of one goal. Publishing names three files of each, 370 bytes a name, in one message,
which has at most a million bytes."""


WATCHED_FILES_MAX = 10_000
"""Files of one source that grows: asking a table's log about each takes a millisecond."""


class SourceRoots:
    """The folders whose files agents may read; without any, they read nothing."""

    def __init__(self, roots: Sequence[str]) -> None:
        self._roots = tuple(_path_of(root).resolve() for root in roots)

    def expand(self, sources: Sequence[str]) -> tuple[Path, ...]:
        """Return the files that the sources name, by path.

        Raises:
            ActionFailedError: a source matches no file, too many, or one outside the roots.
        """
        found = {path for source in sources for path in self._match(source)}
        if len(found) > FILES_MAX:
            raise ActionFailedError(
                "too_many_sources",
                f"the sources match {len(found)} files; one goal takes {FILES_MAX}",
                remedy="Split the goal, or join small files.",
            )
        return tuple(sorted(found))

    def resolve(self, uri: str) -> Path:
        """Return the real path of one file.

        Raises:
            ActionFailedError: it is missing or lies outside the roots.
        """
        path = _path_of(uri).resolve()
        if not any(path.is_relative_to(root) for root in self._roots):
            raise ActionFailedError(
                "source_not_allowed",
                f"{uri} lies outside the folders that agents may read",
                remedy="Add its folder to ARGOSY_SOURCE_ROOTS, or move the file into one of them.",
            )
        if not path.is_file():
            raise _missing(uri)
        return path

    def watch(self, source: str) -> tuple[Path, ...]:
        """Return the files that a source that grows names by now, by path.

        Raises:
            ActionFailedError: its folder is missing or outside the roots, or it has too many.
        """
        files = self._files(source)
        if not files and not _folder_of(_path_of(source)).is_dir():
            raise _missing(source)
        if len(files) > WATCHED_FILES_MAX:
            raise ActionFailedError(
                "too_many_sources",
                f"{source} matches {len(files)} files; {WATCHED_FILES_MAX} can be watched",
                remedy="Move files that do not grow any more out of the folder.",
            )
        return tuple(files)

    def folder_of(self, source: str) -> Path:
        """Return the real path of the nearest folder that all files of the source lie in."""
        return _folder_of(_path_of(source)).resolve()

    def _match(self, source: str) -> list[Path]:
        files = self._files(source)
        if not files:
            raise _missing(source)
        return files

    def _files(self, source: str) -> list[Path]:
        pattern = _path_of(source)
        # Where the pattern leads is checked first, so that a refusal tells nothing of what exists.
        fixed = self.folder_of(source)
        if not any(fixed.is_relative_to(root) or root == fixed for root in self._roots):
            self.resolve(str(fixed))
        matches = glob.glob(str(pattern), recursive=True)  # noqa: PTH207 - absolute patterns
        files = [Path(match) for match in sorted(matches) if Path(match).is_file()]
        return [self.resolve(str(path)) for path in files]


def describe(paths: Sequence[Path]) -> tuple[Partition, ...]:
    """Name each file as a partition, by its stem where that is enough to tell them apart."""
    stems = [path.stem for path in paths]
    names = [
        path.stem if stems.count(path.stem) == 1 else f"{path.parent.name}-{path.name}"
        for path in paths
    ]
    if len({*names}) < len(names):
        names = [f"{name}-{number}" for number, name in enumerate(names, 1)]
    partitions = [
        Partition(
            name=name,
            uri=path.as_uri(),
            bytes=path.stat().st_size,
            fingerprint=fingerprint_of(path),
        )
        for name, path in zip(names, paths, strict=True)
    ]
    return tuple(sorted(partitions, key=lambda partition: partition.name))


def fingerprint_of(path: Path) -> str:
    """Return the SHA-256 of the file's bytes, in hexadecimal."""
    with path.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def _path_of(source: str) -> Path:
    parts = urlsplit(source)
    if parts.scheme not in {"", "file"} or parts.netloc not in {"", "localhost"}:
        raise ActionFailedError(
            "source_scheme_unknown",
            f"{source} is neither a path nor a file:// URI",
            remedy="Name local files; mount or copy remote ones first.",
        )
    # A plain path may hold characters that mean something in a URI, such as ? and #.
    path = Path(unquote(parts.path) if parts.scheme else source)
    if not path.is_absolute():
        raise ActionFailedError(
            "source_not_absolute",
            f"{source} is a relative path; agents have no folder that it could start from",
            remedy="Name the source by its absolute path or its file:// URI.",
        )
    return path


def _folder_of(pattern: Path) -> Path:
    """Return the nearest folder above that does not depend on what the pattern matches."""
    plain = (parent for parent in pattern.parents if not glob.has_magic(str(parent)))
    return next(plain, pattern)


def _missing(source: str) -> ActionFailedError:
    return ActionFailedError(
        "source_missing",
        f"{source} names no file",
        remedy="Correct the goal's sources, or put the file there.",
    )
