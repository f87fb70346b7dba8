"""A pipeline while one step changes it: each changed task is stored and told about once.

Theory of operation. Whatever happens marks tasks done, ready or failed; `conclude` then sends the
requests of the ready ones, and an event for every change. So a step that fails the pipeline sends
no request, however far it had come. A step touches the task that something happened to, the tasks
above it, and those that waited for it; how large the pipeline is makes no difference.

    deferred ──facts arrive──▶ pending ──dependencies done──▶ running ──▶ done
                                  ▲                              │
                                  └──────── try again ◀──────────┴──▶ failed
    A task that fails for good is repaired, by another method of a task that it is part of, or the
    pipeline fails with it. Once that has failed or was cancelled, open tasks are skipped, and
    agents are told to stop. While it is paused, or has as many tasks running as it may, what
    becomes ready is held: pending, and found again in an index of its own.
"""

from collections.abc import Iterator

from pydantic import JsonValue

from planner.domain.admission import give_place_back
from planner.domain.dispatch import (
    cancellation_for,
    fingerprint_of,
    inputs_of,
    refusal_of,
    request_for,
)
from planner.domain.events import pipeline_event, task_event
from planner.domain.findings import FactRecord, scoped
from planner.domain.limits import TASKS_RUNNING_DEFAULT
from planner.domain.planning import Planning
from planner.domain.promising import model_tokens_for
from planner.domain.proposals import aftermaths_of
from planner.domain.records import ENDED_PIPELINE, PipelineRecord, TaskRecord, closed
from shared.contracts.machine import Decision, Send
from shared.contracts.payloads import PipelineState, TaskState
from shared.contracts.terms import OnFailure
from shared.contracts.vocabulary import DataTaskType, Failure

REPORT_FACT = "report"
"""The fact that says what came of a goal."""

NOTHING_HANDED_OUT = {"tasks_running": 0, "model_tokens_promised": 0}

ACTIVE_PIPELINE = frozenset({PipelineState.RUNNING, PipelineState.PAUSED})
"""The states in which a pipeline goes on with its plan."""


