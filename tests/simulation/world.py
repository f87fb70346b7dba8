"""A whole fleet in one simulated world: two replicas of each service, three agents, some goals.

A run has a safety phase, in which faults strike, and a liveness phase, in which they have stopped
and everything must come to an end (after TigerBeetle's VOPR).
"""

import asyncio
from collections.abc import Awaitable, Callable
from functools import cache
from hashlib import sha256
from random import Random

from agent_worker.domain.agent import Agent
from agent_worker.handlers import AgentMachine
from consensus.handlers import ConsensusMachine
from hub.domain.limits import Limits
from hub.handlers import HubMachine
from planner.domain.planning import Planning
from planner.handlers import PlannerMachine
from shared.contracts.machine import Machine, Send
from shared.contracts.topics import CONSENSUS, HEARTBEATS, HUB, PLANNER, REGISTRY
from shared.contracts.wire import signed
from shared.engine.engine import Engine
from shared.engine.intake import Intake
from shared.engine.shard import Identity
from shared.kernel.safeguards import Safeguards
from shared.kernel.signing import public_key_of
from shared.ports.ports import Ports
from tests.simulation.bus import Log, SimulatedBus
from tests.simulation.domains import CAPABILITIES, domain_of
from tests.simulation.faults import Calm, Faults
from tests.simulation.hands import Objects, SimulatedHands, simulated_policy
from tests.simulation.invariants import Contents, Invariants, contents_of
from tests.simulation.loop import VirtualClock, run_virtually
from tests.simulation.node import Node
from tests.simulation.owners import NARROW, goals_of
from tests.simulation.person import Person, is_restless, post_until_taken
from tests.simulation.sabotage import Saboteur, is_hostile, key_of
from tests.simulation.store import Database, SimulatedStore
from tests.simulation.voting import VOTING

Process = Callable[[str], Awaitable[None]]

REPLICAS = 2
AGENTS = 3
HOSTILE_AGENTS = 5
"""Where votes are disturbed: four judge the work of the fifth, so that none decides alone."""

GOALS_MAX = 2
GOALS_IN_LINE = 3
"""Goals where somebody steers them: of few owners, with few keys, so that some have to wait."""

SAFETY_SECONDS = 240.0
LIVENESS_SECONDS_MAX = 900.0 * GOALS_IN_LINE
"""Five attempts at each task in a row, each given up after its lease of 30 s, and backoffs; and
one goal after the other."""


CALM_SEED = 2
"""A seed with one goal, and nobody who steers it."""


@cache
def calm_contents() -> Contents:
    """Return what the table holds when nothing goes wrong."""
    world = World(CALM_SEED, faults=Calm(Random(CALM_SEED)))
    world.run()
    (published,) = world.objects.tables.values()
    return contents_of(published)


