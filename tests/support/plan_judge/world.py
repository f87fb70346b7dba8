"""What a domain and a problem say, to be looked up while a plan is judged."""

from collections.abc import Iterator
from itertools import product

from tests.support.plan_judge.texts import (
    Bindings,
    Fact,
    Nested,
    listed,
    members,
    nested,
    sections,
    typed,
    words,
)

State = frozenset[Fact]


class World:
    """Types, objects, actions, methods and the initial facts."""

    def __init__(self, domain: str, problem: str) -> None:
        self.objects: dict[str, list[str]] = {}
        self.parents: dict[str, list[str]] = {}
        self.tasks: dict[str, dict[str, Nested]] = {}
        self.actions: dict[str, dict[str, Nested]] = {}
        self.methods: dict[str, list[dict[str, Nested]]] = {}
        self.facts: State = frozenset()
        self.network: dict[str, Nested] = {}
        self.goal: Nested = []
        for part in [*nested(domain)[2:], *nested(problem)[2:]]:
            self._take(listed(part))

    def _take(self, part: list[Nested]) -> None:
        keyword, *rest = part
        match keyword:
            case ":types":
                self.parents = typed(rest)
            case ":constants" | ":objects":
                self.objects |= typed(rest)
            case ":task":
                self.tasks[str(rest[0])] = sections(rest[1:])
            case ":action":
                self.actions[str(rest[0])] = sections(rest[1:])
            case ":method":
                self.methods.setdefault(str(rest[0]), []).append(sections(rest[1:]))
            case _:
                self._take_problem(str(keyword), rest)

    def _take_problem(self, keyword: str, rest: list[Nested]) -> None:
        match keyword:
            case ":init":
                facts = (tuple(words(each)) for each in rest if listed(each)[0] != "=")
                self.facts = frozenset(facts)
            case ":htn":
                self.network = sections(rest)
            case ":goal":
                self.goal = rest[0] if rest else []
            case _:
                pass

    def is_of(self, name: str, types: list[str]) -> bool:
        """Return whether the object has one of the types."""
        reached = set(self.objects.get(name, []))
        while added := {each for kind in reached for each in self.parents.get(kind, [])} - reached:
            reached |= added
        return name in self.objects and ("object" in types or bool(reached & set(types)))

    def parameters(self, parts: dict[str, Nested]) -> dict[str, list[str]]:
        """Return the parameters of a task, action or method with their types."""
        return typed(listed(parts.get(":parameters", [])))

    def holds(self, condition: Nested, state: State, bound: Bindings) -> bool:
        """Return whether a condition holds, all variables of which are bound."""
        match condition or ["and"]:
            case [("and" | "or") as word, *parts]:
                quantor = all if word == "and" else any
                return quantor(self.holds(part, state, bound) for part in parts)
            case ["not", part]:
                return not self.holds(part, state, bound)
            case ["imply", first, second]:
                return self.holds(["or", ["not", first], second], state, bound)
            case ["=", str(left), str(right)]:
                return bound.get(left, left) == bound.get(right, right)
            case [("forall" | "exists") as word, variables, part]:
                quantor = all if word == "forall" else any
                inner = self.choices(typed(listed(variables)), bound)
                return quantor(self.holds(part, state, each) for each in inner)
            case _:
                return self.ground(condition, bound) in state

    def ground(self, atom: Nested, bound: Bindings) -> Fact:
        """Return the fact that an atom stands for."""
        return tuple(bound.get(word, word) for word in words(atom))

    def choices(self, variables: dict[str, list[str]], bound: Bindings) -> Iterator[Bindings]:
        """Yield every way to bind the variables to objects of their types."""
        pools = [
            [name for name in self.objects if self.is_of(name, types)]
            for types in variables.values()
        ]
        for chosen in product(*pools):
            yield bound | dict(zip(variables, chosen, strict=True))

    def can_hold(
        self, condition: Nested, state: State, bound: Bindings, free: dict[str, list[str]]
    ) -> bool:
        """Return whether the free variables can be bound so that the condition holds."""
        if not free:
            return self.holds(condition, state, bound)
        for part in members(condition):
            unbound = [each for each in words(part)[1:] if each in free]
            if part[0] not in {"not", "or", "and", "imply", "forall", "exists", "="} and unbound:
                return any(
                    self.can_hold(condition, state, inner, _without(free, inner))
                    for inner in self._unified(part, state, bound, free)
                )
        return any(self.holds(condition, state, each) for each in self.choices(free, bound))

    def _unified(
        self, atom: Nested, state: State, bound: Bindings, free: dict[str, list[str]]
    ) -> Iterator[Bindings]:
        pattern = self.ground(atom, bound)
        for fact in state:
            inner = dict(bound)
            if len(fact) == len(pattern) and all(
                inner.setdefault(word, name) == name if word in free else word == name
                for word, name in zip(pattern, fact, strict=True)
            ):
                chosen = inner.keys() - bound.keys()
                if all(self.is_of(inner[each], free[each]) for each in chosen):
                    yield inner


def _without(free: dict[str, list[str]], bound: Bindings) -> dict[str, list[str]]:
    return {name: types for name, types in free.items() if name not in bound}
