"""What was said and does not count: kept with the reason, so that nobody has to guess."""

from collections.abc import Iterable
from enum import StrEnum
from typing import ClassVar

from pydantic import Field

from shared.contracts.machine import Decision
from shared.contracts.messages import ValidationVoteMessage, WitnessVerdictMessage
from shared.contracts.vocabulary import Contract
from shared.kernel.records import Record

REFUSALS_KEPT_MAX = 50
"""Refusals that a proposal keeps, some 15 kB; the rest is counted. As many as electors."""

NAME_CHARACTERS_MAX = 200
"""Of a stranger's id: it may have written anything there."""

UNKNOWN_PROPOSALS = ""
"""The key of what was said to proposals that the shard does not know."""

SignedWord = ValidationVoteMessage | WitnessVerdictMessage
"""What electors send to consensus."""


class RefusalReason(StrEnum):
    """Why a vote or verdict does not count."""

    LATE = "late"
    """It came behind the end of its stage."""
    UNKNOWN_PROPOSAL = "unknown_proposal"
    NOT_A_MEMBER = "not_a_member"
    BAD_SIGNATURE = "bad_signature"
    """It was not signed by the key that the electorate names, or changed on its way."""
    OTHER_ARTIFACT = "other_artifact"
    OTHER_ELECTORATE = "other_electorate"
    TOO_LARGE = "too_large"
    WRONG_PERSON = "wrong_person"
    """A vote for a role names who cast it; what an agent says names nobody."""
    NO_SUCH_VETO = "no_such_veto"
    """A verdict on witnesses that nobody brought, or on one's own."""
    SURPLUS = "surplus"
    """The elector has contradicted itself already, or its role has said enough."""


class Refusal(Contract):
    """One vote or verdict that does not count."""

    message_id: str
    voter_id: str
    said: str
    """The choice or verdict."""
    reason: RefusalReason
    position: int
    """Where it is in its partition."""


class RefusalsRecord(Record):
    """What of one proposal does not count."""

    kind: ClassVar[str] = "refusals"

    proposal_id: str
    refusals: tuple[Refusal, ...] = Field(default=(), max_length=REFUSALS_KEPT_MAX)
    """The first that came."""
    late: int = 0
    foreign: int = 0
    """All that were not just late."""

    @property
    def key(self) -> str:
        """The proposal's id."""
        return self.proposal_id

    @property
    def parent(self) -> str:
        """The proposal's id, so that everything of a proposal is listed alike."""
        return self.proposal_id

    def indexes(self) -> Iterable[tuple[str, str]]:
        """It is found by its proposal."""
        return (("proposal_id", self.proposal_id),)


def refusals_of(decision: Decision, proposal_id: str) -> RefusalsRecord:
    """Return what does not count of the proposal so far."""
    record = decision.draft.get(RefusalsRecord, proposal_id)
    return record or RefusalsRecord(proposal_id=proposal_id)


def refuse(decision: Decision, word: SignedWord, position: int, reason: RefusalReason) -> None:
    """Record that the word does not count; the same message again is no event."""
    named = word.data_payload.proposal_id
    is_unknown = reason is RefusalReason.UNKNOWN_PROPOSAL
    before = refusals_of(decision, UNKNOWN_PROPOSALS if is_unknown else named)
    if any(word.message_id == refusal.message_id for refusal in before.refusals):
        return
    is_late = reason is RefusalReason.LATE
    decision.draft.put(
        RefusalsRecord(
            proposal_id=before.proposal_id,
            refusals=(*before.refusals, _refusal(word, position, reason))[:REFUSALS_KEPT_MAX],
            late=before.late + is_late,
            foreign=before.foreign + (not is_late),
        )
    )


def _refusal(word: SignedWord, position: int, reason: RefusalReason) -> Refusal:
    payload = word.data_payload
    is_vote = isinstance(word, ValidationVoteMessage)
    return Refusal(
        message_id=word.message_id[:NAME_CHARACTERS_MAX],
        voter_id=payload.voter_id[:NAME_CHARACTERS_MAX],
        said=word.data_payload.choice if is_vote else word.data_payload.verdict,
        reason=reason,
        position=position,
    )
