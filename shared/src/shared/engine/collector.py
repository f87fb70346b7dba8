"""How often Python looks for cycles among objects: rarely, for states hardly have any."""

import atexit
import gc

ALLOCATIONS_BETWEEN = 100_000
"""Container objects made before the youngest are looked at: a plan of 20 000 tasks, some 20 MB."""

YOUNG_BETWEEN = 50
MIDDLE_BETWEEN = 100
"""Looks at a generation before the next older one is looked at, too."""


def tune_collector() -> None:
    """Keep what is loaded out of all searches for cycles, and make these rare.

    A state is millions of small records that refer to nothing but text. Planning a goal of 100 000
    tasks takes twice as long with the defaults, which were chosen for small heaps
    (`benchmarks/planning.py`).
    """
    gc.freeze()
    # Libraries that free what they hold only when it is found, DuckDB is one, else complain.
    atexit.register(gc.unfreeze)
    gc.set_threshold(ALLOCATIONS_BETWEEN, YOUNG_BETWEEN, MIDDLE_BETWEEN)
