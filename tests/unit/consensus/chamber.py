"""A chamber to hold votes in: electors with keys, and a machine that is fed and listened to."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from consensus.domain.terms import Terms
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
    VotingStage,
)
from shared.contracts.witnesses import Verdict, Witness, WitnessVerdict
from shared.kernel.records import Record, Records
from shared.kernel.signing import public_key_of

OPENED_AT = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
TIMEOUT_SECONDS = 30.0
KEYS = tuple(sha256(f"elector {number}".encode()).digest() for number in range(51))
ELECTORS = tuple(
    Elector(agent_id=f"agent-{number:02}", public_key=public_key_of(key))
    for number, key in enumerate(KEYS)
)
HOUSE_KEY = sha256(b"consensus").digest()
TERMS = Terms(TIMEOUT_SECONDS, public_key_of(HOUSE_KEY))


def a_proposal(
    electors: Sequence[Elector],
    proposal_id: str = "proposal-1",
    rule: VotingRule = VotingRule.MAJORITY,
) -> SchemaProposal:
    return SchemaProposal(
        proposal_id=proposal_id,
        pipeline_id="pipeline-1",
        task_id="task-1",
        subject="schema of new table flights (19 columns)",
        proposer_id="agent-proposer",
        artifact=Artifact(
            name="schema_contract", uri="file:///c", task_id="task-0", attempt=1, content_hash="c0"
        ),
        rule=rule,
        electorate=tuple(electors),
        electorate_hash=electorate_hash_of(electors, rule),
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


def a_veto(proposal: SchemaProposal, voter: int) -> ValidationVote:
    witness = Witness.of(
        ("file:///p.csv", 17, "delay"), rule="is no DOUBLE", value_hash="v0", shown="n/a"
    )
    vote = a_vote(proposal, voter, VoteChoice.REJECT)
    return vote.model_copy(update={"witnesses": (witness,)})


def a_verdict(
    proposal: SchemaProposal, voter: int, claimant: int, verdict: Verdict
) -> WitnessVerdict:
    return WitnessVerdict(
        proposal_id=proposal.proposal_id,
        artifact_hash=proposal.artifact.content_hash,
        electorate_hash=proposal.electorate_hash,
        voter_id=ELECTORS[voter].agent_id,
        claimant_id=ELECTORS[claimant].agent_id,
        verdict=verdict,
        reason="looked at row 17",
    )


def a_message(payload: Payload, sender_id: str = "hub", cause: str = "cause") -> AnyMessage:
    send = Send(CONSENSUS, payload, "consensus", "proposal-1", "proposal-1")
    return wire.stamp(send, sender_id=sender_id, cause=cause, index=0, now=OPENED_AT)


class Chamber:
    """One shard of the consensus machine, with what it sent and stored."""

    def __init__(
        self, size: int = 3, *, restarts: bool = False, rule: VotingRule = VotingRule.MAJORITY
    ) -> None:
        self.proposal = a_proposal(ELECTORS[:size], rule=rule)
        self.stored: dict[tuple[str, str], Record] = {}
        self.sends: list[Send] = []
        self.now = OPENED_AT
        self.position = -1
        self._machine = ConsensusMachine(TERMS)
        self._records = Records()
        self._restarts = restarts

    def preload(self, record: Record) -> None:
        self.stored[record.kind, record.key] = record
        self.restart()

    def feed(self, received: Input) -> list[Send]:
        if self._restarts:
            self.restart()
        step = self._machine.step(self._records, received, self.now)
        self._records.apply(step.changes)
        for change in step.changes:
            self.stored.pop((change.kind, change.key), None)
            if change.record is not None:
                self.stored[change.kind, change.key] = change.record
        sends = [effect for effect in step.effects if isinstance(effect, Send)]
        self.sends.extend(sends)
        return sends

    def deliver(self, message: AnyMessage) -> list[Send]:
        self.position += 1
        return self.feed(MessageReceived(message, self.position))

    def take(self, payload: Payload, sender_id: str = "hub") -> list[Send]:
        return self.deliver(a_message(payload, sender_id, f"cause {self.position}"))

    def say(self, payload: Payload, key: bytes) -> list[Send]:
        message = a_message(payload, "someone", f"cause {self.position}")
        return self.deliver(wire.signed(message, key))

    def open(self) -> list[Send]:
        sends = self.take(self.proposal)
        opened = (send.payload for send in sends if isinstance(send.payload, SchemaProposal))
        self.proposal = next(opened, self.proposal)
        return sends

    def vote(self, voter: int, choice: VoteChoice, *, signer: int | None = None) -> list[Send]:
        key = KEYS[voter if signer is None else signer]
        return self.say(a_vote(self.proposal, voter, choice), key)

    def veto(self, voter: int) -> list[Send]:
        return self.say(a_veto(self.proposal, voter), KEYS[voter])

    def judge(self, voter: int, claimant: int, verdict: Verdict) -> list[Send]:
        return self.say(a_verdict(self.proposal, voter, claimant, verdict), KEYS[voter])

    def speak_for(self, role: str, choice: VoteChoice, person: str = "mara") -> list[Send]:
        vote = a_vote(self.proposal, 0, choice)
        named = vote.model_copy(update={"voter_id": f"role:{role}", "person": person})
        return self.say(named, HOUSE_KEY)

    def close(self, stage: VotingStage = VotingStage.AGENTS) -> list[Send]:
        marker = ProposalClose(proposal_id=self.proposal.proposal_id, stage=stage)
        return self.take(marker, "consensus")

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

    def restart(self) -> None:
        self._records = Records(
            type(record).model_validate_json(record.model_dump_json())
            for record in self.stored.values()
        )
