"""What electors say: votes, and verdicts on others' witnesses, each taken if it counts.

A word counts when it is a member's, signed by the key that the electorate names, bound to exactly
this artifact, electorate and rule, and ahead of the end of its stage. What does not count is kept
with the reason. An elector who contradicts itself counts for neither side, in either order.

A vote cannot come before its proposal: electors hear of a proposal only from consensus, after it
was opened, so a vote on an unknown proposal is a stranger's or outlived the proposal's record.
"""

from consensus.domain.proposals import settle
from consensus.domain.records import (
    SAID_BY_AN_AGENT_MAX,
    VOTES_OF_A_ROLE_MAX,
    BallotRecord,
    ProposalRecord,
    VerdictRecord,
    ballot_key,
    verdict_key,
)
from consensus.domain.refusals import RefusalReason, SignedWord, refuse
from consensus.domain.vetoes import is_veto
from shared.contracts import wire
from shared.contracts.electorates import Elector, ElectorKind
from shared.contracts.machine import Decision, Send
from shared.contracts.messages import ValidationVoteMessage, WitnessVerdictMessage
from shared.contracts.topics import HUB
from shared.contracts.voting import ValidationVote, VoteChoice
from shared.contracts.witnesses import WitnessCheck
from shared.kernel.signing import is_signed_by

WORD_BYTES_MAX = 32 * 1024
"""The largest vote: five witnesses with the longest of texts take 20 kB, evidence a few more."""


def cast_vote(decision: Decision, message: ValidationVoteMessage, position: int) -> None:
    """Take a vote if it counts, and conclude the proposal if the vote decides it."""
    vote = message.data_payload
    record = decision.draft.get(ProposalRecord, vote.proposal_id)
    ballot = decision.draft.get(BallotRecord, ballot_key(vote.proposal_id, vote.voter_id))
    if ballot is not None and any(vote == earlier.data_payload for earlier in ballot.votes):
        return
    refusal = _refusal(record, message) or _surplus(ballot, vote)
    if record is None or refusal is not None:
        refuse(decision, message, position, refusal or RefusalReason.UNKNOWN_PROPOSAL)
        return
    decision.draft.put(
        BallotRecord(
            votes=(*(ballot.votes if ballot else ()), message),
            positions=(*(ballot.positions if ballot else ()), position),
        )
    )
    if ballot is None and is_veto(vote) and not vote.person:
        _ask_about(decision, record, vote)
    settle(decision, record, position)


def take_verdict(decision: Decision, message: WitnessVerdictMessage, position: int) -> None:
    """Take a verdict if it counts, and conclude the proposal if the verdict decides it."""
    verdict = message.data_payload
    record = decision.draft.get(ProposalRecord, verdict.proposal_id)
    name = verdict_key(verdict.proposal_id, verdict.claimant_id, verdict.voter_id)
    earlier = decision.draft.get(VerdictRecord, name)
    said = () if earlier is None else earlier.verdicts
    if any(verdict == each.data_payload for each in said):
        return
    refusal = _refusal(record, message) or _groundless(decision, message)
    if refusal is None and len(said) == SAID_BY_AN_AGENT_MAX:
        refusal = RefusalReason.SURPLUS
    if record is None or refusal is not None:
        refuse(decision, message, position, refusal or RefusalReason.UNKNOWN_PROPOSAL)
        return
    positions = () if earlier is None else earlier.positions
    decision.draft.put(VerdictRecord(verdicts=(*said, message), positions=(*positions, position)))
    settle(decision, record, position)


def _refusal(record: ProposalRecord | None, message: SignedWord) -> RefusalReason | None:
    """Return why the word does not count, or None; the signature costs most and comes last."""
    word = message.data_payload
    if record is None:
        return RefusalReason.UNKNOWN_PROPOSAL
    elector = record.elector(word.voter_id)
    if elector is None:
        return RefusalReason.NOT_A_MEMBER
    if word.artifact_hash != record.proposal.artifact.content_hash:
        return RefusalReason.OTHER_ARTIFACT
    if word.electorate_hash != record.proposal.electorate_hash:
        return RefusalReason.OTHER_ELECTORATE
    if not record.awaits(elector):
        return RefusalReason.LATE
    return _unproven(message, elector)


def _unproven(message: SignedWord, elector: Elector) -> RefusalReason | None:
    word = message.data_payload
    names_a_person = isinstance(word, ValidationVote) and word.person != ""
    if names_a_person is not (elector.kind is ElectorKind.PERSON):
        return RefusalReason.WRONG_PERSON
    content = wire.signing_bytes(message)
    if len(content) + len(message.signature) + len(message.traceparent) > WORD_BYTES_MAX:
        return RefusalReason.TOO_LARGE
    if not is_signed_by(elector.public_key, content, message.signature):
        return RefusalReason.BAD_SIGNATURE
    return None


def _surplus(ballot: BallotRecord | None, vote: ValidationVote) -> RefusalReason | None:
    if ballot is None:
        return None
    if not vote.person:
        votes_max = SAID_BY_AN_AGENT_MAX
    else:
        votes_max = VOTES_OF_A_ROLE_MAX - (vote.choice is not VoteChoice.REJECT)
    return RefusalReason.SURPLUS if len(ballot.votes) >= votes_max else None


def _groundless(decision: Decision, message: WitnessVerdictMessage) -> RefusalReason | None:
    """Return why there is nothing to say a verdict on, or None when there is."""
    verdict = message.data_payload
    claim = decision.draft.get(BallotRecord, ballot_key(verdict.proposal_id, verdict.claimant_id))
    is_there = claim is not None and is_veto(claim.votes[0].data_payload)
    is_ones_own = verdict.voter_id == verdict.claimant_id
    return None if is_there and not is_ones_own else RefusalReason.NO_SUCH_VETO


def _ask_about(decision: Decision, record: ProposalRecord, vote: ValidationVote) -> None:
    proposal = record.proposal
    check = WitnessCheck(
        proposal_id=proposal.proposal_id,
        pipeline_id=proposal.pipeline_id,
        artifact=proposal.artifact,
        electorate_hash=proposal.electorate_hash,
        claimant_id=vote.voter_id,
        witnesses=vote.witnesses,
    )
    decision.effects.extend(
        Send(HUB, check, elector.agent_id, proposal.proposal_id, proposal.proposal_id)
        for elector in proposal.electorate
        if elector.kind is ElectorKind.AGENT and elector.agent_id != vote.voter_id
    )
