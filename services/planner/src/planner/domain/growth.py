"""From plans to records: a goal's first tasks, and the parts that are decomposed later.

A plan grows in portions. A step plans as many tasks as a portion has; what is left is found again
in an index, and planned by and by as there is room for its work. So the first tasks of a goal
with a hundred thousand go out at once, and no step takes longer because there are more.
"""

from collections import Counter

from planner.domain.durations import expected_seconds
from planner.domain.findings import ChoiceRecord, RejectedMethod
from planner.domain.fingerprint import extended, plan_hash_of
from planner.domain.htn.decomposing import Start, decompose
from planner.domain.htn.nodes import Choice, Node, Plan, root_of
from planner.domain.htn.program import CompiledTask
from planner.domain.limits import PlanRefusedError
from planner.domain.pipeline import Pipeline
from planner.domain.planning import task_id_of
from planner.domain.records import TaskRecord
from planner.domain.visibility import VisibleFacts
from shared.contracts.payloads import TaskState
from shared.contracts.vocabulary import DataTask, DataTaskType, Parameters


def plant(pipeline: Pipeline, task_name: str, parameters: Parameters) -> None:
    """Plan the goal as far as its parameters allow, and start what waits for nothing."""
    root = root_of(pipeline.planning.program.tasks[task_name], parameters)
    plan_hash = plan_hash_of(pipeline.planning.domain, root)
    pipeline.count(planned=1)
    pipeline.change(plan_hash=plan_hash)
    record = _record_of(pipeline, root, None, ())
    pipeline.put(record)
    try:
        grow(pipeline, record)
    except PlanRefusedError as error:
        pipeline.fail(record, error.failure)


def grow(pipeline: Pipeline, task: TaskRecord) -> None:
    """Decompose a task as far as the facts and a portion allow; start what waits for nothing.

    Raises:
        PlanRefusedError: there is no way to carry it out, or none within the limits.
    """
    graft(pipeline, task, plan_below(pipeline, task))


def plan_below(pipeline: Pipeline, task: TaskRecord, failure_code: str = "") -> Plan:
    """Return the next portion of the task's decomposition; raises as `grow` does.

    After a failure, only methods that may mend it are taken.
    """
    planning = pipeline.planning
    start = Start(
        node=Node(
            path=task.path,
            position=task.position,
            name=task.task.name,
            task=planning.program.tasks[task.model],
            arguments=task.arguments,
        ),
        method=task.method,
        planned=task.members_planned,
        revision=len(task.tried),
        barred=_barred(planning.program.tasks[task.model], task, failure_code),
        tasks_before=pipeline.record.tasks_total,
    )
    facts = VisibleFacts(pipeline.decision.draft, planning.program, task)
    limits = planning.limits
    return decompose(start, facts, limits, portion=limits.portion - pipeline.planned)


def _barred(model: CompiledTask, task: TaskRecord, failure_code: str) -> dict[str, str]:
    """Return the methods that are not to be taken, each with the reason."""
    barred = {
        method.name: f"it mends {', '.join(method.mends)}, not {failure_code}"
        for method in model.methods
        if failure_code and method.mends and failure_code not in method.mends
    }
    tried = {each.method: f"it was tried and failed: {each.reason}" for each in task.tried}
    return barred | tried


def graft(pipeline: Pipeline, task: TaskRecord, plan: Plan) -> None:
    """Make the plan's tasks part of the pipeline, below the task that it decomposes."""
    pipeline.planned += max(1, len(plan.nodes))
    version = pipeline.record.plan_version + 1
    plan_hash = extended(pipeline.record.plan_hash, plan.nodes, plan.choices)
    pipeline.change(plan_version=version, plan_hash=plan_hash)
    pipeline.count(planned=sum(choice.members for choice in plan.choices))
    choices = {choice.path: choice for choice in plan.choices}
    planned = Counter(node.parent for node in plan.nodes)
    records = {task.path: _decomposed(task, choices.get(task.path), planned[task.path])}
    pipeline.put(records[task.path])
    for node in plan.nodes:
        after = tuple(task_id_of(pipeline.record.key, path) for path in node.after)
        record = _record_of(pipeline, node, records[node.parent], after)
        if not node.task.is_primitive:
            record = _decomposed(record, choices.get(node.path), planned[node.path])
        records[node.path] = record
        pipeline.put(record)
    for choice in plan.choices:
        _keep_choice(pipeline, records[choice.path], choice)
    _begin(pipeline, records)


def _begin(pipeline: Pipeline, records: dict[str, TaskRecord]) -> None:
    """Start the primitive tasks that wait for nothing; what has nothing to be done is done."""
    for record in records.values():
        current = pipeline.task(record.key)
        if current.state is not TaskState.PENDING or current.waiting_on:
            continue
        if current.task.task_type is DataTaskType.PRIMITIVE:
            pipeline.start(current)
        elif current.is_empty:
            pipeline.finish(current)


def _decomposed(task: TaskRecord, choice: Choice | None, planned: int) -> TaskRecord:
    """Return the task as it is after a portion of its decomposition."""
    if choice is None:
        planned += task.members_planned
        is_growing = not task.method or planned < task.members
        return task.model_copy(update={"members_planned": planned, "is_growing": is_growing})
    return task.model_copy(
        update={
            "state": TaskState.DEFERRED if choice.awaits else TaskState.PENDING,
            "method": choice.method,
            "awaits": choice.awaits,
            "awaited": (),
            "members": choice.members,
            "members_planned": planned,
            "children_open": choice.members,
            "is_growing": planned < choice.members,
        }
    )


def _keep_choice(pipeline: Pipeline, task: TaskRecord, choice: Choice) -> None:
    draft = pipeline.decision.draft
    if choice.awaits:
        facts = VisibleFacts(draft, pipeline.planning.program, task)
        awaited = tuple(map(facts.key_of, choice.awaits))
        draft.put(task.model_copy(update={"awaited": awaited}))
    draft.put(
        ChoiceRecord(
            pipeline_id=task.pipeline_id,
            task_id=task.key,
            position=task.position,
            task_name=task.task.name,
            method=choice.method,
            awaits=choice.awaits,
            rejected=tuple(
                RejectedMethod(method=each.method, reason=each.reason) for each in choice.rejected
            ),
        )
    )


def _record_of(
    pipeline: Pipeline, node: Node, parent: TaskRecord | None, after: tuple[str, ...]
) -> TaskRecord:
    inherited = () if parent is None else parent.task.data_dependencies
    waiting_on = 0 if parent is None else parent.waiting_on
    work, state = node.task.task.work, pipeline.decision.draft
    return TaskRecord(
        pipeline_id=pipeline.record.key,
        path=node.path,
        position=node.position,
        parent_task_id="" if parent is None else parent.key,
        model=node.task.name,
        arguments=node.arguments,
        task=DataTask(
            task_id=task_id_of(pipeline.record.key, node.path),
            name=node.name,
            task_type=node.task.task.task_type,
            data_inputs=node.inputs,
            data_outputs=node.outputs,
            data_dependencies=after or inherited,
            processing_effects=node.task.task.facts,
            estimated_duration=0 if work is None else expected_seconds(state, work, node.arguments),
            priority=pipeline.record.priority,
        ),
        state=TaskState.PENDING,
        waiting_on=len(after) or waiting_on,
        since_version=pipeline.record.plan_version,
        compensation="" if work is None else work.compensation,
    )
