"""A domain, compiled once: what each decomposition would else find out again and again."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from planner.domain.expressions import Reader, compile_expression
from planner.domain.htn.names import Template, compile_template
from planner.domain.htn.ordering import Before, may_make, order_of
from planner.domain.model.formulas import And, Expression, Formula
from planner.domain.model.tasks import (
    WHOLE_FAMILY,
    Argument,
    Domain,
    ForEach,
    Method,
    Task,
    family_of,
)
from shared.contracts.vocabulary import DataTaskType


class NeedsSearchError(ValueError):
    """A domain asks for what only a search can do; says where."""


@dataclass(slots=True, eq=False)
class CompiledTask:
    """One kind of task."""

    task: Task
    parameters: tuple[str, ...]
    inputs: tuple[Template, ...]
    outputs: tuple[Template, ...]
    needs: frozenset[str]
    is_primitive: bool
    methods: tuple["CompiledMethod", ...] = ()

    @property
    def name(self) -> str:
        """The task's name in the domain."""
        return self.task.name


@dataclass(frozen=True, slots=True)
class CompiledStep:
    """A subtask, and which of the method's other subtasks come before it."""

    name: str
    task: CompiledTask
    arguments: tuple[tuple[str, Reader], ...]
    before: Before


@dataclass(frozen=True, slots=True)
class Repetition:
    """How a method's only step is repeated."""

    members: Reader
    variable: str
    label: Reader
    reads_facts: bool
    """Whether its label or its step's arguments are read from more than arguments."""
    collected: int
    """Of the data that each repetition makes, how many are offered as part of a whole family."""
    is_chained: bool
    """Whether one repetition may read what another makes."""


@dataclass(frozen=True, slots=True)
class CompiledMethod:
    """One way to carry a task out."""

    name: str
    conditions: tuple[Reader, ...]
    steps: tuple[CompiledStep, ...]
    repetition: Repetition | None
    mends: tuple[str, ...]
    """Codes of the failures after which it is tried; empty for all."""
    makes: frozenset[str]
    """Facts that its steps make known, and so are read in its scope."""
    families: frozenset[str]
    """Families of data that its steps make, and so are read in its scope."""


@dataclass(frozen=True, slots=True)
class Program:
    """A compiled domain."""

    domain: Domain
    tasks: Mapping[str, CompiledTask] = field(default_factory=dict[str, CompiledTask])

    def method(self, task: str, name: str) -> CompiledMethod | None:
        """Return a task's method by its name."""
        return next((each for each in self.tasks[task].methods if each.name == name), None)


def compile_domain(domain: Domain) -> Program:
    """Compile a domain that passed the linter.

    Raises:
        NeedsSearchError: a condition or a variable can only be met by trying.
    """
    tasks = {name: _compile_task(task) for name, task in domain.tasks.items()}
    for name, methods in domain.methods.items():
        tasks[name].methods = tuple(_compile_method(method, tasks) for method in methods)
    return Program(domain, tasks)


def _compile_task(task: Task) -> CompiledTask:
    return CompiledTask(
        task=task,
        parameters=tuple(each.name for each in task.parameters),
        inputs=tuple(map(compile_template, task.inputs)),
        outputs=tuple(map(compile_template, task.outputs)),
        needs=frozenset(task.needs),
        is_primitive=task.task_type is DataTaskType.PRIMITIVE,
    )


def _compile_method(method: Method, tasks: Mapping[str, CompiledTask]) -> CompiledMethod:
    network = method.network
    models = {step.task: tasks[step.task].task for step in network.steps}
    steps = tuple(
        CompiledStep(
            name=step.name,
            task=tasks[step.task],
            arguments=tuple(
                zip(tasks[step.task].parameters, map(_reader, step.arguments), strict=True)
            ),
            before=before,
        )
        for step, before in zip(network.steps, order_of(network, models), strict=True)
    )
    return CompiledMethod(
        name=method.name,
        conditions=tuple(_conditions(method, method.precondition)),
        steps=steps,
        repetition=_repetition(method.for_each, steps, tasks[method.task.name]),
        mends=method.mends,
        makes=frozenset(fact for model in models.values() for fact in model.facts),
        families=frozenset(family_of(name) for model in models.values() for name in model.outputs),
    )


def _conditions(method: Method, formula: Formula) -> Iterator[Reader]:
    match formula:
        case And(parts=parts):
            for part in parts:
                yield from _conditions(method, part)
        case Expression(text=text):
            yield compile_expression(text)
        case _:
            raise NeedsSearchError(
                f"method {method.name}: a condition over predicates is for a search to meet"
            )


def _reader(argument: Argument) -> Reader:
    text = argument.text if isinstance(argument, Expression) else argument.removeprefix("?")
    return compile_expression(text)


def _repetition(
    for_each: ForEach | None, steps: tuple[CompiledStep, ...], task: CompiledTask
) -> Repetition | None:
    if for_each is None:
        return None
    (step,), label = steps, compile_expression(for_each.label)
    read = {*label.names, *(name for _, reader in step.arguments for name in reader.names)}
    return Repetition(
        members=compile_expression(for_each.members.text),
        variable=for_each.variable,
        label=label,
        reads_facts=not read <= {*task.parameters, for_each.variable},
        collected=_collected(task.task, step.task.task),
        is_chained=may_make(step.task.task, step.task.task),
    )


def _collected(whole: Task, part: Task) -> int:
    families = {family_of(name) for name in whole.outputs if name.endswith(WHOLE_FAMILY)}
    return sum(family_of(name) in families for name in part.outputs)
