"""Random lives of an agent: whatever happens, each attempt is answered once and in full."""

from collections import Counter

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from shared.contracts.machine import Following
from shared.contracts.payloads import DataResponse, ReActStepTaken
from shared.contracts.topics import INBOX
from shared.contracts.vocabulary import Failure
from tests.unit.agent_worker.machine.berth import (
    AGENT,
    SLOT,
    Berth,
    a_cancellation,
    a_proposal,
    a_request,
    an_admission,
    an_outcome,
)

TASKS = st.sampled_from(("task-1", "task-2", "task-3"))
FAILURE = Failure(code="source_missing", detail="a.csv is gone", remedy="put it back")


class Lives(RuleBasedStateMachine):
    """Requests, outcomes, timeouts and restarts in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.berth = Berth.admitted()
        self.runs = 1
        self.newest: Counter[str] = Counter()
        self.begun: set[tuple[str, int]] = set()
        self.cancelled: set[tuple[str, int]] = set()

    @rule(task_id=TASKS)
    def request(self, task_id: str) -> None:
        self.newest[task_id] += 1
        attempt = self.newest[task_id]
        self.berth.take(
            a_request(task_id, attempt).model_copy(
                update={"agent_epoch": self.berth.membership.epoch}
            )
        )
        held = {(each.key, each.request.attempt) for each in self.berth.attempts}
        self.begun |= held & {(task_id, attempt)}

    @rule(task_id=TASKS, age=st.integers(0, 2))
    @precondition(lambda self: bool(self.berth.attempts))
    def repeat(self, task_id: str, age: int) -> None:
        held = {each.key: each for each in self.berth.attempts}
        if task_id in held and held[task_id].request.attempt > age:
            self.berth.take(a_request(task_id, held[task_id].request.attempt - age))

    @rule(chosen=st.integers(0, 9), fails=st.booleans())
    @precondition(lambda self: bool(self.berth.performs))
    def end_activity(self, chosen: int, *, fails: bool) -> None:
        activity_ids = tuple(self.berth.performs)
        outcome = an_outcome(failure=FAILURE if fails else None)
        self.berth.end_activity(outcome, activity_ids[chosen % len(activity_ids)])

    @rule(task_id=TASKS)
    def time_out(self, task_id: str) -> None:
        self.berth.fire_if_set(f"attempt:{task_id}")

    @rule(task_id=TASKS)
    def cancel(self, task_id: str) -> None:
        attempt = self.newest[task_id]
        held = {each.key for each in self.berth.attempts}
        self.berth.take(a_cancellation(task_id, attempt))
        assert task_id not in {each.key for each in self.berth.attempts}
        if task_id in held:
            self.cancelled.add((task_id, attempt))

    @rule()
    def propose(self) -> None:
        self.berth.take(a_proposal())

    @rule()
    def restart(self) -> None:
        self.runs += 1
        self.berth.restart(f"run-{self.runs}")
        epoch = self.berth.membership.epoch + 100 * self.runs
        self.berth.take(an_admission(f"run-{self.runs}", epoch=epoch))
        self.berth.feed(Following(INBOX.name, SLOT))

    @invariant()
    def each_attempt_has_at_most_one_response(self) -> None:
        counts = Counter((each.task_id, each.attempt) for each in self.berth.sent(DataResponse))
        assert all(count == 1 for count in counts.values())
        assert set(counts) <= self.begun

    @invariant()
    def what_was_begun_runs_or_was_answered_or_replaced(self) -> None:
        answered = {(each.task_id, each.attempt) for each in self.berth.sent(DataResponse)}
        running = {(each.key, each.request.attempt) for each in self.berth.attempts}
        assert not answered & running
        assert not self.cancelled & (answered | running)
        for task_id, attempt in self.begun - answered - running - self.cancelled:
            assert any(other == task_id and later > attempt for other, later in self.begun)

    @invariant()
    def steps_are_numbered_without_gaps(self) -> None:
        numbers: dict[tuple[str, int], list[int]] = {}
        for taken in self.berth.sent(ReActStepTaken):
            numbers.setdefault((taken.task_id, taken.attempt), []).append(taken.step.step_number)
        assert all(each == [*range(1, len(each) + 1)] for each in numbers.values())

    @invariant()
    def running_attempts_have_an_action_and_a_stream_each(self) -> None:
        assert len(self.berth.attempts) <= AGENT.streams_max
        assert len(self.berth.requested_actions) == len(self.berth.attempts)


Lives.TestCase.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
test_a_life_keeps_its_invariants = Lives.TestCase
