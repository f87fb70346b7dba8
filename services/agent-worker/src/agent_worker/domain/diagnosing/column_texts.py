"""What a detector of a single column sees, and what it says.

It sees distinct texts with how often each occurs, never rows or their order. So what it finds does
not depend on the order, and a column of a million rows costs what its distinct texts cost.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from agent_worker.domain.recipe import StepAction

DISTINCT_MAX = 50_000
"""Texts that a column is judged by. More of them are ids or free texts, of which the most frequent
50 000 tell the same, and they take about a second."""

Lexicon = Mapping[str, int]
"""Common words in lower case, with how often they occur in a large collection of texts."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A text that is wrong wherever it stands in the column."""

    text: str
    proposed: str | None
    """What it should be; None empties the cell, or, of a suspected one, proposes nothing."""
    action: StepAction
    kind: str
    """Which kind of mistake, such as `typo`."""
    confidence: float
    reason: str
    """A sentence with the evidence."""


@dataclass(frozen=True)
class ColumnTexts:
    """A column's distinct texts, none of them empty."""

    name: str
    counts: Mapping[str, int]
    lexicon: Lexicon = field(default_factory=dict[str, int])

    @cached_property
    def texts(self) -> tuple[str, ...]:
        """The distinct texts, sorted."""
        return tuple(sorted(self.counts))

    @cached_property
    def cells(self) -> int:
        """How many cells hold one of them."""
        return sum(self.counts.values())

    def cells_of(self, texts: Iterable[str]) -> int:
        """Return how many cells hold one of these."""
        return sum(self.counts[text] for text in texts)


ColumnDetector = Callable[[ColumnTexts], Sequence[Finding]]
"""One idea about what is wrong in a column; nothing where it is not sure."""


def repaired(kind: str, text: str, proposed: str | None, confidence: float, reason: str) -> Finding:
    """Return the finding that a text is to be replaced, or its cells emptied."""
    return Finding(text, proposed, StepAction.REPAIRED, kind, confidence, reason)


def suspected(
    kind: str, text: str, proposed: str | None, confidence: float, reason: str
) -> Finding:
    """Return the finding that a text is likely wrong; what it should be is at most a proposal."""
    return Finding(text, proposed, StepAction.SUSPECTED, kind, confidence, reason)


def times(count: int) -> str:
    """Return how often in words: once, or so many times."""
    return "once" if count == 1 else f"{count} times"
