"""The order of a method's subtasks, prepared for building networks from the last one forward."""

from dataclasses import dataclass
from graphlib import TopologicalSorter

from planner.domain.model.tasks import Network


@dataclass(frozen=True, slots=True)
class Order:
    """A partial order of subtasks by their numbers, without what follows from the rest."""

    backward: tuple[int, ...]
    """All numbers, each after those that come later in the order."""
    successors: tuple[tuple[int, ...], ...]
    waiting: tuple[int, ...]
    """For each subtask, how many it waits for directly."""
    first: tuple[int, ...]
    """Those that wait for none."""
    last_count: int
    """How many there are that none waits for."""

    @property
    def is_chain(self) -> bool:
        """Whether it orders every two subtasks."""
        return (
            len(self.first) <= 1
            and all(len(each) <= 1 for each in self.successors)
            and (self.last_count <= 1)
        )


def order_of(network: Network) -> Order:
    """Return the order of the network's tasks."""
    count = len(network.steps)
    sorter = TopologicalSorter[int](dict.fromkeys(range(count), ()))
    for earlier, later in network.orderings:
        sorter.add(earlier, later)
    backward = tuple(sorter.static_order())
    direct: list[dict[int, None]] = [{} for _ in range(count)]
    for earlier, later in network.orderings:
        direct[earlier][later] = None
    reached: list[dict[int, None]] = [{} for _ in range(count)]
    for number in backward:
        for later in direct[number]:
            reached[number] |= {later: None} | reached[later]
    successors = tuple(
        tuple(
            later
            for later in direct[number]
            if not any(later in reached[other] for other in direct[number])
        )
        for number in range(count)
    )
    waiting = [0] * count
    for laters in successors:
        for later in laters:
            waiting[later] += 1
    return Order(
        backward,
        successors,
        tuple(waiting),
        first=tuple(number for number in range(count) if not waiting[number]),
        last_count=sum(not laters for laters in successors),
    )
