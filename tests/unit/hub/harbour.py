"""A hub in memory, for tests: feed it messages as the engine does, read what it sends."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from hub.domain.limits import Limits
from hub.domain.records import AgentRecord, AssignmentRecord
from hub.handlers import HubMachine
from shared.contracts import wire
from shared.contracts.machine import (
    Input,
    Machine,
    MessageReceived,
    Send,
    Started,
    Step,
    Timer,
    TimerFired,
)
from shared.contracts.messages import AnyMessage, Payload
from shared.contracts.payloads import (
    AgentHeartbeat,
    AgentRegistration,
    AgentState,
    AttemptRef,
    DataRequest,
    DataResponse,
    TaskCancellation,
    TaskOutcome,
)
from shared.contracts.topics import HUB
from shared.contracts.vocabulary import DataTask, DataTaskType
from shared.kernel.records import Change, Record, Records

DAWN = datetime(2026, 1, 1, tzinfo=UTC)

AnyPayload = TypeVar("AnyPayload", bound=Payload)


def message(payload: Payload, *, recipient: str = "hub", about: str = "pipeline") -> AnyMessage:
    send = Send(HUB, payload, recipient, about, key=about)
    return wire.stamp(send, sender_id="test", cause="test", index=0, now=DAWN)


def registration(
    agent: str,
    *capabilities: str,
    run: str = "run-1",
    streams: int = 1,
    holding: tuple[AttemptRef, ...] = (),
) -> AgentRegistration:
    return AgentRegistration(
        agent_id=agent,
        registration_id=run,
        public_key=f"key of {agent}",
        capabilities=capabilities or ("clean_partition",),
        streams_max=streams,
        holding=holding,
    )


def request(
    task: str, operator: str = "clean_partition", *, priority: int = 5, attempt: int = 0
) -> DataRequest:
    return DataRequest(
        pipeline_id="pipeline",
        task=DataTask(task_id=task, name=task, task_type=DataTaskType.PRIMITIVE, priority=priority),
        operator=operator,
        attempt=attempt,
    )


def response(task: str, agent: str, attempt: int = 1) -> DataResponse:
    return DataResponse(
        pipeline_id="pipeline",
        task_id=task,
        attempt=attempt,
        agent_id=agent,
        outcome=TaskOutcome.SUCCEEDED,
    )


def cancellation(task: str) -> TaskCancellation:
    return TaskCancellation(pipeline_id="pipeline", task_id=task)


@dataclass
class Harbour:
    """A machine with its state and its time."""

    machine: Machine = field(default_factory=lambda: HubMachine(Limits()))
    records: Records = field(default_factory=Records)
    now: datetime = DAWN
    sent: list[Send] = field(default_factory=list[Send])
    _kept: dict[tuple[str, str], Record] = field(default_factory=dict[tuple[str, str], Record])

    def feed(self, received: Input) -> Step:
        step = self.machine.step(self.records, received, self.now)
        self.records.apply(step.changes)
        for change in step.changes:
            self._kept.pop((change.kind, change.key), None)
            if change.record is not None:
                self._kept[change.kind, change.key] = change.record
        self.sent.extend(effect for effect in step.effects if isinstance(effect, Send))
        return step

    def take(self, payload: Payload, *, recipient: str = "hub") -> Step:
        return self.feed(MessageReceived(message(payload, recipient=recipient)))

    def wait(self, seconds: float) -> None:
        """Let time pass; timers fire when they are due, in order."""
        until = self.now + timedelta(seconds=seconds)
        while timer := next(self.records.select(Timer, "all", ""), None):
            if timer.due > until:
                break
            self.now = max(self.now, timer.due)
            self.fire(timer)
        self.now = until

    def fire(self, timer: Timer) -> None:
        self.records.apply((Change(Timer.kind, timer.key, None),))
        self.feed(TimerFired(timer.name, timer.due))

    def restart(self) -> None:
        self.feed(Started("another run"))

    def board(self, *agents: AgentRegistration) -> None:
        """Register the agents and bring their first heartbeats."""
        for agent in agents:
            self.take(agent)
            self.beat(agent.agent_id)

    def beat(self, agent_id: str, state: AgentState = AgentState.ACTIVE) -> None:
        """Bring a heartbeat that lists all that the hub believes the agent does."""
        agent = self.agent(agent_id)
        running = tuple(
            AttemptRef(task_id=lease.task_id, attempt=lease.attempt) for lease in agent.running
        )
        self.take(
            AgentHeartbeat.model_validate(
                {"agent_id": agent_id, "epoch": agent.epoch, "state": state, "running": running}
            )
        )

    def agent(self, agent_id: str) -> AgentRecord:
        agent = self.records.get(AgentRecord, agent_id)
        assert agent is not None
        return agent

    def kept(self) -> list[Record]:
        """Return all records, as a store would keep them."""
        return list(self._kept.values())

    def task(self, task_id: str) -> AssignmentRecord | None:
        return self.records.get(AssignmentRecord, task_id)

    def heard(self, kind: type[AnyPayload]) -> list[AnyPayload]:
        """Return the payloads of this kind that were sent since the last question."""
        payloads = [send.payload for send in self.sent if isinstance(send.payload, kind)]
        self.sent.clear()
        return payloads

    def assignments(self) -> list[tuple[str, int, str]]:
        """Return the (task, attempt, agent) of the assignments sent since the last question."""
        assigned = [
            (send.payload.task.task_id, send.payload.attempt, send.recipient_id)
            for send in self.sent
            if isinstance(send.payload, DataRequest)
        ]
        self.sent.clear()
        return assigned
