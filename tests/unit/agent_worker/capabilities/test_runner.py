"""Child processes: what becomes of requests whose child is slow, dies or loses its parent."""

import asyncio
import os
import select
import signal
import subprocess
import sys
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from agent_worker.capabilities.pipe import ChildSettings
from agent_worker.capabilities.runner import ChildProcessRunner
from agent_worker.domain.actions import ActionOutcome, ActionRequest, VoteOutcome, VoteRequest
from shared.contracts.vocabulary import ActionType, Artifact, Contract
from shared.contracts.voting import SchemaProposal, VoteChoice

PARENT = """
import asyncio, sys
from agent_worker.capabilities.pipe import ChildSettings
from agent_worker.capabilities.runner import ChildProcessRunner
from tests.unit.agent_worker.capabilities.test_runner import action

async def main():
    runner = ChildProcessRunner(ChildSettings(object_store=sys.argv[1]), streams=1)
    await runner.run(action())
    print(*runner.process_ids, flush=True)
    await asyncio.Event().wait()

asyncio.run(main())
"""


def action(task_id: str = "task", *, seconds: float = 60) -> ActionRequest:
    """An action that fails at once, since its source is not allowed."""
    return ActionRequest(
        operator="discover_sources",
        action=ActionType.ANALYZE_SCHEMA,
        action_input={},
        pipeline_id="pipeline",
        task_id=task_id,
        attempt=1,
        parameters={"sources": ["/etc/passwd"]},
        inputs=(),
        timeout_seconds=seconds,
    )


def code_of(outcome: Contract) -> str:
    assert isinstance(outcome, ActionOutcome)
    assert outcome.failure is not None
    return outcome.failure.code


@pytest.fixture
async def runner(tmp_path: Path) -> AsyncGenerator[ChildProcessRunner]:
    runner = ChildProcessRunner(ChildSettings(object_store=tmp_path.as_uri()), streams=2)
    yield runner
    await runner.stop()


async def test_a_childs_failure_is_an_outcome(runner: ChildProcessRunner) -> None:
    assert code_of(await runner.run(action())) == "source_not_allowed"


async def test_steps_of_one_attempt_share_a_child(runner: ChildProcessRunner) -> None:
    for _ in range(3):
        await runner.run(action())
    assert len(runner.process_ids) == 1


async def test_attempts_side_by_side_have_children_of_their_own(
    runner: ChildProcessRunner,
) -> None:
    outcomes = await asyncio.gather(*(runner.run(action(f"task-{at}")) for at in range(5)))
    assert {code_of(outcome) for outcome in outcomes} == {"source_not_allowed"}
    assert len(runner.process_ids) == 2


async def test_a_request_that_takes_too_long_is_stopped(runner: ChildProcessRunner) -> None:
    # No process starts within a millisecond.
    assert code_of(await runner.run(action(seconds=0.001))) == "timeout"
    assert runner.process_ids == ()


async def test_a_child_that_dies_is_replaced(runner: ChildProcessRunner) -> None:
    await runner.run(action())
    (first,) = runner.process_ids
    os.kill(first, signal.SIGKILL)
    assert code_of(await runner.run(action())) == "agent_child_died"
    assert code_of(await runner.run(action())) == "source_not_allowed"
    assert first not in runner.process_ids


async def test_an_abandoned_request_leaves_no_child_at_work(runner: ChildProcessRunner) -> None:
    await runner.run(action())
    running = asyncio.create_task(runner.run(action()))
    await asyncio.sleep(0)
    running.cancel()
    await asyncio.wait([running])
    assert runner.process_ids == ()


async def test_a_vote_that_cannot_be_made_is_an_abstention(
    runner: ChildProcessRunner,
) -> None:
    contract = Artifact(name="c", uri="file:///c", task_id="t", attempt=1, content_hash="")
    proposal = SchemaProposal(
        proposal_id="proposal",
        pipeline_id="pipeline",
        task_id="task",
        subject="schema",
        proposer_id="proposer",
        artifact=contract,
    )
    vote = await runner.run(VoteRequest(proposal=proposal, voter_id="voter"))
    assert isinstance(vote, VoteOutcome)
    assert vote.choice is VoteChoice.ABSTAIN


async def test_a_request_of_another_kind_is_refused(runner: ChildProcessRunner) -> None:
    with pytest.raises(TypeError, match="Artifact"):
        await runner.run(
            Artifact(name="c", uri="file:///c", task_id="t", attempt=1, content_hash="")
        )


def test_no_child_outlives_its_parent(tmp_path: Path) -> None:
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT, tmp_path.as_uri()], stdout=subprocess.PIPE, text=True
    )
    assert parent.stdout is not None
    with parent, os.fdopen(os.pidfd_open(int(parent.stdout.readline()))) as child:
        parent.kill()
        ended, _, _ = select.select([child], [], [], 10)
    assert ended
