"""Hostile electors and strangers: in some worlds they speak up in every vote.

A saboteur writes straight into the log, as somebody with access to the broker can: votes of
strangers, votes under a member's name without its key, votes for another artifact, and, with the
key of a member that it has stolen, contradictions and false words on others' rows. Agents of these
worlds bring rows against proposals, real ones and made up ones (`tests/simulation/hands.py`).
"""

import asyncio
from collections.abc import Iterator
from hashlib import sha256
from random import Random

from shared.contracts import wire
from shared.contracts.machine import Send
from shared.contracts.topics import CONSENSUS, HUB
from shared.contracts.voting import SchemaProposal, ValidationVote, VoteChoice
from shared.contracts.witnesses import Verdict, WitnessVerdict
from shared.engine.shard import Identity, entry_of
from tests.simulation.bus import Log
from tests.simulation.loop import EPOCH

SEEDS_PERIOD = 4
HOSTILE_REMAINDER = 1
"""One world in four: the others are what they would be without."""

WORDS_MAX = 3
"""How often a saboteur speaks up in one vote."""

PAUSE_SECONDS_MAX = 3.0
STRANGER_KEY = sha256(b"stranger").digest()


def is_hostile(seed: int) -> bool:
    """Tell whether somebody disturbs the votes of this seed."""
    return seed % SEEDS_PERIOD == HOSTILE_REMAINDER


def key_of(agent_id: str) -> bytes:
    """Return the private key of an agent here."""
    return sha256(agent_id.encode()).digest()


def opened_proposals(log: Log, begin: int = 0) -> Iterator[SchemaProposal]:
    """Yield the proposals that consensus has sent to electors, once for each elector."""
    for entry in log.partitions.get((HUB.name, 0), [])[begin:]:
        if entry.headers["ce_type"] == "schema_proposal":
            payload = wire.decode(entry.body).data_payload
            if isinstance(payload, SchemaProposal) and payload.deadline is not None:
                yield payload


class Saboteur:
    """Looks for votes, and disturbs them."""

    def __init__(self, seed: int, log: Log) -> None:
        self._chance = Random(f"saboteur {seed}")
        self._log = log
        self._read = 0
        self._said = 0

    async def disturb(self) -> None:
        """Speak up now and then, for ever."""
        while True:
            await asyncio.sleep(self._chance.uniform(0, PAUSE_SECONDS_MAX))
            opened = tuple(opened_proposals(self._log, self._read))
            self._read = len(self._log.partitions.get((HUB.name, 0), []))
            for proposal in {each.proposal_id: each for each in opened}.values():
                for _ in range(self._chance.randint(0, WORDS_MAX)):
                    self._speak(proposal)

    def _speak(self, proposal: SchemaProposal) -> None:
        victim = self._chance.choice(proposal.electorate).agent_id
        payload, key = self._chance.choice(
            (self._foreign_vote, self._forged_vote, self._other_vote, self._lie, self._stolen_vote)
        )(proposal, victim)
        self._said += 1
        name = proposal.proposal_id
        send = Send(CONSENSUS, payload, "consensus", name, name)
        identity = Identity("saboteur", "", lambda message: wire.signed(message, key))
        cause = f"sabotage {self._said}"
        self._log.append(entry_of(send, identity, cause=cause, index=0, now=EPOCH))

    def _vote(self, proposal: SchemaProposal, voter_id: str) -> ValidationVote:
        return ValidationVote(
            proposal_id=proposal.proposal_id,
            artifact_hash=proposal.artifact.content_hash,
            electorate_hash=proposal.electorate_hash,
            voter_id=voter_id,
            choice=self._chance.choice(tuple(VoteChoice)),
            confidence=1.0,
            reason="sabotage",
        )

    def _foreign_vote(self, proposal: SchemaProposal, victim: str) -> tuple[ValidationVote, bytes]:
        del victim
        return self._vote(proposal, "stranger"), STRANGER_KEY

    def _forged_vote(self, proposal: SchemaProposal, victim: str) -> tuple[ValidationVote, bytes]:
        return self._vote(proposal, victim), STRANGER_KEY

    def _other_vote(self, proposal: SchemaProposal, victim: str) -> tuple[ValidationVote, bytes]:
        other = self._vote(proposal, victim).model_copy(update={"artifact_hash": "another"})
        return other, key_of(victim)

    def _stolen_vote(self, proposal: SchemaProposal, victim: str) -> tuple[ValidationVote, bytes]:
        return self._vote(proposal, victim), key_of(victim)

    def _lie(self, proposal: SchemaProposal, victim: str) -> tuple[WitnessVerdict, bytes]:
        verdict = WitnessVerdict(
            proposal_id=proposal.proposal_id,
            artifact_hash=proposal.artifact.content_hash,
            electorate_hash=proposal.electorate_hash,
            voter_id=victim,
            claimant_id=self._chance.choice(proposal.electorate).agent_id,
            verdict=self._chance.choice(tuple(Verdict)),
            reason="sabotage",
        )
        return verdict, self._chance.choice((key_of(victim), STRANGER_KEY))
