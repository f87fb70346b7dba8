"""The tally: everything that a result follows from, and the result recomputed from it."""

from fastapi import APIRouter
from pydantic import BaseModel

from consensus.api.reading import Case, known_case
from consensus.api.views import (
    ProposalState,
    TallySummary,
    VoteView,
    standing_of,
    state_of,
    tally_of,
    votes_of,
)
from consensus.domain.counting import count_of, decide
from consensus.domain.refusals import Refusal
from shared.contracts.electorates import Elector, VotingRule
from shared.contracts.voting import ConsensusResult, ProposalOutcome
from shared.contracts.witnesses import Verdict, VetoView
from shared.ports.ports import Ports


class VerdictView(BaseModel):
    """What one elector said of another's witnesses."""

    voter_id: str
    claimant_id: str
    verdict: Verdict
    reason: str
    position: int
    signature: str


class Recomputation(BaseModel):
    """What the votes come to when they are counted anew."""

    outcome: ProposalOutcome | None
    """None while the proposal is open, or when the count does not decide it."""
    agrees: bool
    """Whether that is the recorded outcome; a cancelled proposal has none to agree with."""


class TallyView(BaseModel):
    """Everything that a result follows from."""

    proposal_id: str
    state: ProposalState
    rule: VotingRule
    tally: TallySummary
    artifact_hash: str
    electorate: tuple[Elector, ...]
    electorate_hash: str
    votes: tuple[VoteView, ...]
    """Of members, in the order of the log."""
    vetoes: tuple[VetoView, ...]
    verdicts: tuple[VerdictView, ...]
    refusals: tuple[Refusal, ...]
    """What was said and does not count, with the reason; the first 50."""
    late: int
    foreign: int
    opened_at_position: int
    decided_at_position: int | None
    """Of the vote, the verdict or the close marker that decided."""
    conclusion: ConsensusResult | None
    recomputed: Recomputation


def serve_tallies(routes: APIRouter, ports: Ports) -> None:
    """Add the call that shows what a result follows from."""

    @routes.get("/{proposal_id}/tally")
    async def show_tally(proposal_id: str) -> TallyView:
        """Show the rule, every vote with signature and position, and the result, recomputed.

        Nobody has to believe it: `argosy proposal verify` recomputes it from the log alone.
        """
        case = await known_case(ports.store, proposal_id)
        record, proposal, count = case.record, case.record.proposal, standing_of(case)
        return TallyView(
            proposal_id=record.key,
            state=state_of(record),
            rule=proposal.rule,
            tally=tally_of(case, count),
            artifact_hash=proposal.artifact.content_hash,
            electorate=proposal.electorate,
            electorate_hash=proposal.electorate_hash,
            votes=tuple(votes_of(case, count)),
            vetoes=count.vetoes,
            verdicts=tuple(_verdicts(case)),
            refusals=case.refusals.refusals,
            late=case.refusals.late,
            foreign=case.refusals.foreign,
            opened_at_position=record.opened_at_position,
            decided_at_position=record.conclusion and record.conclusion.decided_at_position,
            conclusion=record.conclusion,
            recomputed=_recomputed(case),
        )


def _verdicts(case: Case) -> list[VerdictView]:
    return [
        VerdictView(
            voter_id=each.voter_id,
            claimant_id=each.claimant_id,
            verdict=message.data_payload.verdict,
            reason=message.data_payload.reason,
            position=position,
            signature=message.signature,
        )
        for each in case.verdicts
        for message, position in zip(each.verdicts, each.positions, strict=True)
    ]


def _recomputed(case: Case) -> Recomputation:
    """Count anew: first as if more could come, then as at the close."""
    recorded = case.record.conclusion
    if recorded is None:
        return Recomputation(outcome=None, agrees=True)
    unfinished = case.record.model_copy(update={"conclusion": None})
    for at_close in (False, True):
        count = count_of(unfinished, case.ballots, case.verdicts, at_close=at_close)
        verdict = decide(unfinished, count, at_close=at_close)
        if isinstance(verdict, ProposalOutcome):
            return Recomputation(outcome=verdict, agrees=verdict is recorded.outcome)
    return Recomputation(outcome=None, agrees=False)
