"""What one event costs, in records read and changed: the same however much there is."""

from collections.abc import Hashable, Iterator

import pytest

from hub.domain.limits import Limits
from hub.handlers import HubMachine
from shared.contracts.machine import MessageReceived
from shared.contracts.messages import Payload
from shared.contracts.payloads import AgentHeartbeat, AttemptRef
from shared.kernel.records import AnyRecord, Records
from tests.unit.hub.harbour import Harbour, cancellation, message, registration, request, response

AGENTS = 50
CAPABILITIES = ("clean_partition", "profile_partition")


class CountedState:
    """Counts the records that a step reads."""

    def __init__(self, records: Records) -> None:
        self._records = records
        self.reads = 0

    def get(self, kind: type[AnyRecord], key: str) -> AnyRecord | None:
        self.reads += 1
        return self._records.get(kind, key)

    def select(self, kind: type[AnyRecord], index: str, value: Hashable) -> Iterator[AnyRecord]:
        self.reads += 1
        for record in self._records.select(kind, index, value):
            self.reads += 1
            yield record


def busy_harbour(tasks: int) -> Harbour:
    harbour = Harbour()
    for number in range(AGENTS):
        harbour.board(registration(f"agent-{number}", *CAPABILITIES, streams=8))
    for number in range(tasks):
        harbour.take(request(f"task-{number:05d}"))
    return harbour


def cost(harbour: Harbour, payload: Payload) -> tuple[int, int]:
    """Return how many records the event reads and how many it changes."""
    state = CountedState(harbour.records)
    received = MessageReceived(message(payload))
    step = HubMachine(Limits()).step(state, received, harbour.now)
    return state.reads, len(step.changes)


@pytest.fixture(scope="module")
def short_queue() -> Harbour:
    return busy_harbour(410)


@pytest.fixture(scope="module")
def long_queue() -> Harbour:
    return busy_harbour(4_000)


@pytest.mark.parametrize(
    ("payload", "reads_max", "changes_max"),
    [
        (request("another"), 8, 1),
        (response("task-00000", "agent-0"), 20, 3),
        (cancellation("task-00000"), 20, 3),
        (cancellation("task-00405"), 2, 1),
        (AgentHeartbeat(agent_id="agent-0", epoch=1), 12, 2),
        (registration("agent-0", *CAPABILITIES, run="run-2", streams=8), 80, 20),
    ],
    ids=["request", "response", "running", "waiting", "heartbeat", "registration"],
)
def test_an_event_costs_the_same_however_long_the_queue(
    short_queue: Harbour, long_queue: Harbour, payload: Payload, reads_max: int, changes_max: int
) -> None:
    reads, changes = cost(short_queue, payload)
    assert cost(long_queue, payload) == (reads, changes)
    assert reads <= reads_max
    assert changes <= changes_max


def test_a_heartbeat_changes_no_record_of_a_task(long_queue: Harbour) -> None:
    running = tuple(
        AttemptRef(task_id=lease.task_id, attempt=lease.attempt)
        for lease in long_queue.agent("agent-0").running
    )
    assert len(running) == 8
    _, changes = cost(long_queue, AgentHeartbeat(agent_id="agent-0", epoch=1, running=running))
    assert changes == 2
