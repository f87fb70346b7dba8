"""I6 and I7: what came of each vote, held against the log that it was cast in."""

from collections import defaultdict
from collections.abc import Iterator
from hashlib import sha256

from consensus.domain.terms import Terms
from consensus.handlers import ConsensusMachine
from shared.contracts.machine import MessageReceived, Send
from shared.contracts.topics import CONSENSUS, HUB
from shared.contracts.voting import ConsensusResult
from shared.contracts.wire import decode
from shared.kernel.records import Records
from shared.kernel.signing import public_key_of
from tests.simulation.bus import Log
from tests.simulation.loop import EPOCH

VOTING = Terms(timeout_seconds=30.0, public_key=public_key_of(sha256(b"consensus").digest()))
"""What consensus brings to every proposal here."""


def objections(log: Log) -> Iterator[str]:
    """Yield what is wrong with the results in the log."""
    told: defaultdict[str, set[str]] = defaultdict(set)
    for entry in log.entries(HUB.name):
        payload = decode(entry.body).data_payload
        if isinstance(payload, ConsensusResult):
            told[payload.proposal_id].add(payload.model_dump_json())
    replayed = _replayed(log)
    for proposal_id, results in told.items():
        if len(results) != 1:
            yield f"I6: proposal {proposal_id} has {len(results)} results"
        elif results != {replayed.get(proposal_id)}:
            yield f"I6: the log of {proposal_id} leads to another result"


def _replayed(log: Log) -> dict[str, str]:
    """Return the result of each proposal, by the machine alone from each partition's log."""
    results: dict[str, str] = {}
    for (topic, _), entries in log.partitions.items():
        if topic != CONSENSUS.name:
            continue
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
                    results[effect.payload.proposal_id] = effect.payload.model_dump_json()
    return results
