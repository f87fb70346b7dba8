"""How long a task is expected to take, by what it reads."""

from pydantic import JsonValue

from planner.domain.model.work import Work
from shared.contracts.vocabulary import Parameters

MEBIBYTE = 1 << 20


def estimated_seconds(work: Work, arguments: Parameters) -> float:
    """Return the expected seconds of one run: a fixed part, and one by the bytes that it reads."""
    duration = work.duration
    if not duration.size:
        return duration.seconds
    return duration.seconds + duration.seconds_per_mebibyte * _size(duration.size, arguments)


def _size(path: str, arguments: Parameters) -> float:
    """Return the mebibytes that a path leads to; 0 when it leads to no number."""
    found: JsonValue = arguments
    for part in path.split("."):
        found = found.get(part) if isinstance(found, dict) else None
    return found / MEBIBYTE if isinstance(found, int | float) else 0.0
