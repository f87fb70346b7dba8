"""A chamber to hold votes in: electors with keys, and a machine that is fed and listened to."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from consensus.handlers import ConsensusMachine
from shared.contracts import wire
from shared.contracts.electorates import Elector, VotingRule, electorate_hash_of
from shared.contracts.machine import Input, MessageReceived, Send, Timer, TimerFired
from shared.contracts.messages import AnyMessage, Payload
from shared.contracts.topics import CONSENSUS, HUB, Topic
from shared.contracts.vocabulary import Artifact
from shared.contracts.voting import (
    ConsensusResult,
    ProposalClose,
    SchemaProposal,
    ValidationVote,
    VoteChoice,
)
from shared.kernel.records import Record, Records
from shared.kernel.signing import public_key_of

OPENED_AT = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
TIMEOUT_SECONDS = 30.0
KEYS = tuple(sha256(f"elector {number}".encode()).digest() for number in range(51))
ELECTORS = tuple(
    Elector(agent_id=f"agent-{number:02}", public_key=public_key_of(key))
    for number, key in enumerate(KEYS)
)


def a_proposal(electors: Sequence[Elector], proposal_id: str = "proposal-1") -> SchemaProposal:
    return SchemaProposal(
        proposal_id=proposal_id,
        pipeline_id="pipeline-1",
        task_id="task-1",
        subject="schema of new table flights (19 columns)",
        proposer_id="agent-proposer",
        artifact=Artifact(
            name="schema_contract", uri="file:///c", task_id="task-0", attempt=1, content_hash="c0"
        ),
        electorate=tuple(electors),
        electorate_hash=electorate_hash_of(electors, VotingRule.MAJORITY),
    )


def a_vote(proposal: SchemaProposal, voter: int, choice: VoteChoice) -> ValidationVote:
    return ValidationVote(
        proposal_id=proposal.proposal_id,
        artifact_hash=proposal.artifact.content_hash,
        electorate_hash=proposal.electorate_hash,
        voter_id=ELECTORS[voter].agent_id,
        choice=choice,
        confidence=0.9,
        reason="checked 1000 rows",
    )


def a_message(payload: Payload, sender_id: str = "hub", cause: str = "cause") -> AnyMessage:
    send = Send(CONSENSUS, payload, "consensus", "proposal-1", "proposal-1")
    return wire.stamp(send, sender_id=sender_id, cause=cause, index=0, now=OPENED_AT)


class Chamber:
    """One shard of the consensus machine, with what it sent and stored."""

    def __init__(self, size: int = 3, *, restarts: bool = False) -> None:
        self.proposal = a_proposal(ELECTORS[:size])
        self.stored: dict[tuple[str, str], Record] = {}
        self.sends: list[Send] = []
        self.now = OPENED_AT
        self._machine = ConsensusMachine(TIMEOUT_SECONDS)
        self._records = Records()
        self._restarts = restarts

    def preload(self, record: Record) -> None:
        self.stored[record.kind, record.key] = record
        self._reload()

    def feed(self, received: Input) -> list[Send]:
        if self._restarts:
            self._reload()
        step = self._machine.step(self._records, received, self.now)
        self._records.apply(step.changes)
        for change in step.changes:
            self.stored.pop((change.kind, change.key), None)
            if change.record is not None:
                self.stored[change.kind, change.key] = change.record
        sends = [effect for effect in step.effects if isinstance(effect, Send)]
        self.sends.extend(sends)
        return sends

    def take(self, payload: Payload, sender_id: str = "hub") -> list[Send]:
        return self.feed(MessageReceived(a_message(payload, sender_id)))

    def open(self) -> list[Send]:
        return self.take(self.proposal)

    def vote(self, voter: int, choice: VoteChoice, *, signer: int | None = None) -> list[Send]:
        message = a_message(a_vote(self.proposal, voter, choice), ELECTORS[voter].agent_id)
        key = KEYS[voter if signer is None else signer]
        return self.feed(MessageReceived(wire.signed(message, key)))

    def close(self) -> list[Send]:
        return self.take(ProposalClose(proposal_id=self.proposal.proposal_id), "consensus")

    def reach_deadline(self) -> list[Send]:
        timer = self.timers[0]
        self.now = timer.due + timedelta(seconds=1)
        return self.feed(TimerFired(timer.name, timer.due))

    @property
    def timers(self) -> list[Timer]:
        return [record for record in self.stored.values() if isinstance(record, Timer)]

    @property
    def conclusions(self) -> list[ConsensusResult]:
        return self.payloads_on(HUB)

    def payloads_on(self, topic: Topic) -> list[ConsensusResult]:
        sent = (send.payload for send in self.sends if send.topic is topic)
        return [payload for payload in sent if isinstance(payload, ConsensusResult)]

    def stored_bytes(self) -> dict[tuple[str, str], str]:
        return {name: record.model_dump_json() for name, record in self.stored.items()}

    def _reload(self) -> None:
        self._records = Records(
            type(record).model_validate_json(record.model_dump_json())
            for record in self.stored.values()
        )
