"""Reading a domain and a problem, and refusing what cannot be planned with, with its place."""

from collections.abc import Mapping
from dataclasses import replace

from planner.domain.hddl.checking import check_domain, check_problem
from planner.domain.hddl.formulas import (
    EQUAL_TERMS,
    atom,
    formula,
    named_steps,
    network,
    sections,
    typed_list,
)
from planner.domain.hddl.syntax import Expression, Group, HddlError, Word, group_of, parse, word_of
from planner.domain.model.formulas import And, Atom, Typed
from planner.domain.model.tasks import Domain, Effect, Method, Problem, Task
from shared.contracts.vocabulary import DataTaskType

COSTS = ("increase", "decrease", "assign")
"""Effects on numbers: a plan's cost changes neither whether there is one nor which it is."""


def read_domain(text: str, source: str) -> Domain:
    """Return the domain that the text holds.

    Raises:
        HddlError: something in it cannot be planned with.
    """
    parts = _definition(text, source, "domain")
    tasks: dict[str, Task] = {}
    methods: dict[str, tuple[Method, ...]] = {}
    for part in parts:
        match part.keyword:
            case ":task" | ":action":
                task = _task(part) if part.keyword == ":task" else _action(part)
                if tasks.setdefault(task.name, task).task_type is not task.task_type:
                    detail = f"{task.name}: it is both a task and an action"
                    raise HddlError(part.place, detail, "rename one of them")
                tasks[task.name] = task
            case ":method":
                method = _method(part)
                methods[method.task.name] = (*methods.get(method.task.name, ()), method)
            case _:
                pass
    domain = Domain(
        name=word_of(parts[0].children[1]).text,
        version="",
        types=_types(parts),
        constants=_typed(parts, ":constants"),
        predicates={
            name.text: typed_list(rest)
            for name, *rest in (_named(each) for each in _section(parts, ":predicates"))
        },
        tasks=tasks,
        methods=methods,
        lines=_lines(parts),
        source=source,
    )
    places = {_name(part): part.place for part in parts if len(part.children) > 1}
    check_domain(domain, places, parts[0].place)
    return domain


def read_problem(text: str, source: str, domain: Domain) -> Problem:
    """Return the problem that the text holds.

    Raises:
        HddlError: something in it cannot be planned with in this domain.
    """
    parts = {part.keyword: part for part in _definition(text, source, "problem")}
    htn = parts.get(":htn") or parts.get(":htnti")
    if htn is None:
        remedy = "add (:htn :subtasks (…)); a goal alone is not a task"
        raise HddlError(parts["problem"].place, "the problem has no tasks", remedy)
    inner = sections(htn.rest)
    goal = parts.get(":goal")
    problem = Problem(
        name=word_of(parts["problem"].children[1]).text,
        objects=typed_list(parts[":objects"].rest) if ":objects" in parts else (),
        parameters=_parameters(inner),
        network=network(inner),
        facts=tuple(_facts(parts.get(":init"))),
        goal=formula(goal.rest[0]) if goal is not None and goal.rest else And(),
    )
    check_problem(problem, domain, parts["problem"].place)
    return problem


def _definition(text: str, source: str, kind: str) -> tuple[Group, ...]:
    whole = parse(text, source)
    parts = tuple(group_of(each) for each in whole.rest)
    if whole.keyword != "define" or not parts or parts[0].keyword != kind or not parts[0].rest:
        raise HddlError(whole.place, f"this is no {kind}", f"begin with (define ({kind} name) …")
    return parts


def _types(parts: tuple[Group, ...]) -> dict[str, tuple[str, ...]]:
    """Return each type with those that it is part of; it may be declared more than once."""
    found: dict[str, tuple[str, ...]] = {}
    for each in _typed(parts, ":types"):
        found[each.name] = tuple(dict.fromkeys((*found.get(each.name, ()), *each.types)))
    return found


def _section(parts: tuple[Group, ...], keyword: str) -> tuple[Expression, ...]:
    return tuple(each for part in parts if part.keyword == keyword for each in part.rest)


def _typed(parts: tuple[Group, ...], keyword: str) -> tuple[Typed, ...]:
    return typed_list(_section(parts, keyword))


