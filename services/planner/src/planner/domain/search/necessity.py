"""What must hold before a task begins, whichever way it is carried out.

A method is refused by what its subtasks will ask for, before anything is tried: the needs of a
subtask are needs of the method when no earlier subtask may meet them. Between methods only what
all of them need is needed. Variables that are a method's own become "whatever" on the way up.

When tasks of different methods may interleave, another task may meet a need in between; then only
needs of what never changes are passed up.
"""

from collections.abc import Iterable, Iterator, Mapping

from planner.domain.hddl.model import Action, Domain, Method, Typed
from planner.domain.search.influence import Influences
from planner.domain.search.needs import EQUALITY, Need, Term, conjuncts, type_needs

Needs = dict[Need, None]


class Necessities:
    """The needs of each task and each method."""

    def __init__(self, domain: Domain, influences: Influences, *, interleaved: bool) -> None:
        self._domain = domain
        self._influences = influences
        self._interleaved = interleaved
        # None stands for everything: no way to carry the task out is known yet.
        self._of_task: dict[str, Needs | None] = dict.fromkeys(domain.tasks)
        for action in domain.actions.values():
            self._of_task[action.name] = _needs_of_action(action)
        self._methods: dict[str, list[Method]] = {name: [] for name in domain.tasks}
        for method in domain.methods:
            self._methods[method.task.name].append(method)
        while sum(self._settle(name) for name in domain.tasks):
            pass

    def is_hopeless(self, task: str) -> bool:
        """Return whether no chain of methods leads from the task to actions."""
        return self._of_task[task] is None

    def of_method(self, method: Method) -> Needs | None:
        """Return the needs that the method has when it is chosen; nothing when it is hopeless."""
        needs = own_needs(method)
        for number, task in enumerate(method.network.tasks):
            asked = self._of_task[task.name]
            if asked is None:
                return None
            parameters = self._domain.parameters_of(task.name)
            replacements = _replacements(parameters, task.terms)
            distinct = frozenset(needs)
            for need in asked:
                here = need.substituted(replacements)
                if here not in needs and self._comes_up(method, number, here, distinct):
                    needs[here] = None
        return without_weaker(needs)

    def _comes_up(self, method: Method, step: int, need: Need, distinct: frozenset[Need]) -> bool:
        if need.predicate == EQUALITY or self._influences.is_static(need.predicate):
            return True
        if self._interleaved:
            return False
        later = _after(method, step)
        return not any(
            self._influences.can_meet(method, other, need, distinct)
            for other in range(len(method.network.tasks))
            if other != step and other not in later
        )

    def _settle(self, name: str) -> bool:
        parameters = self._domain.tasks[name].parameters
        merged: Needs | None = None
        for method in self._methods[name]:
            needs = self.of_method(method)
            if needs is not None:
                lifted = self._lifted(method, needs, parameters)
                merged = lifted if merged is None else _shared(merged, lifted)
        if merged is not None:
            merged |= dict.fromkeys(type_needs(parameters))
        has_changed = merged != self._of_task[name]
        self._of_task[name] = merged
        return has_changed

    def _lifted(self, method: Method, needs: Needs, parameters: tuple[Typed, ...]) -> Needs:
        own: dict[str, Term] = dict.fromkeys(each.name for each in method.parameters)
        for term, parameter in zip(method.task.terms, parameters, strict=True):
            own[term] = parameter.name
        lifted = (need.substituted(own) for need in needs if self._may_rise(need))
        return without_weaker(dict.fromkeys(need for need in lifted if not need.is_empty))

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


def _needs_of_action(action: Action) -> Needs:
    needs, _ = conjuncts(action.precondition)
    return dict.fromkeys((*type_needs(action.parameters), *needs))


def _replacements(parameters: tuple[Typed, ...], terms: tuple[str, ...]) -> dict[str, Term]:
    return {each.name: term for each, term in zip(parameters, terms, strict=True)}
