"""A domain as people read it: what can be asked for, and what it is made of."""

from pydantic import BaseModel, Field, JsonValue

from planner.domain.goals.types import GOAL_TYPES
from planner.domain.pipeline_model import (
    Check,
    Condition,
    Domain,
    Executor,
    Method,
    Subtask,
    TaskModel,
)
from shared.contracts.vocabulary import DataTaskType


class GoalTypeView(BaseModel):
    """Something that people can ask for."""

    goal_type: str
    description: str
    parameters: dict[str, JsonValue] = Field(description="The JSON Schema of the parameters.")


class TaskModelView(BaseModel):
    """One kind of task."""

    name: str
    task_type: DataTaskType
    parameters: tuple[str, ...]
    inputs: tuple[str, ...] = Field(description="Data that it reads.")
    outputs: tuple[str, ...] = Field(description="Data that it brings about.")
    needs: tuple[str, ...] = Field(description="Facts that decomposing it may wait for.")
    effects: tuple[str, ...] = Field(description="Facts that hold once it is done.")
    executor: Executor
    duration_seconds: float
    timeout_seconds: float


class SubtaskView(BaseModel):
    """A step of a method."""

    name: str
    task: str
    arguments: dict[str, str]
    after: tuple[str, ...]
    for_each: str = Field(description="The list with one subtask a member; empty for one alone.")


class MethodView(BaseModel):
    """One way to carry a task out."""

    name: str
    task: str
    when: tuple[str, ...] = Field(description="What must hold.")
    subtasks: tuple[SubtaskView, ...]


class DomainView(BaseModel):
    """A domain."""

    name: str
    version: str
    goal_types: tuple[GoalTypeView, ...]
    tasks: tuple[TaskModelView, ...]
    methods: tuple[MethodView, ...] = Field(description="For each task the preferred one first.")


class DomainList(BaseModel):
    """All domains."""

    domains: tuple[DomainView, ...]


def domain_view(domain: Domain) -> DomainView:
    """Return the domain with the goal types that it serves."""
    methods = (method for group in domain.methods.values() for method in group)
    return DomainView(
        name=domain.name,
        version=domain.version,
        goal_types=tuple(
            GoalTypeView(
                goal_type=name,
                description=goal_type.parameters.__doc__ or "",
                parameters=goal_type.parameters.model_json_schema(),
            )
            for name, goal_type in sorted(GOAL_TYPES.items())
            if goal_type.task in domain.tasks
        ),
        tasks=tuple(map(_task_view, domain.tasks.values())),
        methods=tuple(map(_method_view, methods)),
    )


def _task_view(model: TaskModel) -> TaskModelView:
    return TaskModelView(
        name=model.name,
        task_type=model.task_type,
        parameters=model.parameters,
        inputs=model.inputs,
        outputs=model.outputs,
        needs=model.needs,
        effects=model.effects,
        executor=model.executor,
        duration_seconds=model.duration_seconds,
        timeout_seconds=model.timeout_seconds,
    )


def _method_view(method: Method) -> MethodView:
    return MethodView(
        name=method.name,
        task=method.task,
        when=tuple(map(_condition_text, method.when)),
        subtasks=tuple(map(_subtask_view, method.subtasks)),
    )


def _subtask_view(step: Subtask) -> SubtaskView:
    return SubtaskView(
        name=step.name,
        task=step.task,
        arguments=dict(step.arguments),
        after=step.after,
        for_each="" if step.for_each is None else step.for_each.members,
    )


def _condition_text(condition: Condition) -> str:
    is_compared = condition.check in {Check.EQUALS, Check.AT_LEAST}
    operand = f" {condition.operand!r}" if is_compared else ""
    return f"{condition.subject} {condition.check}{operand}"
