"""What can be read at one place of a plan: true, false, or not known yet.

Facts are scoped like variables of a program. What a step makes known can be read by its sibling
steps and by all that they are decomposed into; a nearer maker hides a farther one, also while it
has made nothing yet.
"""

from collections.abc import Collection, Mapping

from pydantic import JsonValue

from planner.domain.expressions import UnknownFactError, UnreadableError


class Scope:
    """What one decomposition may read; arguments hide facts of the same name."""

    __slots__ = ("_arguments", "_facts", "_needs")

    def __init__(
        self,
        arguments: Mapping[str, JsonValue],
        facts: Mapping[str, JsonValue],
        needs: Collection[str],
    ) -> None:
        """Take the facts that are known, and those that may be read or else awaited."""
        self._arguments = arguments
        self._facts = facts
        self._needs = needs

    def __getitem__(self, name: str) -> JsonValue:
        """Return what has this name.

        Raises:
            UnknownFactError: it is a fact that is not known yet.
            UnreadableError: there is nothing of this name.
        """
        if name in self._arguments:
            return self._arguments[name]
        if name not in self._needs:
            raise UnreadableError(f"there is no {name}")
        if name not in self._facts:
            raise UnknownFactError(name)
        return self._facts[name]


class Arguments(dict[str, JsonValue]):
    """A scope of arguments alone."""

    def __missing__(self, name: str) -> JsonValue:
        """Say that there is nothing of this name."""
        raise UnreadableError(f"there is no {name}")
