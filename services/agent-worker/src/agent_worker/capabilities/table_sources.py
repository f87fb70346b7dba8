"""Which source files a table holds: marks in its log, for the name and for the content of each.

The marks belong to the commit that adds a file's rows, and outlive the cleaning of the log. Two
commits that add the same file at the same moment collide, and one of them wins. Whoever overwrites
a table begins a new generation of sources, so that nothing of the former content is thought to be
there; what only changes the form of a table's rows leaves the marks as they are.
"""

import json
from collections.abc import Mapping, Sequence
from hashlib import sha256

from deltalake import DeltaTable
from pydantic import TypeAdapter

from agent_worker.capabilities.reading.ranges import file_of
from agent_worker.domain.profile import Partition

GENERATION = "argosy.sources"
"""The mark whose number is the table's generation of sources; below zero when the table was made
of something else."""

REMARK = "sources"
"""What a commit calls the files whose rows it added."""

_HELD = 1
_WITHDRAWN = 0

_PARTITIONS = TypeAdapter(tuple[Partition, ...])

Marks = dict[str, int]


def generation_of(table: DeltaTable) -> int | None:
    """Return the generation of sources, None when the table was not made of recorded files."""
    number = table.transaction_version(GENERATION)
    return None if number is None or number <= 0 else number


def holds_file(table: DeltaTable, source: Partition) -> bool:
    """Tell whether the table has rows of a file of this URI, whatever it contained then."""
    return _is_held(table, _file_mark(generation_of(table), source))


def holds_content(table: DeltaTable, source: Partition) -> bool:
    """Tell whether the table has the rows of this content, whatever its file was called."""
    return _is_held(table, _content_mark(generation_of(table), source))


def remark_of(sources: Sequence[Partition]) -> dict[str, str]:
    """Return what a commit says of the files whose rows it adds."""
    return {REMARK: json.dumps([source.model_dump(mode="json") for source in sources])}


def sources_added(commit: Mapping[str, object]) -> tuple[Partition, ...]:
    """Return the files whose rows a commit of the table's history added."""
    return _PARTITIONS.validate_json(str(commit.get(REMARK, "[]")))


def beginning_with(sources: Sequence[Partition], pipeline_id: str) -> Marks:
    """Return the marks of a commit that overwrites a table by the rows of these files.

    Without files, the table is one that no files can be missing from.
    """
    digest = sha256(pipeline_id.encode()).digest()
    generation = 1 + int.from_bytes(digest[:7])
    if not sources:
        return {GENERATION: -generation}
    return {GENERATION: generation, **_marks(generation, sources, _HELD)}


def adding(table: DeltaTable, sources: Sequence[Partition]) -> Marks:
    """Return the marks of a commit that appends the rows of these files."""
    generation = generation_of(table)
    return {} if generation is None else _marks(generation, sources, _HELD)


def presumed(table: DeltaTable, sources: Sequence[Partition]) -> dict[str, int | None]:
    """Return the marks of the table that appending these files' rows relies on."""
    names = (GENERATION, *adding(table, sources))
    return {name: table.transaction_version(name) for name in names}


def withdrawing(
    table: DeltaTable, before: DeltaTable | None, sources: Sequence[Partition]
) -> Marks:
    """Return the marks of a commit that takes these files' rows back, to restore `before`."""
    number = None if before is None else before.transaction_version(GENERATION)
    if number is None:
        return {GENERATION: _WITHDRAWN}
    if table.transaction_version(GENERATION) != number:
        # The marks of what was overwritten are still there, under their own generation.
        return {GENERATION: number}
    return _marks(number, sources, _WITHDRAWN)


def _marks(generation: int, sources: Sequence[Partition], number: int) -> Marks:
    names = {
        name
        for source in sources
        for name in (_file_mark(generation, source), _content_mark(generation, source))
    }
    return dict.fromkeys(sorted(names), number)


def _is_held(table: DeltaTable, mark: str) -> bool:
    return table.transaction_version(mark) == _HELD


def _file_mark(generation: int | None, source: Partition) -> str:
    return f"{GENERATION}/{generation}/file/{file_of(source.uri)}"


def _content_mark(generation: int | None, source: Partition) -> str:
    content = source.file_fingerprint or source.fingerprint
    return f"{GENERATION}/{generation}/content/{content}"
