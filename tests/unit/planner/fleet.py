"""Simulated agents on a planner in memory: they answer what they were given, in any order."""

from collections.abc import Callable
from functools import cached_property

from planner.domain.limits import Limits
from planner.domain.model.tasks import Domain
from planner.domain.planning import Planning
from planner.domain.records import PipelineRecord, TaskRecord
from planner.handlers import PlannerMachine
from shared.contracts.machine import Input, Send, Step, Timer
from shared.contracts.payloads import (
    Command,
    DataRequest,
    DataResponse,
    TaskCancellation,
    TaskOutcome,
    TaskState,
)
from shared.contracts.reasoning import ModelUsage
from shared.contracts.terms import GoalTerms
from shared.contracts.vocabulary import DataTaskType, Failure, Parameters
from tests.unit.planner.bridge import FAULT, GOAL, PASSING_FAULT, Bridge, artifact

Learning = Callable[[DataRequest], Parameters]
"""What carrying a task out makes known, by the names of facts."""


def nothing(request: DataRequest) -> Parameters:
    """Learn that each expected fact is there."""
    return dict.fromkeys(request.task.processing_effects, "known")


class SwiftBridge(Bridge):
    """A planner that compiles its domain once."""

    @cached_property
    def steps(self) -> list[Step]:
        """Return all steps so far."""
        return []

    @cached_property
    def machine(self) -> PlannerMachine:
        planning = Planning(source_folders=("/in",), domain=self.domain, limits=self.limits)
        return PlannerMachine(planning)

    def step(self, received: Input) -> None:
        self.last = self.machine.step(self.state, received, self.now)
        self.state.apply(self.last.changes)
        self.steps.append(self.last)
        self.sent += [effect for effect in self.last.effects if isinstance(effect, Send)]


class Fleet:
    """Agents, what they are asked, and what becomes of the plan."""

    def __init__(
        self,
        domain: Domain,
        *,
        limits: Limits | None = None,
        terms: GoalTerms | None = None,
        learn: Learning = nothing,
    ) -> None:
        self.bridge = SwiftBridge(limits=limits or Limits(), domain=domain)
        self.learn = learn
        self.open: dict[str, DataRequest] = {}
        """What agents were asked and have not answered, by task."""
        self.asked: list[DataRequest] = []
        self.stopped: list[str] = []
        self.tasks: dict[str, TaskRecord] = {}
        """Every task that there ever was, as it is now."""
        self._seen = 0
        self._sent = 0
        self.bridge.take(GOAL.model_copy(update={"terms": terms or GoalTerms()}))
        self._see()

    @property
    def steps(self) -> list[Step]:
        return self.bridge.steps

    @property
    def pipeline(self) -> PipelineRecord:
        return self.bridge.newest

    def succeed(self, *names: str, seconds: float = 0.0) -> None:
        """Carry out the tasks of these names, one after the other."""
        for name in names:
            self.answer(self.named(name), seconds=seconds)

    def fail(self, name: str, failure: Failure = FAULT) -> None:
        self.answer(self.named(name), failure=failure)

    def falter(self, name: str) -> None:
        """Fail in a way that is worth another attempt."""
        self.fail(name, PASSING_FAULT)

    def answer(
        self,
        request: DataRequest,
        *,
        failure: Failure | None = None,
        seconds: float = 0.0,
        tokens: int = 0,
    ) -> None:
        outcome = outcome_of(request, self.learn, failure=failure, seconds=seconds)
        usage = ModelUsage(requests=1, tokens_in=tokens) if tokens else ModelUsage()
        self.take(outcome.model_copy(update={"model_usage": usage}))

    def take(self, response: DataResponse) -> None:
        asked = self.open.get(response.task_id)
        if asked is not None and response.attempt > asked.attempt:
            del self.open[response.task_id]
        self.bridge.take(response)
        self._see()

    def tell(self, command: Command) -> None:
        self.bridge.tell(command)
        self._see()

    def wait(self, seconds: float = 0.0) -> None:
        """Let time pass; timers that are due fire, also those set meanwhile."""
        self.bridge.pass_time(seconds)
        self._see()
        while any(timer.due <= self.bridge.now for timer in self.timers()):
            self.bridge.pass_time(0)
            self._see()

    def timers(self) -> tuple[Timer, ...]:
        return tuple(self.bridge.state.select(Timer, "all", ""))

    def named(self, name: str) -> DataRequest:
        """Return the open request for the task of this name."""
        (request,) = [each for each in self.open.values() if each.task.name == name]
        return request

    def names(self) -> list[str]:
        """Return the names of the tasks that agents are asked for now, in order."""
        return sorted(request.task.name for request in self.open.values())

    def current(self) -> list[TaskRecord]:
        """Return the tasks that the newest pipeline's plan is made of."""
        newest = self.pipeline.key
        return [
            task
            for task in self.tasks.values()
            if task.pipeline_id == newest and not task.until_version
        ]

    def at(self, path: str) -> TaskRecord:
        """Return the newest pipeline's task at this place."""
        newest = self.pipeline.key
        (task,) = [
            each for each in self.tasks.values() if each.path == path and each.pipeline_id == newest
        ]
        return task

    def _see(self) -> None:
        fresh_steps, self._seen = self.steps[self._seen :], len(self.steps)
        for change in [change for step in fresh_steps for change in step.changes]:
            if isinstance(change.record, TaskRecord):
                self.tasks[change.key] = change.record
        fresh, self._sent = self.bridge.sent[self._sent :], len(self.bridge.sent)
        for payload in [send.payload for send in fresh]:
            if isinstance(payload, DataRequest):
                self.asked.append(payload)
                self.open[payload.task.task_id] = payload
            elif isinstance(payload, TaskCancellation):
                self.stopped.append(self.open.pop(payload.task_id).task.name)


