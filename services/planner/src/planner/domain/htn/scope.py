"""What can be read at one place of a plan: true, false, or not known yet.

Facts are scoped like variables of a program. What a step makes known can be read by its sibling
steps and by all that they are decomposed into; a nearer maker hides a farther one, also while it
has made nothing yet.
"""

from collections.abc import Collection, Mapping

from pydantic import JsonValue

NOTHING: Mapping[str, JsonValue] = {}
"""No facts."""

_MISSING = object()


class UnknownFactError(Exception):
    """A fact is asked for that no task has brought about yet; the only argument names it."""


class UnreadableError(Exception):
    """Something cannot be read from what is known; says what and why."""


class Scope:
    """The names that one decomposition may read; arguments hide facts of the same name."""

    __slots__ = ("arguments", "facts", "needs", "unmade")

    def __init__(
        self,
        arguments: Mapping[str, JsonValue],
        facts: Mapping[str, JsonValue] = NOTHING,
        needs: Collection[str] = (),
        unmade: Collection[str] = (),
    ) -> None:
        """Take the facts that may be read or awaited, and those not made by their nearest maker."""
        self.arguments = arguments
        self.facts = facts
        self.needs = needs
        self.unmade = unmade

    def __getitem__(self, name: str) -> JsonValue:
        """Return what has this name.

        Raises:
            UnknownFactError: it is a fact that is not known yet.
            UnreadableError: there is nothing of this name.
        """
        found = self.arguments.get(name, _MISSING)
        if found is not _MISSING:
            return found  # pyright: ignore[reportReturnType] - only the mark is no value
        if name not in self.needs:
            raise UnreadableError(f"there is no {name}")
        found = _MISSING if name in self.unmade else self.facts.get(name, _MISSING)
        if found is _MISSING:
            raise UnknownFactError(name)
        return found  # pyright: ignore[reportReturnType] - only the mark is no value
