"""Whatever agents and people do, a goal with other ways and with compensations goes its way."""

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from planner.domain.records import ENDED_PIPELINE, ENDED_TASK
from shared.contracts.machine import Step
from shared.contracts.payloads import Command, DataRequest, PipelineState, TaskState
from shared.contracts.terms import GoalTerms, OnFailure
from shared.contracts.vocabulary import Failure
from tests.unit.planner.bridge import FAULT, PASSING_FAULT
from tests.unit.planner.fleet import Fleet, assert_closed, assert_counted, outcome_of
from tests.unit.planner.worlds import domain_of

DETOURS = """
tasks:
  ingest_table: {type: abstract}
  part: {type: compound, outputs: ["table:*"]}
  read: {type: primitive, outputs: [read], work: {}}
  bold: {type: primitive, inputs: [read], outputs: ["table:bold"], work: {compensation: withdraw}}
  risky: {type: primitive, inputs: ["table:bold"], work: {}}
  safe: {type: primitive, inputs: [read], outputs: ["table:safe"], work: {compensation: withdraw}}
  beside: {type: primitive, outputs: [beside], work: {compensation: withdraw}}
  last: {type: primitive, inputs: ["table:*", beside], work: {}}
methods:
  - {name: all, task: ingest_table, steps: [part, beside, last]}
  - {name: boldly, task: part, steps: [read, bold, risky]}
  - {name: safely, task: part, steps: [read, safe]}
"""

PLACES = st.integers(0, 10_000)
"""Picks one of a list, however long it is."""


class Detour(RuleBasedStateMachine):
    """One goal, with agents that fail for good, and a person who steers it."""

    fleet: Fleet

    def __init__(self) -> None:
        super().__init__()
        self.ended: dict[str, TaskState] = {}

    @initialize(
        on_failure=st.sampled_from(OnFailure),
        running_max=st.none() | st.integers(1, 2),
        tokens=st.none() | st.integers(0, 50_000),
    )
    def submit(self, on_failure: OnFailure, running_max: int | None, tokens: int | None) -> None:
        terms = GoalTerms(
            on_failure=on_failure, tasks_running_max=running_max, budget_model_tokens=tokens
        )
        self.fleet = Fleet(domain_of(DETOURS), terms=terms)

    @precondition(lambda self: self.fleet.open)
    @rule(
        place=PLACES,
        failure=st.sampled_from([None, None, None, PASSING_FAULT, FAULT]),
        share=st.sampled_from([0, 0.5, 1]),
    )
    def answer(self, place: int, failure: Failure | None, share: float) -> None:
        requests = list(self.fleet.open.values())
        request = requests[place % len(requests)]
        tokens = int(share * (request.model_tokens_max or 0))
        self.fleet.answer(request, failure=failure, tokens=tokens)

    @rule(place=PLACES)
    def repeat(self, place: int) -> None:
        """Bring an outcome late: of what is done, was given up, or runs no more."""
        late = [each for each in self.fleet.asked if not self.is_open(each)]
        if late:
            self.fleet.take(outcome_of(late[place % len(late)]))
            assert self.fleet.bridge.last == Step()

    @rule(command=st.sampled_from([Command.CANCEL, Command.PAUSE, Command.RESUME, Command.RETRY]))
    def steer(self, command: Command) -> None:
        self.fleet.tell(command)

    @rule(seconds=st.sampled_from([0.5, 2, 20]))
    def wait(self, seconds: float) -> None:
        self.fleet.wait(seconds)

    @invariant()
    def counters_tell_what_the_tasks_tell(self) -> None:
        assert_counted(self.fleet)

    @invariant()
    def tokens_used_and_promised_are_within_the_budget(self) -> None:
        pipeline = self.fleet.pipeline
        budget = pipeline.terms.budget_model_tokens
        taken = pipeline.model_usage.tokens + pipeline.model_tokens_promised
        assert taken <= (0 if budget is None else budget)

    @invariant()
    def ended_tasks_stay_ended(self) -> None:
        tasks = self.fleet.tasks
        replaced = {key for key, task in tasks.items() if task.tried}
        for task_id, state in self.ended.items():
            assert tasks[task_id].state is state or task_id in replaced
        self.ended = {key: each.state for key, each in tasks.items() if each.state in ENDED_TASK}

    def teardown(self) -> None:
        """Let faults stop: the pipeline must come to an end, with what it owes undone."""
        for _ in range(50):
            if self.fleet.pipeline.state in ENDED_PIPELINE:
                break
            self.fleet.tell(Command.RESUME)
            for request in tuple(self.fleet.open.values()):
                if self.is_open(request):
                    self.fleet.answer(request)
            self.fleet.wait(60)
        assert_closed(self.fleet)
        pipeline = self.fleet.pipeline
        if pipeline.state is not PipelineState.COMPLETED and pipeline.terms.on_failure == "undo":
            owed = [each for each in self.fleet.tasks.values() if each.pipeline_id == pipeline.key]
            assert not any(each.compensation for each in owed if each.state is TaskState.DONE)
        super().teardown()

    def is_open(self, request: DataRequest) -> bool:
        return self.fleet.open.get(request.task.task_id) == request


Detour.TestCase.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
test_a_pipeline_goes_its_way_through_repairs_and_undoing = Detour.TestCase
