"""Small planning domains and facts for tests of the planner."""

from collections.abc import Mapping
from functools import cache
from itertools import pairwise
from textwrap import dedent

from pydantic import JsonValue

from planner.domain.built_in import data_domain
from planner.domain.htn.decomposing import Start, decompose
from planner.domain.htn.nodes import Plan, root_of
from planner.domain.htn.program import Program, compile_domain
from planner.domain.limits import Limits
from planner.domain.model.tasks import Domain
from planner.domain.yaml_format.reading import read_yaml
from shared.contracts.vocabulary import Parameters


def partitions(count: int) -> list[JsonValue]:
    return [{"name": f"{each:05}.csv", "uri": f"file:///in/{each:05}.csv"} for each in range(count)]


def domain_of(text: str) -> Domain:
    """Return the domain that the YAML describes, without its head."""
    return read_yaml({"test.yaml": f"domain: test\nversion: '1'\n{dedent(text)}"})


def choosing(*ways: tuple[str, str], needs: str = "") -> Domain:
    """One task with a method for each way, each with one subtask named like the way."""
    tasks = "".join(f"  {name}: {{type: primitive, work: {{}}}}\n" for name, _ in ways)
    methods = "".join(
        f"  - {{name: by_{name}, task: goal, when: {when!r}, steps: [{name}]}}\n"
        for name, when in ways
    )
    goal = f"  goal: {{type: abstract, parameters: [size], needs: [{needs}]}}\n"
    return domain_of(f"tasks:\n{goal}{tasks}methods:\n{methods}")


def nested(levels: int) -> Domain:
    """A goal that is decomposed this many times before there is something to do."""
    names = ["goal", *(f"level{each}" for each in range(1, levels)), "act"]
    tasks = "".join(f"  {name}: {{type: compound}}\n" for name in names[:-1])
    methods = "".join(
        f"  - {{name: down_{name}, task: {name}, steps: [{below}]}}\n"
        for name, below in pairwise(names)
    )
    return domain_of(f"tasks:\n{tasks}  act: {{type: primitive, work: {{}}}}\nmethods:\n{methods}")


def looping() -> Domain:
    """A goal whose method leads back to the goal."""
    return domain_of(
        """
        tasks: {goal: {type: compound}}
        methods: [{name: again, task: goal, steps: [goal]}]
        """
    )


@cache
def data_program() -> Program:
    return compile_domain(data_domain())


def plan_of(
    domain: Domain | Program,
    arguments: Parameters | None = None,
    facts: Mapping[str, JsonValue] | None = None,
    *,
    limits: Limits | None = None,
    task: str = "goal",
) -> Plan:
    """Plan with facts that the plan's tasks are assumed to find."""
    program = compile_domain(domain) if isinstance(domain, Domain) else domain
    root = root_of(program.tasks[task], {"size": 1} if arguments is None else arguments)
    return decompose(Start(root), {}, limits or Limits(), assumed=facts or {})


def names_of(plan: Plan) -> list[str]:
    """Return the names of a plan's tasks, each before its subtasks."""
    return [node.name for node in sorted(plan.nodes, key=lambda node: node.position)]


def order_of(plan: Plan) -> dict[str, set[str]]:
    """Return for each task the siblings that it waits for, by name."""
    return {node.name: {path.rpartition("/")[2] for path in node.after} for node in plan.nodes}
