"""A proposal's life: opened, settled when it can be, concluded once.

Theory of operation. A proposal and all that is said on it share a key and so one partition: their
order is the log's, and the result is a pure function of it. A proposal opens with its electorate
and absolute deadlines. The end is a place in the log: the deciding message, or the close marker
that a deadline's timer sends to this same partition. Nobody's clock says whether a vote is late.

Agents decide first. Where roles of people are asked for too and the agents have accepted, the
proposal stays open in its second stage, with a deadline and a close marker of its own.
"""

from datetime import timedelta

from consensus.domain.counting import Count, count_of, decide
from consensus.domain.electorates import electorate_flaw, with_roles
from consensus.domain.records import BallotRecord, Occupancy, ProposalRecord, VerdictRecord
from consensus.domain.refusals import RefusalsRecord, refusals_of
from consensus.domain.results import Ruling, conclusion_of
from consensus.domain.terms import Terms
from shared.contracts.electorates import ElectorKind
from shared.contracts.machine import Decision, Send
from shared.contracts.topics import CONSENSUS, EVENTS, HUB
from shared.contracts.voting import (
    ProposalCancellation,
    ProposalClose,
    ProposalOutcome,
    SchemaProposal,
    VotingStage,
)

CONSENSUS_ID = "consensus"
"""The name that consensus sends and receives by."""

OPEN_PROPOSALS_MAX = 10_000
"""Open proposals in one shard: with 2 kB each, 20 MB; a fleet of 50 agents opens a few."""

CONCLUDED_PROPOSALS_MAX = 200
"""Concluded proposals that one shard still shows, some 50 kB each with the votes of 50 electors;
the results themselves stay in the log."""

APPROVAL_TIMEOUT_SECONDS = 86_400.0
"""How long people have after the agents when the proposal does not say: a day, for they sleep."""


def open_proposal(
    decision: Decision, proposal: SchemaProposal, terms: Terms, position: int
) -> None:
    """Open a new proposal and ask its electors, or conclude at once what cannot be voted on."""
    if decision.draft.get(ProposalRecord, proposal.proposal_id) is not None:
        return
    record = ProposalRecord(
        proposal=_with_deadlines(decision, with_roles(proposal, terms.public_key), terms),
        opened_at=decision.now,
        opened_at_position=position,
        stage=VotingStage.AGENTS if proposal.electorate else VotingStage.PEOPLE,
    )
    occupancy = _occupancy(decision)
    _occupy(decision, open_change=1)
    flaw = electorate_flaw(proposal)
    if flaw is not None:
        conclude(decision, record, Ruling(ProposalOutcome.INVALID_ELECTORATE, position, flaw))
    elif occupancy.open_proposals >= OPEN_PROPOSALS_MAX:
        crowded = f"{OPEN_PROPOSALS_MAX} proposals are open already; propose it again later"
        conclude(decision, record, Ruling(ProposalOutcome.REJECTED, position, crowded))
    else:
        _await(decision, record)
        _ask_agents(decision, record.proposal)
        _announce(decision, record.proposal)


def settle(
    decision: Decision, record: ProposalRecord, position: int, *, at_close: bool = False
) -> None:
    """Conclude the proposal if it is decided, or begin the stage in which it can be."""
    count = _count(decision, record, at_close=at_close)
    verdict = decide(record, count, at_close=at_close)
    if isinstance(verdict, ProposalOutcome):
        conclude(decision, record, Ruling(verdict, position), count)
    elif verdict is not record.stage:
        _await(decision, record.model_copy(update={"stage": verdict}))


def mark_close(decision: Decision, proposal_id: str) -> None:
    """Put the close marker into the log, now that the deadline of the stage has come."""
    record = decision.draft.get(ProposalRecord, proposal_id)
    if record is None or not record.is_open:
        return
    marker = ProposalClose(proposal_id=proposal_id, stage=record.stage)
    decision.effects.append(Send(CONSENSUS, marker, CONSENSUS_ID, proposal_id, proposal_id))


def close_stage(decision: Decision, marker: ProposalClose, sender_id: str, position: int) -> None:
    """End the stage with what was said ahead of the marker; only our own marker counts."""
    record = decision.draft.get(ProposalRecord, marker.proposal_id)
    if record is None or not record.is_open or sender_id != CONSENSUS_ID:
        return
    if marker.stage is record.stage:
        settle(decision, record, position, at_close=True)


