"""The domains, each with what makes its problems and the sizes that are tried."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from random import Random

from benchmarks.planning_domains import errands, puzzles
from benchmarks.planning_domains.recognition import Recognition, correspondence

Problems = Callable[[int, Random], tuple[str, str]]
"""From a size to the texts of a domain and a problem."""


@dataclass(frozen=True)
class Family:
    """Problems of growing size of one kind."""

    texts: Problems
    sizes: tuple[int, ...]


def _written(
    name: str, problem: Callable[[int, Random], str], *, is_ordered: bool = True
) -> Problems:
    domain = (Path(__file__).parent / f"{name}.hddl").read_text()

    def texts(size: int, random: Random) -> tuple[str, str]:
        text = problem(size, random)
        if is_ordered:
            return domain, text
        return _loosened(domain), _loosened(text)

    return texts


def _loosened(text: str) -> str:
    return text.replace(":parameters () :ordered-subtasks", ":parameters () :subtasks")


def _recognition(size: int, random: Random) -> tuple[str, str]:
    made = Recognition(size, random)
    return made.domain(), made.problem()


FAMILIES = {
    "towers": Family(_written("towers", puzzles.towers), (10, 12, 13, 14, 15, 16, 17)),
    "robot": Family(_written("robot", puzzles.robot), (4, 8, 12, 16, 24, 32)),
    "snake": Family(_written("snake", puzzles.snake), (4, 6, 8, 10, 12, 16, 20)),
    "blocks": Family(_written("blocks", puzzles.blocks), (10, 50, 100, 200, 400)),
    "arms": Family(_written("arms", puzzles.arms), (5, 10, 20, 40, 80)),
    "freecell_learned": Family(
        _written("freecell_learned", puzzles.freecell_learned), (2, 3, 4, 5, 6, 8, 13)
    ),
    "lights": Family(_written("lights", puzzles.lights), (3, 4, 5)),
    "childsnack": Family(_written("childsnack", errands.childsnack), (10, 20, 50, 100, 200, 500)),
    "factories": Family(_written("factories", errands.factories), (3, 4, 6, 8, 12, 16, 20)),
    "logistics_learned": Family(
        _written("logistics_learned", errands.logistics_learned), (2, 4, 6, 8, 12, 16, 24, 32, 64)
    ),
    "depots": Family(_written("depots", errands.depots), (4, 6, 8, 12, 16, 24, 32)),
    "assembly": Family(_written("assembly", errands.assembly), (2, 4, 6, 8, 12, 16)),
    "woodworking": Family(_written("woodworking", errands.woodworking), (4, 8, 12, 20, 30, 40)),
    "building": Family(_written("building", errands.building), (4, 6, 8, 10, 12, 16)),
    "barman": Family(_written("barman", errands.barman), (2, 4, 8, 16)),
    "recognition": Family(_recognition, (10, 20, 40, 80)),
    "correspondence": Family(correspondence, (2, 3, 4, 5)),
    "barman_loose": Family(_written("barman", errands.barman, is_ordered=False), (2, 4, 8, 16)),
    "woodworking_loose": Family(
        _written("woodworking", errands.woodworking, is_ordered=False), (4, 8, 12, 20)
    ),
    "depots_loose": Family(_written("depots", errands.depots, is_ordered=False), (4, 8, 16)),
    "logistics_loose": Family(
        _written("logistics_learned", errands.logistics_learned, is_ordered=False), (2, 4, 8, 16)
    ),
}
