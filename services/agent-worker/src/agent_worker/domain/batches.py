"""Batches: what a table takes of a source that grows, range by range, each exactly once.

A source that grows consists of strands, each with one order of its own: a file, or a partition of
a topic. The table's log says how far it has taken each strand. A batch names the position that it
follows, so that a commit can tell whether it still does.
"""

from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TypeVar

from pydantic import Field

from shared.contracts.vocabulary import Contract

BATCHES_MAX = 500
"""Batches of one run: each becomes a partition, and a goal has at most so many."""

BATCH_ROWS_MAX = 1_000_000
"""Rows of one batch, which is judged in the memory of one child process."""

_Member = TypeVar("_Member")


class Batch(Contract):
    """A range of a strand that became one partition."""

    name: str
    """The partition's name."""
    strand: str
    """A file's URI, or that of a topic with the number of a partition behind #."""
    since: int | None
    """How far the table had taken the strand; None for not at all."""
    begin: int = Field(ge=0)
    """The first byte of a file, or offset of a topic; later than `since` where some were lost."""
    end: int = Field(ge=0)
    seal: int = Field(default=0, ge=0)
    """Tells what came just before the end, so that a file that was rewritten is known."""


class Taking(Contract):
    """What one run takes, and what it had to leave."""

    batches: tuple[Batch, ...] = ()
    is_caught_up: bool = True
    """Whether nothing was left for the next run."""
    missed: int = 0
    """Messages that the topic did not keep until they could be taken."""


def still_due(batches: Sequence[Batch], reached: Mapping[str, int | None]) -> tuple[Batch, ...]:
    """Return the batches that follow on what the table has taken by now, strand by strand.

    One that was taken meanwhile, in whole or in part, is not among them, and nor is what follows
    on a batch that is not.
    """
    positions = dict(reached)
    due: list[Batch] = []
    for batch in sorted(batches, key=lambda each: (each.strand, each.begin)):
        if positions.get(batch.strand) == batch.since:
            positions[batch.strand] = batch.end
            due.append(batch)
    return tuple(due)


def in_turns(strands: Sequence[Iterable[_Member]]) -> Iterator[_Member]:
    """Yield one of each strand in turn, so that a long one does not hold up the others."""
    waiting = deque(map(iter, strands))
    while waiting:
        strand = waiting.popleft()
        for member in strand:
            yield member
            waiting.append(strand)
            break
