"""From plans to records: a goal's first tasks, and the parts that are decomposed later."""

from collections import Counter

from planner.domain.fingerprint import extended, plan_hash_of
from planner.domain.htn import Choice, Node, Plan, decompose, root_of
from planner.domain.limits import Limits, PlanRefusedError
from planner.domain.pipeline import Pipeline
from planner.domain.records import ChoiceRecord, RejectedMethod, TaskRecord
from shared.contracts.payloads import TaskState
from shared.contracts.vocabulary import DataTask, DataTaskType, Parameters
from shared.kernel.ids import derive_id


def task_id_of(pipeline_id: str, path: str) -> str:
    """Return the id of the task at this place of the pipeline's plan."""
    return derive_id(pipeline_id, path)


def plant(pipeline: Pipeline, limits: Limits, task_name: str, parameters: Parameters) -> None:
    """Plan the goal as far as its parameters allow, and start what waits for nothing."""
    root = root_of(pipeline.domain.tasks[task_name], parameters)
    record = _Graft(pipeline, Plan((root,), ())).record_of(root, "", ())
    pipeline.count(planned=1, plan_hash=plan_hash_of(pipeline.domain, root))
    pipeline.put(record)
    grow(pipeline, limits, record)


def grow(pipeline: Pipeline, limits: Limits, task: TaskRecord) -> None:
    """Decompose one task as far as the facts allow, and start what waits for nothing."""
    start = _node_of(pipeline, task)
    planned = pipeline.record.tasks_total
    try:
        plan = decompose(pipeline.domain, start, pipeline.facts(), limits, nodes_before=planned)
    except PlanRefusedError as error:
        pipeline.fail(task, error.failure)
        return
    plan_hash = extended(pipeline.record.plan_hash, plan.nodes, plan.choices)
    pipeline.count(planned=len(plan.nodes), plan_hash=plan_hash)
    graft = _Graft(pipeline, plan)
    records = graft.records_below(task)
    for record in records.values():
        pipeline.put(record)
    for choice in plan.choices:
        pipeline.decision.draft.put(_choice_of(records[choice.path], choice))
    for record in records.values():
        if record.task.task_type is DataTaskType.PRIMITIVE and not record.waiting_on:
            pipeline.start(record)


def _node_of(pipeline: Pipeline, task: TaskRecord) -> Node:
    return Node(
        path=task.path,
        position=task.position,
        name=task.task.name,
        model=pipeline.domain.tasks[task.model],
        arguments=task.arguments,
    )


def _choice_of(task: TaskRecord, choice: Choice) -> ChoiceRecord:
    return ChoiceRecord(
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


class _Graft:
    """Turns the nodes of one decomposition into records."""

    def __init__(self, pipeline: Pipeline, plan: Plan) -> None:
        self._pipeline = pipeline
        self._plan = plan
        self._ids = {
            node.path: task_id_of(pipeline.record.pipeline_id, node.path) for node in plan.nodes
        }
        self._children = Counter(node.parent for node in plan.nodes)
        self._awaits = {choice.path: choice.awaits for choice in plan.choices}

    def records_below(self, start: TaskRecord) -> dict[str, TaskRecord]:
        """Return the records by path, the decomposed task first."""
        decomposed = {
            "state": TaskState.DEFERRED if self._awaits[start.path] else TaskState.PENDING,
            "awaits": self._awaits[start.path],
            "children_open": self._children[start.path],
        }
        records = {start.path: start.model_copy(update=decomposed)}
        for node in self._plan.nodes:
            parent = records[node.parent]
            siblings = tuple(self._ids[path] for path in node.after)
            dependencies = siblings or parent.task.data_dependencies
            records[node.path] = self.record_of(node, parent.key, dependencies)
        return records

    def record_of(
        self, node: Node, parent_task_id: str, dependencies: tuple[str, ...]
    ) -> TaskRecord:
        """Return one task's record."""
        is_primitive = node.model.task_type is DataTaskType.PRIMITIVE
        awaits = self._awaits.get(node.path, ())
        return TaskRecord(
            pipeline_id=self._pipeline.record.pipeline_id,
            path=node.path,
            position=node.position,
            parent_task_id=parent_task_id,
            model=node.model.name,
            arguments=node.arguments,
            task=self._task_of(node, dependencies),
            state=TaskState.DEFERRED if awaits else TaskState.PENDING,
            awaits=awaits,
            waiting_on=sum(map(self._is_open, dependencies)) if is_primitive else 0,
            children_open=self._children[node.path],
        )

    def _task_of(self, node: Node, dependencies: tuple[str, ...]) -> DataTask:
        is_primitive = node.model.task_type is DataTaskType.PRIMITIVE
        return DataTask(
            task_id=self._ids[node.path],
            name=node.name,
            task_type=node.model.task_type,
            data_inputs=node.inputs,
            data_outputs=node.outputs,
            data_dependencies=dependencies,
            processing_effects=node.model.effects,
            estimated_duration=node.model.duration_seconds if is_primitive else 0,
            priority=self._pipeline.record.priority,
        )

    def _is_open(self, task_id: str) -> bool:
        known = self._pipeline.decision.draft.get(TaskRecord, task_id)
        return known is None or known.state is not TaskState.DONE
