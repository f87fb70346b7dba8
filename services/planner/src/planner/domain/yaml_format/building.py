"""From the form of files to the domain that they mean.

A method's variables are the parameters and needs of its task, under the same names, so the atom of
its task has no terms. All arguments of steps are expressions.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from planner.domain.model.formulas import And, Atom, Expression, Typed
from planner.domain.model.tasks import Domain, ForEach, Method, Network, Step, Task
from planner.domain.model.work import Duration, Executor, Retry, Work
from planner.domain.remarks import Remark
from planner.domain.yaml_format.shapes import (
    LABEL,
    DomainShape,
    MethodShape,
    StepShape,
    TaskShape,
    WorkShape,
)
from planner.domain.yaml_format.tree import Place, Tree
from shared.contracts.vocabulary import DataTaskType


@dataclass(frozen=True, slots=True)
class File:
    """A file of the right form."""

    source: str
    tree: Tree
    shape: DomainShape

    def remark(self, place: Place, part: str, detail: str, remedy: str) -> Remark:
        """Return what is wrong at a place."""
        return Remark(self.source, self.tree.line(place), part, detail, remedy)


def step_name(step: str | StepShape) -> str:
    """Return what the method calls the step."""
    return step if isinstance(step, str) else step.name or step.task


def named_parts(shape: DomainShape) -> Iterator[tuple[str, Place]]:
    """Yield the tasks and methods with their places."""
    yield from ((f"task {name}", ("tasks", name)) for name in shape.tasks)
    yield from ((f"method {each.name}", ("methods", at)) for at, each in enumerate(shape.methods))


def wrong_arguments(files: Sequence[File]) -> Iterator[Remark]:
    """Yield the arguments of steps whose tasks have no such parameter."""
    tasks = {name: task for file in files for name, task in file.shape.tasks.items()}
    for file in files:
        for method, place, step in _long_steps(file):
            known = tasks[step.task].parameters if step.task in tasks else list(step.arguments)
            for name in (each for each in step.arguments if each not in known):
                detail = f"{step.task} has no parameter {name}"
                remedy = f"name one of its parameters: {', '.join(known) or 'none'}"
                where = (*place, "arguments", name)
                yield file.remark(where, f"method {method}", detail, remedy)


def _long_steps(file: File) -> Iterator[tuple[str, Place, StepShape]]:
    """Yield the steps in long form, each with its method's name and its place."""
    for number, method in enumerate(file.shape.methods):
        for at, step in enumerate(method.steps):
            if isinstance(step, StepShape):
                yield method.name, ("methods", number, "steps", at), step


def merged(files: Sequence[File]) -> Domain:
    """Return the domain of these files, which agree with one another."""
    tasks = {name: _task(name, task) for file in files for name, task in file.shape.tasks.items()}
    methods: dict[str, tuple[Method, ...]] = {}
    for file in files:
        for shape in file.shape.methods:
            methods[shape.task] = (*methods.get(shape.task, ()), _method(shape, tasks))
    parts = [(file, part, place) for file in files for part, place in _placed_parts(file.shape)]
    return Domain(
        name=files[0].shape.domain,
        version=files[0].shape.version,
        tasks=tasks,
        methods=methods,
        lines={part: file.tree.line(place) for file, part, place in parts},
        source=files[0].source,
        sources={part: file.source for file, part, _ in parts},
    )


def _placed_parts(shape: DomainShape) -> Iterator[tuple[str, Place]]:
    yield from named_parts(shape)
    for number, method in enumerate(shape.methods):
        place = ("methods", number)
        yield f"method {method.name} when", (*place, "when")
        for at, step in enumerate(method.steps):
            yield f"method {method.name} step {step_name(step)}", (*place, "steps", at)


def _task(name: str, shape: TaskShape) -> Task:
    return Task(
        name=name,
        task_type=DataTaskType(shape.type),
        parameters=tuple(map(Typed, shape.parameters)),
        inputs=tuple(shape.inputs),
        outputs=tuple(shape.outputs),
        needs=tuple(shape.needs),
        facts=tuple(shape.effects),
        work=_work(name, shape.work) if shape.work is not None else None,
        budget_seconds=shape.budget_seconds,
        description=shape.description,
    )


def _work(task: str, shape: WorkShape) -> Work:
    duration, retry = shape.duration, shape.retry
    return Work(
        capability=shape.capability or task,
        executor=Executor(shape.executor),
        duration=Duration(duration.seconds, duration.seconds_per_mebibyte, duration.size),
        timeout_seconds=shape.timeout_seconds,
        retry=Retry(
            retry.attempts_max, retry.backoff_seconds, retry.backoff_factor, tuple(retry.codes)
        ),
        memory_mebibytes=shape.memory_mebibytes,
        tells_rejection=shape.rejection == "told",
        compensation=shape.compensation or "",
    )


def _method(shape: MethodShape, tasks: Mapping[str, Task]) -> Method:
    when = [shape.when] if isinstance(shape.when, str) else shape.when
    return Method(
        name=shape.name,
        task=Atom(shape.task),
        network=_network(shape, tasks),
        precondition=And(tuple(map(Expression, when))),
        for_each=_for_each(shape.for_each),
        mends=tuple(shape.mends),
        description=shape.description,
    )


def _network(shape: MethodShape, tasks: Mapping[str, Task]) -> Network:
    names = [step_name(step) for step in shape.steps]
    orderings = (
        (names.index(earlier), number)
        for number, step in enumerate(shape.steps)
        if isinstance(step, StepShape)
        for earlier in step.after
    )
    return Network(tuple(_step(step, tasks) for step in shape.steps), tuple(orderings))


def _step(step: str | StepShape, tasks: Mapping[str, Task]) -> Step:
    name = step if isinstance(step, str) else step.task
    given = {} if isinstance(step, str) else step.arguments
    parameters = (each.name for each in tasks[name].parameters) if name in tasks else given
    texts = (given.get(each, each) for each in parameters)
    arguments = (each if isinstance(each, str) else json.dumps(each) for each in texts)
    return Step(step_name(step), name, tuple(map(Expression, arguments)))


def _for_each(shape: Mapping[str, str] | None) -> ForEach | None:
    if shape is None:
        return None
    ((variable, members),) = ((key, text) for key, text in shape.items() if key != LABEL)
    return ForEach(Expression(members), variable, shape[LABEL])
