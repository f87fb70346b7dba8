"""How many signed votes a second one core takes, and how soon a decision is out over Kafka.

`python -m benchmarks.votes [rate|kafka]`: both unless one is named. The rate is that of consensus's
machine in its engine's shard: read the bytes, check the signature, count, and write down what is
to be stored; set against nothing but the verification of the same signatures. The delays are those
of the service as a process of its own on a real Kafka, which shares the machine with it.
"""

import asyncio
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from benchmarks.electors import ELECTORS_MAX, NOW, a_proposal, a_vote, entry_of, message_of
from benchmarks.electors import public_key as public_key_of_elector
from consensus.domain.terms import Terms
from consensus.handlers import ConsensusMachine
from shared.adapters.kafka_bus import KafkaBus
from shared.contracts import wire
from shared.contracts.messages import AnyMessage
from shared.contracts.topics import CONSENSUS, EVENTS
from shared.contracts.voting import ConsensusResult, SchemaProposal
from shared.engine.shard import Identity, ShardState
from shared.kernel.safeguards import Safeguards
from shared.kernel.signing import is_signed_by
from shared.ports.bus import Bus, Delivery, Subscription
from shared.ports.store import Claim, Shard
from tests.support.kafka import start_broker

PROPOSALS = 20
ROUNDS = 5
COMMIT_EVERY = 100
"""Votes in one commit, as an engine under load reads them."""

DECISIONS = 200
ELECTORS = 5
TIMEOUTS = 10
TIMEOUT_SECONDS = 5.0
OUTAGE_TIMEOUT_SECONDS = 30.0
DOWN_SECONDS = 3.0


def measure_rate() -> None:
    """Print the votes that one core takes a second, and how that compares with bare signatures."""
    shares: list[float] = []
    rates: list[float] = []
    for number in range(ROUNDS):
        proposals = [a_proposal(f"{number}-{each}", ELECTORS_MAX) for each in range(PROPOSALS)]
        votes = [
            (a_vote(proposal, voter), voter)
            for proposal in proposals
            for voter in range(ELECTORS_MAX)
        ]
        taking = _seconds_to_take(proposals, [message for message, _ in votes])
        bare = _seconds_to_verify(votes)
        rates.append(len(votes) / taking)
        shares.append(bare / taking)
    print("one core, electorates of 50")
    print(f"  votes read, verified, counted and written down: {median(rates):7,.0f} a second")
    print(f"  of the rate of verifying signatures alone:      {median(shares):7.2f}")


def _seconds_to_take(proposals: list[SchemaProposal], votes: list[AnyMessage]) -> float:
    terms = Terms(30.0, public_key_of_elector(0))
    state = ShardState(
        ConsensusMachine(terms),
        Shard(Claim("consensus", 0, 1, {})),
        Identity("consensus", "benchmark"),
        Safeguards(),
    )
    opened = [message_of(proposal, proposal.proposal_id) for proposal in proposals]
    deliveries = [
        Delivery(CONSENSUS.name, 0, position, "", wire.encode(message), wire.headers_of(message))
        for position, message in enumerate((*opened, *votes))
    ]
    begun = time.process_time()
    for number, delivery in enumerate(deliveries):
        state.take_delivery(delivery, NOW)
        if number % COMMIT_EVERY == 0:
            state.finish_batch()
    state.finish_batch()
    return time.process_time() - begun


def _seconds_to_verify(votes: list[tuple[AnyMessage, int]]) -> float:
    signed = [
        (public_key_of_elector(voter), wire.signing_bytes(message), message.signature)
        for message, voter in votes
    ]
    begun = time.process_time()
    assert all(is_signed_by(*each) for each in signed)
    return time.process_time() - begun


class Service:
    """Consensus as a process of its own."""

    def __init__(self, bootstrap: str, folder: Path) -> None:
        self._variables = {
            **os.environ,
            "ARGOSY_BUS": f"kafka://{bootstrap}",
            "ARGOSY_STORE": f"sqlite:///{folder / 'store.db'}",
            "ARGOSY_CONSENSUS_KEY_FILE": str(folder / "consensus.key"),
            "ARGOSY_HTTP_PORT": "0",
            "ARGOSY_LOG_LEVEL": "ERROR",
        }
        self.start()

    def start(self) -> None:
        """Begin, or begin again."""
        self._process = subprocess.Popen(
            [sys.executable, "-m", "consensus"], env=self._variables, stdout=subprocess.DEVNULL
        )

    def kill(self) -> None:
        """End it as a crash does."""
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()


