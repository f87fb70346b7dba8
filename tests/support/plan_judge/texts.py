"""HDDL and plans as nested lists of words, which is all that the judge needs of them."""

import re
from dataclasses import dataclass, field

Nested = str | list["Nested"]
Bindings = dict[str, str]
Fact = tuple[str, ...]


def nested(text: str) -> list[Nested]:
    """Return the words of the text, with a list for each pair of parentheses."""
    stack: list[list[Nested]] = [[]]
    for token in re.findall(r"[()]|[^\s()]+", re.sub(r";.*", "", text)):
        if token == "(":
            stack.append([])
        elif token == ")":
            closed = stack.pop()
            stack[-1].append(closed)
        else:
            stack[-1].append(token)
    return listed(stack[0][0])


def listed(part: Nested) -> list[Nested]:
    """Return the part, which must be a list."""
    assert isinstance(part, list), f"{part} is no list"
    return part


def words(part: Nested) -> list[str]:
    """Return the part, which must be a list of words."""
    return [each for each in listed(part) if isinstance(each, str)]


def typed(part: list[Nested]) -> dict[str, list[str]]:
    """Return each name of a typed list with its types."""
    found: dict[str, list[str]] = {}
    names: list[str] = []
    rest = iter(part)
    for each in rest:
        if each == "-":
            kind = next(rest)
            types = [kind] if isinstance(kind, str) else words(kind)[1:]
            found |= dict.fromkeys(names, types)
            names = []
        else:
            assert isinstance(each, str)
            names.append(each)
    return found | {name: ["object"] for name in names}


def sections(parts: list[Nested]) -> dict[str, Nested]:
    """Return what follows each keyword."""
    return {str(key).lower(): part for key, part in zip(parts[::2], parts[1::2], strict=True)}


def members(part: Nested) -> list[list[Nested]]:
    """Return what a conjunction joins, be it one or none."""
    group = listed(part)
    if not group:
        return []
    return [listed(each) for each in group[1:]] if group[0] == "and" else [group]


@dataclass
class Subtasks:
    """The tasks of a network and the pairs that are ordered."""

    tasks: list[list[str]] = field(default_factory=list[list[str]])
    orderings: list[tuple[int, int]] = field(default_factory=list[tuple[int, int]])


def subtasks(parts: dict[str, Nested]) -> Subtasks:
    """Return the network that these sections describe."""
    network = Subtasks()
    labels: dict[str, int] = {}
    for key in (":subtasks", ":tasks", ":ordered-subtasks", ":ordered-tasks"):
        for number, each in enumerate(members(parts.get(key, []))):
            is_labelled = len(each) == 2 and isinstance(each[1], list)
            labels[str(each[0])] = number
            network.tasks.append(words(each[1] if is_labelled else each))
        if key.startswith(":ordered"):
            last = len(network.tasks) - 1 if key in parts else 0
            network.orderings += [(number, number + 1) for number in range(last)]
    for each in members(parts.get(":ordering", parts.get(":order", []))):
        first, second = (word for word in words(each) if word != "<")
        network.orderings.append((labels[first], labels[second]))
    return network


@dataclass
class Node:
    """One task of a plan: an action when it has no method."""

    task: list[str]
    method: str = ""
    children: list[int] = field(default_factory=list[int])


@dataclass
class PlanText:
    """A plan as it was written."""

    order: list[int]
    root: list[int]
    nodes: dict[int, Node]


def read_plan(text: str) -> PlanText:
    """Return the plan that stands between the two arrows."""
    body = text.partition("==>")[2].partition("<==")
    assert body[1], "the plan does not end with <=="
    plan = PlanText([], [], {})
    for line in filter(None, map(str.split, body[0].splitlines())):
        if line[0] == "root":
            plan.root = [int(each) for each in line[1:]]
            continue
        number = int(line[0])
        assert number not in plan.nodes, f"two tasks have the number {number}"
        if "->" in line:
            arrow = line.index("->")
            children = [int(each) for each in line[arrow + 2 :]]
            plan.nodes[number] = Node(line[1:arrow], line[arrow + 1], children)
        else:
            plan.nodes[number] = Node(line[1:])
            plan.order.append(number)
    return plan
