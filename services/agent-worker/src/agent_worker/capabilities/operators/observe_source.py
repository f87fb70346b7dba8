"""Observing a source or a table: a fingerprint that is another one when something has changed.

Of files it is made of names, sizes and times of change: whoever appends changes the size, whoever
rewrites changes the time, and nothing has to be opened. A file that is touched and stays the same
counts as changed: to do something for nothing is better than to miss something.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from hashlib import sha256

from pydantic import model_validator

from agent_worker.capabilities.delta_table import newest
from agent_worker.capabilities.operators.handing_over import hand_over, written
from agent_worker.capabilities.workshop import Workshop
from agent_worker.domain.actions import ActionOutcome, ActionRequest
from agent_worker.domain.operators.handover import Handover
from shared.contracts.feeds import TopicPlace, topic_place
from shared.contracts.vocabulary import ActionType, Contract
from shared.kernel.signing import canonical_bytes


class ObserveParameters(Contract):
    """What the task gives: one of the two."""

    source: str = ""
    table: str = ""

    @model_validator(mode="after")
    def _is_one(self) -> "ObserveParameters":
        if bool(self.source) == bool(self.table):
            raise ValueError("give either a source or a table")
        return self


class Observed(Contract):
    """What a source looks like from outside."""

    fingerprint: str
    """SHA-256 of what is looked at, in hexadecimal."""
    count: int
    """Files of a pattern, messages of a topic, or commits of a table."""
    newest: str
    """When the newest of them changed, in UTC; empty where nothing says so."""


def perform(request: ActionRequest, workshop: Workshop) -> ActionOutcome:
    """Carry one action out."""
    if request.action is ActionType.FINAL_RESULT:
        return hand_over(request, workshop)
    parameters = ObserveParameters.model_validate(request.parameters)
    place = topic_place(parameters.source)
    if parameters.table:
        seen = _of_table(parameters.table, workshop)
    elif place is not None:
        seen = _of_topic(place, workshop)
    else:
        seen = _of_files(parameters.source, workshop)
    return written(Handover(facts={"observed": seen.model_dump(mode="json")}, score=1))


def _of_files(source: str, workshop: Workshop) -> Observed:
    states = [(path.as_uri(), path.stat()) for path in workshop.sources.watch(source)]
    listed = [[uri, state.st_size, state.st_mtime_ns] for uri, state in states]
    changed_at = max((state.st_mtime for _, state in states), default=None)
    return Observed(
        fingerprint=_digest(listed),
        count=len(states),
        newest="" if changed_at is None else _utc(changed_at),
    )


def _of_topic(place: TopicPlace, workshop: Workshop) -> Observed:
    with workshop.brokers.reader(place) as reader:
        ends = {number: kept.end for number, kept in reader.bounds(place.topic).items()}
    return Observed(fingerprint=_digest([*ends.items()]), count=sum(ends.values()), newest="")


def _of_table(name: str, workshop: Workshop) -> Observed:
    table = newest(workshop.store.uri_of(f"tables/{name}"))
    if table is None:
        return Observed(fingerprint=_digest([]), count=0, newest="")
    (commit,) = table.history(limit=1)
    return Observed(
        fingerprint=_digest([table.metadata().id, table.version()]),
        count=table.version() + 1,
        newest=_utc(commit["timestamp"] / 1000),
    )


def _digest(listed: Sequence[object]) -> str:
    return sha256(canonical_bytes({"seen": listed})).hexdigest()


def _utc(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat()
