"""An agent's vote: checked on its own sample by a child process, sent once.

A proposal is remembered for a while after the vote on it: others may bring rows against it, and
whoever looks at these has to know what it was.
"""

from agent_worker.domain.actions import VoteOutcome
from agent_worker.domain.agent import Agent
from agent_worker.domain.records import BallotRecord
from shared.contracts.machine import Abandon, Decision, Perform, Send
from shared.contracts.topics import CONSENSUS
from shared.contracts.vocabulary import Contract
from shared.contracts.voting import SchemaProposal, ValidationVote, VoteChoice
from shared.kernel.records import State

CONSENSUS_ID = "consensus"
"""Who counts the votes."""

BALLOTS_MAX = 100
"""Checks under way; a proposal that comes on top gets no vote and counts this agent as absent."""

CAST_MAX = 100
"""Proposals remembered after the vote, the newest ones: far more than are open at a time."""


def ballots_of(state: State) -> tuple[BallotRecord, ...]:
    """Return the checks under way, by proposal."""
    return tuple(state.select(BallotRecord, "all", ""))


def judge(decision: Decision, agent: Agent, proposal: SchemaProposal) -> None:
    """Begin to check a proposal on which this agent has a vote; once, however often it comes."""
    is_elector = any(one.agent_id == agent.agent_id for one in proposal.electorate)
    is_known = decision.draft.get(BallotRecord, proposal.proposal_id) is not None
    if not is_elector or is_known or len(ballots_of(decision.draft)) >= BALLOTS_MAX:
        return
    ballot = BallotRecord(proposal=proposal, voter_id=agent.agent_id)
    decision.draft.put(ballot)
    decision.effects.append(Perform(ballot.activity_id, ballot.vote_request()))


def cast(decision: Decision, ballot: BallotRecord, outcome: Contract) -> None:
    """Send the vote that the check led to; a check that went wrong abstains and says so."""
    judgement = outcome if isinstance(outcome, VoteOutcome) else _no_judgement(outcome)
    proposal = ballot.proposal
    vote = ValidationVote(
        proposal_id=proposal.proposal_id,
        artifact_hash=proposal.artifact.content_hash,
        electorate_hash=proposal.electorate_hash,
        voter_id=ballot.voter_id,
        choice=judgement.choice,
        confidence=judgement.confidence,
        evidence=judgement.evidence,
        reason=judgement.reason,
        witnesses=judgement.witnesses,
    )
    proposal_id = proposal.proposal_id
    decision.effects.append(Send(CONSENSUS, vote, CONSENSUS_ID, proposal_id, proposal_id))
    decision.draft.put(ballot.model_copy(update={"cast_at": decision.now}))
    _forget_oldest(decision)


def abandon_ballots(decision: Decision) -> None:
    """Stop every check; no vote follows."""
    for ballot in ballots_of(decision.draft):
        decision.effects.append(Abandon(ballot.activity_id))
        decision.draft.delete(ballot)


def _forget_oldest(decision: Decision) -> None:
    known = decision.draft.select(BallotRecord, "cast", "")
    ordered = sorted(known, key=lambda ballot: (ballot.cast_at or decision.now, ballot.key))
    for ballot in ordered[: max(0, len(ordered) - CAST_MAX)]:
        decision.draft.delete(ballot)


def _no_judgement(outcome: Contract) -> VoteOutcome:
    return VoteOutcome(
        choice=VoteChoice.ABSTAIN,
        confidence=0,
        evidence=(),
        reason=f"the check ended in {type(outcome).__name__} instead of a judgement",
    )