class Pipeline:
    """One pipeline in one step."""

    def __init__(self, decision: Decision, planning: Planning, record: PipelineRecord) -> None:
        self.decision = decision
        self.planning = planning
        self.record = record
        self.news: list[str] = []
        """Keys of facts that became known, until what waited for them was planned."""
        self.planned = 0
        """Tasks that this step has planned."""
        known = decision.draft.get(PipelineRecord, record.key)
        self._state_before = None if known is None else known.state
        self._changed: dict[str, None] = {}
        self._started: list[str] = []
        self._seen = 0
        self._requests: dict[str, Send] = {}
        self._cancellations: list[Send] = []

    @property
    def is_open(self) -> bool:
        """Whether it goes on with its plan."""
        return self.record.state in ACTIVE_PIPELINE

    @property
    def has_room(self) -> bool:
        """Whether one more task may be handed out."""
        running_max = self.record.terms.tasks_running_max or TASKS_RUNNING_DEFAULT
        is_active = self.record.state in {PipelineState.RUNNING, PipelineState.UNDOING}
        return is_active and self.record.tasks_running < running_max

    def task(self, task_id: str) -> TaskRecord:
        """Return one of the pipeline's tasks."""
        task = self.decision.draft.get(TaskRecord, task_id)
        assert task is not None, f"{task_id} is named by a task of the same plan"
        return task

    def put(self, task: TaskRecord) -> None:
        """Store the task, new or changed."""
        self.decision.draft.put(task)
        self._changed[task.key] = None

    def change(self, **changes: object) -> None:
        """Change the pipeline's own record."""
        self.record = self.record.model_copy(update=changes)

    def count(self, *, planned: int = 0, done: int = 0) -> None:
        """Add to the pipeline's counters."""
        self.change(
            tasks_total=self.record.tasks_total + planned, tasks_done=self.record.tasks_done + done
        )

    def tell(self, scope_id: str, name: str, content: JsonValue) -> None:
        """Make a fact known below a task."""
        # Validating a list of a hundred thousand partitions again takes as long as planning it.
        fact = FactRecord.model_construct(
            pipeline_id=self.record.key, scope_id=scope_id, name=name, content=content
        )
        self.decision.draft.put(fact)
        self.news.append(fact.key)

    def start(self, task: TaskRecord) -> None:
        """Hand the task out at the end of this step, or once there is room for it."""
        if not self.has_room:
            self.decision.draft.put(task.model_copy(update={"is_held": True}))
            return
        self._started.append(task.key)
        self.change(tasks_running=self.record.tasks_running + 1)
        running = {"state": TaskState.RUNNING, "is_held": False, "model_tokens_promised": None}
        self.put(task.model_copy(update=running))
        above = "" if task.undoes else task.parent_task_id
        while above:
            parent = self.task(above)
            if parent.state is TaskState.RUNNING:
                break
            self.put(parent.model_copy(update={"state": TaskState.RUNNING}))
            above = parent.parent_task_id

    def started(self) -> Iterator[TaskRecord]:
        """Yield the tasks that this step hands out, also those started while one looks."""
        for task_id in self._started:
            if (task := self.task(task_id)).state is TaskState.RUNNING:
                yield task

    def newly_started(self) -> Iterator[TaskRecord]:
        """Yield the tasks that this step hands out and that were not yielded before."""
        while self._seen < len(self._started):
            task = self.task(self._started[self._seen])
            self._seen += 1
            if task.state is TaskState.RUNNING:
                yield task

    def next_growing(self) -> TaskRecord | None:
        """Return the first of the tasks below which there is more to plan."""
        return next(self.decision.draft.select(TaskRecord, "growing", self.record.key), None)

    def answered(self, task: TaskRecord) -> None:
        """Count that a task which was handed out is so no more."""
        if task.state is TaskState.RUNNING and task.task.task_type is DataTaskType.PRIMITIVE:
            promised = self.record.model_tokens_promised - (task.model_tokens_promised or 0)
            running = self.record.tasks_running - 1
            self.change(tasks_running=running, model_tokens_promised=promised)

    def finish(self, task: TaskRecord) -> None:
        """Mark the task as done, and whatever is done with it; start what waited for them."""
        self.answered(task)
        ending = [task]
        while ending:
            done = self._done_with(ending.pop())
            for each in done:
                ending += self._wake_waiters(each)
                self._promote_facts(each)
            if not done[-1].parent_task_id:
                self.end(PipelineState.COMPLETED)

    def fail(self, task: TaskRecord, failure: Failure) -> None:
        """Give the pipeline up: the task and all above it have failed, open tasks are skipped."""
        ended = task.model_copy(update={"failure": failure})
        while True:
            self.put(closed(ended, TaskState.FAILED))
            if not ended.parent_task_id:
                break
            ended = self.task(ended.parent_task_id)
        self.refuse(failure.model_copy(update={"detail": f"{task.task.name}: {failure.detail}"}))

    def refuse(self, failure: Failure) -> None:
        """Give the pipeline up for this reason, tasks or no tasks."""
        self.skip_open_tasks()
        self.change(failure=failure)
        self._give_up(PipelineState.FAILED)

    def pause(self, reason: str = "") -> None:
        """Hand nothing out from now on; the reason is given when nobody asked for it."""
        self.change(state=PipelineState.PAUSED, held_by=reason)

    def resume(self) -> None:
        """Go on; what became ready during the pause is handed out as there is room."""
        self.change(state=PipelineState.RUNNING, held_by="")

    def cancel(self) -> None:
        """Give the pipeline up because nobody wants it any more."""
        self.skip_open_tasks()
        self._give_up(PipelineState.CANCELLED)

    def _give_up(self, state: PipelineState) -> None:
        """End the pipeline in this state, once all is undone that is to be undone."""
        done = self.decision.draft.select(TaskRecord, "undo", self.record.key)
        if self.record.terms.on_failure is OnFailure.UNDO and any(done):
            self.change(state=PipelineState.UNDOING, ends_as=state, **NOTHING_HANDED_OUT)
        else:
            self.end(state)

    def end(self, state: PipelineState) -> None:
        """End the pipeline, with what it reports."""
        root_id = self.planning.root_id(self.record)
        report = self.decision.draft.get(FactRecord, scoped(root_id, REPORT_FACT))
        content = None if report is None else report.content
        self.change(
            state=state,
            ended_at=self.decision.now,
            report=content if isinstance(content, dict) else {},
            **NOTHING_HANDED_OUT,
        )
        self._cancellations += aftermaths_of(self.record)

    def skip(self, task: TaskRecord, **changes: object) -> None:
        """Mark a task as not needed, and stop whoever works on it."""
        if task.key not in self._started:
            self._cancellations += cancellation_for(self.planning.program, task)
        self.put(closed(task, TaskState.SKIPPED).model_copy(update=changes))

    def skip_open_tasks(self) -> None:
        """Mark every task that has not ended as not needed."""
        for task in tuple(self.decision.draft.select(TaskRecord, "open", self.record.key)):
            self.skip(task)

    def refused(self) -> tuple[TaskRecord, Failure] | None:
        """Write the requests of this step; return the first task that has none, and why."""
        program = self.planning.program
        for task in self.started():
            if task.key in self._requests:
                continue
            inputs = inputs_of(self.decision.draft, program, task)
            tokens = model_tokens_for(self.record)
            changed = {"inputs_hash": fingerprint_of(inputs), "model_tokens_promised": tokens}
            ready = task.model_copy(update=changed)
            request = request_for(self.decision.draft, program, self.record, ready, inputs)
            refusal = refusal_of(request)
            if refusal is not None:
                return task, refusal
            self.decision.draft.put(ready)
            self.change(model_tokens_promised=self.record.model_tokens_promised + (tokens or 0))
            self._requests[task.key] = request
        return None

    def conclude(self) -> None:
        """Store the pipeline, send what is ready, tell what has changed."""
        self.decision.draft.put(self.record)
        if self.record.state in ENDED_PIPELINE:
            give_place_back(self.decision, self.record.key)
        effects = self.decision.effects
        effects.extend(task_event(self.record, self.task(task_id)) for task_id in self._changed)
        if self.record.state is not self._state_before:
            effects.append(pipeline_event(self.record))
        effects += self._cancellations
        effects.extend(self._requests[task.key] for task in self.started())

    def _done_with(self, task: TaskRecord) -> list[TaskRecord]:
        """Mark the task as done, and all above it that is done with it; return them."""
        done: list[TaskRecord] = []
        ended: TaskRecord | None = task
        while ended is not None:
            self.count(done=1)
            self.change(endings=self.record.endings + 1)
            is_done = {"state": TaskState.DONE, "done_as": self.record.endings}
            ended = ended.model_copy(update=is_done)
            done.append(ended)
            self.put(ended)
            ended = self._parent_done_with(ended)
        return done

    def _parent_done_with(self, child: TaskRecord) -> TaskRecord | None:
        if not child.parent_task_id:
            return None
        parent = self.task(child.parent_task_id)
        parent = parent.model_copy(update={"children_open": parent.children_open - 1})
        self.decision.draft.put(parent)
        return None if parent.children_open else parent

    def _promote_facts(self, done: TaskRecord) -> None:
        """Make known outside what a task has learnt and promises."""
        if done.task.task_type is DataTaskType.PRIMITIVE or not done.parent_task_id:
            return
        for name in done.task.processing_effects:
            fact = self.decision.draft.get(FactRecord, scoped(done.key, name))
            if fact is not None:
                self.tell(done.parent_task_id, name, fact.content)

    def _wake_waiters(self, done: TaskRecord) -> list[TaskRecord]:
        """Start what waited for this task last; return those in which nothing has to be done."""
        empty: list[TaskRecord] = []
        for task in tuple(self.decision.draft.select(TaskRecord, "waits_for", done.key)):
            woken = task.model_copy(update={"waiting_on": task.waiting_on - 1})
            if not woken.waiting_on and woken.task.task_type is DataTaskType.PRIMITIVE:
                self.start(woken)
                continue
            self.decision.draft.put(woken)
            if not woken.waiting_on and woken.is_empty:
                empty.append(woken)
        return empty
