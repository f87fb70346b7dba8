"""Small planning domains and facts for tests of the planner."""

from pydantic import JsonValue

from planner.domain.htn import Plan, decompose, root_of
from planner.domain.limits import Limits
from planner.domain.pipeline_linting import sound
from planner.domain.pipeline_model import Condition, Domain, Method, Subtask, TaskModel
from shared.contracts.vocabulary import DataTaskType, Parameters

ABSTRACT, COMPOUND, PRIMITIVE = (
    DataTaskType.ABSTRACT,
    DataTaskType.COMPOUND,
    DataTaskType.PRIMITIVE,
)


def partitions(count: int) -> list[JsonValue]:
    return [{"name": f"{each:05}.csv", "uri": f"file:///in/{each:05}.csv"} for each in range(count)]


def choosing(*ways: tuple[str, tuple[Condition, ...]], needs: tuple[str, ...] = ()) -> Domain:
    """One task with a method for each way, each with one subtask named like the way."""
    names = [name for name, _ in ways]
    tasks = [TaskModel("goal", ABSTRACT, parameters=("size",), needs=needs)]
    tasks += [TaskModel(name, PRIMITIVE) for name in names]
    methods = [Method(f"by_{name}", "goal", (Subtask(name),), when) for name, when in ways]
    return Domain("choosing", "1", tasks=tasks, methods=methods)


def chained(*subtasks: Subtask, tasks: tuple[TaskModel, ...]) -> Domain:
    """One goal whose only method has these subtasks."""
    goal = TaskModel("goal", ABSTRACT, parameters=("size",))
    method = Method("only", "goal", subtasks)
    return sound(Domain("chained", "1", tasks=(goal, *tasks), methods=(method,)))


def nested(levels: int) -> Domain:
    """A goal that is decomposed this many times before there is something to do."""
    names = ["goal", *(f"level{each}" for each in range(1, levels))]
    tasks = [TaskModel(name, COMPOUND) for name in names]
    methods = [
        Method(f"down_{name}", name, (Subtask(below),))
        for name, below in zip(names, [*names[1:], "act"], strict=True)
    ]
    return sound(
        Domain("nested", "1", tasks=(*tasks, TaskModel("act", PRIMITIVE)), methods=methods)
    )


def looping() -> Domain:
    """A goal whose method leads back to the goal."""
    goal = TaskModel("goal", COMPOUND)
    return Domain(
        "looping", "1", tasks=(goal,), methods=(Method("again", "goal", (Subtask("goal"),)),)
    )


def plan_of(
    domain: Domain,
    arguments: Parameters | None = None,
    facts: dict[str, JsonValue] | None = None,
    *,
    limits: Limits | None = None,
    task: str = "goal",
) -> Plan:
    root = root_of(domain.tasks[task], arguments or {"size": 1})
    return decompose(domain, root, facts or {}, limits or Limits())


def names_of(plan: Plan) -> list[str]:
    return [node.name for node in plan.nodes]


def order_of(plan: Plan) -> dict[str, set[str]]:
    """Return for each task the siblings that it waits for, by name."""
    return {node.name: {path.rpartition("/")[2] for path in node.after} for node in plan.nodes}
