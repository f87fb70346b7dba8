"""Why a proposal ended as it did, in the words of those who work with the data."""

from collections.abc import Iterator
from typing import assert_never

from consensus.domain.counting import Count
from consensus.domain.records import ProposalRecord
from consensus.domain.tally import approvals_min
from consensus.domain.weights import counted_weights
from shared.contracts.voting import ProposalOutcome, SchemaProposal, VotingStage
from shared.contracts.witnesses import VetoState, VetoView

NAMES_SHOWN_MAX = 5
"""Ids that a sentence lists before it only counts."""


def reason_of(record: ProposalRecord, count: Count, outcome: ProposalOutcome) -> str:
    """Return the sentence for people; the figures that it is read off are in the result."""
    decisive = _decisive(record, count, outcome)
    return "; ".join((decisive, *_besides(count, outcome)))


def _decisive(record: ProposalRecord, count: Count, outcome: ProposalOutcome) -> str:
    proposal = record.proposal
    match outcome:
        case ProposalOutcome.ACCEPTED:
            return _approvals(proposal, count)
        case ProposalOutcome.REJECTED:
            return _rejection(proposal, count)
        case ProposalOutcome.NO_QUORUM:
            tally = count.tally
            return (
                f"too few took part: {tally.participation} of {tally.total}, "
                f"{tally.participation_min} are needed"
            )
        case ProposalOutcome.TIMED_OUT:
            return _timeout(record, count)
        case ProposalOutcome.CANCELLED:
            return "nobody wants the result any more"
        case ProposalOutcome.INVALID_ELECTORATE:
            return "the electorate cannot decide anything"
        case _:
            assert_never(outcome)


def _approvals(proposal: SchemaProposal, count: Count) -> str:
    tally = count.tally
    if tally.total == 0:
        return "no agent was asked"
    needed = approvals_min(proposal.rule, tally.total, tally.abstained)
    is_weighed = tally.total > len(counted_weights(proposal.rule, proposal.electorate))
    unit = "of the electorate's weight" if is_weighed else "electors"
    return f"{tally.approved} of {tally.total} {unit} approved, {needed} are needed"


def _rejection(proposal: SchemaProposal, count: Count) -> str:
    veto = count.confirmed_veto
    if veto is not None:
        return (
            f"{veto.claimant_id} found a row that contradicts it, and "
            f"{_listed(veto.confirmed_by)} saw it too: {_place(veto)}. One row that is really "
            f"there outweighs any number of samples without it"
        )
    if count.roles_rejected:
        return f"{_listed(count.roles_rejected)} rejected it"
    left = count.tally.outstanding
    late = f", which the {left} outstanding cannot change" if left else ""
    return f"{_approvals(proposal, count)}; {count.tally.rejected} rejected it{late}"


def _timeout(record: ProposalRecord, count: Count) -> str:
    if record.stage is VotingStage.PEOPLE:
        return f"{_listed(count.roles_outstanding)} did not answer before the deadline"
    silent = f"not voted before the deadline: {count.tally.outstanding}"
    return f"{_approvals(record.proposal, count)}; {silent}"


def _besides(count: Count, outcome: ProposalOutcome) -> Iterator[str]:
    """Yield what a reader would otherwise ask: what became of objections and approvals."""
    for veto in count.vetoes:
        if veto.state is VetoState.REFUTED:
            yield (
                f"{veto.claimant_id}'s objection does not count, for {_listed(veto.refuted_by)} "
                f"did not find it: {_place(veto)}"
            )
        elif veto.state is VetoState.OPEN and outcome is ProposalOutcome.TIMED_OUT:
            yield f"nobody looked into {veto.claimant_id}'s objection: {_place(veto)}"
    if count.roles_approved:
        yield f"approved by {_listed(count.roles_approved)}"


def _place(veto: VetoView) -> str:
    witness = veto.witness
    shown = f" = '{witness.shown}'" if witness.shown else ""
    return f"row {witness.row} of {witness.partition}, {witness.column}{shown}: {witness.rule}"


def _listed(names: tuple[str, ...]) -> str:
    shown = ", ".join(names[:NAMES_SHOWN_MAX])
    more = len(names) - NAMES_SHOWN_MAX
    return f"{shown} and {more} more" if more > 0 else shown
