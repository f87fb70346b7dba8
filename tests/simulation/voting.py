"""I6 and I7: what came of each vote, held against the log that it was cast in."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from hashlib import sha256

from consensus.domain.terms import Terms
from consensus.handlers import ConsensusMachine
from shared.contracts.machine import MessageReceived, Send
from shared.contracts.messages import AnyMessage
from shared.contracts.topics import CONSENSUS, HUB
from shared.contracts.voting import (
    ConsensusResult,
    ProposalOutcome,
    SchemaProposal,
    ValidationVote,
    VoteChoice,
)
from shared.contracts.wire import decode, has_valid_signature
from shared.contracts.witnesses import VetoState
from shared.kernel.partitioning import partition_of
from shared.kernel.records import Records
from shared.kernel.signing import public_key_of
from shared.ports.bus import Entry
from tests.simulation.bus import Log
from tests.simulation.loop import EPOCH
from tests.simulation.sabotage import opened_proposals

VOTING = Terms(timeout_seconds=30.0, public_key=public_key_of(sha256(b"consensus").digest()))
"""What consensus brings to every proposal here."""


def objections(log: Log) -> Iterator[str]:
    """Yield what is wrong with the results in the log."""
    told: defaultdict[str, dict[str, ConsensusResult]] = defaultdict(dict)
    for conclusion in told_results(log):
        told[conclusion.proposal_id][conclusion.model_dump_json()] = conclusion
    replayed = _replayed(log)
    opened = {proposal.proposal_id: proposal for proposal in opened_proposals(log)}
    for proposal_id, results in told.items():
        if len(results) != 1:
            yield f"I6: proposal {proposal_id} has {len(results)} results"
        elif results.keys() != {replayed.get(proposal_id)}:
            yield f"I6: the log of {proposal_id} leads to another result"
        elif proposal_id in opened:
            (told_once,) = results.values()
            yield from _miscounted(log, opened[proposal_id], told_once)


def told_results(log: Log) -> Iterator[ConsensusResult]:
    """Yield what consensus told, as often as it did."""
    for entry in log.entries(HUB.name):
        if entry.headers["ce_type"] == "consensus_result":
            payload = decode(entry.body).data_payload
            assert isinstance(payload, ConsensusResult)
            yield payload


def _replayed(log: Log) -> dict[str, str]:
    """Return the result of each proposal, by the machine alone from each partition's log."""
    results: dict[str, str] = {}
    for (topic, _), entries in log.partitions.items():
        if topic == CONSENSUS.name:
            results.update(_results_of(entries))
    return results


def _results_of(entries: Sequence[Entry]) -> Iterator[tuple[str, str]]:
    machine, state, taken = ConsensusMachine(VOTING), Records(), set[str]()
    for position, entry in enumerate(entries):
        message = decode(entry.body)
        if message.message_id in taken:
            continue
        taken.add(message.message_id)
        step = machine.step(state, MessageReceived(message, position), EPOCH)
        state.apply(step.changes)
        for effect in step.effects:
            if isinstance(effect, Send) and isinstance(effect.payload, ConsensusResult):
                yield effect.payload.proposal_id, effect.payload.model_dump_json()


def _miscounted(log: Log, proposal: SchemaProposal, conclusion: ConsensusResult) -> Iterator[str]:
    """Yield which votes should not have counted, found without the machine."""
    name = proposal.proposal_id
    entries = log.partitions[CONSENSUS.name, partition_of(name, CONSENSUS.partitions)]
    end = conclusion.decided_at_position
    said: defaultdict[str, dict[str, ValidationVote]] = defaultdict(dict)
    for entry in entries[: None if end is None else end + 1]:
        message = decode(entry.body)
        if _is_valid(message, proposal):
            vote = message.data_payload
            assert isinstance(vote, ValidationVote)
            said[vote.voter_id][vote.model_dump_json()] = vote
    honest = {voter: next(iter(each.values())) for voter, each in said.items() if len(each) == 1}
    counted = {vote.voter_id: vote.choice for vote in conclusion.votes}
    if counted != {voter: vote.choice for voter, vote in honest.items()}:
        yield f"I7: {name} counted {counted}, and {sorted(honest)} voted once"
    if set(conclusion.equivocators) != said.keys() - honest.keys():
        contradicted = sorted(said.keys() - honest.keys())
        yield f"I7: {name} names {conclusion.equivocators} for {contradicted}"
    approving = sum(choice is VoteChoice.APPROVE for choice in counted.values())
    is_vetoed = any(veto.state is not VetoState.REFUTED for veto in conclusion.vetoes)
    if conclusion.outcome is ProposalOutcome.ACCEPTED:
        if 2 * approving <= len(proposal.electorate):
            yield f"I6: {name} was accepted by {approving} of {len(proposal.electorate)}"
        if is_vetoed:
            yield f"I7: {name} was accepted over a row that nobody refuted"


def _is_valid(message: AnyMessage, proposal: SchemaProposal) -> bool:
    vote = message.data_payload
    if not isinstance(vote, ValidationVote):
        return False
    keys = {elector.agent_id: elector.public_key for elector in proposal.electorate}
    bound = (vote.proposal_id, vote.artifact_hash, vote.electorate_hash)
    meant = (proposal.proposal_id, proposal.artifact.content_hash, proposal.electorate_hash)
    return bound == meant and has_valid_signature(message, keys.get(vote.voter_id, ""))
