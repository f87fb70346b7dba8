"""How many commits a second the store takes, each with 50 records, 50 outbox entries, 50 ids.

`python -m benchmarks.store_commits [URI]`: a new SQLite file unless a URI is given.
"""

import asyncio
import sys
import tempfile
import time
from statistics import median

from shared.adapters.store import SqlStore
from shared.ports.bus import Entry
from shared.ports.store import Advance, Commit, StoredRecord

MESSAGES = 50
"""In one commit; each leads to one record and one outgoing message."""

COMMITS = 300
ROUNDS = 5
KEYS = 5_000
BODY = b'{"state": "running", "detail": "%s"}' % (b"x" * 400)


def make_commit(number: int) -> Commit:
    """Return the changes of one batch."""
    start = number * MESSAGES
    numbers = range(start, start + MESSAGES)
    return Commit(
        (Advance("argosy.planner", 0, start or None, start + MESSAGES),),
        tuple(
            StoredRecord("task", f"task-{at % KEYS}", f"pipeline-{at % 7}", f"{at:09}", BODY)
            for at in numbers
        ),
        tuple(f"00000000-0000-5000-8000-{at:012}" for at in numbers),
        tuple(Entry("argosy.hub", f"key-{at}", BODY, {"ce-type": "task"}) for at in numbers),
    )


async def measure(uri: str) -> list[float]:
    """Return the commits per second of each round."""
    store = SqlStore(uri)
    await store.start()
    claim = (await store.claim("benchmark", 0)).claim
    rates: list[float] = []
    for start in range(0, COMMITS * ROUNDS, COMMITS):
        commits = [make_commit(number) for number in range(start, start + COMMITS)]
        began = time.perf_counter()
        for commit in commits:
            await store.commit(claim, commit)
        rates.append(COMMITS / (time.perf_counter() - began))
    await store.stop()
    return rates


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as folder:
        uri = sys.argv[1] if len(sys.argv) > 1 else f"sqlite:///{folder}/store.db"
        rates = asyncio.run(measure(uri))
    print(
        f"{median(rates):.0f} commits/s in the median of {ROUNDS} rounds, "
        f"{max(rates):.0f} in the best"
    )


if __name__ == "__main__":
    main()
