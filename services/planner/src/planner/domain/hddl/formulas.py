"""Reading what is common to domains and problems: typed lists, atoms, formulas, networks."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise

from planner.domain.hddl.syntax import Expression, Group, HddlError, Word, group_of, word_of
from planner.domain.model.formulas import (
    And,
    Atom,
    Equal,
    Exists,
    ForAll,
    Formula,
    Not,
    Or,
    Typed,
)
from planner.domain.model.tasks import Network, Step

ORDERED_KEYWORDS = (":ordered-subtasks", ":ordered-tasks")
TASKS_KEYWORDS = (*ORDERED_KEYWORDS, ":subtasks", ":tasks")
EQUAL_TERMS = 2
"""Terms of an equality or an ordering."""


def typed_list(expressions: Iterable[Expression]) -> tuple[Typed, ...]:
    """Return names with their types, as in `?a ?b - city ?c`."""
    found: list[Typed] = []
    waiting: list[str] = []
    has_dash = False
    for expression in expressions:
        if has_dash:
            types = _types(expression)
            found += [Typed(name, types) for name in waiting]
            waiting, has_dash = [], False
        elif isinstance(expression, Word) and expression.text == "-":
            has_dash = True
        elif isinstance(expression, Word) and expression.text.startswith("-"):
            found += [Typed(name, (expression.text[1:],)) for name in waiting]
            waiting = []
        else:
            waiting.append(word_of(expression).text)
    return (*found, *(Typed(name) for name in waiting))


def _types(expression: Expression) -> tuple[str, ...]:
    if isinstance(expression, Word):
        return (expression.text,)
    return tuple(word_of(each).text for each in expression.rest)


def sections(expressions: Sequence[Expression]) -> Mapping[str, Expression]:
    """Return what follows each keyword, as in `:parameters (…) :precondition (…)`.

    Raises:
        HddlError: a keyword is missing, or followed by nothing.
    """
    found: dict[str, Expression] = {}
    rest = iter(expressions)
    for expression in rest:
        keyword = word_of(expression)
        follower = next(rest, None)
        if not keyword.text.startswith(":") or follower is None:
            remedy = "write a keyword such as :parameters, and then what it holds"
            raise HddlError(keyword.place, f"`{keyword.text}` holds nothing", remedy)
        found[keyword.keyword] = follower
    return found


def atom(expression: Expression) -> Atom:
    """Return a predicate or a task with its terms.

    Raises:
        HddlError: it has no name.
    """
    group = group_of(expression)
    if not group.keyword:
        raise HddlError(group.place, "this group has no name", "write (name term …)")
    name, *terms = (word_of(each).text for each in group.children)
    return Atom(name, tuple(terms))


def formula(expression: Expression | None) -> Formula:
    """Return a condition; nothing and `()` always hold.

    Raises:
        HddlError: it is no condition.
    """
    if expression is None:
        return And()
    group = group_of(expression)
    if not group.children:
        return And()
    match group.keyword:
        case "and":
            return And(tuple(formula(each) for each in group.rest))
        case "or":
            return Or(tuple(formula(each) for each in group.rest))
        case "not" | "imply" | "=" | "forall" | "exists":
            return _with_two_parts(group) if group.keyword != "not" else Not(_only_part(group))
        case _:
            return atom(group)


def _only_part(group: Group) -> Formula:
    if len(group.rest) != 1:
        raise HddlError(group.place, "`not` takes one condition", "write (not (…))")
    return formula(group.rest[0])


def _with_two_parts(group: Group) -> Formula:
    if len(group.rest) != EQUAL_TERMS:
        detail = f"`{group.keyword}` takes two parts, not {len(group.rest)}"
        raise HddlError(group.place, detail, "write both, and no more")
    first, second = group.rest
    match group.keyword:
        case "=":
            return Equal(word_of(first).text, word_of(second).text)
        case "imply":
            return Or((Not(formula(first)), formula(second)))
        case "forall":
            return ForAll(typed_list(group_of(first).children), formula(second))
        case _:
            return Exists(typed_list(group_of(first).children), formula(second))


def network(parts: Mapping[str, Expression]) -> Network:
    """Return the tasks that these sections hold, and their order.

    Raises:
        HddlError: an ordering names no task, or leads in a circle.
    """
    named = list(named_steps(parts))
    labels = {name: number for number, (name, _) in enumerate(named)}
    tasks = [atom(group) for _, group in named]
    ordering = parts.get(":ordering", parts.get(":order"))
    orderings = [_ordering(each, labels) for each in _listed(ordering)]
    if any(each in parts for each in ORDERED_KEYWORDS):
        orderings += pairwise(range(len(tasks)))
    steps = (Step(name, task.name, task.terms) for name, task in zip(labels, tasks, strict=True))
    return Network(tuple(steps), tuple(orderings), formula(parts.get(":constraints")))


def named_steps(parts: Mapping[str, Expression]) -> Iterator[tuple[str, Group]]:
    """Yield the tasks that these sections hold, with their labels or names made of the task's.

    Raises:
        HddlError: two have one label.
    """
    keyword = next((each for each in TASKS_KEYWORDS if each in parts), "")
    seen: dict[str, int] = {}
    for group in _listed(parts.get(keyword)):
        if len(group.rest) == 1 and isinstance(group.rest[0], Group):
            label = word_of(group.children[0])
            if label.text in seen:
                detail = f"two subtasks are labelled {label.text}"
                raise HddlError(label.place, detail, "give each a label of its own")
            seen[label.text] = 1
            yield label.text, group.rest[0]
        else:
            count = seen[group.keyword] = seen.get(group.keyword, 0) + 1
            yield group.keyword if count == 1 else f"{group.keyword} {count}", group


def _listed(expression: Expression | None) -> tuple[Group, ...]:
    if expression is None:
        return ()
    group = group_of(expression)
    if not group.children:
        return ()
    members = group.rest if group.keyword == "and" else (group,)
    return tuple(group_of(each) for each in members)


def _ordering(group: Group, labels: Mapping[str, int]) -> tuple[int, int]:
    names = [word_of(each) for each in group.rest if word_of(each).text != "<"]
    if len(names) != EQUAL_TERMS:
        raise HddlError(group.place, "an ordering takes two labels", "write (< first second)")
    for name in names:
        if name.text not in labels:
            remedy = "label the subtask: (label (task …))"
            raise HddlError(name.place, f"no subtask is labelled {name.text}", remedy)
    first, second = names
    return labels[first.text], labels[second.text]
