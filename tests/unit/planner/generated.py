"""Random domains: nested, repeated, with names that hide one another, and with other ways.

Every task is used by one step, and is told its place, so that all data have names of their own;
families and facts share a few names, so that what is seen depends on scopes.
"""

import json
from dataclasses import dataclass, field
from random import Random

from pydantic import JsonValue

from planner.domain.model.tasks import Domain
from tests.unit.planner.worlds import domain_of

FAMILIES = frozenset({"a", "b"})
FACTS = frozenset({"f", "g"})
STEPS_MAX = 3
DEPTH_MAX = 3

Names = frozenset[str]
NO_NAMES: Names = frozenset()


@dataclass(frozen=True)
class Wanted:
    """What a task may read, and what it must make."""

    read: Names = NO_NAMES
    made: Names = NO_NAMES


@dataclass
class Step:
    """A step of a method, as the checker sees it."""

    name: str
    task: str
    after: list[str] = field(default_factory=list[str])


@dataclass
class Way:
    """A method, as the checker sees it."""

    steps: list[Step]
    for_each: str = ""
    """The fact that its step is repeated for."""


@dataclass
class World:
    """A domain in the making, and what a checker must know of it."""

    chance: Random
    tasks: dict[str, JsonValue] = field(default_factory=dict[str, JsonValue])
    methods: list[JsonValue] = field(default_factory=list[JsonValue])
    wanted: dict[str, Wanted] = field(default_factory=dict[str, Wanted])
    """What each task declares."""
    ways: dict[str, Way] = field(default_factory=dict[str, Way])
    """Methods by name."""

    def domain(self) -> Domain:
        return domain_of(f"tasks: {json.dumps(self.tasks)}\nmethods: {json.dumps(self.methods)}")

    def some(self, names: Names) -> Names:
        return frozenset(name for name in sorted(names) if self.chance.random() < 0.5)

    def declare(self, kind: str, wanted: Wanted) -> str:
        """Add a task and return its name."""
        name = f"{kind[0]}{len(self.tasks)}" if self.tasks else "ingest_table"
        is_primitive = kind == "primitive"
        task: dict[str, JsonValue] = {
            "type": kind,
            "parameters": ["tag", "by"] if self.tasks else ["table"],
            "inputs": [f"{each}:*" for each in sorted(wanted.read & FAMILIES)],
            "needs": [*sorted(wanted.read & FACTS)],
            "outputs": [
                f"{each}:{name}-{{tag}}" if is_primitive else f"{each}:*"
                for each in sorted(wanted.made & FAMILIES)
            ],
            "effects": [*sorted(wanted.made & FACTS)],
        }
        if is_primitive:
            is_undone = self.chance.random() < 0.3
            task["work"] = {"compensation": "undo"} if is_undone else {}
        self.tasks[name] = task
        self.wanted[name] = wanted
        return name

    def compound(self, depth: int, wanted: Wanted) -> str:
        name = self.declare("compound", wanted)
        for _ in range(self.chance.randint(1, 2)):
            repeated = sorted(wanted.read & FACTS)
            is_free = not wanted.made & FACTS
            if repeated and is_free and depth and self.chance.random() < 0.6:
                self.repetition(name, self.chance.choice(repeated), depth)
            elif is_free and name != "ingest_table" and self.chance.random() < 0.1:
                self.add(name, Way([]))
            else:
                self.sequence(name, depth)
        return name

    def repetition(self, name: str, fact: str, depth: int) -> None:
        """Add a method that repeats a step for each member of a fact."""
        wanted = self.wanted[name]
        child = self.child(depth, Wanted(self.some(wanted.read), wanted.made))
        self.add(name, Way([Step(child, child)], fact))

    def sequence(self, name: str, depth: int) -> None:
        """Add a method with steps that make what they have to, and read what is there by then."""
        wanted = self.wanted[name]
        local = wanted.made | self.some(FAMILIES | FACTS)
        unmade = sorted(local)
        self.chance.shuffle(unmade)
        there, steps = wanted.read - local, list[Step]()
        while unmade or len(steps) < self.chance.randint(1, STEPS_MAX):
            made = frozenset(
                unmade.pop() for _ in range(min(len(unmade), self.chance.randint(0, 2)))
            )
            child = self.child(depth, Wanted(self.some(there), made))
            after = [each.name for each in steps if self.chance.random() < 0.2]
            steps.append(Step(child, child, after))
            there |= made
        self.chance.shuffle(steps)
        self.add(name, Way(steps))

    def child(self, depth: int, wanted: Wanted) -> str:
        if depth and self.chance.random() < 0.5:
            return self.compound(depth - 1, wanted)
        return self.declare("primitive", wanted)

    def add(self, task: str, way: Way) -> None:
        tag, by = ("table", "'root'") if task == "ingest_table" else ("tag", "by")
        if way.for_each:
            tag, by = "tag + '.' + item.name", "item.by"
        method: dict[str, JsonValue] = {
            "name": f"m{len(self.methods)}",
            "task": task,
            "steps": [
                {"task": each.task, "after": list(each.after), "arguments": {"tag": tag, "by": by}}
                for each in way.steps
            ],
        }
        if way.for_each:
            method["for_each"] = {"item": way.for_each, "label": "item.name"}
        self.ways[f"m{len(self.methods)}"] = way
        self.methods.append(method)


def world_of(chance: Random) -> World:
    """Return a random world."""
    world = World(chance)
    world.compound(DEPTH_MAX, Wanted())
    return world
