"""A pipeline while one step changes it: each changed task is stored and told about once.

Theory of operation. Whatever happens marks tasks done, ready or failed; `conclude` then turns the
ready ones into requests and every change into an event. So a step that fails the pipeline sends
no request, however far it had come. A step touches the task that something happened to, the tasks
above it, and those that waited for it; how large the pipeline is makes no difference.

    deferred ──facts arrive──▶ pending ──dependencies done──▶ running ──▶ done
                                  ▲                              │
                                  └──────── try again ◀──────────┴──▶ failed
    Once the pipeline has failed or was cancelled, every task that has not ended is skipped, and
    agents are told to stop what they do for it. While the pipeline is paused, what becomes ready
    is held: pending, and found again in an index of its own.
"""

from collections.abc import Iterator

from pydantic import JsonValue

from planner.domain.admission import give_place_back
from planner.domain.dispatch import cancellation_for, refusal_of, request_for
from planner.domain.events import pipeline_event, task_event
from planner.domain.pipeline_model import Domain
from planner.domain.records import ENDED_PIPELINE, FactRecord, PipelineRecord, TaskRecord
from shared.contracts.machine import Decision, Send
from shared.contracts.payloads import PipelineState, TaskState
from shared.contracts.vocabulary import Failure

REPORT_FACT = "report"
"""The fact that says what came of a goal."""


