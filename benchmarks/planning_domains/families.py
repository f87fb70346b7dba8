"""The domains, each with what makes its problems and the sizes that are tried."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from random import Random

from benchmarks.planning_domains import errands, puzzles

Problems = Callable[[int, Random], str]


@dataclass(frozen=True)
class Family:
    """A domain and problems of growing size in it."""

    name: str
    problem: Problems
    sizes: tuple[int, ...]

    def domain(self) -> str:
        """Return the domain's text."""
        return (Path(__file__).parent / f"{self.name}.hddl").read_text()


FAMILIES = {
    each.name: each
    for each in (
        Family("towers", puzzles.towers, (10, 12, 13, 14, 15, 16, 17)),
        Family("robot", puzzles.robot, (4, 8, 12, 16, 24, 32)),
        Family("snake", puzzles.snake, (4, 6, 8, 10, 12, 16)),
        Family("blocks", puzzles.blocks, (10, 50, 100, 200, 400)),
        Family("arms", puzzles.arms, (5, 10, 20, 40, 80)),
        Family("freecell_learned", puzzles.freecell_learned, (2, 3, 4, 5, 6, 8)),
        Family("lights", puzzles.lights, (3, 4, 5)),
        Family("childsnack", errands.childsnack, (10, 20, 50, 100, 200, 500)),
        Family("factories", errands.factories, (3, 4, 6, 8, 12, 16, 20)),
        Family("logistics_learned", errands.logistics_learned, (2, 4, 6, 8, 12, 16, 24, 32)),
        Family("depots", errands.depots, (4, 6, 8, 12, 16, 24, 32)),
        Family("assembly", errands.assembly, (2, 4, 6, 8, 12, 16)),
        Family("woodworking", errands.woodworking, (4, 8, 12, 20, 30, 40)),
        Family("building", errands.building, (4, 6, 8, 10, 12, 16)),
        Family("barman", errands.barman, (2, 4, 8, 16)),
    )
}
