"""What must hold before a task begins, whichever way it is carried out.

A method is refused by what its subtasks will ask for, before anything is tried: the needs of a
subtask are needs of the method when no earlier subtask may meet them. Between methods only what
all of them need is needed. Variables that are a method's own become "whatever" on the way up.

When tasks of different methods may interleave, another task may meet a need in between; then only
needs of what never changes are passed up.

Within a method more is known: what it asks for itself, and what its actions leave behind. A way to
carry a subtask out that contradicts this is no way, so the other ways alone say what is needed.
"""

from collections.abc import Iterable, Iterator, Mapping

from planner.domain.model.formulas import And, Typed
from planner.domain.model.tasks import Domain, Method, Step, Task
from planner.domain.search.influence import Influences
from planner.domain.search.needs import EQUALITY, Need, Term, conjuncts, type_needs
from planner.domain.search.ordering import order_of

Needs = dict[Need, None]

STEPS_MAX = 30
"""Subtasks up to which each pair is compared; methods have a dozen, problems have hundreds."""


class Necessities:
    """The needs of each task and each method."""

    def __init__(self, domain: Domain, influences: Influences, *, interleaved: bool) -> None:
        self._domain = domain
        self._influences = influences
        self._interleaved = interleaved
        compounds = domain.compounds
        # None stands for everything: no way to carry the task out is known yet.
        self._of_task: dict[str, Needs | None] = dict.fromkeys(compounds)
        self._of_ways: dict[str, list[Needs | None]] = {name: [] for name in compounds}
        for action in domain.primitives.values():
            self._of_task[action.name] = _needs_of_action(action)
        while sum(self._settle(name) for name in compounds):
            pass

    def of_method(self, method: Method) -> Needs | None:
        """Return the needs that the method has when it is chosen; nothing when it is hopeless."""
        needs = own_needs(method)
        order = order_of(method.network)
        is_short = len(method.network.steps) <= STEPS_MAX
        is_chain = order.is_chain and is_short and not self._interleaved
        known = {need: None for need in needs if is_chain and need.is_whole}
        for number in reversed(order.backward):
            task = method.network.steps[number]
            asked = self._asked(task, known)
            if asked is None:
                return None
            replacements = _replacements(self._domain.parameters_of(task.task), task.terms)
            for need in asked:
                here = need.substituted(replacements)
                if here not in needs and self._comes_up(method, number, here):
                    needs[here] = None
            if is_chain:
                known = self._known_after(method, number, known)
        return without_weaker(needs)

    def _asked(self, task: Step, known: Needs) -> Needs | None:
        """Return what the task needs, but for the ways that what is known rules out."""
        if not known or self._domain.tasks[task.task].is_primitive:
            return self._of_task[task.task]
        parameters = self._domain.parameters_of(task.task)
        inner: dict[str, Term] = {
            term: parameter.name for term, parameter in zip(task.terms, parameters, strict=True)
        }
        denied = {
            need.substituted(inner).negated: None
            for need in known
            if all(term in inner for term in need.terms)
        }
        if not denied:
            return self._of_task[task.task]
        merged: Needs | None = None
        for needs in self._of_ways[task.task]:
            if needs is not None and not any(need in denied for need in needs):
                merged = needs if merged is None else _shared(merged, needs)
        return merged

    def _known_after(self, method: Method, step: int, known: Needs) -> Needs:
        """Return what is certain after a step of what was before it, and what the step brings."""
        kept = {
            need: None
            for need in known
            if not self._influences.can_meet(method, step, need.negated)
        }
        task = method.network.steps[step]
        action = self._domain.tasks[task.task]
        if action.is_primitive:
            replacements = _replacements(action.parameters, task.terms)
            for need in _certain_effects(action):
                kept[need.substituted(replacements)] = None
        return kept

    def _comes_up(self, method: Method, step: int, need: Need) -> bool:
        if need.predicate == EQUALITY or self._influences.is_static(need.predicate):
            return True
        if self._interleaved or len(method.network.steps) > STEPS_MAX:
            return False
        later = _after(method, step)
        return not any(
            self._influences.can_meet(method, other, need)
            for other in range(len(method.network.steps))
            if other != step and other not in later
        )

    def _settle(self, name: str) -> bool:
        parameters = self._domain.tasks[name].parameters
        merged: Needs | None = None
        ways: list[Needs | None] = []
        for method in self._domain.methods.get(name, ()):
            needs = self.of_method(method)
            ways.append(None if needs is None else self._lifted(method, needs, parameters))
        for lifted in ways:
            if lifted is not None:
                merged = lifted if merged is None else _shared(merged, lifted)
        if merged is not None:
            merged = merged | dict.fromkeys(type_needs(parameters))
        has_changed = merged != self._of_task[name] or ways != self._of_ways[name]
        self._of_task[name] = merged
        self._of_ways[name] = ways
        return has_changed

    def _lifted(self, method: Method, needs: Needs, parameters: tuple[Typed, ...]) -> Needs:
        """Return the needs in the words of the task; of a term that stands twice, in both."""
        pairs = [
            (term, parameter.name)
            for term, parameter in zip(method.task.terms, parameters, strict=True)
        ]
        local: dict[str, Term] = dict.fromkeys(each.name for each in method.parameters)
        first = {term: name for term, name in reversed(pairs) if term.startswith("?")}
        lifted = [
            need.substituted(local | names)
            for names in (first, dict(pairs))
            for need in needs
            if self._may_rise(need)
        ]
        return without_weaker(need for need in dict.fromkeys(lifted) if not need.is_empty)

    def _may_rise(self, need: Need) -> bool:
        is_static = need.predicate == EQUALITY or self._influences.is_static(need.predicate)
        return is_static or not self._interleaved


