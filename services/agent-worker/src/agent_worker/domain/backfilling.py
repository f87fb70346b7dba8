"""Which source files a table lacks, and which it must not be given although they are new to it.

A file is held when the table has its content; then nothing is to do. A file whose name the table
knows with another content has changed: its old rows are in the table, and adding the new ones
would repeat most of them. Both are for people to decide, so they are reported and left alone.
"""

from collections.abc import Collection, Sequence
from enum import StrEnum

from agent_worker.domain.profile import Partition
from shared.contracts.vocabulary import Contract


class Reason(StrEnum):
    """Why a file that the table does not hold under its name is not added."""

    CHANGED = "changed"
    """The table has rows of this file as it was before."""
    COPIED = "copied"
    """Its content is in the table, or on its way there, from a file of another name."""


class SourceLeftOut(Contract):
    """A file that is not added, and why."""

    name: str
    uri: str
    reason: Reason


class Standing(Contract):
    """How the files that sources name stand against a table; each is in one list."""

    missing: tuple[Partition, ...]
    held: tuple[Partition, ...]
    left_out: tuple[SourceLeftOut, ...]
    remaining: int = 0
    """Missing files that are left for the next time, because there are so many."""

    def at_most(self, count: int) -> "Standing":
        """Return the standing with so many missing files at most, the first by name."""
        missing = self.missing[:count]
        remaining = len(self.missing) - len(missing)
        return self.model_copy(update={"missing": missing, "remaining": remaining})


def stand(
    partitions: Sequence[Partition], known_uris: Collection[str], known_hashes: Collection[str]
) -> Standing:
    """Sort files by what a table knows of them; of equal files, the first is added."""
    missing: list[Partition] = []
    held: list[Partition] = []
    left_out: list[SourceLeftOut] = []
    coming: set[str] = set()
    for each in partitions:
        is_named, is_known = each.uri in known_uris, each.fingerprint in known_hashes
        if is_named and is_known:
            held.append(each)
        elif is_named:
            left_out.append(_left_out(each, Reason.CHANGED))
        elif is_known or each.fingerprint in coming:
            left_out.append(_left_out(each, Reason.COPIED))
        else:
            missing.append(each)
            coming.add(each.fingerprint)
    return Standing(missing=tuple(missing), held=tuple(held), left_out=tuple(left_out))


def _left_out(partition: Partition, reason: Reason) -> SourceLeftOut:
    return SourceLeftOut(name=partition.name, uri=partition.uri, reason=reason)


def told_left_out(left_out: Sequence[SourceLeftOut]) -> str:
    """Tell which files are left alone, and why."""
    said: list[str] = []
    for reason in Reason:
        names = [each.name for each in left_out if each.reason is reason]
        if names:
            said.append(f"{len(names)} {_REASONS[reason]}: {', '.join(names[:5])}.")
    return " ".join(said)


_REASONS = {
    Reason.CHANGED: (
        "of the files changed since the table was given their rows, which are still in it; I leave "
        "them alone and report them"
    ),
    Reason.COPIED: (
        "of the files have a content that the table has, or gets, from a file of another name; "
        "their rows would be there twice, so I leave them out"
    ),
}
