"""A domain as people read it: what can be asked for, and what it is made of."""

from collections.abc import Iterator

from pydantic import BaseModel, Field, JsonValue

from planner.domain.goals.types import goal_types_of
from planner.domain.model.formulas import And, Expression, Formula
from planner.domain.model.tasks import Argument, Domain, Method, Network, Task
from planner.domain.model.work import Executor, Work
from shared.contracts.vocabulary import DataTaskType


class GoalTypeView(BaseModel):
    """Something that people can ask for."""

    goal_type: str
    description: str
    parameters: dict[str, JsonValue] = Field(description="The JSON Schema of the parameters.")


class WorkView(BaseModel):
    """What carrying a task out asks for."""

    capability: str
    executor: Executor
    duration_seconds: float = Field(description="The fixed part of what one run takes.")
    timeout_seconds: float
    attempts_max: int
    compensation: str = Field(description="The capability that undoes it; empty for none.")


class TaskModelView(BaseModel):
    """One kind of task."""

    name: str
    task_type: DataTaskType
    description: str
    parameters: tuple[str, ...]
    inputs: tuple[str, ...] = Field(description="Data that it reads.")
    outputs: tuple[str, ...] = Field(description="Data that it brings about.")
    needs: tuple[str, ...] = Field(description="Facts that decomposing it may wait for.")
    effects: tuple[str, ...] = Field(description="Facts that it makes known.")
    work: WorkView | None = Field(description="Of primitive tasks only.")


class SubtaskView(BaseModel):
    """A step of a method."""

    name: str
    task: str
    arguments: dict[str, str]
    after: tuple[str, ...] = Field(description="Steps before it, beside those whose data it reads.")


class MethodView(BaseModel):
    """One way to carry a task out."""

    name: str
    task: str
    when: tuple[str, ...] = Field(description="What must hold.")
    for_each: str = Field(description="The list with one subtask a member; empty for none.")
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
    return DomainView(
        name=domain.name,
        version=domain.version,
        goal_types=tuple(
            GoalTypeView(
                goal_type=name,
                description=goal_type.parameters.__doc__ or "",
                parameters=goal_type.parameters.model_json_schema(),
            )
            for name, goal_type in sorted(goal_types_of(domain).items())
        ),
        tasks=tuple(map(_task_view, domain.tasks.values())),
        methods=tuple(
            _method_view(method, domain) for group in domain.methods.values() for method in group
        ),
    )


def _task_view(task: Task) -> TaskModelView:
    return TaskModelView(
        name=task.name,
        task_type=task.task_type,
        description=task.description,
        parameters=tuple(each.name for each in task.parameters),
        inputs=task.inputs,
        outputs=task.outputs,
        needs=task.needs,
        effects=task.facts,
        work=None if task.work is None else _work_view(task.work),
    )


def _work_view(work: Work) -> WorkView:
    return WorkView(
        capability=work.capability,
        executor=work.executor,
        duration_seconds=work.duration.seconds,
        timeout_seconds=work.timeout_seconds,
        attempts_max=work.retry.attempts_max,
        compensation=work.compensation,
    )


def _method_view(method: Method, domain: Domain) -> MethodView:
    return MethodView(
        name=method.name,
        task=method.task.name,
        when=tuple(_texts(method.precondition)),
        for_each="" if method.for_each is None else method.for_each.members.text,
        subtasks=tuple(_subtasks(method.network, domain)),
    )


def _subtasks(network: Network, domain: Domain) -> Iterator[SubtaskView]:
    for number, step in enumerate(network.steps):
        names = (each.name for each in domain.tasks[step.task].parameters)
        before = (first for first, second in network.orderings if second == number)
        yield SubtaskView(
            name=step.name,
            task=step.task,
            arguments=dict(zip(names, map(_text, step.arguments), strict=True)),
            after=tuple(network.steps[each].name for each in before),
        )


def _texts(formula: Formula) -> Iterator[str]:
    match formula:
        case And(parts=parts):
            for part in parts:
                yield from _texts(part)
        case Expression(text=text):
            yield text
        case _:
            yield str(formula)


def _text(argument: Argument) -> str:
    return argument.text if isinstance(argument, Expression) else argument
