"""What a task may change, whichever way it is carried out.

The answer is an upper bound, found as a fixpoint over the methods: shapes of facts in terms of the
task's own parameters, where a position that is no parameter is anything of a type. It tells which
conditions of a later task hold already before an earlier one begins, or never will.
"""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from planner.domain.model.formulas import OBJECT
from planner.domain.model.tasks import Domain, Method, Task
from planner.domain.search.needs import EQUALITY, Need, Term, conjuncts
from planner.domain.search.universe import Universe

Types = tuple[str, ...]

SHAPES_MAX = 200
"""Shapes of one task; a domain with more would spend its seconds here, so they are blurred."""


class Shape(NamedTuple):
    """Facts that may come to hold, or cease to: by position a term, if it is known, and types."""

    predicate: str
    terms: tuple[Term, ...]
    types: tuple[Types, ...]
    is_positive: bool

    def substituted(self, replacements: Mapping[str, Term]) -> "Shape":
        """Return the shape with other terms; what has no replacement becomes anything."""
        terms = tuple(
            replacements.get(term) if term and term.startswith("?") else term for term in self.terms
        )
        return self._replace(terms=terms)


class Influences:
    """What each task may change."""

    def __init__(self, domain: Domain, universe: Universe) -> None:
        self._domain = domain
        self._universe = universe
        self._shapes: dict[str, dict[Shape, None]] = {name: {} for name in domain.compounds}
        for action in domain.primitives.values():
            self._shapes[action.name] = dict.fromkeys(_shapes_of(action))
        self._blurred: dict[str, None] = {}
        self.changing = {
            shape.predicate: None for shapes in self._shapes.values() for shape in shapes
        }
        methods = domain.all_methods
        while sum(self._grow(method) for method in methods):
            pass
        self._by_kind: dict[tuple[str, str, bool], list[Shape]] = {}
        for task, shapes in self._shapes.items():
            for shape in shapes:
                kind = (task, shape.predicate, shape.is_positive)
                self._by_kind.setdefault(kind, []).append(shape)
        self._answers: dict[tuple[int, int, Need], bool] = {}

    def is_static(self, predicate: str) -> bool:
        """Return whether no action changes facts of this predicate."""
        return predicate not in self.changing

    def can_meet(self, method: Method, step: int, need: Need) -> bool:
        """Return whether a step of the method may make the need met that was not."""
        question = (id(method), step, need)
        answer = self._answers.get(question)
        if answer is None:
            answer = self._answers[question] = self._find(method, step, need)
        return answer

    def _find(self, method: Method, step: int, need: Need) -> bool:
        task = method.network.steps[step]
        shapes = self._by_kind.get((task.task, need.predicate, need.is_positive))
        if not shapes:
            return False
        parameters = (each.name for each in self._domain.parameters_of(task.task))
        replacements = dict(zip(parameters, task.terms, strict=True))
        types = {each.name: each.types for each in method.parameters}
        distinct = _inequalities(method)
        return any(
            self._may_be_same(shape.substituted(replacements), need, types, distinct)
            for shape in shapes
        )

    def _may_be_same(
        self, shape: Shape, need: Need, types: Mapping[str, Types], distinct: Mapping[Need, None]
    ) -> bool:
        for known, term, reached in zip(shape.terms, need.terms, shape.types, strict=True):
            if term is None or known == term:
                continue
            if known is not None and Need(EQUALITY, (known, term), is_positive=False) in distinct:
                return False
            if not self._overlap(term, reached, types):
                return False
            if known is not None and not known.startswith("?"):
                number = self._universe.numbers[known]
                if not self._may_be(number, term, types):
                    return False
        return True

    def _overlap(self, term: str, reached: Types, types: Mapping[str, Types]) -> bool:
        if term.startswith("?"):
            return self._universe.overlap(types.get(term, (OBJECT,)), reached)
        return self._universe.numbers[term] in self._universe.members(reached)

    def _may_be(self, number: int, term: str, types: Mapping[str, Types]) -> bool:
        if term.startswith("?"):
            return number in self._universe.members(types.get(term, (OBJECT,)))
        return self._universe.numbers[term] == number

    def _grow(self, method: Method) -> bool:
        name = method.task.name
        shapes = self._shapes[name]
        before = len(shapes)
        for shape in self._from_steps(method):
            # Once blurred, always blurred: what shrinks and grows again would never settle.
            shapes[_blurred(shape) if name in self._blurred else shape] = None
        if len(shapes) > SHAPES_MAX and name not in self._blurred:
            self._blurred[name] = None
            self._shapes[name] = dict.fromkeys(_blurred(shape) for shape in shapes)
            return True
        return len(shapes) != before

    def _from_steps(self, method: Method) -> Iterator[Shape]:
        outer = self._domain.parameters_of(method.task.name)
        upwards: dict[str, Term] = {
            term: parameter.name for term, parameter in zip(method.task.terms, outer, strict=True)
        }
        for task in method.network.steps:
            inner = self._domain.parameters_of(task.task)
            replacements = {
                parameter.name: upwards.get(term) if term.startswith("?") else term
                for parameter, term in zip(inner, task.terms, strict=True)
            }
            for shape in tuple(self._shapes[task.task]):
                yield shape.substituted(replacements)


def _inequalities(method: Method) -> dict[Need, None]:
    """Return what the method says about two terms not being the same, both ways round."""
    formulas = (method.precondition, method.network.constraint)
    needs = [need for formula in formulas for need in conjuncts(formula)[0]]
    return {
        Need(EQUALITY, terms, is_positive=False): None
        for need in needs
        if need.predicate == EQUALITY and not need.is_positive
        for terms in (need.terms, need.terms[::-1])
    }


def _blurred(shape: Shape) -> Shape:
    """Return all facts of the shape's predicate."""
    count = len(shape.terms)
    return Shape(shape.predicate, (None,) * count, ((OBJECT,),) * count, shape.is_positive)


def _shapes_of(action: Task) -> Iterator[Shape]:
    for effect in action.effects:
        types = {each.name: each.types for each in (*action.parameters, *effect.variables)}
        inner = {each.name for each in effect.variables}
        for atoms, is_positive in ((effect.added, True), (effect.removed, False)):
            for atom in atoms:
                terms = tuple(None if term in inner else term for term in atom.terms)
                reached = tuple(types.get(term, (OBJECT,)) for term in atom.terms)
                yield Shape(atom.name, terms, reached, is_positive)
