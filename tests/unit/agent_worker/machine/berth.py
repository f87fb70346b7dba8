"""An agent's machine at its berth: fed input by input, its sends and activities written down."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from agent_worker.domain.actions import ActionDecision, ActionOutcome, ActionRequest
from agent_worker.domain.agent import Agent
from agent_worker.domain.records import AttemptRecord, MembershipRecord
from agent_worker.handlers import AgentMachine
from shared.contracts import wire
from shared.contracts.electorates import Elector
from shared.contracts.machine import (
    Abandon,
    ActivityEnded,
    Follow,
    Following,
    Input,
    MessageReceived,
    Perform,
    Send,
    Started,
    Timer,
    TimerFired,
)
from shared.contracts.messages import Payload
from shared.contracts.payloads import AgentAdmission, AgentState, DataRequest, TaskCancellation
from shared.contracts.topics import INBOX
from shared.contracts.vocabulary import (
    ActionType,
    Artifact,
    Contract,
    DataTask,
    DataTaskType,
    Failure,
    ReActStep,
)
from shared.contracts.voting import SchemaProposal
from shared.kernel.records import Record, Records

AGENT_ID = "agent-a"
RUN_ID = "run-1"
SLOT = 4
EPOCH = 7
LOOP = (ActionType.ANALYZE_SCHEMA, ActionType.TRANSFORM_DATA, ActionType.FINAL_RESULT)

AnyPayload = TypeVar("AnyPayload", bound=Contract)


def three_steps(request: DataRequest, trace: Sequence[ReActStep]) -> ActionDecision:
    if request.operator == "break":
        raise ValueError("no rule fits")
    if request.operator == "wander":
        return ActionDecision("Look once more.", ActionType.ANALYZE_SCHEMA, {})
    return ActionDecision(f"Thought {len(trace) + 1}.", LOOP[len(trace)], {"of": len(trace)})


AGENT = Agent(
    agent_id=AGENT_ID,
    public_key="key",
    capabilities=("clean_partition",),
    streams_max=2,
    heartbeat_interval_seconds=10,
    policy=three_steps,
)


def an_artifact(name: str, attempt: int = 1) -> Artifact:
    return Artifact(name=name, uri="file:///a", task_id="t", attempt=attempt, content_hash="c0")


def a_request(task_id: str = "task-1", attempt: int = 1, operator: str = "clean") -> DataRequest:
    return DataRequest(
        pipeline_id="pipeline-1",
        task=DataTask(task_id=task_id, name=f"Do {task_id}", task_type=DataTaskType.PRIMITIVE),
        operator=operator,
        attempt=attempt,
        agent_epoch=EPOCH,
    )


def a_cancellation(task_id: str = "task-1", attempt: int = 1) -> TaskCancellation:
    return TaskCancellation(pipeline_id="pipeline-1", task_id=task_id, attempt=attempt)


def a_proposal(elector_id: str = AGENT_ID) -> SchemaProposal:
    return SchemaProposal(
        proposal_id="proposal-1",
        pipeline_id="pipeline-1",
        task_id="task-9",
        subject="schema of new table flights",
        proposer_id="agent-b",
        artifact=an_artifact("schema_contract"),
        electorate=(Elector(agent_id=elector_id, public_key="key"),),
        electorate_hash="e0",
    )


def an_admission(
    registration_id: str = RUN_ID, *, slot: int = SLOT, epoch: int = EPOCH
) -> AgentAdmission:
    return AgentAdmission(
        agent_id=AGENT_ID,
        registration_id=registration_id,
        state=AgentState.REGISTERING,
        slot=slot,
        epoch=epoch,
    )


def an_outcome(*, failure: Failure | None = None, **observation: float) -> ActionOutcome:
    return ActionOutcome(observation=dict(observation), data_quality_score=0.5, failure=failure)


class Berth:
    """The machine with its records; every step's effects are kept and the last step's returned."""

    def __init__(self, agent: Agent = AGENT) -> None:
        self.machine = AgentMachine(agent)
        self.records = Records()
        self.stored: dict[tuple[str, str], Record] = {}
        self.now = datetime(2026, 3, 1, tzinfo=UTC)
        self.sends: list[Send] = []
        self.performs: dict[str, Contract] = {}
        self.follows: list[Follow] = []

    @classmethod
    def admitted(cls, agent: Agent = AGENT) -> "Berth":
        berth = cls(agent)
        berth.feed(Started(RUN_ID))
        berth.take(an_admission())
        berth.feed(Following(INBOX.name, SLOT))
        berth.fire("heartbeat")
        return berth

    def feed(self, received: Input) -> list[Send]:
        step = self.machine.step(self.records, received, self.now)
        self.records.apply(step.changes)
        for change in step.changes:
            self.stored.pop((change.kind, change.key), None)
            if change.record is not None:
                self.stored[change.kind, change.key] = change.record
        sends = [effect for effect in step.effects if isinstance(effect, Send)]
        self.sends.extend(sends)
        for effect in step.effects:
            if isinstance(effect, Perform):
                self.performs[effect.activity_id] = effect.request
            elif isinstance(effect, Abandon):
                self.performs.pop(effect.activity_id, None)
            elif isinstance(effect, Follow):
                self.follows.append(effect)
        return sends

    def take(self, payload: Payload, recipient_id: str = AGENT_ID) -> list[Send]:
        send = Send(INBOX, payload, recipient_id, "conversation", "key")
        return self.feed(
            MessageReceived(wire.stamp(send, sender_id="hub", cause="c", index=0, now=self.now))
        )

    def end_activity(self, outcome: Contract, activity_id: str = "") -> list[Send]:
        activity_id = activity_id or next(iter(self.performs))
        self.performs.pop(activity_id, None)
        return self.feed(ActivityEnded(activity_id, outcome))

    def fire(self, name: str) -> list[Send]:
        timer = self.stored.pop((Timer.kind, name))
        self.records = Records(self.stored.values())
        assert isinstance(timer, Timer)
        self.now = max(self.now, timer.due)
        return self.feed(TimerFired(name, timer.due))

    def fire_if_set(self, name: str) -> None:
        if (Timer.kind, name) in self.stored:
            self.fire(name)

    def restart(self, run_id: str) -> None:
        self.records = Records(
            type(record).model_validate_json(record.model_dump_json())
            for record in self.stored.values()
        )
        effects = self.machine.resume(self.records)
        self.performs = {
            each.activity_id: each.request for each in effects if isinstance(each, Perform)
        }
        self.feed(Started(run_id))

    def advance(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)

    def sent(self, payload_class: type[AnyPayload]) -> list[AnyPayload]:
        payloads = (send.payload for send in self.sends)
        return [payload for payload in payloads if isinstance(payload, payload_class)]

    @property
    def membership(self) -> MembershipRecord:
        record = self.records.get(MembershipRecord, "membership")
        assert record is not None
        return record

    @property
    def attempts(self) -> list[AttemptRecord]:
        return list(self.records.select(AttemptRecord, "all", ""))

    @property
    def requested_actions(self) -> list[ActionRequest]:
        return [each for each in self.performs.values() if isinstance(each, ActionRequest)]
