"""Play random histories: `python -m tests.consensus_histories --histories 100000`."""

import argparse
import sys
import time
from collections import Counter
from random import Random

from tests.consensus_histories.checking import fault_of
from tests.consensus_histories.history import a_history
from tests.consensus_histories.reference import ending_of

PROGRESS_SECONDS = 5.0


def main() -> int:
    """Play the histories and return 1 if any of them comes to something else than it must."""
    parser = argparse.ArgumentParser(prog="python -m tests.consensus_histories")
    parser.add_argument("--histories", type=int, default=1000, help="how many to play")
    parser.add_argument("--first", type=int, default=0, help="the seed of the first")
    options = parser.parse_args()
    begun, told_at, failed = time.process_time(), time.monotonic(), 0
    outcomes = Counter[str]()
    for played in range(options.histories):
        seed = options.first + played
        history = a_history(Random(seed))
        outcomes[ending_of(history)[0]] += 1
        fault = fault_of(history, Random(seed))
        if fault:
            failed += 1
            print(f"history {seed}: {fault}\n  {history}")
        if time.monotonic() - told_at > PROGRESS_SECONDS:
            told_at = time.monotonic()
            print(f"{played + 1} of {options.histories} played, {failed} failed", file=sys.stderr)
    print(", ".join(f"{outcome} {count}" for outcome, count in sorted(outcomes.items())))
    seconds = time.process_time() - begun
    print(f"{options.histories} histories in {seconds:.0f} s of CPU, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
