"""What a result would have been with other votes.

Nobody but an elector can sign its vote. So stand-ins vote: every elector gets a key that is made
up for the purpose, each vote that was rightly signed is signed anew by it, and the votes in
question take the others' place. Such a result proves nothing; it explains.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256

from argosy.proofs import fed, replay
from argosy.proposal_log import Logged, ProposalLog
from consensus.domain.proposals import CONSENSUS_ID
from shared.contracts import wire
from shared.contracts.electorates import Elector, ElectorKind, electorate_hash_of
from shared.contracts.machine import Send
from shared.contracts.messages import (
    AnyMessage,
    Payload,
    SchemaProposalMessage,
    ValidationVoteMessage,
    WitnessVerdictMessage,
)
from shared.contracts.topics import CONSENSUS
from shared.contracts.voting import (
    ConsensusResult,
    ProposalClose,
    SchemaProposal,
    ValidationVote,
    VoteChoice,
    VotingStage,
)
from shared.kernel.signing import public_key_of

Changes = Mapping[str, VoteChoice | None]
"""What each elector, by id, says instead; None for nothing at all."""


@dataclass(frozen=True, slots=True)
class Counterfactual:
    """What the result would have been."""

    conclusion: ConsensusResult | None
    is_close_assumed: bool
    """Whether the log ends before the vote would have; then it is closed as at its deadline."""


def what_if(log: ProposalLog, changes: Changes) -> Counterfactual:
    """Return what the log would lead to if these electors had said something else, or nothing."""
    asked = next(each for each in log.messages if isinstance(each.message, SchemaProposalMessage))
    opened = replay(log).record.proposal
    told = tuple(_retold(log, opened, changes))
    service_key = public_key_of(_key_of(CONSENSUS_ID))
    conclusion = fed(log.proposal_id, told, service_key).conclusion
    if conclusion is not None:
        return Counterfactual(conclusion, is_close_assumed=False)
    closes = (ProposalClose(proposal_id=log.proposal_id, stage=stage) for stage in VotingStage)
    marked = (_said(close, CONSENSUS_ID, asked, stage) for stage, close in enumerate(closes))
    closed = fed(log.proposal_id, (*told, *marked), service_key)
    return Counterfactual(closed.conclusion, is_close_assumed=True)


def _retold(log: ProposalLog, opened: SchemaProposal, changes: Changes) -> Iterator[Logged]:
    """Yield the messages as the stand-ins would have sent them.

    The votes in question come right behind the proposal: whoever votes ahead of the end counts,
    in whatever order.
    """
    electorate = {each.agent_id: _stand_in(each) for each in opened.electorate}
    bound_to = electorate_hash_of(tuple(electorate.values()), opened.rule)
    for each in log.messages:
        message = each.message
        if isinstance(message, SchemaProposalMessage):
            yield _with_stand_ins(each, message)
            for voter_id, choice in changes.items():
                if choice is not None:
                    cast = _vote(opened, electorate[voter_id], choice, bound_to)
                    yield _signed(_said(cast, voter_id, each, 0), electorate[voter_id])
        elif isinstance(message, ValidationVoteMessage | WitnessVerdictMessage):
            if message.data_payload.voter_id not in changes:
                yield _said_again(each, message, opened, bound_to)
        else:
            yield each


def _with_stand_ins(each: Logged, message: SchemaProposalMessage) -> Logged:
    asked = message.data_payload
    agents = tuple(map(_stand_in, asked.electorate))
    hashed = electorate_hash_of(agents, asked.rule)
    among = asked.model_copy(update={"electorate": agents, "electorate_hash": hashed})
    return _carrying(each, message.model_copy(update={"data_payload": among}))


def _said_again(
    each: Logged,
    message: ValidationVoteMessage | WitnessVerdictMessage,
    opened: SchemaProposal,
    bound_to: str,
) -> Logged:
    """Return the word by the elector's stand-in, if it is one that the elector really said."""
    word = message.data_payload
    elector = next((one for one in opened.electorate if one.agent_id == word.voter_id), None)
    is_bound = word.electorate_hash == opened.electorate_hash
    if elector is None or not is_bound or not wire.has_valid_signature(message, elector.public_key):
        return each
    again = word.model_copy(update={"electorate_hash": bound_to})
    return _signed(_carrying(each, message.model_copy(update={"data_payload": again})), elector)


def _vote(
    opened: SchemaProposal, elector: Elector, choice: VoteChoice, bound_to: str
) -> ValidationVote:
    return ValidationVote(
        proposal_id=opened.proposal_id,
        artifact_hash=opened.artifact.content_hash,
        electorate_hash=bound_to,
        voter_id=elector.agent_id,
        choice=choice,
        confidence=1,
        reason="what if",
        person="what if" if elector.kind is ElectorKind.PERSON else "",
    )


def _said(payload: Payload, sender_id: str, asked: Logged, index: int) -> Logged:
    """Return a message that was never sent, at the place of the proposal."""
    send = Send(CONSENSUS, payload, CONSENSUS_ID, "", "")
    cause, now = f"what if {sender_id}", asked.message.timestamp
    return _carrying(
        asked, wire.stamp(send, sender_id=sender_id, cause=cause, index=index, now=now)
    )


def _signed(each: Logged, elector: Elector) -> Logged:
    return _carrying(each, wire.signed(each.message, _private_key(elector)))


def _carrying(each: Logged, message: AnyMessage) -> Logged:
    return each.model_copy(update={"message": message})


def _stand_in(elector: Elector) -> Elector:
    return elector.model_copy(update={"public_key": public_key_of(_private_key(elector))})


def _private_key(elector: Elector) -> bytes:
    """Return the key of who stands in for the elector; people share the service's."""
    return _key_of(CONSENSUS_ID if elector.kind is ElectorKind.PERSON else elector.agent_id)


def _key_of(name: str) -> bytes:
    return sha256(f"stand-in for {name}".encode()).digest()
