"""From what was said to where a proposal stands; the order of the words makes no difference."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from consensus.domain.records import BallotRecord, ProposalRecord, VerdictRecord
from consensus.domain.tally import Tally, outcome_at_close, outcome_so_far
from consensus.domain.vetoes import vetoes_of
from consensus.domain.weights import counted_weights
from shared.contracts.electorates import ROLE_PREFIX, ElectorKind
from shared.contracts.voting import ProposalOutcome, SchemaProposal, VoteChoice, VotingStage
from shared.contracts.witnesses import VetoState, VetoView


@dataclass(frozen=True, slots=True)
class Count:
    """Where a proposal stands: the agents' tally, the objections, and the people."""

    tally: Tally
    vetoes: tuple[VetoView, ...] = ()
    roles_approved: tuple[str, ...] = ()
    roles_rejected: tuple[str, ...] = ()
    roles_outstanding: tuple[str, ...] = ()

    @property
    def confirmed_veto(self) -> VetoView | None:
        """The first objection that another elector has seen too."""
        return next((veto for veto in self.vetoes if veto.state is VetoState.CONFIRMED), None)


def count_of(
    record: ProposalRecord,
    ballots: Sequence[BallotRecord],
    verdicts: Sequence[VerdictRecord] = (),
    *,
    at_close: bool = False,
) -> Count:
    """Count what was said on the proposal; `at_close`, as it is when no more can come."""
    proposal = record.proposal
    is_over = at_close or record.stage is VotingStage.PEOPLE
    vetoes = vetoes_of(proposal, ballots, verdicts, at_close=is_over)
    said_by_roles = _said_by_roles(proposal, ballots)
    return Count(
        tally=_tally(proposal, ballots, vetoes),
        vetoes=vetoes,
        roles_approved=_roles(said_by_roles, VoteChoice.APPROVE),
        roles_rejected=_roles(said_by_roles, VoteChoice.REJECT),
        roles_outstanding=_roles(said_by_roles, VoteChoice.ABSTAIN),
    )


def decide(
    record: ProposalRecord, count: Count, *, at_close: bool = False
) -> ProposalOutcome | VotingStage:
    """Return what the count comes to, or whose word is awaited while something could change it.

    `at_close`, the record's stage is over. People decide only on what agents have accepted.
    """
    if count.confirmed_veto or count.roles_rejected:
        return ProposalOutcome.REJECTED
    if record.stage is VotingStage.AGENTS:
        judge = outcome_at_close if at_close else outcome_so_far
        outcome = judge(record.proposal.rule, count.tally)
        if outcome is not ProposalOutcome.ACCEPTED:
            return outcome or VotingStage.AGENTS
    elif at_close and count.roles_outstanding:
        return ProposalOutcome.TIMED_OUT
    return VotingStage.PEOPLE if count.roles_outstanding else ProposalOutcome.ACCEPTED


def _tally(
    proposal: SchemaProposal, ballots: Sequence[BallotRecord], vetoes: Sequence[VetoView]
) -> Tally:
    weights = counted_weights(proposal.rule, proposal.electorate)
    refuted = {veto.claimant_id for veto in vetoes if veto.state is VetoState.REFUTED}
    sums: Counter[VoteChoice | None] = Counter()
    for ballot in ballots:
        is_void = ballot.is_equivocation or ballot.voter_id in refuted
        choice = None if is_void else ballot.votes[0].data_payload.choice
        sums[choice] += weights.get(ballot.voter_id, 0)
    total = sum(weights.values())
    return Tally(
        total=total,
        approved=sums[VoteChoice.APPROVE],
        rejected=sums[VoteChoice.REJECT],
        abstained=sums[VoteChoice.ABSTAIN],
        void=sums[None],
        open_vetoes=sum(veto.state is VetoState.OPEN for veto in vetoes),
        participation_min=proposal.participation_min or total // 2 + 1,
    )


def _said_by_roles(
    proposal: SchemaProposal, ballots: Sequence[BallotRecord]
) -> dict[str, VoteChoice]:
    """Return each role's word: one rejection rejects, one approval approves, or else it waits."""
    roles = [each.agent_id for each in proposal.electorate if each.kind is ElectorKind.PERSON]
    said = dict.fromkeys(roles, VoteChoice.ABSTAIN)
    for ballot in ballots if roles else ():
        if ballot.voter_id in said:
            decisive = (VoteChoice.REJECT, VoteChoice.APPROVE, VoteChoice.ABSTAIN)
            said[ballot.voter_id] = next(each for each in decisive if each in ballot.choices)
    return {role.removeprefix(ROLE_PREFIX): choice for role, choice in said.items()}


def _roles(said: dict[str, VoteChoice], choice: VoteChoice) -> tuple[str, ...]:
    return tuple(role for role, chosen in said.items() if chosen is choice)
