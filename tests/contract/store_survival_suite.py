"""What a store on disk or on a server promises when processes die or start together."""

import asyncio
import random
import sys
from asyncio.subprocess import PIPE, Process
from pathlib import Path

from shared.ports.store import Shard, Store
from tests.contract.store_suite import StoreFixtures
from tests.support.store_child import MACHINE, SHARD, TOPIC

ROOT = Path(__file__).parents[2]
KILLS = 4
COMMITS_BEFORE_KILL_MAX = 60
ENDLESSLY = 1_000_000


async def start_child(uri: str, commits_max: int) -> Process:
    """Start a process that commits to the store."""
    command = (sys.executable, "-m", "tests.support.store_child", uri, str(commits_max))
    return await asyncio.create_subprocess_exec(*command, cwd=ROOT, stdout=PIPE, stderr=PIPE)


async def kill_after(child: Process, commits: int) -> int:
    """Kill the child once it has reported so many commits; return the number it had reached."""
    assert child.stdout is not None
    lines = [await child.stdout.readline() for _ in range(commits)]
    child.kill()
    unread, _ = await child.communicate()
    return int((lines + unread.split())[-1])


async def counts(store: Store, shard: Shard) -> set[int]:
    """Return how many commits each part of the shard tells of."""
    outbox = await store.unpublished(shard.claim, ENDLESSLY)
    steps = [record for record in shard.records if record.kind == "step"]
    (counter,) = [record for record in shard.records if record.kind == "counter"]
    assert counter.body is not None
    assert [stored.entry.key for stored in outbox] == list(shard.taken)
    position = shard.claim.positions[TOPIC, 0]
    return {len(outbox), len(shard.taken), len(steps), int(counter.body), position}


class StoreSurvivalSuite(StoreFixtures):
    """The promises."""

    async def test_a_killed_process_loses_and_tears_nothing(self, store: Store, uri: str) -> None:
        chance = random.Random(2013)
        for _ in range(KILLS):
            child = await start_child(uri, ENDLESSLY)
            reported = await kill_after(child, chance.randint(1, COMMITS_BEFORE_KILL_MAX))
            (stored,) = await counts(store, await store.claim(MACHINE, SHARD))
            # The last commit may have been stored without having been reported.
            assert stored - reported in {0, 1}

    async def test_processes_that_start_together_all_start(self, uri: str) -> None:
        children = [await start_child(uri, 0) for _ in range(3)]
        ends = await asyncio.gather(*(child.communicate() for child in children))
        assert [child.returncode for child in children] == [0, 0, 0], ends
