"""How long work really takes: what a domain declares, corrected by what was seen.

A domain declares seconds for each run and for each mebibyte. How an observed run compares to that
is one number, observed over declared, whatever the size; its logarithm is averaged, so that three
times as long and a third cancel out. The first runs count alike, later ones with a weight that
fades (an EWMA over some fifty). One run that is far off, such as one on a machine that was
suspended, moves the mean no more than one that took eight times as long as is usual.

A few runs prove little: the mean counts as if `RUNS_DECLARED` more runs had taken what is declared.
"""

from dataclasses import dataclass
from math import exp, log
from typing import ClassVar

from planner.domain.model.work import Work
from planner.domain.sizing import estimated_seconds
from shared.contracts.vocabulary import Parameters
from shared.kernel.records import Record, State

RUNS_DECLARED = 5
"""Runs that the declaration is worth: after five observed ones both count alike."""

RUNS_REMEMBERED = 50
"""Runs over which the mean fades: an hour of a busy fleet, and a changed machine shows soon."""

OUTLIER_FACTOR = 8.0
"""A run that took longer or shorter than the usual by more than this is taken as this."""

SPREAD_DECLARED = log(2)
"""How far off a run may be of which nothing is known: half to double."""

SECONDS_MIN = 0.001
"""Nothing takes no time: what is compared must not be zero."""


class DurationRecord(Record):
    """How long the runs of one capability took, compared to what was declared."""

    kind: ClassVar[str] = "duration"

    capability: str
    runs: int = 0
    log_ratio: float = 0.0
    """The mean logarithm of observed over declared seconds."""
    deviation: float = 0.0
    """The mean distance of a run's logarithm from that mean."""

    @property
    def key(self) -> str:
        """The capability."""
        return self.capability


@dataclass(frozen=True, slots=True)
class Expected:
    """What one run may take."""

    seconds: float
    low: float
    """Some two of three runs take longer than this,"""
    high: float
    """and as many less than this."""


def observed(record: DurationRecord, *, declared: float, seconds: float) -> DurationRecord:
    """Return the record with one more run in it."""
    ratio = log(max(seconds, SECONDS_MIN) / max(declared, SECONDS_MIN))
    if record.runs >= RUNS_DECLARED:
        widest = log(OUTLIER_FACTOR)
        ratio = max(record.log_ratio - widest, min(record.log_ratio + widest, ratio))
    runs = record.runs + 1
    weight = 1 / min(runs, RUNS_REMEMBERED)
    distance = abs(ratio - record.log_ratio) if record.runs else SPREAD_DECLARED
    changes = {
        "runs": runs,
        "log_ratio": record.log_ratio + weight * (ratio - record.log_ratio),
        "deviation": record.deviation + weight * (distance - record.deviation),
    }
    return record.model_copy(update=changes)


def expected_from(record: DurationRecord | None, declared: float) -> Expected:
    """Return what a run may take that is declared to take so many seconds."""
    runs = 0 if record is None else record.runs
    trust = runs / (runs + RUNS_DECLARED)
    log_ratio = 0.0 if record is None else record.log_ratio
    deviation = 0.0 if record is None else record.deviation
    seconds = max(declared, 0.0) * exp(trust * log_ratio)
    spread = exp(trust * deviation + (1 - trust) * SPREAD_DECLARED)
    return Expected(seconds, seconds / spread, seconds * spread)


def expected_seconds(state: State, work: Work, arguments: Parameters) -> float:
    """Return the seconds that a run with these arguments may take, by all that is known."""
    declared = estimated_seconds(work, arguments)
    return expected_from(state.get(DurationRecord, work.capability), declared).seconds
