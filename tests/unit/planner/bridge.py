"""A planner in memory, for tests: feed it messages as the engine does, read what it sends."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from pydantic import JsonValue

from planner.domain.built_in import data_domain
from planner.domain.limits import Limits
from planner.domain.model.tasks import Domain
from planner.domain.planning import Planning
from planner.domain.records import GoalRecord, PipelineRecord, TaskRecord
from planner.handlers import PlannerMachine
from shared.contracts import wire
from shared.contracts.machine import Input, MessageReceived, Send, Step, Timer, TimerFired
from shared.contracts.messages import Payload
from shared.contracts.payloads import (
    Command,
    DataRequest,
    DataResponse,
    GoalCommand,
    GoalSubmission,
    PipelineStatus,
    TaskOutcome,
)
from shared.contracts.topics import PLANNER
from shared.contracts.vocabulary import Artifact, Failure, Parameters
from shared.contracts.voting import ConsensusResult, ProposalOutcome, SchemaProposal
from shared.kernel.records import Change, Record, Records
from tests.unit.planner.worlds import partitions

DAWN = datetime(2026, 1, 1, tzinfo=UTC)
PIPELINE = "pipeline-1"
GOAL_DEFAULTS: Parameters = {
    "key": [],
    "quality_min": 0.0,
    "contract": "",
    "quality_weights": {},
}
"""What accepting the goal fills in."""

GOAL = GoalSubmission(
    goal_id="goal-1",
    pipeline_id=PIPELINE,
    goal_type="ingest_table",
    parameters={"table": "trips", "sources": ["file:///in/*.csv"]},
    priority=7,
)
REPORT: Parameters = {"table": "trips", "rows_out": 3}
FAULT = Failure(code="disk_full", detail="no room", remedy="make room")
PASSING_FAULT = FAULT.model_copy(update={"retryable": True})

AnyPayload = TypeVar("AnyPayload", bound=Payload)


def response(
    request: DataRequest,
    *,
    partition_count: int = 2,
    failure: Failure | None = None,
    attempt: int = 0,
) -> DataResponse:
    """Return what an agent says of the request: success with all that the plan expects."""
    number = attempt or request.attempt + 1
    facts: dict[str, JsonValue] = {
        "partitions": partitions(partition_count),
        "subject": "schema of trips",
        "report": REPORT,
    }
    return DataResponse(
        pipeline_id=request.pipeline_id,
        task_id=request.task.task_id,
        attempt=number,
        agent_id=f"agent-of-{request.operator}",
        outcome=TaskOutcome.FAILED if failure else TaskOutcome.SUCCEEDED,
        artifacts=tuple(artifact(name, request, number) for name in request.task.data_outputs),
        facts={name: facts[name] for name in request.task.processing_effects},
        failure=failure,
        quality_before=0.5,
        quality_after=0.9,
    )


def artifact(name: str, request: DataRequest, attempt: int) -> Artifact:
    return Artifact(
        name=name,
        uri=f"file:///objects/{request.task.task_id}/{attempt}/{name}",
        task_id=request.task.task_id,
        attempt=attempt,
        content_hash="0" * 64,
    )


def verdict(
    proposal: SchemaProposal, outcome: ProposalOutcome = ProposalOutcome.ACCEPTED
) -> ConsensusResult:
    return ConsensusResult(
        proposal_id=proposal.proposal_id,
        pipeline_id=proposal.pipeline_id,
        task_id=proposal.task_id,
        subject=proposal.subject,
        outcome=outcome,
        rule=proposal.rule,
        electorate_size=2,
        electorate_hash="",
        artifact=proposal.artifact,
        approvals=2,
        rejections=0,
        abstentions=0,
        reason="2 of 2 electors approved, 2 are needed",
    )


@dataclass
class Bridge:
    """A planner, its state, and everything that it sent."""

    limits: Limits = field(default_factory=Limits)
    domain: Domain = field(default_factory=data_domain)
    state: Records = field(default_factory=Records)
    now: datetime = DAWN
    sent: list[Send] = field(default_factory=list[Send])
    last: Step = field(default_factory=Step)
    stored: dict[tuple[str, str], Record] = field(default_factory=dict[tuple[str, str], Record])
    """All that there is, as a database would have it."""

    def step(self, received: Input) -> None:
        planning = Planning(source_folders=("/in",), domain=self.domain, limits=self.limits)
        machine = PlannerMachine(planning)
        self.last = machine.step(self.state, received, self.now)
        self.state.apply(self.last.changes)
        for change in self.last.changes:
            self.stored.pop((change.kind, change.key), None)
            if change.record is not None:
                self.stored[change.kind, change.key] = change.record
        self.sent += [effect for effect in self.last.effects if isinstance(effect, Send)]

    def take(self, payload: Payload) -> None:
        send = Send(PLANNER, payload, "planner", PIPELINE, key=PIPELINE)
        message = wire.stamp(send, sender_id="test", cause="test", index=0, now=self.now)
        self.step(MessageReceived(message))

    def tell(self, command: Command) -> GoalCommand:
        """Bring a person's word on the goal's newest pipeline."""
        goal = self.state.get(GoalRecord, GOAL.goal_id)
        assert goal is not None
        told = GoalCommand(goal_id=goal.goal_id, pipeline_id=goal.pipeline_id, command=command)
        self.take(told)
        return told

    def pass_time(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)
        for timer in tuple(self.state.select(Timer, "all", "")):
            if timer.due <= self.now:
                self.state.apply([Change(Timer.kind, timer.key, None)])
                self.step(TimerFired(timer.name, timer.due))

    def payloads(self, kind: type[AnyPayload]) -> list[AnyPayload]:
        return [send.payload for send in self.sent if isinstance(send.payload, kind)]

    def request(self, name: str) -> DataRequest:
        """Return the newest request for the task of this name."""
        return [each for each in self.payloads(DataRequest) if each.task.name == name][-1]

    def task(self, name: str) -> TaskRecord:
        pipeline = self.tasks()
        return pipeline[name]

    def tasks(self) -> dict[str, TaskRecord]:
        """Return the tasks of the goal's newest pipeline by name."""
        newest = self.newest.key
        records = self.tasks_of_all_runs()
        return {each.task.name: each for each in records if each.pipeline_id == newest}

    def tasks_of_all_runs(self) -> list[TaskRecord]:
        changes = self.payloads(PipelineStatus)
        ids = dict.fromkeys(change.task.task.task_id for change in changes if change.task)
        records = [self.state.get(TaskRecord, task_id) for task_id in ids]
        return [record for record in records if record is not None]

    @property
    def newest(self) -> PipelineRecord:
        goal = self.state.get(GoalRecord, GOAL.goal_id)
        assert goal is not None
        record = self.state.get(PipelineRecord, goal.pipeline_id)
        assert record is not None
        return record

    @property
    def pipeline(self) -> PipelineRecord:
        record = self.state.get(PipelineRecord, PIPELINE)
        assert record is not None
        return record

    def succeed(self, *names: str, partition_count: int = 2) -> None:
        for name in names:
            self.take(response(self.request(name), partition_count=partition_count))

    def succeed_all(self, operator: str) -> None:
        for request in self.payloads(DataRequest):
            if request.operator == operator:
                self.take(response(request))

    def reach_vote(self, partition_count: int = 2) -> SchemaProposal:
        """Go on until the schema is put to the vote."""
        self.take(GOAL)
        self.succeed("discover_sources", partition_count=partition_count)
        self.succeed_all("profile_partition")
        self.succeed("propose_schema")
        return self.payloads(SchemaProposal)[-1]
