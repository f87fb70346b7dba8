"""What the hub remembers: each agent with its leases, and each task that is in flight."""

from collections.abc import Iterable
from typing import ClassVar

from pydantic import AwareDatetime, BaseModel, ConfigDict

from shared.contracts.payloads import AgentState, DataRequest
from shared.kernel.records import Record

PRIORITY_MAX = 9
"""The most urgent priority that a task can have (contracts.vocabulary.DataTask)."""

NO_SLOT = -1
"""The slot of an agent that has none: refused, lost or stopped."""


class Lease(BaseModel):
    """An attempt that an agent carries out, and until when the hub believes that it does.

    Leases are part of their agent's record, so that a heartbeat renews all of them at once and
    no task's record is rewritten while the task runs.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    task_id: str
    attempt: int
    task_name: str
    expires_at: AwareDatetime


class AgentRecord(Record):
    """One agent of the fleet."""

    kind: ClassVar[str] = "agent"

    agent_id: str
    registration_id: str
    public_key: str
    capabilities: tuple[str, ...]
    streams_max: int
    state: AgentState
    slot: int = NO_SLOT
    epoch: int = 0
    """Counts admissions; what comes from an older epoch is void."""
    registered_at: AwareDatetime
    last_heartbeat_at: AwareDatetime | None = None
    running: tuple[Lease, ...] = ()

    @property
    def key(self) -> str:
        """The agent's id."""
        return self.agent_id

    @property
    def rank(self) -> str:
        """The share of its streams in use, in thousandths; without a slot, since when it waits."""
        if self.slot == NO_SLOT:
            return self.registered_at.isoformat(timespec="microseconds")
        return f"{1000 * len(self.running) // self.streams_max:04d}"

    @property
    def has_free_stream(self) -> bool:
        """Whether it can be given one more task."""
        return self.state is AgentState.ACTIVE and len(self.running) < self.streams_max

    @property
    def waits_for_slot(self) -> bool:
        """Whether it was refused, and will be admitted when a slot is free."""
        return self.state is AgentState.REGISTERING and self.slot == NO_SLOT

    def indexes(self) -> Iterable[tuple[str, str | int]]:
        """Find agents by what they could do now, the least loaded first, and by their slot."""
        if self.slot != NO_SLOT:
            yield ("slot", self.slot)
            yield ("live", "")
        elif self.waits_for_slot:
            yield ("waits_for_slot", "")
        if self.state is AgentState.ACTIVE:
            yield from (("active", capability) for capability in self.capabilities)
        if self.has_free_stream:
            yield from (("free", capability) for capability in self.capabilities)


class AssignmentRecord(Record):
    """One task in flight: it waits for an agent, or an agent holds its current attempt."""

    kind: ClassVar[str] = "assignment"

    request: DataRequest
    queued_at: AwareDatetime
    attempt: int
    """The newest attempt that was begun, by whomever; 0 before the first."""
    agent_id: str = ""
    """Who carries the newest attempt out; empty while the task waits."""

    @property
    def key(self) -> str:
        """The task's id."""
        return self.request.task.task_id

    @property
    def parent(self) -> str:
        """The pipeline that the task belongs to."""
        return self.request.pipeline_id

    @property
    def rank(self) -> str:
        """The most urgent first, and among equals the one that has waited longest."""
        urgency = PRIORITY_MAX - self.request.task.priority
        return f"{urgency} {self.queued_at.isoformat(timespec='microseconds')}"

    @property
    def waits(self) -> bool:
        """Whether nobody carries it out."""
        return not self.agent_id

    def indexes(self) -> Iterable[tuple[str, str]]:
        """Find waiting tasks by the capability that they ask for."""
        if self.waits:
            yield ("waiting", self.request.operator)
