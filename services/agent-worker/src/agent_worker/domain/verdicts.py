"""A second look at another elector's witnesses: the very rows, read again by a child process.

A veto counts when somebody else sees what its claimant saw, so each elector answers once for each
claimant. A draining agent stops looking: an answer that never comes holds no other work up.
"""

from agent_worker.domain.actions import VerdictOutcome
from agent_worker.domain.agent import Agent
from agent_worker.domain.ballots import CONSENSUS_ID
from agent_worker.domain.records import BallotRecord, VerdictRecord
from shared.contracts.machine import Abandon, Decision, Perform, Send
from shared.contracts.topics import CONSENSUS
from shared.contracts.vocabulary import Contract
from shared.contracts.witnesses import Verdict, WitnessCheck, WitnessVerdict
from shared.kernel.records import State

VERDICTS_MAX = 100
"""Looks under way; rows that come on top get no answer from this agent."""


def verdicts_of(state: State) -> tuple[VerdictRecord, ...]:
    """Return the looks under way, by proposal and claimant."""
    return tuple(state.select(VerdictRecord, "all", ""))


def look_again(decision: Decision, agent: Agent, check: WitnessCheck) -> None:
    """Begin to look at the rows; once for each claimant, however often it is asked."""
    ballot = decision.draft.get(BallotRecord, check.proposal_id)
    if check.claimant_id == agent.agent_id:
        return
    if ballot is None or ballot.proposal.electorate_hash != check.electorate_hash:
        unknown = VerdictOutcome(
            verdict=Verdict.UNREADABLE,
            reason="I do not know this proposal, so I cannot tell what its rows must be.",
        )
        _send(decision, agent.agent_id, check, unknown)
        return
    verdict = VerdictRecord(proposal=ballot.proposal, check=check, voter_id=agent.agent_id)
    is_known = decision.draft.get(VerdictRecord, verdict.key) is not None
    is_answered = check.claimant_id in ballot.answered
    if is_known or is_answered or len(verdicts_of(decision.draft)) >= VERDICTS_MAX:
        return
    decision.draft.put(verdict)
    decision.effects.append(Perform(verdict.activity_id, verdict.verdict_request()))


def answer(decision: Decision, verdict: VerdictRecord, outcome: Contract) -> None:
    """Send what the look came to; one that went wrong says nothing about the rows."""
    if not isinstance(outcome, VerdictOutcome):
        ended = f"the look at the rows ended in {type(outcome).__name__} instead of a verdict"
        outcome = VerdictOutcome(verdict=Verdict.UNREADABLE, reason=ended)
    _send(decision, verdict.voter_id, verdict.check, outcome)
    decision.draft.delete(verdict)
    ballot = decision.draft.get(BallotRecord, verdict.check.proposal_id)
    if ballot is not None:
        answered = (*ballot.answered, verdict.check.claimant_id)
        decision.draft.put(ballot.model_copy(update={"answered": answered}))


def abandon_verdicts(decision: Decision) -> None:
    """Stop every look; no answer follows."""
    for verdict in verdicts_of(decision.draft):
        decision.effects.append(Abandon(verdict.activity_id))
        decision.draft.delete(verdict)


def _send(decision: Decision, voter_id: str, check: WitnessCheck, outcome: VerdictOutcome) -> None:
    verdict = WitnessVerdict(
        proposal_id=check.proposal_id,
        artifact_hash=check.artifact.content_hash,
        electorate_hash=check.electorate_hash,
        voter_id=voter_id,
        claimant_id=check.claimant_id,
        verdict=outcome.verdict,
        reason=outcome.reason,
    )
    proposal_id = check.proposal_id
    decision.effects.append(Send(CONSENSUS, verdict, CONSENSUS_ID, proposal_id, proposal_id))
