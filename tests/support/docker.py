"""Whether containers can be started here."""

import shutil
import subprocess

ANSWER_SECONDS_MAX = 10


def docker_answers() -> bool:
    """Return whether a Docker engine is in reach."""
    command = shutil.which("docker")
    if command is None:
        return False
    try:
        asked = subprocess.run(
            [command, "info"], capture_output=True, timeout=ANSWER_SECONDS_MAX, check=False
        )
    except subprocess.TimeoutExpired:
        return False
    return asked.returncode == 0
