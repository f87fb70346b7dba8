"""What befalls a child at work: a failure in words, nothing half done, and the next task goes well.

Each fault hits a real child process under a real runner, while it reads a file.
"""

import asyncio
import gzip
import os
import resource
import signal
from collections.abc import AsyncGenerator, Callable
from contextlib import suppress
from pathlib import Path

import duckdb
import pytest
from backports import zstd

from agent_worker.capabilities.child import carry_out
from agent_worker.capabilities.pipe import ChildSettings
from agent_worker.capabilities.runner import ChildProcessRunner
from agent_worker.capabilities.sources import fingerprint_of
from agent_worker.domain.actions import ActionOutcome, ActionRequest
from shared.contracts.vocabulary import ActionType, Failure, Parameters
from tests.unit.agent_worker.workbench import Workbench

ROWS = 60_000
"""So many that reading them takes long enough to be met at it."""

ROOM_BYTES = 1024 * 1024
"""What a child may take on top of what it has; less than reading the rows takes."""

NOBODY = 65_534
"""A user that owns nothing."""

needs_linux = pytest.mark.skipif(
    not Path("/proc/self/cmdline").exists(), reason="looking at other processes needs Linux"
)


@pytest.fixture
async def runner(tmp_path: Path) -> AsyncGenerator[ChildProcessRunner]:
    settings = ChildSettings(
        object_store=(tmp_path / "objects").as_uri(),
        source_roots=(str(tmp_path),),
        memory_mib=128,
    )
    runner = ChildProcessRunner(settings, streams=1)
    yield runner
    await runner.stop()


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """Return a file that takes a while to read."""
    path = tmp_path / "trips.csv"
    rows = "".join(f'{number},"tree {number}",{number % 997}\n' for number in range(ROWS))
    path.write_text(f"id,name,amount\n{rows}", encoding="utf-8")
    return path


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """Return a file that is read at once."""
    path = tmp_path / "small.csv"
    path.write_text("id,name\n1,oak\n2,elm\n", encoding="utf-8")
    return path


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
        task_id=f"profile-{path.stem}",
        attempt=1,
        parameters={"partition": partition},
        inputs=(),
        timeout_seconds=60,
    )


def is_reading(runner: ChildProcessRunner) -> bool:
    """Tell whether a child takes up rows of a file; the last it was told is its folder."""
    told = [Path(f"/proc/{child}/cmdline").read_bytes() for child in runner.process_ids]
    folders = [Path(each.split(b"\0")[-2].decode()) for each in told if each]
    return any(True for folder in folders for _ in folder.glob("*.rows"))


def address_space_of(process_id: int) -> int:
    """Return the bytes of memory that a process has mapped."""
    pages = Path(f"/proc/{process_id}/statm").read_text(encoding="ascii").split()[0]
    return int(pages) * resource.getpagesize()


async def failure_while_reading(
    runner: ChildProcessRunner, path: Path, strike: Callable[[], None]
) -> Failure:
    """Strike once the child's reading of the file has begun."""
    running = asyncio.create_task(runner.run(profiling_of(path)))
    while not is_reading(runner):
        assert not running.done(), "the child was faster than the fault"
        await asyncio.sleep(0)
    strike()
    return failure_of(await running)


def failure_of(outcome: object) -> Failure:
    assert isinstance(outcome, ActionOutcome)
    assert outcome.failure is not None
    assert outcome.artifacts == ()
    return outcome.failure


async def assert_all_is_well(runner: ChildProcessRunner, small: Path) -> None:
    """The next task succeeds, and nothing of the failed one can be seen."""
    outcome = await runner.run(profiling_of(small))
    assert isinstance(outcome, ActionOutcome)
    assert outcome.failure is None
    stored = small.parent / "objects" / "work"
    assert {path.parent.parent.name for path in stored.rglob("*.*")} == {"profile-small"}


@needs_linux
async def test_a_child_killed_at_work_costs_its_attempt_alone(
    runner: ChildProcessRunner, source: Path, small: Path
) -> None:
    def kill() -> None:
        (child,) = runner.process_ids
        os.kill(child, signal.SIGKILL)

    failure = await failure_while_reading(runner, source, kill)
    assert (failure.code, failure.retryable) == ("agent_child_died", True)
    assert "SIGKILL" in failure.detail
    await assert_all_is_well(runner, small)


@needs_linux
async def test_memory_that_is_refused_is_told_as_such(
    runner: ChildProcessRunner, source: Path, small: Path
) -> None:
    await runner.run(profiling_of(small))
    (child,) = runner.process_ids
    room = address_space_of(child) + ROOM_BYTES
    limits = resource.prlimit(child, resource.RLIMIT_AS, (room, resource.RLIM_INFINITY))
    failure = failure_of(await runner.run(profiling_of(source)))
    assert (failure.code, failure.retryable) == ("memory_exhausted", False)
    assert "ARGOSY_PARTITION_MIB" in failure.remedy
    resource.prlimit(child, resource.RLIMIT_AS, limits)
    await assert_all_is_well(runner, small)
    assert runner.process_ids == (child,)


@needs_linux
@pytest.mark.parametrize("fault", ["grown", "truncated", "removed"])
async def test_a_source_that_changes_while_it_is_read_is_refused(
    runner: ChildProcessRunner, source: Path, small: Path, fault: str
) -> None:
    def change() -> None:
        if fault == "grown":
            with source.open("a", encoding="utf-8") as file:
                file.write("1,late,2\n")
        elif fault == "truncated":
            os.truncate(source, 100_000)
        else:
            source.unlink()

    failure = await failure_while_reading(runner, source, change)
    assert (failure.code, failure.retryable) == ("source_changed", False)
    assert "trips.csv" in failure.detail
    await assert_all_is_well(runner, small)


def gzip_of(path: Path) -> bytes:
    return gzip.compress(path.read_bytes(), 1)


def zstd_of(path: Path) -> bytes:
    return zstd.compress(path.read_bytes())


def parquet_of(path: Path) -> bytes:
    with duckdb.connect() as connection:
        target = path.with_suffix(".parquet")
        connection.read_csv(str(path)).write_parquet(str(target))
    return target.read_bytes()


@pytest.mark.parametrize(
    ("packed", "code"),
    [
        (gzip_of, "source_archive_damaged"),
        (zstd_of, "source_archive_damaged"),
        (parquet_of, "source_damaged"),
    ],
)
async def test_a_file_damaged_in_its_middle_is_refused(
    runner: ChildProcessRunner,
    source: Path,
    small: Path,
    packed: Callable[[Path], bytes],
    code: str,
) -> None:
    content = bytearray(packed(source))
    middle = len(content) // 2
    content[middle : middle + 4000] = bytes(4000)
    damaged = source.with_suffix(".packed")
    damaged.write_bytes(content)
    failure = failure_of(await runner.run(profiling_of(damaged)))
    assert (failure.code, failure.retryable) == (code, False)
    assert "trips.packed" in failure.detail
    await assert_all_is_well(runner, small)


def test_a_file_that_may_not_be_read_is_named(tmp_path: Path) -> None:
    bench = Workbench(tmp_path)
    path = bench.write("secret.csv", "id,name", "1,oak")
    request = profiling_of(path)
    path.chmod(0)
    is_root = os.geteuid() == 0
    with suppress(PermissionError):
        os.seteuid(NOBODY)
    try:
        outcome = carry_out(request, bench.workshop).outcome
    finally:
        if is_root:
            os.seteuid(0)
    failure = failure_of(outcome)
    assert (failure.code, failure.retryable) == ("access_denied", False)
    assert "secret.csv" in failure.detail
