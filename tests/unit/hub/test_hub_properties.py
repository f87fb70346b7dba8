"""What holds whatever agents, tasks, time and the hub itself do, in any order."""

from collections import defaultdict

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from hub.domain.limits import Limits
from hub.domain.records import NO_SLOT, AgentRecord, AssignmentRecord
from hub.handlers import HubMachine
from shared.contracts.machine import Send, Timer
from shared.contracts.messages import Payload
from shared.contracts.payloads import (
    AgentHeartbeat,
    AgentState,
    AttemptRef,
    DataRequest,
    DataResponse,
    TaskCancellation,
)
from tests.unit.hub.harbour import Harbour, cancellation, registration, request, response

AGENTS = ("anna", "bert", "carl")
OPERATORS = ("profile_partition", "clean_partition")
TASKS = tuple(f"task-{number}" for number in range(8))
LIMITS = Limits(agents_max=2)

agent_ids = st.sampled_from(AGENTS)
task_ids = st.sampled_from(TASKS)
attempts = st.integers(1, 6)
references = st.builds(AttemptRef, task_id=task_ids, attempt=attempts)
holdings = st.lists(references, max_size=3).map(tuple)


def listing(agent: AgentRecord | None) -> tuple[AttemptRef, ...]:
    """Return what the agent would say that it carries out, if the hub is right."""
    leases = agent.running if agent is not None else ()
    return tuple(AttemptRef(task_id=lease.task_id, attempt=lease.attempt) for lease in leases)


