"""The engine alone, with a machine as small as can be, under every fault of the simulation."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import ClassVar

import pytest

from shared.contracts.machine import (
    ActivityEnded,
    Decision,
    Follow,
    Input,
    MessageReceived,
    Perform,
    Send,
    Step,
    TimerFired,
)
from shared.contracts.messages import GoalSubmissionMessage
from shared.contracts.payloads import GoalSubmission
from shared.contracts.topics import EVENTS, PLANNER
from shared.contracts.vocabulary import Contract
from shared.contracts.voting import ProposalClose
from shared.contracts.wire import decode
from shared.engine.engine import Engine
from shared.engine.intake import Intake
from shared.engine.shard import Identity, entry_of
from shared.kernel.records import Draft, Record, State
from shared.kernel.safeguards import Safeguards
from shared.ports.bus import BusUnavailableError, Entry
from shared.ports.ports import Ports
from tests.simulation.bus import Log, SimulatedBus
from tests.simulation.faults import Faults
from tests.simulation.loop import VirtualClock, run_virtually
from tests.simulation.node import Node
from tests.simulation.store import Database, SimulatedStore

GOALS = 12
TOTAL = "total"
ABLATION_SEEDS = 100
SAFETY_SECONDS = 120.0
LIVENESS_SECONDS = 180.0


class Tally(Record):
    """How often each thing happened to a goal."""

    kind: ClassVar[str] = "tally"

    goal_id: str
    submissions: int = 0
    timers: int = 0
    activities: int = 0

    @property
    def key(self) -> str:
        return self.goal_id


class TallyMachine:
    """Counts what it is given, sets a timer, starts an activity, tells the events."""

    name = "tally"
    record_kinds = (Tally,)

    def step(self, state: State, received: Input, now: datetime) -> Step:
        decision = Decision(Draft(state), now)
        match received:
            case MessageReceived(GoalSubmissionMessage() as message):
                self._count(decision, message.data_payload.goal_id, "submissions")
                decision.set_timer(message.data_payload.goal_id, now + timedelta(seconds=3))
                decision.effects.append(self._perform(message.data_payload.goal_id))
            case TimerFired(goal_id):
                self._count(decision, goal_id, "timers")
            case ActivityEnded(_, ProposalClose(proposal_id=goal_id)):
                tally = decision.draft.get(Tally, goal_id)
                if tally is not None and tally.activities == 0:
                    self._count(decision, goal_id, "activities")
            case _:
                pass
        return decision.step()

    def resume(self, state: State) -> tuple[Follow | Perform, ...]:
        del state
        return ()

    @staticmethod
    def _perform(goal_id: str) -> Perform:
        return Perform(goal_id, ProposalClose(proposal_id=goal_id))

    @staticmethod
    def _count(decision: Decision, goal_id: str, what: str) -> None:
        for name in (goal_id, TOTAL):
            tally = decision.draft.get(Tally, name) or Tally(goal_id=name)
            decision.draft.put(tally.model_copy(update={what: getattr(tally, what) + 1}))
        told = ProposalClose(proposal_id=f"{goal_id} {what}")
        decision.effects.append(Send(EVENTS, told, "*", goal_id, goal_id))


class EchoRunner:
    """Ends every activity after a while with its own request."""

    def __init__(self, faults: Faults) -> None:
        self._faults = faults

    async def run(self, request: Contract) -> Contract:
        await asyncio.sleep(self._faults.latency_seconds())
        return request


@dataclass(slots=True)
class World:
    """A broker, a database and two replicas of the tally service."""

    seed: int
    safeguards: Safeguards = field(default_factory=Safeguards)
    faults: Faults = field(init=False)
    log: Log = field(init=False)
    database: Database = field(init=False)

    def __post_init__(self) -> None:
        self.faults = Faults(Random(self.seed))
        self.log = Log(self.faults)
        self.database = Database(self.faults, self.safeguards)

    def replica(self, node: Node) -> Callable[[str], Awaitable[None]]:
        ports = Ports(
            SimulatedBus(self.log, node), SimulatedStore(self.database, node), VirtualClock()
        )

        async def process(run_id: str) -> None:
            engine = Engine(
                TallyMachine(),
                ports=ports,
                intake=Intake(shared=PLANNER),
                identity=Identity("tally", run_id),
                runner=EchoRunner(self.faults),
                safeguards=self.safeguards,
            )
            await engine.run()

        return process

    async def submit(self) -> None:
        bus = SimulatedBus(self.log, Node("client", Faults(Random(0), is_healed=True)))
        for number in range(GOALS):
            goal = GoalSubmission(
                goal_id=f"goal-{number}",
                pipeline_id=f"pipeline-{number}",
                goal_type="ingest_table",
                parameters={},
            )
            send = Send(PLANNER, goal, "planner", goal.pipeline_id, goal.pipeline_id)
            now = VirtualClock().now()
            entry = entry_of(send, Identity("client", ""), cause=goal.goal_id, index=0, now=now)
            await until_appended(bus, entry)
            await asyncio.sleep(self.faults.chance.uniform(0, 8))

    async def run(self) -> None:
        nodes = [Node(f"tally-{number}", self.faults) for number in range(2)]
        lives = [asyncio.create_task(node.live(self.replica(node))) for node in nodes]
        await self.submit()
        await asyncio.sleep(SAFETY_SECONDS)
        self.faults.heal()
        await asyncio.sleep(LIVENESS_SECONDS)
        for life in lives:
            assert not life.done(), life
            life.cancel()
        await asyncio.gather(*lives, return_exceptions=True)

    def tallies(self) -> list[Tally]:
        stored = (row for rows in self.database.shards.values() for row in rows.records.values())
        tallies = (row.body for row in stored if row.kind == Tally.kind)
        return [Tally.model_validate_json(body) for body in tallies if body is not None]


async def until_appended(bus: SimulatedBus, entry: Entry) -> None:
    while True:
        try:
            await bus.append([entry])
        except BusUnavailableError:
            await asyncio.sleep(1)
        else:
            return


def violation(world: World) -> str:
    """Return what a finished run did wrong; empty when nothing."""
    goals = [tally for tally in world.tallies() if tally.goal_id != TOTAL]
    totals = [tally for tally in world.tallies() if tally.goal_id == TOTAL]
    if len(goals) != GOALS:
        return "I1: a goal is lost"
    if {(tally.submissions, tally.timers) for tally in goals} != {(1, 1)}:
        return "I2: an input counts twice or not at all"
    if sum(total.submissions + total.timers for total in totals) != 2 * GOALS:
        return "I3: what a former owner stored is visible"
    told = {decode(entry.body).message_id for entry in world.log.entries(EVENTS.name)}
    if len(told) != sum(each.submissions + each.timers + each.activities for each in goals):
        return "I1: a message is lost"
    return ""


@pytest.mark.parametrize("seed", range(30))
def test_every_input_counts_exactly_once_whatever_happens(seed: int) -> None:
    world = World(seed)
    run_virtually(world.run())
    assert violation(world) == ""


@pytest.mark.parametrize(
    ("safeguards", "invariant"),
    [
        (Safeguards(deduplication=False), "I2"),
        (Safeguards(position_fencing=False), "I3"),
        (Safeguards(outbox=False), "I1"),
    ],
    ids=str,
)
def test_a_missing_safeguard_is_noticed(safeguards: Safeguards, invariant: str) -> None:
    for seed in range(ABLATION_SEEDS):
        world = World(seed, safeguards)
        run_virtually(world.run())
        if violation(world).startswith(invariant):
            return
    pytest.fail(f"no violation of {invariant} in {ABLATION_SEEDS} seeds")
