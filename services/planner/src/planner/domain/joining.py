"""Which siblings a task waits for: by the data that it reads, and by explicit order."""

from collections.abc import Iterable

from planner.domain.pipeline_model import WHOLE_FAMILY, family_of


class Joints:
    """Who among the subtasks of one method makes what; each look-up costs what it finds."""

    def __init__(self) -> None:
        self._by_step: dict[str, list[str]] = {}
        self._by_name: dict[str, list[str]] = {}
        self._by_family: dict[str, list[str]] = {}

    def add(self, step: str, path: str, made: Iterable[str]) -> None:
        """Note an instance of a step, and what it makes."""
        self._by_step.setdefault(step, []).append(path)
        for name in made:
            self._by_name.setdefault(name, []).append(path)
            self._by_family.setdefault(family_of(name), []).append(path)

    def before(self, path: str, read: Iterable[str], after: Iterable[str]) -> tuple[str, ...]:
        """Return the instances that this one waits for, each once, in the order of the method."""
        found: dict[str, None] = {}
        for name in read:
            found.update(dict.fromkeys(self._makers(name)))
        for step in after:
            found.update(dict.fromkeys(self._by_step[step]))
        found.pop(path, None)
        return tuple(found)

    def _makers(self, name: str) -> Iterable[str]:
        family = family_of(name)
        if name.endswith(WHOLE_FAMILY):
            return self._by_family.get(family, ())
        return (
            *self._by_name.get(name, ()),
            *self._by_name.get(family + WHOLE_FAMILY, ()),
        )