class Fleet(RuleBasedStateMachine):
    """Agents join, speak, fall silent and come back; outcomes come late, twice or never."""

    @initialize()
    def found(self) -> None:
        self.harbour = Harbour(HubMachine(LIMITS))
        self.newest = defaultdict[str, int](int)
        self.priorities: dict[str, int] = {}
        self.runs = 0

    @rule(
        agent=agent_ids,
        capabilities=st.sets(st.sampled_from(OPERATORS), min_size=1),
        streams=st.integers(1, 3),
        holding=st.none() | holdings,
    )
    def agent_registers(
        self,
        agent: str,
        capabilities: set[str],
        streams: int,
        holding: tuple[AttemptRef, ...] | None,
    ) -> None:
        self.runs += 1
        known = self.harbour.records.get(AgentRecord, agent)
        self.see(
            registration(
                agent,
                *sorted(capabilities),
                run=f"run-{self.runs}",
                streams=streams,
                holding=listing(known) if holding is None else holding,
            )
        )

    @rule(agent=agent_ids, is_current=st.booleans(), state=st.sampled_from(["active", "draining"]))
    def agent_speaks(self, agent: str, *, is_current: bool, state: str) -> None:
        known = self.harbour.records.get(AgentRecord, agent)
        if known is not None and known.epoch > 0:
            epoch = known.epoch if is_current else known.epoch + 1
            running = [attempt.model_dump() for attempt in listing(known)]
            self.see(
                AgentHeartbeat.model_validate(
                    {"agent_id": agent, "epoch": epoch, "state": state, "running": running}
                )
            )
            assert is_current or self.harbour.agent(agent) == known

    @rule(agent=agent_ids, running=holdings)
    def agent_lists_something_else(self, agent: str, running: tuple[AttemptRef, ...]) -> None:
        known = self.harbour.records.get(AgentRecord, agent)
        if known is not None and known.epoch > 0:
            self.see(AgentHeartbeat(agent_id=agent, epoch=known.epoch, running=running))

    @rule(agent=agent_ids)
    def agent_stops(self, agent: str) -> None:
        known = self.harbour.records.get(AgentRecord, agent)
        if known is not None and known.epoch > 0:
            self.see(AgentHeartbeat(agent_id=agent, epoch=known.epoch, state=AgentState.STOPPED))

    @rule(task=task_ids, operator=st.sampled_from(OPERATORS), priority=st.integers(0, 9))
    def planner_asks(self, task: str, operator: str, priority: int) -> None:
        done = self.newest[task] if self.harbour.task(task) is None else 0
        if done < LIMITS.attempts_max:
            self.see(request(task, operator, priority=priority, attempt=done))

    @rule(task=task_ids)
    def current_attempt_ends(self, task: str) -> None:
        assignment = self.harbour.task(task)
        if assignment is not None and not assignment.waits:
            self.see(response(task, assignment.agent_id, assignment.attempt))
            assert self.harbour.task(task) is None

    @rule(task=task_ids)
    def planner_cancels(self, task: str) -> None:
        before = self.harbour.task(task)
        self.see(cancellation(task))
        assert self.harbour.task(task) is None
        stopped = [
            (send.recipient_id, send.payload.attempt)
            for send in self.harbour.sent
            if isinstance(send.payload, TaskCancellation)
        ]
        if before is None or before.waits:
            assert stopped == []
        else:
            assert stopped == [(before.agent_id, before.attempt)]

    @rule(task=task_ids, agent=agent_ids, attempt=attempts)
    def some_attempt_ends(self, task: str, agent: str, attempt: int) -> None:
        before = self.harbour.task(task)
        self.see(response(task, agent, attempt))
        is_current = before is not None and (before.agent_id, before.attempt) == (agent, attempt)
        assert is_current or self.harbour.task(task) == before

    @rule(seconds=st.sampled_from([1, 10, 31]))
    def time_passes(self, seconds: int) -> None:
        self.harbour.sent.clear()
        self.harbour.wait(seconds)
        self.check_sent()

    @rule()
    def hub_restarts(self) -> None:
        self.harbour.sent.clear()
        self.harbour.restart()
        self.check_sent()

    def see(self, payload: Payload) -> None:
        self.harbour.sent.clear()
        self.harbour.take(payload)
        self.check_sent()

    def check_sent(self) -> None:
        """Attempts only go up, each to an agent that was active, and outcomes end them."""
        begun = [send for send in self.harbour.sent if isinstance(send.payload, DataRequest)]
        for send in begun:
            assert isinstance(send.payload, DataRequest)
            task = send.payload.task.task_id
            assert self.newest[task] < send.payload.attempt <= LIMITS.attempts_max
            self.newest[task] = send.payload.attempt
        self.check_order(begun)

    def check_order(self, begun: list[Send]) -> None:
        """What was begun is no less urgent than what its agent could do and left waiting."""
        for send in begun:
            assert isinstance(send.payload, DataRequest)
            agent = self.harbour.agent(send.recipient_id)
            for operator in agent.capabilities:
                waiting = self.harbour.records.select(AssignmentRecord, "waiting", operator)
                best = next(waiting, None)
                if best is not None and agent.state is AgentState.ACTIVE:
                    assert best.request.task.priority <= send.payload.task.priority

    def agents(self) -> list[AgentRecord]:
        found = (self.harbour.records.get(AgentRecord, agent) for agent in AGENTS)
        return [agent for agent in found if agent is not None]

    @invariant()
    def leases_and_assignments_agree(self) -> None:
        leased = {
            (lease.task_id, lease.attempt, agent.agent_id)
            for agent in self.agents()
            for lease in agent.running
        }
        found = (self.harbour.task(task) for task in TASKS)
        running = {
            (task.key, task.attempt, task.agent_id)
            for task in found
            if task is not None and not task.waits
        }
        assert leased == running
        assert len({task for task, _, _ in leased}) == len(leased)

    @invariant()
    def nobody_has_more_than_its_streams(self) -> None:
        assert all(len(agent.running) <= agent.streams_max for agent in self.agents())

    @invariant()
    def only_agents_with_a_slot_hold_work(self) -> None:
        assert all(agent.slot != NO_SLOT or not agent.running for agent in self.agents())

    @invariant()
    def no_slot_is_given_twice(self) -> None:
        slots = [agent.slot for agent in self.agents() if agent.slot != NO_SLOT]
        assert len(slots) == len(set(slots))
        assert all(slot < LIMITS.agents_max for slot in slots)

    @invariant()
    def nobody_waits_for_a_slot_that_is_free(self) -> None:
        taken = sum(agent.slot != NO_SLOT for agent in self.agents())
        waiting = any(agent.waits_for_slot for agent in self.agents())
        assert not waiting or taken == LIMITS.agents_max

    @invariant()
    def no_task_waits_for_a_free_stream(self) -> None:
        for operator in OPERATORS:
            waiting = next(self.harbour.records.select(AssignmentRecord, "waiting", operator), None)
            free = [
                agent
                for agent in self.agents()
                if operator in agent.capabilities and agent.has_free_stream
            ]
            assert waiting is None or not free

    @invariant()
    def every_agent_is_watched_by_a_timer(self) -> None:
        for agent in self.agents():
            assert self.harbour.records.get(Timer, f"agent:{agent.agent_id}") is not None

    @invariant()
    def an_outcome_is_passed_on_only_for_what_was_in_flight(self) -> None:
        for send in self.harbour.sent:
            if isinstance(send.payload, DataResponse):
                assert self.harbour.task(send.payload.task_id) is None


Fleet.TestCase.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
test_the_hub_keeps_its_promises_whatever_happens = Fleet.TestCase
