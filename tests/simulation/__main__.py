"""Run seeds: `python -m tests.simulation --seeds 50`, or replay one: `… --seed 17`."""

import argparse
import logging
import sys
import time
from collections import Counter

from tests.simulation.world import World


def main() -> int:
    """Run the seeds and return 1 if any of them violates an invariant."""
    parser = argparse.ArgumentParser(prog="python -m tests.simulation", description=__doc__)
    parser.add_argument("--seeds", type=int, default=50, help="how many seeds to run")
    parser.add_argument("--first", type=int, default=0, help="the first of them")
    parser.add_argument("--seed", type=int, help="run this seed alone, with its log")
    options = parser.parse_args()
    is_replay = options.seed is not None
    logging.basicConfig(level="INFO" if is_replay else "CRITICAL", format="%(name)s %(message)s")
    first, count = (options.seed, 1) if is_replay else (options.first, options.seeds)
    begun, failed = time.perf_counter(), 0
    fired, mended = Counter[str](), Counter[str]()
    for seed in range(first, first + count):
        world = World(seed)
        try:
            trace_hash = world.run()
        except Exception as error:  # noqa: BLE001 -- whatever a seed finds is its finding
            failed += 1
            print(f"seed {seed}: {type(error).__name__}: {error}")
            print(f"  replay it: make simulate SEED={seed}")
        else:
            outcome = f"{len(tuple(world.invariants.completed()))} completed"
            if is_replay or sys.stdout.isatty():
                print(f"seed {seed}: {outcome}, trace {trace_hash[:16]}")
        fired.update(world.faults.fired)
        watched = world.invariants
        mended.update({"repairs": watched.repairs, "tasks undone": watched.undone})
    print(
        "faults that struck:", ", ".join(f"{name} {count}" for name, count in sorted(fired.items()))
    )
    print("what followed:", ", ".join(f"{name} {count}" for name, count in mended.items()))
    seconds = time.perf_counter() - begun
    print(f"{count - failed} passed, {failed} failed")
    print(f"{count} seeds in {seconds:.1f} s")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