def own_needs(method: Method) -> Needs:
    """Return what the method itself asks for."""
    preconditions, _ = conjuncts(method.precondition)
    constraints, _ = conjuncts(method.network.constraint)
    return dict.fromkeys((*type_needs(method.parameters), *constraints, *preconditions))


def without_weaker(needs: Iterable[Need]) -> Needs:
    """Return the needs without those that others imply."""
    kept = list(needs)
    return dict.fromkeys(
        need
        for need in kept
        if need.is_whole or not any(_implies(other, need) for other in kept if other != need)
    )


def _implies(stronger: Need, weaker: Need) -> bool:
    return (stronger.predicate, stronger.is_positive) == (
        weaker.predicate,
        weaker.is_positive,
    ) and all(
        term is None or term == other
        for term, other in zip(weaker.terms, stronger.terms, strict=True)
    )


def _shared(some: Needs, others: Needs) -> Needs:
    found: Needs = {}
    for need in some:
        for general in _generalised(need, others):
            found[general] = None
    return without_weaker(found)


def _generalised(need: Need, others: Needs) -> Iterator[Need]:
    for other in others:
        if (need.predicate, need.is_positive) == (other.predicate, other.is_positive):
            pairs = zip(need.terms, other.terms, strict=True)
            terms = tuple(term if term == twin else None for term, twin in pairs)
            general = Need(need.predicate, terms, need.is_positive)
            if not general.is_empty:
                yield general


def _after(method: Method, step: int) -> Mapping[int, None]:
    """Return the steps that can only come after this one."""
    found: dict[int, None] = {}
    waiting = [step]
    while waiting:
        first = waiting.pop()
        for earlier, later in method.network.orderings:
            if earlier == first and later not in found:
                found[later] = None
                waiting.append(later)
    return found


def _needs_of_action(action: Task) -> Needs:
    needs, _ = conjuncts(action.precondition)
    return dict.fromkeys((*type_needs(action.parameters), *needs))


def _certain_effects(action: Task) -> Iterator[Need]:
    """Yield what holds after the action in any case; what it adds outlives what it removes."""
    for effect in action.effects:
        if effect.condition == And() and not effect.variables:
            yield from (Need(atom.name, atom.terms) for atom in effect.added)
            others = [atom for each in action.effects for atom in each.added]
            for atom in effect.removed:
                if all(atom.name != other.name for other in others):
                    yield Need(atom.name, atom.terms, is_positive=False)


def _replacements(parameters: tuple[Typed, ...], terms: tuple[str, ...]) -> dict[str, Term]:
    return {each.name: term for each, term in zip(parameters, terms, strict=True)}