def cancel_proposal(decision: Decision, cancellation: ProposalCancellation, position: int) -> None:
    """Conclude the proposal, for whoever asked does not want the result any more."""
    record = decision.draft.get(ProposalRecord, cancellation.proposal_id)
    if record is None or not record.is_open or record.parent != cancellation.pipeline_id:
        return
    reason = f"cancelled: {cancellation.reason}"
    conclude(decision, record, Ruling(ProposalOutcome.CANCELLED, position, reason))


def conclude(
    decision: Decision, record: ProposalRecord, ruling: Ruling, count: Count | None = None
) -> None:
    """Give the proposal its one result and tell it to those who wait for it."""
    proposal = record.proposal
    conclusion = conclusion_of(
        record,
        _ballots(decision, record.key),
        count or _count(decision, record, at_close=False),
        refusals_of(decision, record.key),
        ruling,
    )
    decision.draft.put(
        record.model_copy(update={"conclusion": conclusion, "concluded_at": decision.now})
    )
    decision.cancel_timer(proposal.proposal_id)
    decision.effects.extend(
        (
            Send(HUB, conclusion, "planner", proposal.proposal_id, proposal.proposal_id),
            Send(EVENTS, conclusion, "*", proposal.pipeline_id, proposal.pipeline_id),
        )
    )
    _occupy(decision, open_change=-1, concluded_change=1)
    _forget_the_oldest(decision)


def _with_deadlines(decision: Decision, proposal: SchemaProposal, terms: Terms) -> SchemaProposal:
    timeout_seconds = proposal.timeout_seconds or terms.timeout_seconds
    deadline = decision.now + timedelta(seconds=timeout_seconds)
    fixed: dict[str, object] = {"timeout_seconds": timeout_seconds, "deadline": deadline}
    if proposal.approval_roles:
        patience_seconds = proposal.approval_timeout_seconds or APPROVAL_TIMEOUT_SECONDS
        fixed["approval_timeout_seconds"] = patience_seconds
        fixed["approval_deadline"] = deadline + timedelta(seconds=patience_seconds)
    return proposal.model_copy(update=fixed)


def _await(decision: Decision, record: ProposalRecord) -> None:
    proposal = record.proposal
    is_for_agents = record.stage is VotingStage.AGENTS
    deadline = proposal.deadline if is_for_agents else proposal.approval_deadline
    assert deadline is not None, "each stage of an open proposal has a deadline"
    decision.draft.put(record)
    decision.set_timer(proposal.proposal_id, deadline)


def _ask_agents(decision: Decision, proposal: SchemaProposal) -> None:
    decision.effects.extend(
        Send(HUB, proposal, elector.agent_id, proposal.proposal_id, proposal.proposal_id)
        for elector in proposal.electorate
        if elector.kind is ElectorKind.AGENT
    )


def _announce(decision: Decision, proposal: SchemaProposal) -> None:
    """Tell everybody the electorate as it is for good, so that anybody can check its votes."""
    key = proposal.pipeline_id
    decision.effects.append(Send(EVENTS, proposal, "*", key, key))


def _count(decision: Decision, record: ProposalRecord, *, at_close: bool) -> Count:
    verdicts = tuple(decision.draft.select(VerdictRecord, "proposal_id", record.key))
    return count_of(record, _ballots(decision, record.key), verdicts, at_close=at_close)


def _ballots(decision: Decision, proposal_id: str) -> tuple[BallotRecord, ...]:
    return tuple(decision.draft.select(BallotRecord, "proposal_id", proposal_id))


def _forget_the_oldest(decision: Decision) -> None:
    if _occupancy(decision).concluded_proposals <= CONCLUDED_PROPOSALS_MAX:
        return
    oldest = next(decision.draft.select(ProposalRecord, "is_open", value=False))
    for kind in (BallotRecord, VerdictRecord, RefusalsRecord):
        for said in decision.draft.select(kind, "proposal_id", oldest.key):
            decision.draft.delete(said)
    decision.draft.delete(oldest)
    _occupy(decision, concluded_change=-1)


def _occupancy(decision: Decision) -> Occupancy:
    return decision.draft.get(Occupancy, Occupancy().key) or Occupancy()


def _occupy(decision: Decision, *, open_change: int = 0, concluded_change: int = 0) -> None:
    occupancy = _occupancy(decision)
    decision.draft.put(
        Occupancy(
            open_proposals=occupancy.open_proposals + open_change,
            concluded_proposals=occupancy.concluded_proposals + concluded_change,
        )
    )
