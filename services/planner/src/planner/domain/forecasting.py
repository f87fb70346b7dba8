"""How far a goal has come, and when it may end, by what its tasks are expected to take.

Looked up when somebody asks, never in a step. Both speak of the plan as far as it is known: when it
grows, the share that is done may fall and the end move away.

Early is what no fleet can beat: the longest chain of tasks that wait for one another, and all the
work on as many streams as were ever seen busy for the goal. Late adds the two up (a list schedule
takes no longer, Graham 1969), with every task at the upper end of what it may take and only as
many streams as were busy on average. What is expected lies between.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from graphlib import TopologicalSorter

from pydantic import BaseModel, Field

from planner.domain.dispatch import work_for
from planner.domain.durations import DurationRecord, Expected, expected_from
from planner.domain.htn.program import Program
from planner.domain.records import PipelineRecord, TaskRecord
from planner.domain.sizing import estimated_seconds
from shared.contracts.payloads import PipelineState, TaskState
from shared.contracts.vocabulary import DataTaskType

DAYS_MAX = 36_500
"""An end that is further away is told as this: calendars have a last year."""


class ExpectedEnd(BaseModel):
    """When a goal may end, as far as its plan is known."""

    at: datetime
    early: datetime = Field(description="Hardly before.")
    late: datetime = Field(description="Hardly after, unless the plan grows or tasks fail.")
    work_left_seconds: float = Field(description="Of all agents together.")
    streams: float = Field(description="Tasks carried out at once, on average so far.")
    awaits: tuple[str, ...] = Field(description="Facts that may make the plan, and this, longer.")


@dataclass(frozen=True, slots=True)
class Forecast:
    """How far a pipeline has come."""

    progress: float
    """From 0 to 1: the share of the known work that is done, by expected seconds."""
    end: ExpectedEnd | None
    """None unless it goes on by itself."""


class Forecaster:
    """Knows what tasks are expected to take."""

    def __init__(self, program: Program, durations: Iterable[DurationRecord]) -> None:
        self._program = program
        self._durations: dict[str, DurationRecord] = {}
        for record in durations:  # Each shard has its own; the one that has seen most knows best.
            known = self._durations.get(record.key)
            if known is None or known.runs < record.runs:
                self._durations[record.key] = record

    def forecast(
        self, pipeline: PipelineRecord, tasks: Iterable[TaskRecord], now: datetime
    ) -> Forecast:
        """Return how far the pipeline, with these tasks of its plan, has come."""
        current = [task for task in tasks if not task.until_version and not task.undoes]
        expected = {task.key: self._expected(task) for task in current}
        _add_unplanned(current, expected)
        total = sum(each.seconds for each in expected.values())
        done = sum(expected[each.key].seconds for each in current if each.state is TaskState.DONE)
        if pipeline.state is PipelineState.COMPLETED:
            return Forecast(1.0, None)
        progress = min(1.0, done / total) if total else 0.0
        if pipeline.state is not PipelineState.RUNNING or not current:
            return Forecast(progress, None)
        return Forecast(progress, _end_of(pipeline, current, expected, now))

    def _expected(self, task: TaskRecord) -> Expected:
        if task.task.task_type is not DataTaskType.PRIMITIVE:
            return NOTHING
        work = work_for(self._program, task)
        declared = estimated_seconds(work, task.arguments)
        return expected_from(self._durations.get(work.capability), declared)


NOTHING = Expected(0.0, 0.0, 0.0)


def _add_unplanned(tasks: Sequence[TaskRecord], expected: dict[str, Expected]) -> None:
    """Let a task stand for those of its repetitions that are not planned: each as its siblings."""
    below: defaultdict[str, list[str]] = defaultdict(list)
    for task in tasks:
        below[task.parent_task_id].append(task.key)
    for task in reversed(tasks):
        unplanned = task.members - task.members_planned
        if unplanned <= 0 or not below[task.key] or task.state is TaskState.DONE:
            continue
        siblings = [expected[key] for key in below[task.key]]
        share = unplanned / len(siblings)
        expected[task.key] = Expected(
            share * sum(each.seconds for each in siblings),
            share * sum(each.low for each in siblings),
            share * sum(each.high for each in siblings),
        )


def _end_of(
    pipeline: PipelineRecord,
    tasks: Sequence[TaskRecord],
    expected: Mapping[str, Expected],
    now: datetime,
) -> ExpectedEnd:
    left = [task for task in tasks if task.state is not TaskState.DONE]
    ranges = [expected[task.key] for task in left]
    seconds = {task.key: expected[task.key].seconds for task in left}
    chain = longest_chain(left, seconds)
    longest_high = longest_chain(left, {task.key: expected[task.key].high for task in left})
    longest_low = longest_chain(left, {task.key: expected[task.key].low for task in left})
    elapsed = (now - (pipeline.begun_at or now)).total_seconds()
    average = pipeline.seconds_spent / elapsed if elapsed > 0 else 0.0
    streams = max(1.0, average)
    most = max(streams, float(pipeline.tasks_running))
    work = sum(seconds.values())
    return ExpectedEnd(
        at=_later(now, max(chain, work / streams)),
        early=_later(now, max(longest_low, sum(each.low for each in ranges) / most)),
        late=_later(now, longest_high + sum(each.high for each in ranges) / streams),
        work_left_seconds=work,
        streams=streams,
        awaits=tuple(dict.fromkeys(fact for task in left for fact in task.awaits)),
    )


def longest_chain(tasks: Sequence[TaskRecord], seconds: Mapping[str, float]) -> float:
    """Return the length of the longest chain of tasks that wait for one another."""
    keys = {task.key for task in tasks}
    before = {task.key: keys.intersection(task.task.data_dependencies) for task in tasks}
    for task in tasks:
        if task.parent_task_id in keys:
            before[task.parent_task_id].add(task.key)
    ends: dict[str, float] = {}
    for task_id in TopologicalSorter(before).static_order():
        begins = max((ends[each] for each in before[task_id]), default=0.0)
        ends[task_id] = begins + seconds[task_id]
    return max(ends.values(), default=0.0)


def _later(now: datetime, seconds: float) -> datetime:
    return now + min(timedelta(seconds=min(seconds, 1e11)), timedelta(days=DAYS_MAX))
