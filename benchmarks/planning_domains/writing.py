"""The text of a problem in the exchange format."""

from collections.abc import Mapping, Sequence


class Facts:
    """Facts as they are collected, each once."""

    def __init__(self, *facts: str) -> None:
        self._facts = dict.fromkeys(facts)

    def add(self, *facts: str) -> None:
        """Add facts, written without their parentheses."""
        self._facts |= dict.fromkeys(facts)

    def __str__(self) -> str:
        return "\n    ".join(f"({fact})" for fact in self._facts)


def problem(
    domain: str,
    objects: Mapping[str, Sequence[str]],
    facts: Facts,
    tasks: Sequence[str],
    *,
    goal: Sequence[str] = (),
) -> str:
    """Return the problem's text; objects by type, tasks and goals without their parentheses."""
    declared = "\n    ".join(f"{' '.join(names)} - {kind}" for kind, names in objects.items())
    listed = "\n    ".join(f"(task{number} ({task}))" for number, task in enumerate(tasks))
    wanted = f"\n  (:goal (and {' '.join(f'({each})' for each in goal)}))" if goal else ""
    return f"""(define (problem {domain}-problem)
  (:domain {domain})
  (:objects
    {declared})
  (:htn :parameters () :ordered-subtasks (and
    {listed}))
  (:init
    {facts}){wanted})
"""