class Pipeline:
    """One pipeline in one step."""

    def __init__(self, decision: Decision, domain: Domain, record: PipelineRecord) -> None:
        self.decision = decision
        self.domain = domain
        self.record = record
        known = decision.draft.get(PipelineRecord, record.key)
        self._state_before = None if known is None else known.state
        self._changed: dict[str, None] = {}
        self._started: list[str] = []
        self._cancellations: list[Send] = []

    @property
    def is_open(self) -> bool:
        """Whether it has not ended."""
        return self.record.state not in ENDED_PIPELINE

    def task(self, task_id: str) -> TaskRecord:
        """Return one of the pipeline's tasks."""
        task = self.decision.draft.get(TaskRecord, task_id)
        assert task is not None, f"{task_id} is named by a task of the same plan"
        return task

    def put(self, task: TaskRecord) -> None:
        """Store the task, new or changed."""
        self.decision.draft.put(task)
        self._changed[task.key] = None

    def facts(self) -> dict[str, JsonValue]:
        """Return what is known in this pipeline."""
        found = self.decision.draft.select(FactRecord, "pipeline", self.record.pipeline_id)
        return {fact.name: fact.content for fact in found}

    def count(self, *, planned: int = 0, done: int = 0, plan_hash: str = "") -> None:
        """Add to the pipeline's counters, and note the plan's new hash if it has one."""
        self.record = self.record.model_copy(
            update={
                "tasks_total": self.record.tasks_total + planned,
                "tasks_done": self.record.tasks_done + done,
                "plan_hash": plan_hash or self.record.plan_hash,
            }
        )

    def start(self, task: TaskRecord) -> None:
        """Hand the task out at the end of this step, or of the pause; its parents run as well."""
        if self.record.state is PipelineState.PAUSED:
            self.decision.draft.put(task.model_copy(update={"is_held": True}))
            return
        self._started.append(task.key)
        self.put(task.model_copy(update={"state": TaskState.RUNNING, "is_held": False}))
        above = task.parent_task_id
        while above:
            parent = self.task(above)
            if parent.state is TaskState.RUNNING:
                break
            self.put(parent.model_copy(update={"state": TaskState.RUNNING}))
            above = parent.parent_task_id

    def started(self) -> Iterator[TaskRecord]:
        """Yield the tasks that this step hands out, also those started while one looks."""
        for task_id in self._started:
            task = self.task(task_id)
            if task.state is TaskState.RUNNING:
                yield task

    def finish(self, task: TaskRecord) -> None:
        """Mark the task as done, and whatever is done with it; start what waited for them."""
        done: list[TaskRecord] = []
        ended: TaskRecord | None = task
        while ended is not None:
            done.append(ended)
            self.put(ended.model_copy(update={"state": TaskState.DONE}))
            ended = self._parent_done_with(ended)
        self.count(done=len(done))
        for each in done:
            self._wake_waiters(each)
        if not done[-1].parent_task_id:
            self._end(PipelineState.COMPLETED)

    def fail(self, task: TaskRecord, failure: Failure) -> None:
        """End the pipeline: the task and all above it have failed, open tasks are skipped."""
        ended = task.model_copy(update={"failure": failure})
        while True:
            self.put(_closed(ended, TaskState.FAILED))
            if not ended.parent_task_id:
                break
            ended = self.task(ended.parent_task_id)
        self.refuse(failure.model_copy(update={"detail": f"{task.task.name}: {failure.detail}"}))

    def refuse(self, failure: Failure) -> None:
        """End the pipeline for this reason, tasks or no tasks: open ones are skipped."""
        self._skip_open_tasks()
        self.record = self.record.model_copy(update={"failure": failure})
        self._end(PipelineState.FAILED)

    def cancel(self) -> None:
        """End the pipeline because nobody wants it any more: open tasks are skipped."""
        self._skip_open_tasks()
        self._end(PipelineState.CANCELLED)

    def pause(self) -> None:
        """Hand nothing out from now on."""
        self.record = self.record.model_copy(update={"state": PipelineState.PAUSED})

    def resume(self) -> None:
        """Hand out what became ready during the pause, and go on."""
        self.record = self.record.model_copy(update={"state": PipelineState.RUNNING})
        for task in tuple(self.decision.draft.select(TaskRecord, "held", self.record.key)):
            self.start(task)

    def conclude(self) -> None:
        """Store the pipeline, send what is ready, tell what has changed."""
        requests = self._requests() if self.is_open else []
        self.decision.draft.put(self.record)
        if not self.is_open:
            give_place_back(self.decision, self.record.key)
        effects = self.decision.effects
        effects.extend(task_event(self.record, self.task(task_id)) for task_id in self._changed)
        if self.record.state is not self._state_before:
            effects.append(pipeline_event(self.record))
        effects.extend(self._cancellations)
        effects.extend(requests)

    def _parent_done_with(self, child: TaskRecord) -> TaskRecord | None:
        if not child.parent_task_id:
            return None
        parent = self.task(child.parent_task_id)
        parent = parent.model_copy(update={"children_open": parent.children_open - 1})
        self.decision.draft.put(parent)
        return None if parent.children_open else parent

    def _requests(self) -> list[Send]:
        requests: list[Send] = []
        for task in self.started():
            request = request_for(self.decision.draft, self.domain, task)
            refusal = refusal_of(request)
            if refusal is not None:
                self.fail(task, refusal)
                return []
            requests.append(request)
        return requests

    def _wake_waiters(self, done: TaskRecord) -> None:
        for task in tuple(self.decision.draft.select(TaskRecord, "waits_for", done.key)):
            woken = task.model_copy(update={"waiting_on": task.waiting_on - 1})
            if woken.waiting_on:
                self.decision.draft.put(woken)
            else:
                self.start(woken)

    def _skip_open_tasks(self) -> None:
        not_sent = set(self._started)
        for task in tuple(self.decision.draft.select(TaskRecord, "open", self.record.key)):
            cancellation = cancellation_for(self.domain, task)
            if cancellation is not None and task.key not in not_sent:
                self._cancellations.append(cancellation)
            self.put(_closed(task, TaskState.SKIPPED))

    def _end(self, state: PipelineState) -> None:
        report = self.facts().get(REPORT_FACT)
        self.record = self.record.model_copy(
            update={
                "state": state,
                "ended_at": self.decision.now,
                "report": report if isinstance(report, dict) else {},
            }
        )


def _closed(task: TaskRecord, state: TaskState) -> TaskRecord:
    return task.model_copy(update={"state": state, "waiting_on": 0, "awaits": (), "is_held": False})