class World:
    """One run, made of its seed."""

    def __init__(
        self, seed: int, safeguards: Safeguards | None = None, faults: Faults | None = None
    ) -> None:
        self.seed = seed
        self.safeguards = safeguards or Safeguards()
        self.faults = faults or Faults(Random(seed))
        self.log = Log(self.faults)
        self.objects = Objects()
        self.database = Database(self.faults, self.safeguards)
        calm = None if isinstance(self.faults, Calm) else calm_contents()
        self.invariants = Invariants(self.log, self.database, self.objects, calm)
        self.database.committed = self.invariants.check_commit
        self.acknowledged: list[str] = []

    def run(self) -> str:
        """Run to the end, checking all the way; return the hash of everything that was said.

        Raises:
            ViolationError: an invariant does not hold.
        """
        run_virtually(self._run())
        digest = sha256()
        for place, entries in sorted(self.log.partitions.items()):
            for entry in entries:
                digest.update(f"{place} {entry.key}".encode() + entry.body)
        return digest.hexdigest()

    def begin(self) -> list[asyncio.Task[None]]:
        """Start every process and return their lives."""
        return [asyncio.create_task(node.live(process)) for node, process in self._processes()]

    async def _run(self) -> None:
        lives = self.begin()
        ports = self._ports(Node("person", Faults(Random(0), is_healed=True)), self.database)
        person = Person(self.seed, ports, self.invariants)
        steering = asyncio.create_task(person.steer())
        if is_hostile(self.seed):
            lives.append(asyncio.create_task(Saboteur(self.seed, self.log).disturb()))
        await self._submit_goals(ports)
        await asyncio.sleep(SAFETY_SECONDS)
        self._raise_failure([*lives, steering])
        steering.cancel()
        self.faults.heal()
        deadline = asyncio.get_running_loop().time() + LIVENESS_SECONDS_MAX
        while not self._is_at_rest() and asyncio.get_running_loop().time() < deadline:
            await person.resume_all()
            await asyncio.sleep(5)
            self._raise_failure(lives)
        for life in lives:
            life.cancel()
        await asyncio.gather(*lives, steering, return_exceptions=True)
        self.invariants.check_end(self.acknowledged)

    def _is_at_rest(self) -> bool:
        is_published = not any(rows.outbox for rows in self.database.shards.values())
        invariants = self.invariants
        is_over = invariants.have_come(self.acknowledged) and invariants.all_ended
        return is_over and is_published and not invariants.in_flight()

    @staticmethod
    def _raise_failure(lives: list[asyncio.Task[None]]) -> None:
        for life in lives:
            if life.done():
                life.result()

    def _processes(self) -> list[tuple[Node, Process]]:
        limits = Limits()
        planning = Planning(source_folders=("/",), domain=domain_of(self.seed), owner_limits=NARROW)
        services: list[tuple[Machine, Intake]] = [
            (PlannerMachine(planning), Intake(shared=PLANNER)),
            (HubMachine(limits, self.safeguards), Intake(shared=HUB, followed=(HEARTBEATS,))),
            (ConsensusMachine(VOTING), Intake(shared=CONSENSUS)),
        ]
        processes: list[tuple[Node, Process]] = []
        for machine, intake in services:
            for number in range(REPLICAS):
                node = Node(f"{machine.name}-{number}", self.faults)
                processes.append((node, self._service(node, machine, intake)))
        agents = HOSTILE_AGENTS if is_hostile(self.seed) else AGENTS
        processes.extend(self._agent(f"agent-{number}") for number in range(agents))
        return processes

    def _service(self, node: Node, machine: Machine, intake: Intake) -> Process:
        async def process(run_id: str) -> None:
            engine = Engine(
                machine,
                ports=self._ports(node, self.database),
                intake=intake,
                identity=Identity(machine.name, run_id),
                safeguards=self.safeguards,
            )
            await engine.run()

        return process

    def _agent(self, agent_id: str) -> tuple[Node, Process]:
        node, disk = Node(agent_id, self.faults), Database(self.faults, self.safeguards)
        private_key = key_of(agent_id)
        agent = Agent(agent_id, public_key_of(private_key), CAPABILITIES, 2, 10, simulated_policy)

        async def process(run_id: str) -> None:
            engine = Engine(
                AgentMachine(agent),
                ports=self._ports(node, disk),
                intake=Intake(followed=(REGISTRY,)),
                identity=Identity(agent_id, run_id, lambda message: signed(message, private_key)),
                runner=SimulatedHands(self.objects, node, brings_rows=is_hostile(self.seed)),
                safeguards=self.safeguards,
            )
            await engine.run()

        return node, process

    def _ports(self, node: Node, database: Database) -> Ports:
        return Ports(SimulatedBus(self.log, node), SimulatedStore(database, node), VirtualClock())

    async def _submit_goals(self, ports: Ports) -> None:
        count = GOALS_IN_LINE if is_restless(self.seed) else 1 + self.seed % GOALS_MAX
        for goal in goals_of(self.seed, count):
            send = Send(PLANNER, goal, "planner", goal.pipeline_id, goal.pipeline_id)
            await post_until_taken(ports, send, cause=goal.goal_id)
            self.acknowledged.append(goal.pipeline_id)
            await asyncio.sleep(self.faults.chance.uniform(0, 60 / count))
