"""Which rows an elector looks at: its own, which no other elector draws.

The rows of a partition are divided between the electors by a hash of their numbers, so that samples
of different electors never share a row, and what all of them saw together is one larger sample. A
partition with fewer rows than a sample is read whole by everybody: that is no sample any more.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from hashlib import sha256

from shared.contracts.electorates import ElectorKind
from shared.contracts.voting import ChangeKind, Compatibility, SchemaProposal

SAMPLE_ROWS = 1_000
"""Rows of one elector's sample: shows a violation of one row in a thousand with 63 %, and three
electors' samples together with 95 %."""

SAMPLE_ROWS_MAX = 3_000
"""Rows where readers may have to follow the change: five electors show a violation of one row in
ten thousand with 78 %."""

SAMPLED_PARTITIONS = 3
"""Few enough to be quick; electors choose different ones."""

_MILD = frozenset({ChangeKind.ADD, ChangeKind.WIDEN, ChangeKind.NULLABILITY})
"""Changes that take no value away from anybody."""

_FOLLOWED = frozenset({Compatibility.FORWARD, Compatibility.BREAKING})
"""Who reads by the old schema, or reads old data by the new one, has to follow."""


@dataclass(frozen=True, slots=True)
class Seat:
    """An elector's place among the agents of an electorate."""

    proposal_id: str
    voter_id: str
    place: int = 0
    electors: int = 1

    @property
    def seed(self) -> str:
        """What decides the elector's sample: the same seed always draws the same rows."""
        return f"{self.proposal_id}:{self.voter_id}"


def seat_of(proposal: SchemaProposal, voter_id: str) -> Seat:
    """Return the elector's seat; who has none among the agents sits alone."""
    agents = sorted(
        elector.agent_id for elector in proposal.electorate if elector.kind is ElectorKind.AGENT
    )
    if voter_id not in agents:
        return Seat(proposal.proposal_id, voter_id)
    return Seat(proposal.proposal_id, voter_id, agents.index(voter_id), len(agents))


def sample_rows(proposal: SchemaProposal) -> int:
    """Return how many rows an elector draws: more where somebody has to follow the change."""
    is_mild = _MILD.issuperset(change.kind for change in proposal.changes)
    is_followed = proposal.compatibility in _FOLLOWED
    return SAMPLE_ROWS if is_mild and not is_followed else SAMPLE_ROWS_MAX


def choose_partitions(
    partitions: Sequence[str], seed: str, known: Collection[str] = ()
) -> list[str]:
    """Choose the partitions that an elector looks at; those that the proposer knows come last."""
    ranked = sorted(
        partitions,
        key=lambda uri: (uri in known, sha256(f"{seed}:{uri}".encode()).digest()),
    )
    return sorted(ranked[:SAMPLED_PARTITIONS])


def draw(seed: str, count: int, size: int) -> list[int]:
    """Draw that many numbers below the size; the same seed always draws the same."""
    return [
        int.from_bytes(sha256(f"{seed}:{number}".encode()).digest()[:8]) % size
        for number in range(count)
    ]