class Results:
    """The results in the order in which they come out."""

    def __init__(self, subscription: Subscription) -> None:
        self._subscription = subscription

    async def of(self, proposal_ids: set[str]) -> dict[str, tuple[ConsensusResult, float]]:
        """Return the results of these proposals, each with the time at which it was heard of."""
        heard: dict[str, tuple[ConsensusResult, float]] = {}
        while heard.keys() < proposal_ids:
            polled = await self._subscription.poll(limit=100, wait_seconds=1)
            for delivery in polled.deliveries:
                payload = wire.decode(delivery.body).data_payload
                if isinstance(payload, ConsensusResult) and payload.proposal_id in proposal_ids:
                    heard[payload.proposal_id] = (payload, time.perf_counter())
        return heard


async def _results_on(bus: Bus) -> Results:
    subscription = await bus.follow(EVENTS.name, range(EVENTS.partitions))
    for partition in range(EVENTS.partitions):
        subscription.seek(partition, await bus.end_position(EVENTS.name, partition))
    return Results(subscription)


async def _propose(bus: Bus, proposal: SchemaProposal) -> None:
    message = message_of(proposal, proposal.proposal_id)
    await bus.append([entry_of(message, proposal.proposal_id)])


async def _decide(bus: Bus, results: Results, proposal: SchemaProposal) -> float:
    """Return the seconds from before the append of the deciding vote to hearing of the result."""
    name = proposal.proposal_id
    *first, last = (entry_of(a_vote(proposal, voter), name) for voter in range(ELECTORS))
    await _propose(bus, proposal)
    await bus.append(first)
    begun = time.perf_counter()
    await bus.append([last])
    ((_, heard_at),) = (await results.of({name})).values()
    return heard_at - begun


async def _lateness(bus: Bus, results: Results, seconds: float, count: int, name: str) -> float:
    """Return by how much the latest result of some votes without voters misses its deadline."""
    proposals = [a_proposal(f"{name}-{each}", ELECTORS, seconds) for each in range(count)]
    begun = time.perf_counter()
    for proposal in proposals:
        await _propose(bus, proposal)
    heard = await results.of({proposal.proposal_id for proposal in proposals})
    assert all(each.outcome == "no_quorum" for each, _ in heard.values())
    return max(heard_at for _, heard_at in heard.values()) - begun - seconds


async def measure_delays(bootstrap: str, folder: Path) -> None:
    """Print how soon results are out: after the deciding vote, and after a deadline."""
    bus, service = KafkaBus(bootstrap), Service(bootstrap, folder)
    await bus.start()
    try:
        results = await _results_on(bus)
        await _decide(bus, results, a_proposal("warm", ELECTORS))
        delays = sorted(
            [
                await _decide(bus, results, a_proposal(f"decision-{number}", ELECTORS))
                for number in range(DECISIONS)
            ]
        )
        middle, tail = delays[DECISIONS // 2], delays[DECISIONS * 99 // 100]
        print(f"{DECISIONS} decisions over Kafka, from the append of the deciding vote")
        print(f"  p50 {middle * 1000:.0f} ms, p99 {tail * 1000:.0f} ms")
        late = await _lateness(bus, results, TIMEOUT_SECONDS, TIMEOUTS, "late")
        print(f"result of a timeout of {TIMEOUT_SECONDS:g} s, the latest of {TIMEOUTS}")
        print(f"  {late:.2f} s after the deadline")
        outage = asyncio.create_task(_outage(service))
        late = await _lateness(bus, results, OUTAGE_TIMEOUT_SECONDS, 1, "outage")
        await outage
        print(f"the same of {OUTAGE_TIMEOUT_SECONDS:g} s, killed and started again in between")
        print(f"  {late:.2f} s after the deadline")
    finally:
        service.kill()
        await bus.stop()


async def _outage(service: Service) -> None:
    await asyncio.sleep(DOWN_SECONDS)
    service.kill()
    await asyncio.sleep(DOWN_SECONDS)
    service.start()


def main() -> None:
    """Measure what is named, or all."""
    wanted = sys.argv[1:] or ["rate", "kafka"]
    if "rate" in wanted:
        measure_rate()
    if "kafka" in wanted:
        with tempfile.TemporaryDirectory() as folder:
            broker = start_broker(Path(folder))
            try:
                asyncio.run(measure_delays(broker.bootstrap, Path(folder)))
            finally:
                broker.stop()


if __name__ == "__main__":
    main()
