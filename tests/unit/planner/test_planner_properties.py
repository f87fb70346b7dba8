"""Whatever agents, voters and the bus do, and in whatever order, a pipeline goes its way."""

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from planner.domain.records import ENDED_TASK, TaskRecord
from shared.contracts.messages import Payload
from shared.contracts.payloads import (
    Command,
    DataRequest,
    PipelineState,
    TaskCancellation,
    TaskState,
)
from shared.contracts.vocabulary import Failure
from shared.contracts.voting import ProposalOutcome, SchemaProposal
from tests.unit.planner.bridge import (
    FAULT,
    GOAL,
    PASSING_FAULT,
    Bridge,
    response,
    verdict,
)

PLACES = st.integers(0, 10_000)
"""Picks one of a list, however long it is."""

FAULTS = st.sampled_from([PASSING_FAULT, PASSING_FAULT, PASSING_FAULT, FAULT])


class Voyage(RuleBasedStateMachine):
    """One goal, with agents that succeed, fail, answer late, twice, and out of turn."""

    def __init__(self) -> None:
        super().__init__()
        self.bridge = Bridge()
        self.taken: list[Payload] = []
        self.handed_out: set[tuple[str, int]] = set()
        self.ended: dict[str, TaskRecord] = {}
        self.partition_count = 1

    @initialize(partition_count=st.integers(0, 4))
    def submit(self, partition_count: int) -> None:
        self.partition_count = partition_count
        self.take(GOAL)

    @precondition(lambda self: self.bridge.payloads(DataRequest))
    @rule(place=PLACES, attempt=st.integers(1, 6), failure=FAULTS)
    def fail(self, place: int, attempt: int, failure: Failure) -> None:
        requests = self.bridge.payloads(DataRequest)
        self.take(response(requests[place % len(requests)], failure=failure, attempt=attempt))

    @precondition(lambda self: self.bridge.payloads(DataRequest))
    @rule(place=PLACES, delay=st.integers(1, 2))
    def succeed(self, place: int, delay: int) -> None:
        requests = self.bridge.payloads(DataRequest)
        request = requests[place % len(requests)]
        self.answer(request, request.attempt + delay)

    @precondition(lambda self: self.outstanding())
    @rule(place=PLACES)
    def go_on(self, place: int) -> None:
        outstanding = self.outstanding()
        request = outstanding[place % len(outstanding)]
        self.answer(request, request.attempt + 1)

    @precondition(lambda self: self.bridge.payloads(SchemaProposal))
    @rule(place=PLACES, outcome=st.sampled_from(ProposalOutcome))
    def vote(self, place: int, outcome: ProposalOutcome) -> None:
        proposals = self.bridge.payloads(SchemaProposal)
        self.take(verdict(proposals[place % len(proposals)], outcome))

    @rule(place=PLACES)
    def repeat(self, place: int) -> None:
        self.take(self.taken[place % len(self.taken)])

    @rule(command=st.sampled_from(Command))
    def steer(self, command: Command) -> None:
        self.bridge.tell(command)
        self.check_step()

    @rule(seconds=st.sampled_from([0.5, 2, 20]))
    def wait(self, seconds: float) -> None:
        self.bridge.pass_time(seconds)
        self.check_step()

    @invariant()
    def ended_tasks_stay_ended(self) -> None:
        """Tell whether nothing of them changed but, by a repair above, their leaving the plan."""
        tasks = {task.key: task for task in self.bridge.tasks_of_all_runs()}
        for task_id, ended in self.ended.items():
            left = {} if ended.until_version else {"until_version": tasks[task_id].until_version}
            assert tasks[task_id] == ended.model_copy(update=left)
        self.ended = {task_id: task for task_id, task in tasks.items() if task.state in ENDED_TASK}

    @invariant()
    def counters_tell_what_the_tasks_tell(self) -> None:
        if self.taken:
            states = [task.state for task in self.bridge.tasks().values()]
            assert self.bridge.newest.tasks_total == len(states)
            assert self.bridge.newest.tasks_done == states.count(TaskState.DONE)

    @invariant()
    def an_ended_pipeline_has_no_open_tasks(self) -> None:
        if self.taken:
            open_tasks = tuple(self.bridge.state.select(TaskRecord, "open", self.bridge.newest.key))
            assert bool(open_tasks) == self.is_open()

    @invariant()
    def tasks_are_held_by_a_pause_alone(self) -> None:
        if self.taken:
            held = tuple(self.bridge.state.select(TaskRecord, "held", self.bridge.newest.key))
            assert not held or self.bridge.newest.state is PipelineState.PAUSED

    @invariant()
    def agents_are_called_back_from_what_they_were_given_and_no_more(self) -> None:
        asked = {request.task.task_id for request in self.bridge.payloads(DataRequest)}
        stopped = [each.task_id for each in self.bridge.payloads(TaskCancellation)]
        assert len(stopped) == len(set(stopped))
        assert set(stopped) <= asked

    def teardown(self) -> None:
        """Let faults stop: the pipeline must come to an end."""
        while self.taken and self.is_open():
            self.steer(Command.RESUME)
            sent_before = len(self.bridge.sent)
            for request in self.outstanding():
                self.answer(request, request.attempt + 1)
            for proposal in self.bridge.payloads(SchemaProposal):
                self.take(verdict(proposal))
            self.bridge.pass_time(60)
            self.check_step()
            assert len(self.bridge.sent) > sent_before, "the pipeline is stuck"
        super().teardown()

    def is_open(self) -> bool:
        return self.bridge.newest.state in {PipelineState.RUNNING, PipelineState.PAUSED}

    def outstanding(self) -> list[DataRequest]:
        newest = {each.task.task_id: each for each in self.bridge.payloads(DataRequest)}
        running = {task.key for task in self.tasks_in(TaskState.RUNNING)}
        return [request for task_id, request in newest.items() if task_id in running]

    def tasks_in(self, state: TaskState) -> list[TaskRecord]:
        return [task for task in self.bridge.tasks().values() if task.state is state]

    def answer(self, request: DataRequest, attempt: int) -> None:
        count = self.partition_count
        self.take(response(request, partition_count=count, attempt=attempt))

    def take(self, payload: Payload) -> None:
        self.taken.append(payload)
        self.bridge.take(payload)
        self.check_step()

    def check_step(self) -> None:
        """Check what is new: dependencies are done, and each attempt is asked for once.

        What is paused or has ended asks for nothing.
        """
        for request in self.bridge.payloads(DataRequest)[len(self.handed_out) :]:
            handed_out = (request.task.task_id, request.attempt)
            assert handed_out not in self.handed_out
            self.handed_out.add(handed_out)
            assert request.pipeline_id == self.bridge.newest.key
            assert self.bridge.newest.state is PipelineState.RUNNING
            for task_id in request.task.data_dependencies:
                needed = self.bridge.state.get(TaskRecord, task_id)
                assert needed is not None
                assert needed.state is TaskState.DONE


Voyage.TestCase.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
test_a_pipeline_goes_its_way_whatever_happens = Voyage.TestCase
