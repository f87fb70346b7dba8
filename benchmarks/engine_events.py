"""How many messages a second one engine takes, steps on, stores and answers.

`python -m benchmarks.engine_events`: the hub's machine with no agent, so that every request is
queued, on the embedded bus and store. The rate is set against what the same store commits and the
same bus appends with no engine between them, and taken again when there is ten times as much
state: the cost of one event must not grow with what is remembered.
"""

import asyncio
import tempfile
import time
from pathlib import Path
from statistics import median

from hub.domain.limits import Limits
from hub.handlers import HubMachine
from shared.adapters.clock import SystemClock
from shared.adapters.sqlite_bus import SqliteBus
from shared.adapters.store import SqlStore
from shared.contracts.machine import Send
from shared.contracts.payloads import DataRequest
from shared.contracts.topics import HUB
from shared.contracts.vocabulary import DataTask, DataTaskType
from shared.engine.engine import Engine
from shared.engine.intake import POLL_LIMIT, Intake
from shared.engine.shard import Identity, entry_of
from shared.ports.bus import Entry
from shared.ports.ports import Ports
from shared.ports.store import Commit, StoredRecord

BATCH = 2_000
BATCHES = 10


def requests(first: int) -> list[Entry]:
    """Return a batch of requests for tasks that nobody can carry out."""
    entries: list[Entry] = []
    for number in range(first, first + BATCH):
        task = DataTask(task_id=f"task-{number}", name="t", task_type=DataTaskType.PRIMITIVE)
        request = DataRequest(pipeline_id=f"pipeline-{number % 40}", task=task, operator="none")
        send = Send(HUB, request, "hub", request.pipeline_id, request.pipeline_id)
        identity = Identity("benchmark", "")
        now = SystemClock().now()
        entries.append(entry_of(send, identity, cause=task.task_id, index=0, now=now))
    return entries


async def rate_of_engine(ports: Ports) -> list[float]:
    """Return the messages a second of each batch, as the state grows."""
    engine = Engine(
        HubMachine(Limits()),
        ports=ports,
        intake=Intake(shared=HUB),
        identity=Identity("hub", "benchmark"),
    )
    driving = asyncio.create_task(engine.run())
    rates: list[float] = []
    for number in range(BATCHES):
        messages = requests(number * BATCH)
        started = time.perf_counter()
        await ports.bus.append(messages)
        last = f"task-{(number + 1) * BATCH - 1}"
        while await ports.store.get("hub", "assignment", last) is None:  # noqa: ASYNC110 -- the store tells nobody
            await asyncio.sleep(0.005)
        rates.append(BATCH / (time.perf_counter() - started))
    engine.request_drain()
    await driving
    return rates


async def rate_of_limit(ports: Ports) -> float:
    """Return the messages a second that bus and store take with no engine between them."""
    shard = await ports.store.claim("limit", 0)
    messages = requests(BATCH * BATCHES)
    started = time.perf_counter()
    for first in range(0, BATCH, POLL_LIMIT):
        chunk = messages[first : first + POLL_LIMIT]
        await ports.bus.append(chunk)
        records = tuple(
            StoredRecord("limit", f"{first + number}", "", "", entry.body)
            for number, entry in enumerate(chunk)
        )
        taken = tuple(record.key for record in records)
        await ports.store.commit(shard.claim, Commit(records=records, taken=taken))
    return BATCH / (time.perf_counter() - started)


async def main() -> None:
    """Print the rates and their ratios."""
    with tempfile.TemporaryDirectory() as folder:
        clock = SystemClock()
        bus = SqliteBus(Path(folder) / "bus.db", clock=clock)
        store = SqlStore(f"sqlite:///{folder}/store.db")
        ports = Ports(bus, store, clock)
        await bus.start()
        await store.start()
        rates, limit = await rate_of_engine(ports), await rate_of_limit(ports)
        await store.stop()
        await bus.stop()
    early, late = median(rates[1:4]), median(rates[-3:])
    print(f"engine, up to {4 * BATCH} waiting:    {early:8,.0f} messages/s")
    print(f"engine, {BATCH * (BATCHES - 3)} and more waiting: {late:8,.0f} messages/s")
    print(f"  ratio of the two: {late / early:.2f} (1 means that state costs nothing)")
    print(f"bus and store alone: {limit:8,.0f} messages/s, engine at {late / limit:.2f} of it")


if __name__ == "__main__":
    asyncio.run(main())
