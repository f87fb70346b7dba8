"""Which run of the demo this is: the one that was interrupted, or a new one.

A run that did not end is gone on with, whatever ended its process. One that ended has nothing
left to do, so the next start clears what it stored and begins anew. On a bus outside this machine
the past cannot be cleared, so nothing is; the next run is simply another goal.
"""

from enum import StrEnum
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from argosy.state_folder import clear

DATA_FOLDER = "data"
"""In the state folder; outlives the runs, for its making takes longer than its clearing."""
SOURCES_FOLDER = "flights"
"""In the data's folder; all that a goal may read."""
LATE_FOLDER = "late"
"""Beside the sources: what comes after the table is there."""
LEDGER = "run.json"


class DemoRun(BaseModel):
    """One run of the demo: on which data, and whether it has ended."""

    model_config = ConfigDict(frozen=True)

    number: int
    seed: int
    fingerprint: str
    has_ended: bool = False

    @property
    def idempotency_key(self) -> str:
        """What makes this run's goal the same goal however often it is submitted."""
        return f"demo-{self.seed}-{self.fingerprint[:16]}-{self.number}"

    @property
    def late_key(self) -> str:
        """The same for the goal that takes the late files in."""
        return f"{self.idempotency_key}-late"

    def ended(self) -> "DemoRun":
        """Return the run as one that has nothing left to do."""
        return self.model_copy(update={"has_ended": True})

    def save(self, folder: Path) -> None:
        """Remember the run; a kill at any moment leaves the old note or the new one."""
        draft = folder / f"{LEDGER}.new"
        draft.write_text(self.model_dump_json())
        draft.replace(folder / LEDGER)


class Beginning(StrEnum):
    """How a run begins, as it is said."""

    FIRST = "first run"
    RESUMED = "the last run was interrupted: going on with it"
    AFRESH = "the last run is over: beginning afresh"
    STARTED_OVER = "starting over"


def begin(
    folder: Path, seed: int, fingerprint: str, *, starts_over: bool, can_clear: bool
) -> tuple[DemoRun, Beginning]:
    """Return the run that this start belongs to, its state folder cleared unless it goes on."""
    last = _last_run(folder)
    is_same = last is not None and (last.seed, last.fingerprint) == (seed, fingerprint)
    if last is not None and is_same and not last.has_ended and not starts_over:
        return last, Beginning.RESUMED
    run = DemoRun(number=last.number + 1 if last else 1, seed=seed, fingerprint=fingerprint)
    if last is not None:
        last.ended().save(folder)  # so that a kill while clearing is not gone on with
    if can_clear:
        clear(folder, keep=(DATA_FOLDER, LEDGER))
    run.save(folder)
    if last is None:
        return run, Beginning.FIRST
    return run, Beginning.AFRESH if last.has_ended and is_same else Beginning.STARTED_OVER


def _last_run(folder: Path) -> DemoRun | None:
    try:
        return DemoRun.model_validate_json((folder / LEDGER).read_bytes())
    except (FileNotFoundError, ValidationError):
        return None
