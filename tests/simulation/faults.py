"""What may go wrong in a run, how often, and the dice that decide: all from one seed.

Each seed draws its own probabilities (swarm testing: Groce et al., ISSTA 2012), so that some
runs are calm in one respect and wild in another. After the safety phase `heal` ends all faults,
and everything must converge.
"""

from collections import Counter
from dataclasses import dataclass, field
from random import Random

PROBABILITY_MAX = {
    "killed": 0.01,
    "killed before act": 0.05,
    "killed after act": 0.05,
    "dissent": 0.4,
    "row": 0.4,
    "frozen": 0.002,
    "broker": 0.005,
    "slow": 0.05,
    "hopeless work": 0.03,
    "hopeless check": 3.0,
}
"""By a fault's name or its first word: how often it may happen at most. Processes must get some
work done; agents act and vote seldom, so there it may be more often. A task that is hopeless fails
for good: seldom where that is likely to end the goal, and in some runs always (more than 1) where
there is something to undo."""

OTHER_PROBABILITY_MAX = 0.12


@dataclass(slots=True)
class Faults:
    """The faults of one run."""

    chance: Random
    is_healed: bool = False
    probabilities: dict[str, float] = field(default_factory=dict[str, float])
    fired: Counter[str] = field(default_factory=Counter[str])
    """How often each fault happened: a fault that never fires tests nothing."""

    def strikes(self, fault: str) -> bool:
        """Tell whether this fault happens now."""
        if self.is_healed:
            return False
        if fault not in self.probabilities:
            kind = fault if fault in PROBABILITY_MAX else fault.split(maxsplit=1)[0]
            probability_max = PROBABILITY_MAX.get(kind, OTHER_PROBABILITY_MAX)
            is_swarmed_in = self.chance.choice((False, True))
            self.probabilities[fault] = is_swarmed_in * self.chance.uniform(0, probability_max)
        strikes = self.chance.uniform(0, 1) < self.probabilities[fault]
        self.fired[fault] += strikes
        return strikes

    def latency_seconds(self) -> float:
        """Return how long an operation takes: mostly a few milliseconds, at times seconds."""
        if self.strikes("slow"):
            return self.chance.uniform(0.5, 8.0)
        return self.chance.expovariate(1 / 0.004)

    def heal(self) -> None:
        """End all faults: the liveness phase begins."""
        self.is_healed = True


class Calm(Faults):
    """Nothing goes wrong by itself."""

    def strikes(self, fault: str) -> bool:
        """Tell that it does not."""
        del fault
        return False
