"""What can be read at one place of a plan: true, false, or not known yet.

Facts are scoped like variables of a program. What a step makes known can be read by its sibling
steps and by all that they are decomposed into; a nearer maker hides a farther one, also while it
has made nothing yet.
"""

from collections.abc import Collection, Iterator, Mapping

from pydantic import JsonValue


class Scope(Mapping[str, JsonValue]):
    """What is known to one decomposition; arguments hide facts of the same name."""

    __slots__ = ("_arguments", "_facts", "_needs", "_unmade")

    def __init__(
        self,
        arguments: Mapping[str, JsonValue],
        facts: Mapping[str, JsonValue],
        needs: Collection[str],
        unmade: Collection[str] = (),
    ) -> None:
        """Take the facts that may be read, and those not made by their nearest maker."""
        self._arguments = arguments
        self._facts = facts
        self._needs = needs
        self._unmade = unmade

    def __contains__(self, name: object) -> bool:
        if name in self._arguments:
            return True
        return name in self._needs and name not in self._unmade and name in self._facts

    def __getitem__(self, name: str) -> JsonValue:
        if name in self._arguments:
            return self._arguments[name]
        if name not in self:
            raise KeyError(name)
        return self._facts[name]

    def __iter__(self) -> Iterator[str]:
        yield from self._arguments
        yield from (name for name in sorted(self._needs) if name in self)

    def __len__(self) -> int:
        return sum(1 for _ in self)
