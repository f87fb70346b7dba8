"""A disk without room while a child writes: a failure that says so, nothing half done, no harm."""

import resource
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from agent_worker.capabilities.pipe import ChildSettings
from agent_worker.capabilities.runner import ChildProcessRunner
from agent_worker.capabilities.sources import fingerprint_of
from agent_worker.domain.actions import ActionOutcome, ActionRequest
from shared.contracts.vocabulary import ActionType, Parameters

ROOM_BYTES = 20_000
"""What a file may grow to: less than the rows take on their way into the database."""


@pytest.fixture
async def runner(tmp_path: Path) -> AsyncGenerator[ChildProcessRunner]:
    settings = ChildSettings(
        object_store=(tmp_path / "objects").as_uri(), source_roots=(str(tmp_path),)
    )
    runner = ChildProcessRunner(settings, streams=1)
    yield runner
    await runner.stop()


def profiling_of(path: Path) -> ActionRequest:
    """Return the action that reads a file and writes its profile."""
    partition: Parameters = {
        "name": path.stem,
        "uri": path.as_uri(),
        "bytes": path.stat().st_size,
        "fingerprint": fingerprint_of(path),
    }
    return ActionRequest(
        operator="profile_partition",
        action=ActionType.ANALYZE_SCHEMA,
        action_input={},
        pipeline_id="pipeline",
        task_id="profile",
        attempt=1,
        parameters={"partition": partition},
        inputs=(),
        timeout_seconds=60,
    )


@pytest.mark.skipif(not hasattr(resource, "prlimit"), reason="limits of others need Linux")
async def test_a_full_disk_fails_the_action_and_not_the_child(
    runner: ChildProcessRunner, tmp_path: Path
) -> None:
    short, long = tmp_path / "short.csv", tmp_path / "long.csv"
    short.write_text("id,name\n1,oak\n2,elm\n", encoding="utf-8")
    rows = "".join(f"{number},tree {number}\n" for number in range(5_000))
    long.write_text(f"id,name\n{rows}", encoding="utf-8")
    begun = await runner.run(profiling_of(short))
    assert isinstance(begun, ActionOutcome)
    assert begun.failure is None
    stored = sorted((tmp_path / "objects").rglob("*.*"))
    (child,) = runner.process_ids

    limits = resource.prlimit(child, resource.RLIMIT_FSIZE, (ROOM_BYTES, resource.RLIM_INFINITY))
    refused = await runner.run(profiling_of(long))
    assert isinstance(refused, ActionOutcome)
    assert refused.failure is not None
    assert (refused.failure.code, refused.failure.retryable) == ("storage_failed", True)
    assert "room" in refused.failure.remedy
    assert sorted((tmp_path / "objects").rglob("*.*")) == stored

    resource.prlimit(child, resource.RLIMIT_FSIZE, limits)
    again = await runner.run(profiling_of(long))
    assert isinstance(again, ActionOutcome)
    assert again.failure is None
    assert again.observation["rows"] == len(rows.splitlines())
    assert runner.process_ids == (child,)
