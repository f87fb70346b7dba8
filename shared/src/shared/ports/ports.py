"""The ports that a part is given, together."""

from dataclasses import dataclass

from shared.ports.bus import Bus
from shared.ports.clock import Clock
from shared.ports.store import Store


@dataclass(frozen=True, slots=True)
class Ports:
    """All that a part's control plane touches of the outside world."""

    bus: Bus
    store: Store
    clock: Clock
