"""Every source that a goal names as partitions; what is no local file is copied first."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urlsplit

from agent_worker.capabilities.artifacts import Outputs
from agent_worker.capabilities.places import buckets, queries, tables, web_files
from agent_worker.capabilities.reading.sheets import base_of, sheet_of, with_sheet
from agent_worker.capabilities.sources import FILES_MAX, describe
from agent_worker.capabilities.workshop import Workshop
from agent_worker.domain.failures import ActionFailedError
from agent_worker.domain.profile import Partition

Write = Callable[[Path], None]
"""Writes a source's content to a local path."""


def find_partitions(
    sources: Sequence[str], workshop: Workshop, outputs: Outputs
) -> tuple[Partition, ...]:
    """Return what the sources name as partitions, by name.

    Raises:
        ActionFailedError: a source is not allowed, not there, too large, or there are too many.
    """
    local = [source for source in sources if not is_remote(source)]
    found = [*_local_partitions(local, workshop)]
    spool = _Spool(outputs, {partition.name for partition in found})
    for source in dict.fromkeys(sources):
        if is_remote(source):
            found += [
                spool.put(name, sheet_of(source), write)
                for name, write in _contents(base_of(source), workshop)
            ]
    if len(found) > FILES_MAX:
        raise ActionFailedError(
            "too_many_sources",
            f"the sources match {len(found)} files; one goal takes {FILES_MAX}",
            remedy="Split the goal, or join small files.",
        )
    return tuple(sorted(found, key=lambda partition: partition.name))


def is_remote(source: str) -> bool:
    """Tell whether a source is no local file."""
    schemes = (buckets.SCHEME, tables.SCHEME, queries.SCHEME, *web_files.SCHEMES)
    return source.startswith(schemes)


def _local_partitions(sources: Sequence[str], workshop: Workshop) -> Iterator[Partition]:
    plain = [source for source in sources if not sheet_of(source)]
    if plain:
        yield from describe(workshop.sources.expand(plain))
    for source in sources:
        if sheet := sheet_of(source):
            for partition in describe(workshop.sources.expand([base_of(source)])):
                named = {
                    "name": f"{partition.name}-{_safe(sheet)}",
                    "uri": with_sheet(partition.uri, sheet),
                }
                yield partition.model_copy(update=named)


def _contents(source: str, workshop: Workshop) -> Iterator[tuple[str, Write]]:
    """Yield a file name for each thing that a source names, and what writes it."""
    allowed = workshop.allowed
    if source.startswith(buckets.SCHEME):
        for found in buckets.find_objects(source, allowed):
            yield PurePosixPath(found.key).name, found.download
    elif source.startswith(tables.SCHEME):
        name = f"{tables.name_of(source)}.parquet"
        yield name, lambda target: tables.write_table(source, target, workshop)
    elif source.startswith(queries.SCHEME):
        name = f"{queries.name_of(source)}.json"
        yield name, lambda target: queries.write_rows(source, target, allowed)
    else:
        name = PurePosixPath(unquote(urlsplit(source).path)).name or "index"
        yield name, lambda target: web_files.download(source, target, allowed)


@dataclass(frozen=True, slots=True)
class _Spool:
    """Where copies lie: under the attempt's name, each under one of its own."""

    outputs: Outputs
    names: set[str]

    def put(self, file_name: str, sheet: str, write: Write) -> Partition:
        stem, _, ending = file_name.partition(".")
        first = name = "-".join(_safe(part) for part in (stem or "source", sheet) if part)
        count = 1
        while name in self.names:
            count += 1
            name = f"{first}-{count}"
        self.names.add(name)
        extension = _safe(ending) or "bin"
        staged = self.outputs.stage(name, extension)
        try:
            write(staged)
        except ActionFailedError:
            staged.unlink(missing_ok=True)
            raise
        partition = self.outputs.put_partition(name, extension, staged)
        return partition.model_copy(update={"uri": with_sheet(partition.uri, sheet)})


def _safe(name: str) -> str:
    return re.sub(r"[^A-Za-z0-9_.-]+", "-", name)[:80]
