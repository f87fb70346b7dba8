"""Names of data with holes: `clean:{partition.name}` stands for the data of one partition."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

from planner.domain.expressions import Reader, Scope, compile_expression

_HOLE = re.compile(r"\{([^{}]+)\}")


@dataclass(frozen=True, slots=True)
class Template:
    """A compiled name; a hole filled with a list makes one name for each member."""

    texts: tuple[str, ...]
    """What stands before, between and after the holes."""
    holes: tuple[Reader, ...]

    def names(self, scope: Scope) -> tuple[str, ...]:
        """Return the names that it stands for; raises as reading the holes does."""
        if not self.holes:
            return self.texts
        if len(self.holes) == 1:
            content = self.holes[0].read(scope)
            if isinstance(content, str):
                return (f"{self.texts[0]}{content}{self.texts[1]}",)
        return tuple(self._combinations(scope))

    def _combinations(self, scope: Scope) -> Iterator[str]:
        contents = [hole.read(scope) for hole in self.holes]
        members = [each if isinstance(each, list) else [each] for each in contents]
        for row in product(*members):
            filled = zip(self.texts, (*map(str, row), ""), strict=True)
            yield "".join(text + part for text, part in filled)


def names_of(templates: tuple[Template, ...], scope: Scope) -> tuple[str, ...]:
    """Return all names that the templates stand for; raises as reading their holes does."""
    match templates:
        case ():
            return ()
        case (only,):
            return only.names(scope)
        case _:
            return tuple([name for each in templates for name in each.names(scope)])


def compile_template(text: str) -> Template:
    """Compile a name with paths in braces."""
    parts = _HOLE.split(text)
    return Template(tuple(parts[::2]), tuple(compile_expression(part) for part in parts[1::2]))
