"""A process that commits to a shard until it has done enough or is killed.

Each commit moves everything by one: the position, the counter, a record, a taken id and an outbox
entry. So whenever the process dies, what is stored must tell one and the same number everywhere.
"""

import asyncio
import sys

from shared.adapters.store import SqlStore
from shared.ports.bus import Entry
from shared.ports.store import Advance, Commit, StoredRecord

MACHINE, SHARD, TOPIC = "child", 0, "argosy.planner"


def next_commit(number: int) -> Commit:
    """Return the commit after `number` others."""
    name = f"{number:09}"
    return Commit(
        (Advance(TOPIC, 0, number or None, number + 1),),
        (
            StoredRecord("step", name, "", name, name.encode()),
            StoredRecord("counter", "commits", "", "", b"%d" % (number + 1)),
        ),
        (name,),
        (Entry("argosy.hub", name, name.encode()),),
    )


async def commit_repeatedly(uri: str, commits_max: int) -> None:
    """Commit, and report each commit on stdout when it is done."""
    store = SqlStore(uri)
    await store.start()
    claim = (await store.claim(MACHINE, SHARD)).claim
    done = claim.positions.get((TOPIC, 0), 0)
    for number in range(done, done + commits_max):
        await store.commit(claim, next_commit(number))
        print(number + 1, flush=True)  # noqa: T201 - this is how the parent follows
    await store.stop()


if __name__ == "__main__":
    asyncio.run(commit_repeatedly(sys.argv[1], int(sys.argv[2])))
