"""A simulated person, who changes his mind: cancels, pauses, resumes, retries, replans."""

import asyncio
from random import Random

from planner.domain.records import PipelineRecord
from planner.domain.steering import ACCEPTED_IN, command_id_of
from shared.contracts.machine import Send
from shared.contracts.payloads import Command, GoalCommand, PipelineState
from shared.contracts.terms import OnFailure
from shared.contracts.topics import PLANNER
from shared.engine.posting import post
from shared.ports.bus import BusUnavailableError
from shared.ports.ports import Ports
from tests.simulation.invariants import Invariants

COMMANDS_MAX = 12
TASKS_RUNNING_MAX = 8
PATIENCE_SECONDS_MAX = 40.0
"""Between two commands of one person: a goal without faults takes about as long."""

STEERED_SEEDS = 2
SEEDS_PERIOD = 4
"""Half of the seeds have such a person; the others are left alone."""


def is_restless(seed: int) -> bool:
    """Tell whether somebody steers the goals of this seed."""
    return seed % SEEDS_PERIOD < STEERED_SEEDS


class Person:
    """Looks at the goals as the planner's API shows them, and tells them what it would accept."""

    def __init__(self, seed: int, ports: Ports, invariants: Invariants) -> None:
        self._is_restless = is_restless(seed)
        self._chance = Random(f"person {seed}")
        self._ports = ports
        self._invariants = invariants

    async def steer(self) -> None:
        """Change one's mind a few times."""
        for _ in range(self._chance.randint(0, COMMANDS_MAX) if self._is_restless else 0):
            await asyncio.sleep(self._chance.uniform(0, PATIENCE_SECONDS_MAX))
            told = [
                (pipeline, command)
                for pipeline in self._invariants.newest_pipelines()
                for command in Command
                if pipeline.state in ACCEPTED_IN[command] - {PipelineState.COMPLETED}
            ]
            if told:
                await self._tell(*self._chance.choice(told))

    async def resume_all(self) -> None:
        """Let nothing stay paused, so that everything can come to an end."""
        for pipeline in self._invariants.newest_pipelines():
            if pipeline.state is PipelineState.PAUSED:
                await self._tell(pipeline, Command.RESUME)

    async def _tell(self, pipeline: PipelineRecord, command: Command) -> None:
        details = ""
        told = GoalCommand(
            goal_id=pipeline.goal_id, pipeline_id=pipeline.pipeline_id, command=command
        )
        if command is Command.REPLAN:
            running_max = self._chance.randint(1, TASKS_RUNNING_MAX)
            on_failure = self._chance.choice(tuple(OnFailure))
            changes = {"tasks_running_max": running_max, "on_failure": on_failure}
            terms = pipeline.terms.model_copy(update=changes)
            told, details = told.model_copy(update={"terms": terms}), f"{running_max} {on_failure}"
        send = Send(PLANNER, told, "planner", pipeline.key, pipeline.key)
        cause = command_id_of(pipeline, command, details)
        for _ in range(self._chance.randint(1, 2)):
            await post_until_taken(self._ports, send, cause=cause)


async def post_until_taken(ports: Ports, send: Send, *, cause: str) -> None:
    """Post the message until the bus has it, as a patient client does."""
    while True:
        try:
            await post(ports, send, sender_id="person", cause=cause)
        except BusUnavailableError:
            await asyncio.sleep(1)
        else:
            return
