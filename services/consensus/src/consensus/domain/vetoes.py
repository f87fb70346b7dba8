"""Objections that stand on rows: what became of each, from what the others saw there.

One other elector who sees it too is enough: however many approve, their samples have just not
met the row. An objection that somebody could not find, and nobody saw, is none. Until then, and
when nobody looked, it stays open and nothing is accepted.
"""

from collections.abc import Iterator, Sequence

from consensus.domain.records import BallotRecord, VerdictRecord
from shared.contracts.electorates import ElectorKind
from shared.contracts.voting import SchemaProposal, ValidationVote, VoteChoice
from shared.contracts.witnesses import Verdict, VetoState, VetoView


def is_veto(vote: ValidationVote) -> bool:
    """Tell whether the vote is an objection that others can look into."""
    return vote.choice is VoteChoice.REJECT and bool(vote.witnesses)


def vetoes_of(
    proposal: SchemaProposal,
    ballots: Sequence[BallotRecord],
    verdicts: Sequence[VerdictRecord],
    *,
    at_close: bool,
) -> tuple[VetoView, ...]:
    """Return the vetoes of agents who did not contradict themselves, with what became of them."""
    equivocators = {ballot.voter_id for ballot in ballots if ballot.is_equivocation}
    others = sum(elector.kind is ElectorKind.AGENT for elector in proposal.electorate) - 1
    return tuple(
        _view(
            vote,
            [each for each in verdicts if each.claimant_id == vote.voter_id],
            equivocators,
            others_awaited=0 if at_close else others,
        )
        for vote in _objections(ballots)
    )


def _objections(ballots: Sequence[BallotRecord]) -> Iterator[ValidationVote]:
    for ballot in ballots:
        vote = ballot.votes[0].data_payload
        if not ballot.is_equivocation and not vote.person and is_veto(vote):
            yield vote


def _view(
    vote: ValidationVote,
    verdicts: Sequence[VerdictRecord],
    equivocators: set[str],
    *,
    others_awaited: int,
) -> VetoView:
    said: dict[Verdict, list[str]] = {verdict: [] for verdict in Verdict}
    for each in verdicts:
        counted = Verdict.UNREADABLE if each.voter_id in equivocators else each.verdict
        said[counted].append(each.voter_id)
    state = VetoState.OPEN
    if said[Verdict.CONFIRMED]:
        state = VetoState.CONFIRMED
    elif said[Verdict.REFUTED] and len(verdicts) >= others_awaited:
        state = VetoState.REFUTED
    return VetoView(
        claimant_id=vote.voter_id,
        state=state,
        witness=vote.witnesses[0],
        confirmed_by=tuple(said[Verdict.CONFIRMED]),
        refuted_by=tuple(said[Verdict.REFUTED]),
        unreadable_by=tuple(said[Verdict.UNREADABLE]),
    )
