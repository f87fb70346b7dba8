"""The planner's whole machine with a large goal, for `benchmarks.planning`: not run by itself."""

import time
import tracemalloc
from collections import deque
from dataclasses import dataclass, field
from datetime import UTC, datetime
from statistics import median

from pydantic import JsonValue

from planner.domain.advancing import advance
from planner.domain.growth import plant
from planner.domain.limits import Limits
from planner.domain.model.tasks import Domain
from planner.domain.pipeline import Pipeline
from planner.domain.planning import Planning
from planner.domain.records import PipelineRecord, TaskRecord
from planner.domain.yaml_format.reading import read_yaml
from planner.handlers import PlannerMachine
from shared.contracts import wire
from shared.contracts.machine import Decision, MessageReceived, Send, Step, Timer, TimerFired
from shared.contracts.payloads import DataRequest, DataResponse, TaskOutcome
from shared.contracts.topics import PLANNER
from shared.contracts.vocabulary import Artifact, Failure
from shared.kernel.records import Change, Draft, Records

ANSWERS = 4_000
"""How many tasks are carried out while the cost of each is measured."""

REPAIRS = 9
"""Failed tasks, one after the other; the median repair counts."""

PIPELINE_ID = "pipeline"

NOW = datetime(2026, 1, 1, tzinfo=UTC)

REPAIRABLE = """
domain: pipelines
version: "1"
tasks:
  ingest_table: {type: abstract}
  find: {type: primitive, effects: [parts], work: {}}
  process_all: {type: compound, needs: [parts]}
  process: {type: compound, parameters: [part]}
  read: {type: primitive, parameters: [part], outputs: ["raw:{part.name}"], work: {}}
  clean: {type: primitive, parameters: [part], inputs: ["raw:{part.name}"],
    outputs: ["clean:{part.name}"], work: {}}
  clean_slowly: {type: primitive, parameters: [part], inputs: ["raw:{part.name}"],
    outputs: ["clean:{part.name}"], work: {}}
  write: {type: primitive, parameters: [part], inputs: ["clean:{part.name}"], work: {}}
methods:
  - {name: found, task: ingest_table, steps: [find, process_all]}
  - {name: each, task: process_all, for_each: {part: parts, label: part.name}, steps: [process]}
  - {name: fast, task: process, steps: [read, clean, write]}
  - {name: slow, task: process, steps: [read, clean_slowly, write]}
"""


@dataclass(frozen=True)
class Steps:
    """What a goal costs while it is carried out; seconds are CPU time."""

    first_ready: int
    first_seconds: float
    answer_seconds: float
    slowest_seconds: float
    bytes_a_task: float
    """Of Python's memory: what a task adds while the goal goes on, its records and its data."""


@dataclass
class Running:
    """A machine with one pipeline."""

    planning: Planning
    parts: list[JsonValue]
    state: Records = field(default_factory=Records)
    ready: deque[DataRequest] = field(default_factory=deque[DataRequest])
    answered: int = 0
    tasks: int = 0
    """How many are planned."""

    def begin(self) -> float:
        """Plant the goal; return the seconds of the step in which its partitions become known."""
        decision = Decision(Draft(self.state), NOW)
        record = PipelineRecord(
            pipeline_id=PIPELINE_ID, goal_id="goal", goal_type="ingest_table", priority=5
        )
        pipeline = Pipeline(decision, self.planning, record)
        plant(pipeline, "ingest_table", {})
        advance(pipeline)
        pipeline.conclude()
        self.take(decision.step())
        return self.answer()

    def take(self, step: Step) -> None:
        """Do with a step what the engine does."""
        for change in step.changes:
            is_new = self.state.get(TaskRecord, change.key) is None
            self.tasks += change.kind == TaskRecord.kind and is_new
        self.state.apply(step.changes)
        sent = (effect.payload for effect in step.effects if isinstance(effect, Send))
        self.ready.extend(payload for payload in sent if isinstance(payload, DataRequest))

    def answer(self, failure: Failure | None = None) -> float:
        """Carry out the next task; return the machine's CPU seconds for the answer."""
        request = self.ready.popleft()
        self.answered += 1
        response = self._response(request, failure)
        send = Send(PLANNER, response, "planner", PIPELINE_ID, PIPELINE_ID)
        message = wire.stamp(send, sender_id="agent", cause=f"{self.answered}", index=0, now=NOW)
        begun = time.process_time()
        self.take(PlannerMachine(self.planning).step(self.state, MessageReceived(message), NOW))
        return time.process_time() - begun

    def pass_timers(self) -> float:
        """Fire what is due; return the machine's CPU seconds."""
        begun = time.process_time()
        for timer in tuple(self.state.select(Timer, "all", "")):
            self.state.apply([Change(Timer.kind, timer.key, None)])
            fired = TimerFired(timer.name, timer.due)
            self.take(PlannerMachine(self.planning).step(self.state, fired, NOW))
        return time.process_time() - begun

    def _response(self, request: DataRequest, failure: Failure | None) -> DataResponse:
        artifacts = tuple(
            Artifact(
                name=name,
                uri=f"file:///objects/{name}",
                task_id=request.task.task_id,
                attempt=1,
                content_hash="0" * 64,
            )
            for name in request.task.data_outputs
        )
        return DataResponse(
            pipeline_id=PIPELINE_ID,
            task_id=request.task.task_id,
            attempt=1,
            agent_id="agent",
            outcome=TaskOutcome.FAILED if failure else TaskOutcome.SUCCEEDED,
            artifacts=() if failure else artifacts,
            facts={"parts": self.parts} if request.operator == "find" else {},
            failure=failure,
        )


def steps_of(domain: Domain, parts: list[JsonValue]) -> Steps:
    """Return what each step costs while the first tasks of the goal are carried out."""
    running = Running(Planning(source_folders=(), domain=domain), parts)
    first_seconds = running.begin()
    first_ready = len(running.ready)
    seconds = [running.answer() + running.pass_timers() for _ in range(ANSWERS)]
    return Steps(
        first_ready=first_ready,
        first_seconds=first_seconds,
        answer_seconds=sum(seconds) / ANSWERS,
        slowest_seconds=max(seconds),
        bytes_a_task=_bytes_a_task(running.planning, parts),
    )


def _bytes_a_task(planning: Planning, parts: list[JsonValue]) -> float:
    """Return what a task adds to the memory, from the first portion on."""
    tracemalloc.start()
    running = Running(planning, parts)
    running.begin()
    bytes_before, tasks_before = tracemalloc.get_traced_memory()[0], running.tasks
    for _ in range(ANSWERS):
        running.answer()
        running.pass_timers()
    grown = tracemalloc.get_traced_memory()[0] - bytes_before
    tracemalloc.stop()
    return grown / (running.tasks - tasks_before)


def repair_and_anew(parts: list[JsonValue]) -> tuple[float, float]:
    """Return the CPU seconds of one repair, and those of planning the whole goal anew."""
    domain = read_yaml({"pipelines.yaml": REPAIRABLE})
    whole = Limits(portion=1_000_000)
    running = Running(Planning(source_folders=(), domain=domain, limits=whole), parts)
    anew = running.begin()
    fault = Failure(code="fault", detail="it broke", remedy="none")
    repairs = [running.answer(fault) for _ in range(REPAIRS)]
    return median(repairs), anew
