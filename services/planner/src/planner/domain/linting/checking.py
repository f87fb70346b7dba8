"""All that is wrong with a domain, whichever format it was written in.

The lazy planner relies on what is an error here: an unbound variable, data from nowhere or a cycle
can then not occur while a goal is under way.
"""

from collections.abc import Iterator

from planner.domain.linting.conditions import hopeless_methods, shadowed_methods
from planner.domain.linting.dataflow import flow_problems
from planner.domain.linting.finding import Finding, is_searched
from planner.domain.linting.reaching import endless_recursions, unreached_tasks
from planner.domain.linting.structure import structure_problems
from planner.domain.linting.variables import unbound_names
from planner.domain.model.tasks import Domain, Problem
from planner.domain.remarks import Remark, Severity, UnsoundDomainError


def remarks_on(domain: Domain, problem: Problem | None = None) -> tuple[Remark, ...]:
    """Return everything that is wrong with the domain, by file and line; nothing when it is sound.

    A problem tells, of a domain for a search, which tasks are asked for and what holds at first.
    """
    found = list(structure_problems(domain))
    if not found:
        found = list(_further(domain, problem))
    remarks = dict.fromkeys(each.remark(domain) for each in found)
    return tuple(sorted(remarks, key=lambda each: (each.source, each.line)))


def sound(domain: Domain) -> Domain:
    """Return the domain.

    Raises:
        UnsoundDomainError: something is wrong with it.
    """
    errors = [each for each in remarks_on(domain) if each.severity is Severity.ERROR]
    if errors:
        raise UnsoundDomainError(errors)
    return domain


def _further(domain: Domain, problem: Problem | None) -> Iterator[Finding]:
    yield from unreached_tasks(domain, problem)
    yield from endless_recursions(domain)
    yield from hopeless_methods(domain, problem)
    if not is_searched(domain):
        yield from shadowed_methods(domain)
        yield from unbound_names(domain)
        yield from flow_problems(domain)