def _named(expression: Expression) -> tuple[Word, *tuple[Expression, ...]]:
    group = group_of(expression)
    if not group.children:
        raise HddlError(group.place, "this group has no name", "write a name first")
    return word_of(group.children[0]), *group.rest


def _name(part: Group) -> str:
    name = part.children[1]
    return name.text if isinstance(name, Word) else ""


def _parameters(parts: Mapping[str, Expression]) -> tuple[Typed, ...]:
    listed = parts.get(":parameters")
    return typed_list(group_of(listed).children) if listed is not None else ()


def _headed(part: Group) -> tuple[str, tuple[Expression, ...]]:
    """Return the name of a task, an action or a method, and what follows it."""
    if not part.rest:
        raise HddlError(part.place, f"this {part.keyword} has no name", "write a name first")
    return word_of(part.rest[0]).text, part.rest[1:]


def _task(part: Group) -> Task:
    name, rest = _headed(part)
    return Task(name, DataTaskType.COMPOUND, _parameters(sections(rest)))


def _action(part: Group) -> Task:
    name, rest = _headed(part)
    inner = sections(rest)
    return Task(
        name,
        DataTaskType.PRIMITIVE,
        _parameters(inner),
        formula(inner.get(":precondition")),
        _effects(inner.get(":effect"), Effect()),
    )


def _method(part: Group) -> Method:
    name, rest = _headed(part)
    inner = sections(rest)
    if ":task" not in inner:
        raise HddlError(part.place, "the method names no task", "add :task (name term …)")
    return Method(
        name,
        atom(inner[":task"]),
        network(inner),
        _parameters(inner),
        formula(inner.get(":precondition")),
    )


def _lines(parts: tuple[Group, ...]) -> dict[str, int]:
    """Return where each task and each method stands, with its steps and its condition."""
    found: dict[str, int] = {}
    for part in parts:
        if part.keyword in {":task", ":action"}:
            found.setdefault(f"task {_name(part)}", part.place.line)
        elif part.keyword == ":method":
            method = f"method {_name(part)}"
            inner = sections(part.rest[1:])
            found.setdefault(method, part.place.line)
            if ":precondition" in inner:
                found.setdefault(f"{method} when", group_of(inner[":precondition"]).place.line)
            for step, group in named_steps(inner):
                found.setdefault(f"{method} step {step}", group.place.line)
    return found


def _effects(expression: Expression | None, under: Effect) -> tuple[Effect, ...]:
    """Return the effects, each with the conditions that it stands under."""
    group = group_of(expression) if expression is not None else None
    if group is None or not group.children or group.keyword in COSTS:
        return ()
    match group.keyword:
        case "and":
            effects = _merged([each for part in group.rest for each in _effects(part, under)])
        case "not":
            effects = (replace(under, removed=(atom(_parts(group, 1)[0]),)),)
        case "when":
            condition, part = _parts(group, 2)
            both = And((under.condition, formula(condition)))
            effects = _effects(part, replace(under, condition=both))
        case "forall":
            listed, part = _parts(group, 2)
            variables = (*under.variables, *typed_list(group_of(listed).children))
            effects = _effects(part, replace(under, variables=variables))
        case _:
            effects = (replace(under, added=(atom(group),)),)
    return effects


def _parts(group: Group, count: int) -> tuple[Expression, ...]:
    if len(group.rest) != count:
        detail = f"`{group.keyword}` takes {count} parts, not {len(group.rest)}"
        raise HddlError(group.place, detail, "write as many, and no more")
    return group.rest


def _merged(effects: list[Effect]) -> tuple[Effect, ...]:
    merged: dict[Effect, Effect] = {}
    for effect in effects:
        circumstances = Effect(effect.variables, effect.condition)
        before = merged.get(circumstances, circumstances)
        merged[circumstances] = replace(
            before,
            added=(*before.added, *effect.added),
            removed=(*before.removed, *effect.removed),
        )
    return tuple(merged.values())


def _facts(init: Group | None) -> list[Atom]:
    found: list[Atom] = []
    for expression in init.rest if init is not None else ():
        group = group_of(expression)
        is_number = group.keyword == "=" and len(group.rest) == EQUAL_TERMS
        if group.keyword != "not" and not is_number:
            found.append(atom(group))
    return found
