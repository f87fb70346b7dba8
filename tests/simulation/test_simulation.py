"""The fleet keeps its invariants under every seed, and a seed is a run, to the byte."""

import os
import subprocess
import sys
from collections import Counter
from functools import cache

import pytest

from shared.contracts.payloads import PipelineState
from shared.contracts.topics import INBOX
from shared.contracts.wire import decode
from shared.contracts.witnesses import VetoState
from shared.kernel.safeguards import Safeguards
from tests.simulation.invariants import ViolationError
from tests.simulation.sabotage import is_hostile
from tests.simulation.voting import told_results
from tests.simulation.world import World

SEEDS = 50
ABLATION_SEEDS = 300
ABLATION_SEED = 84
"""A seed that notices at once that attempts are not fenced; another one is looked for, which takes
minutes, when the worlds have come to differ: then name that one here."""

# Whichever test comes first runs the worlds of all seeds, a second or so of work each.
pytestmark = pytest.mark.timeout(600)

FOUND_SEEDS = (39, 71, 83, 175, 354)
"""Seeds that once failed: a seek that answered an assignment which had come and gone; a task given
up under the number of an attempt that the planner had heard of."""


@cache
def finished(seed: int) -> World:
    """Return the world of a seed after its run; each seed runs once for all tests."""
    world = World(seed)
    world.run()
    return world


@pytest.mark.parametrize("seed", sorted({*range(SEEDS), *FOUND_SEEDS}))
def test_the_invariants_hold_under_every_seed(seed: int) -> None:
    assert finished(seed).acknowledged


def test_most_goals_reach_their_table_in_spite_of_faults() -> None:
    worlds = [finished(seed) for seed in range(SEEDS)]
    completed = sum(len(tuple(world.invariants.completed())) for world in worlds)
    assert completed >= sum(len(world.acknowledged) for world in worlds) / 2


def test_people_stop_goals_and_bring_them_to_their_table_all_the_same() -> None:
    ended, stopped = Counter[PipelineState](), 0
    for seed in range(SEEDS):
        world = finished(seed)
        ended.update(pipeline.state for pipeline in world.invariants.newest_pipelines())
        messages = (decode(entry.body) for entry in world.log.entries(INBOX.name))
        stopped += sum(each.message_type == "task_cancellation" for each in messages)
    assert set(ended) >= {PipelineState.CANCELLED, PipelineState.COMPLETED}
    assert stopped > 0


def test_goals_stand_in_line_and_begin_all_the_same() -> None:
    watches = [finished(seed).invariants.owners for seed in range(SEEDS)]
    begun = [watch.pipelines[each].tasks_total > 0 for watch in watches for each in watch.queued]
    assert any(begun)


def test_votes_are_disturbed_and_rows_looked_at() -> None:
    states, foreign = Counter[VetoState](), 0
    for seed in filter(is_hostile, range(SEEDS)):
        for conclusion in told_results(finished(seed).log):
            states.update(veto.state for veto in conclusion.vetoes)
            foreign += conclusion.foreign
    assert set(states) == set(VetoState)
    assert foreign > 0


def test_every_fault_strikes_somewhere() -> None:
    struck = Counter[str]()
    for seed in range(SEEDS):
        struck.update(finished(seed).faults.fired)
    assert min(struck.values()) > 0, struck


def test_a_seed_gives_the_same_run_in_every_process() -> None:
    program = "from tests.simulation.world import World; print(World(3).run())"
    hashes = {
        subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "PYTHONHASHSEED": hash_seed},
            check=True,
            capture_output=True,
        ).stdout
        for hash_seed in ("1", "2")
    }
    assert hashes == {f"{World(3).run()}\n".encode()}


def run_until_violated(safeguards: Safeguards) -> None:
    for seed in (ABLATION_SEED, *range(ABLATION_SEEDS)):
        World(seed, safeguards).run()


def test_an_old_attempt_that_is_heard_is_noticed() -> None:
    with pytest.raises(ViolationError, match=r"^I3"):
        run_until_violated(Safeguards(attempt_fencing=False))
