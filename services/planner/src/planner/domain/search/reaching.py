"""What could ever be carried out if nothing that holds ceased to hold.

The answer is an upper bound, so whatever it leaves out can be refused: a lorry never gets to a town
that no road leads to, and no task that asks for it there can be carried out. First come the
actions, each found when the last fact that it needs arrives; then the tasks that lead to such
actions, from the problem's own downwards; at last those of them that some way leads to an end.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from planner.domain.model.formulas import And, Typed
from planner.domain.model.tasks import Domain, Effect, Problem, Task
from planner.domain.search.deeds import Deed
from planner.domain.search.facts import Facts
from planner.domain.search.influence import Influences
from planner.domain.search.matching import Matcher, Matching
from planner.domain.search.needs import EQUALITY, TYPE, Need, conjuncts, type_needs
from planner.domain.search.program import Program, Way, way_of
from planner.domain.search.state import Relation, Row, RowOf, row_at
from planner.domain.search.terms import constants_in

Reached = tuple[Mapping[Row, None], ...]
"""By the number of each action and task, the arguments with which it could be carried out."""

Trigger = tuple[Matcher, RowOf, Deed]
"""From a new fact to an action's arguments."""

Node = tuple[int, Row]

ROWS_FOR_ACTION = 5
"""What carrying an action out takes, in rows that are looked at."""


class _TooManyError(Exception):
    """There is more to reach than is worth knowing."""


@dataclass(slots=True)
class _Instance:
    """One way to carry a task out, and how many of its subtasks are not known to be possible."""

    node: Node
    missing: int


@dataclass(slots=True)
class _Budget:
    left: int

    def spend(self, rows: int = 1) -> None:
        self.left -= rows
        if self.left < 0:
            raise _TooManyError


def reached(program: Program, problem: Problem, rows_max: int) -> Reached | None:
    """Return what could be carried out; nothing when finding out takes more than so many rows."""
    domain = program.domain
    facts = Facts(problem, domain, program.facts.universe)
    budget = _Budget(rows_max)
    try:
        actions = _Actions(domain, facts, budget).run()
        return (*actions, *_Tasks(program, facts, actions).run(budget))
    except _TooManyError:
        return None


class _Actions:
    """Carries every action out that becomes possible, until nothing new comes to hold."""

    def __init__(self, domain: Domain, facts: Facts, budget: _Budget) -> None:
        self._facts = facts
        self._budget = budget
        self._found: list[dict[Row, None]] = [{} for _ in domain.primitives]
        self._triggers: dict[Relation, list[Trigger]] = {}
        self._starters: list[Trigger] = []
        for number, action in enumerate(domain.primitives.values()):
            self._prepare(action, Deed(_relaxed(action), number, facts))

    def run(self) -> tuple[dict[Row, None], ...]:
        """Return the arguments of each action that became possible."""
        for starter in self._starters:
            self._pull(starter, ())
        state = self._facts.state
        at = 0
        while at < state.height:
            relation, key = state.change_at(at)
            for trigger in self._triggers.get(relation, ()):
                self._pull(trigger, relation.row_of(key))
            at += 1
        return tuple(self._found)

    def _pull(self, trigger: Trigger, row: Row) -> None:
        matcher, arguments_of, deed = trigger
        found = self._found[deed.number]
        for each in matcher.rows(row):
            self._budget.spend()
            arguments = arguments_of(each)
            if arguments not in found:
                self._budget.spend(ROWS_FOR_ACTION)
                found[arguments] = None
                deed.carry_out(arguments, self._facts.state)

    def _prepare(self, action: Task, deed: Deed) -> None:
        needs = [*type_needs(action.parameters), *conjuncts(action.precondition)[0]]
        certain = [need for need in needs if _is_lasting(need, self._facts.influences)]
        changing = [need for need in certain if _is_changing(need, self._facts.influences)]
        for need in changing:
            relation = self._facts.relation(need.predicate)
            trigger = self._trigger(action, deed, need, certain)
            self._triggers.setdefault(relation, []).append(trigger)
        if not changing:
            self._starters.append(self._trigger(action, deed, None, certain))

    def _trigger(self, action: Task, deed: Deed, given: Need | None, needs: list[Need]) -> Trigger:
        others = [need for need in needs if need is not given]
        terms = [term or "" for term in given.terms] if given else []
        used = [*terms, *(term or "" for need in needs for term in need.terms)]
        matching = Matching(self._facts, [Typed(term) for term in terms], constants_in((), used))
        matcher = matching.plan(others, (), [each.name for each in action.parameters])
        slots = matching.places.slots
        return matcher, row_at([slots[each.name] for each in action.parameters]), deed


class _Tasks:
    """Finds the tasks that the problem's own lead to, and which of them have an end."""

    def __init__(
        self, program: Program, facts: Facts, actions: tuple[Mapping[Row, None], ...]
    ) -> None:
        self._actions = actions
        self._root = (program.root.number, ())
        self._ways: dict[int, list[Way]] = {each.number: [] for each in program.works.values()}
        for method, needs in program.needs:
            certain = {need: None for need in needs if _is_lasting(need, facts.influences)}
            way = way_of(method, certain, (), program, facts)
            self._ways[program.works[method.task.name].number].append(way)
        self._waiting: dict[Node, list[_Instance]] = {}
        self._ended: list[Node] = []

    def run(self, budget: _Budget) -> tuple[dict[Row, None], ...]:
        """Return the arguments of each task with which it has an end."""
        self._waiting[self._root] = []
        unseen = [self._root]
        while unseen:
            node = unseen.pop()
            for way in self._ways[node[0]]:
                for row in way.matcher.rows(node[1]):
                    budget.spend()
                    unseen += self._take(node, way, row)
        found: dict[int, dict[Row, None]] = {number: {} for number in self._ways}
        while self._ended:
            number, arguments = node = self._ended.pop()
            if arguments not in found[number]:
                found[number][arguments] = None
                for instance in self._waiting[node]:
                    instance.missing -= 1
                    if not instance.missing:
                        self._ended.append(instance.node)
        return tuple(found.values())

    def _take(self, node: Node, way: Way, row: Row) -> list[Node]:
        """Note one way to carry a task out; return the subtasks that are new."""
        parts: dict[Node, None] = {}
        for task, arguments_of in way.steps:
            arguments = arguments_of(row)
            if task.number >= len(self._actions):
                parts[task.number, arguments] = None
            elif arguments not in self._actions[task.number]:
                return []
        if not parts:
            self._ended.append(node)
            return []
        instance = _Instance(node, len(parts))
        unseen = [part for part in parts if part not in self._waiting]
        for part in parts:
            self._waiting.setdefault(part, []).append(instance)
        return unseen


def _relaxed(action: Task) -> Task:
    """Return the action with all that it could add, and nothing that it takes away."""
    effects = tuple(Effect(each.variables, And(), each.added) for each in action.effects)
    return replace(action, precondition=And(), effects=effects)


def _is_changing(need: Need, influences: Influences) -> bool:
    is_fact = need.predicate != EQUALITY and not need.predicate.startswith(TYPE)
    return is_fact and not influences.is_static(need.predicate)


def _is_lasting(need: Need, influences: Influences) -> bool:
    """Return whether the need stays met when facts are added."""
    return need.is_positive or not _is_changing(need, influences)
