"""A history played to the real machine, with real signatures, and with crashes where asked."""

from collections.abc import Container
from functools import lru_cache
from hashlib import sha256
from typing import assert_never

from shared.contracts import wire
from shared.contracts.electorates import VotingRule, electorate_hash_of
from shared.contracts.messages import AnyMessage
from shared.contracts.voting import ProposalCancellation, SchemaProposal, ValidationVote
from shared.contracts.witnesses import WitnessVerdict
from tests.consensus_histories.history import (
    STRANGER,
    Cancel,
    Close,
    Event,
    History,
    Judgement,
    RoleVote,
    Vote,
)
from tests.unit.consensus.chamber import (
    ELECTORS,
    HOUSE_KEY,
    KEYS,
    Chamber,
    a_message,
    a_proposal,
    a_verdict,
    a_veto,
    a_vote,
)

Word = Vote | Judgement | RoleVote
Terms = tuple[VotingRule, tuple[int, ...], int | None, tuple[str, ...]]

SENT_MAX = 20_000
"""Signed words that are kept, some 100 MB."""

_SENT: dict[tuple[str, Word], AnyMessage] = {}


def proposal_of(history: History) -> SchemaProposal:
    """Return the proposal that the history is about, as the hub would send it."""
    return _proposal((history.rule, history.weights, history.participation_min, history.roles))


@lru_cache(1000)
def _proposal(terms: Terms) -> SchemaProposal:
    rule, weights, participation_min, roles = terms
    electors = [
        elector.model_copy(update={"weight": weight})
        for elector, weight in zip(ELECTORS, weights, strict=False)
    ]
    changed = {
        "electorate_hash": electorate_hash_of(electors, rule),
        "participation_min": participation_min,
        "approval_roles": roles,
    }
    return a_proposal(electors, rule=rule).model_copy(update=changed)


def play(history: History, crashes: Container[int] = ()) -> Chamber:
    """Return the chamber after the history; before these events the process dies and starts."""
    chamber = Chamber(0)
    chamber.proposal = proposal_of(history)
    chamber.open()
    for number, event in enumerate(history.events):
        if number in crashes:
            chamber.restart()
        hear(chamber, event)
    return chamber


def hear(chamber: Chamber, event: Event) -> None:
    """Let the machine take one event."""
    match event:
        case Close(stage):
            chamber.close(stage)
        case Cancel():
            chamber.take(cancellation(chamber.proposal))
        case _:
            chamber.deliver(_signed(chamber.proposal, event))


def cancellation(proposal: SchemaProposal) -> ProposalCancellation:
    """Return what cancels the proposal."""
    return ProposalCancellation(
        proposal_id=proposal.proposal_id,
        pipeline_id=proposal.pipeline_id,
        reason="not wanted",
    )


def _signed(proposal: SchemaProposal, word: Word) -> AnyMessage:
    """Return the word as its signer sends it; signing costs much, and words come again."""
    name = (proposal.electorate_hash, word)
    if len(_SENT) == SENT_MAX:
        _SENT.clear()
    if name not in _SENT:
        payload, key = _payload(proposal, word)
        cause = sha256(repr(name).encode()).hexdigest()
        _SENT[name] = wire.signed(a_message(payload, "someone", cause), key)
    return _SENT[name]


def _payload(proposal: SchemaProposal, word: Word) -> tuple[ValidationVote | WitnessVerdict, bytes]:
    match word:
        case Vote(voter, choice, signer, has_witness):
            vote = a_vote(proposal, voter, choice)
            return a_veto(proposal, voter) if has_witness else vote, KEYS[signer]
        case Judgement(voter, claimant, verdict, signer):
            return a_verdict(proposal, voter, claimant, verdict), KEYS[signer]
        case RoleVote(role, choice, person, is_forged):
            said = {"voter_id": f"role:{role}", "person": person}
            vote = a_vote(proposal, STRANGER, choice).model_copy(update=said)
            return vote, KEYS[STRANGER] if is_forged else HOUSE_KEY
        case _:
            assert_never(word)
