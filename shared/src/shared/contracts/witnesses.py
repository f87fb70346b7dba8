"""What a veto stands on: rows that contradict a proposal, and what others found in them."""

from enum import StrEnum
from typing import Self

from pydantic import Field

from shared.contracts.vocabulary import Artifact, Contract
from shared.kernel.ids import derive_id

WITNESSES_MAX = 5
"""Witnesses of one vote: one that is confirmed is enough."""

WITNESS_TEXT_MAX = 1000
"""Characters of each text of a witness: with five of them a vote stays within its 32 KiB."""


class Witness(Contract):
    """One row that contradicts a proposal, named so that anybody can look at it again."""

    witness_id: str
    """Derives from the rest."""
    partition: str = Field(max_length=WITNESS_TEXT_MAX)
    """The URI of the partition that has the row."""
    row: int = Field(ge=0)
    """The row's physical number in the partition, as its reader counts."""
    column: str = Field(max_length=WITNESS_TEXT_MAX)
    rule: str = Field(max_length=WITNESS_TEXT_MAX)
    """What the value breaks, in words."""
    value_hash: str
    """SHA-256 of the value's text, in hexadecimal."""
    shown: str = Field(default="", max_length=WITNESS_TEXT_MAX)
    """The text, as far as redaction lets it be shown."""

    @classmethod
    def of(
        cls, place: tuple[str, int, str], *, rule: str, value_hash: str, shown: str = ""
    ) -> Self:
        """Return the witness at a partition's URI, row and column, under the id of its own."""
        partition, row, column = place
        return cls(
            witness_id=derive_id(partition, row, column, rule, value_hash),
            partition=partition,
            row=row,
            column=column,
            rule=rule,
            value_hash=value_hash,
            shown=shown,
        )


class WitnessCheck(Contract):
    """Consensus asks an elector: look at these rows, is it as the claimant says?"""

    proposal_id: str
    pipeline_id: str
    artifact: Artifact
    """What is voted on."""
    electorate_hash: str
    claimant_id: str
    """The elector who brought the witnesses; it is not asked."""
    witnesses: tuple[Witness, ...] = Field(min_length=1, max_length=WITNESSES_MAX)


class Verdict(StrEnum):
    """What an elector says of another's witnesses."""

    CONFIRMED = "confirmed"
    """At least one of the rows contradicts the proposal as the claimant says."""
    REFUTED = "refuted"
    """All of the rows were read, and none of them does."""
    UNREADABLE = "unreadable"
    """The rows could not be read; that says nothing about them."""


class WitnessVerdict(Contract):
    """One elector's answer to a check of witnesses; the envelope is signed as a vote's is."""

    proposal_id: str
    artifact_hash: str
    electorate_hash: str
    voter_id: str
    """Who looked."""
    claimant_id: str
    """Whose witnesses it looked at."""
    verdict: Verdict
    reason: str


class VetoState(StrEnum):
    """What became of a veto."""

    OPEN = "open"
    """Nobody has confirmed it and not everybody refuted it; nothing is accepted meanwhile."""
    CONFIRMED = "confirmed"
    """Another elector saw it too: the proposal is rejected."""
    REFUTED = "refuted"
    """Nobody saw what the claimant claims: its vote counts for neither side."""


class VetoView(Contract):
    """A veto as the result shows it."""

    claimant_id: str
    state: VetoState
    witness: Witness
    """The first of the claimant's witnesses."""
    confirmed_by: tuple[str, ...] = ()
    refuted_by: tuple[str, ...] = ()
    unreadable_by: tuple[str, ...] = ()
