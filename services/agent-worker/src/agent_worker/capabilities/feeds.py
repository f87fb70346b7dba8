"""A source that grows, be it files or a topic: what is new for a table, and writing that down.

Whatever grows is copied batch by batch into the object store, under the attempt's own name: what
profiling, cleaning and voting read afterwards does not change under their hands.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import islice
from pathlib import Path
from typing import Protocol

from deltalake import DeltaTable

from agent_worker.capabilities.artifacts import Outputs
from agent_worker.capabilities.delta_table import mark_of
from agent_worker.capabilities.growing_files import Taken, copy_batch, new_batches
from agent_worker.capabilities.topic_batches import MessageWriter, Written, new_windows
from agent_worker.capabilities.workshop import Workshop
from agent_worker.domain.batches import Batch, Taking, in_turns
from agent_worker.domain.profile import Partition
from shared.contracts.feeds import TopicPlace
from shared.ports.topic_reader import Range


@dataclass(frozen=True, slots=True)
class Portion:
    """How much one run takes."""

    batch_rows: int
    batches_max: int


@dataclass(frozen=True, slots=True)
class WrittenBatches:
    """Batches, and the partitions that they became, in the same order."""

    batches: tuple[Batch, ...] = ()
    partitions: tuple[Partition, ...] = ()
    readable: int = 0
    """Batches with at least one row; files are not looked into."""
    first_problem: str = ""


class Feed(Protocol):
    """A source that grows."""

    def look(self, table: DeltaTable | None, portion: Portion) -> tuple[Taking, int]:
        """Return what is new, and the number of strands that there are."""
        ...

    def write(self, batches: Sequence[Batch], outputs: Outputs) -> WrittenBatches:
        """Write batches down; done twice, it leaves the same behind."""
        ...


def position_mark(strand: str) -> str:
    """Return the mark under which a table keeps how far it has taken a strand."""
    return f"taken:{strand}"


def seal_mark(strand: str) -> str:
    """Return the mark under which it keeps what stood just before that."""
    return f"seal:{strand}"


@dataclass(frozen=True, slots=True)
class FileFeed:
    """Files that match a pattern; they are appended to, and new ones come."""

    workshop: Workshop
    source: str

    def look(self, table: DeltaTable | None, portion: Portion) -> tuple[Taking, int]:
        """Return what is new, and the number of files that there are."""
        paths = self.workshop.sources.watch(self.source)
        strands = [
            new_batches(path, self._stem(path), _taken(table, path.as_uri()), portion.batch_rows)
            for path in paths
        ]
        return _portioned(strands, portion), len(paths)

    def write(self, batches: Sequence[Batch], outputs: Outputs) -> WrittenBatches:
        """Copy the batches' lines."""
        partitions: list[Partition] = []
        for batch in batches:
            staged = outputs.stage(batch.name, "csv")
            copy_batch(self.workshop.sources.resolve(batch.strand), batch, staged)
            partitions.append(outputs.put_partition(batch.name, "csv", staged))
        return WrittenBatches(tuple(batches), tuple(partitions), len(partitions))

    def _stem(self, path: Path) -> str:
        """Name a file apart from one of the same name in another folder."""
        folder = self.workshop.sources.folder_of(self.source)
        if path.parent == folder:
            return path.name
        return f"{path.name}-{sha256(str(path.parent).encode()).hexdigest()[:8]}"


@dataclass(frozen=True, slots=True)
class TopicFeed:
    """A topic of a broker."""

    workshop: Workshop
    place: TopicPlace
    source: str
    writer: MessageWriter

    def look(self, table: DeltaTable | None, portion: Portion) -> tuple[Taking, int]:
        """Return what is new, and the number of partitions that there are."""
        with self.workshop.brokers.reader(self.place) as reader:
            kept = reader.bounds(self.place.topic)
        strands: list[Iterable[Batch]] = []
        missed = 0
        for number, bounds in kept.items():
            strand = f"{self.source}#{number}"
            taken = mark_of(table, position_mark(strand))
            missed += max(0, bounds.begin - taken) if taken is not None else 0
            strands.append(new_windows(self.place, strand, bounds, taken, portion.batch_rows))
        taking = _portioned(strands, portion)
        return taking.model_copy(update={"missed": missed}), len(kept)

    def write(self, batches: Sequence[Batch], outputs: Outputs) -> WrittenBatches:
        """Read the batches' messages and write them as rows."""
        kept: list[Batch] = []
        partitions: list[Partition] = []
        readable, problem = 0, ""
        skipped: dict[str, int | None] = {}
        for batch, written, staged in self._each(batches, outputs):
            since = skipped.pop(batch.strand, batch.since)
            if not written.rows and not written.undecodable:
                # Compacted away, or markers only: the next batch of the strand follows on it.
                skipped[batch.strand] = since
                staged.unlink()
                continue
            kept.append(batch.model_copy(update={"since": since}))
            partitions.append(outputs.put_partition(batch.name, "csv", staged))
            readable += written.rows > 0
            problem = problem or written.first_problem
        return WrittenBatches(tuple(kept), tuple(partitions), readable, problem)

    def _each(
        self, batches: Sequence[Batch], outputs: Outputs
    ) -> Iterator[tuple[Batch, Written, Path]]:
        with self.workshop.brokers.reader(self.place) as reader:
            for batch in batches:
                staged = outputs.stage(batch.name, "csv")
                number = int(batch.strand.rpartition("#")[2])
                wanted = Range(number, batch.begin, batch.end)
                messages = reader.messages(self.place.topic, wanted)
                yield batch, self.writer.write(messages, number, staged), staged


def _portioned(strands: Sequence[Iterable[Batch]], portion: Portion) -> Taking:
    found = tuple(islice(in_turns(strands), portion.batches_max + 1))
    batches = found[: portion.batches_max]
    return Taking(batches=batches, is_caught_up=len(found) == len(batches))


def _taken(table: DeltaTable | None, strand: str) -> Taken | None:
    position = mark_of(table, position_mark(strand))
    return None if position is None else Taken(position, mark_of(table, seal_mark(strand)) or 0)