def outcome_of(
    request: DataRequest,
    learn: Learning = nothing,
    *,
    failure: Failure | None = None,
    seconds: float = 0.0,
) -> DataResponse:
    """Return what an agent says of the request: success with all that the plan expects."""
    number = request.attempt + 1
    return DataResponse(
        pipeline_id=request.pipeline_id,
        task_id=request.task.task_id,
        attempt=number,
        agent_id=f"agent-of-{request.operator}",
        outcome=TaskOutcome.FAILED if failure else TaskOutcome.SUCCEEDED,
        artifacts=tuple(artifact(name, request, number) for name in request.task.data_outputs),
        facts={} if failure else learn(request),
        failure=failure,
        seconds=seconds,
    )


def assert_counted(fleet: Fleet) -> None:
    """Check that the pipeline's counters say what its tasks say."""
    tasks, pipeline = fleet.current(), fleet.pipeline
    unplanned = sum(task.members - task.members_planned for task in tasks)
    states = [task.state for task in tasks]
    assert pipeline.tasks_total == len(tasks) + unplanned
    assert pipeline.tasks_done == states.count(TaskState.DONE)
    primitive = [task for task in tasks if task.task.task_type is DataTaskType.PRIMITIVE]
    running = [task.key for task in primitive if task.state is TaskState.RUNNING]
    assert pipeline.tasks_running == len(running)
    assert sorted(running) == sorted(fleet.open)
    promised = sum(request.model_tokens_max or 0 for request in fleet.open.values())
    assert pipeline.model_tokens_promised == promised


def assert_closed(fleet: Fleet) -> None:
    """Check that nothing is left of a pipeline that has ended."""
    assert fleet.open == {}
    assert fleet.pipeline.ended_at is not None
    for index in ("open", "held", "growing"):
        left = fleet.bridge.state.select(TaskRecord, index, fleet.pipeline.key)
        assert [task.path for task in left] == []
