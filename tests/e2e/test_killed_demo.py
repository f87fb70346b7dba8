"""The demo, killed at random moments and started again, ends with the very same table."""

import json
import os
import random
import secrets
import subprocess
import sys
from pathlib import Path

import pytest

KILLS = 3
KILL_AFTER_SECONDS = (1.0, 14.0)
"""From the start of the process, before it has made its data, to about the publication."""

RUN_SECONDS_MAX = 180

pytestmark = pytest.mark.timeout(600)


def demo(state: Path) -> subprocess.Popen[bytes]:
    """Start `argosy demo` as a person would, with its state in the folder."""
    argosy = Path(sys.executable).with_name("argosy")
    command = [argosy, "demo", "--state", state, "--port", "0", "--json"]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def content_hash(running: subprocess.Popen[bytes]) -> str:
    """Return the hash of the table that the demo comes to."""
    output, remarks = running.communicate(timeout=RUN_SECONDS_MAX)
    assert running.returncode == 0, remarks.decode()
    return str(json.loads(output)["table"]["content_hash"])


def killed(running: subprocess.Popen[bytes], moment_seconds: float) -> None:
    """Let the demo run until the moment, then kill it as `kill -9` does."""
    with running:
        try:
            running.communicate(timeout=moment_seconds)
        except subprocess.TimeoutExpired:
            running.kill()


def test_a_demo_killed_at_random_moments_gives_the_same_table(tmp_path: Path) -> None:
    expected = content_hash(demo(tmp_path / "calm"))
    seed = int(os.environ.get("ARGOSY_TEST_SEED", secrets.randbelow(1_000_000)))
    chance = random.Random(seed)
    for _ in range(KILLS):
        killed(demo(tmp_path / "killed"), chance.uniform(*KILL_AFTER_SECONDS))
    found = content_hash(demo(tmp_path / "killed"))
    assert found == expected, f"ARGOSY_TEST_SEED={seed} kills at the same moments again"
