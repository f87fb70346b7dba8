"""Whatever the domain, the answers and their order: work is valid, counted, and comes to an end."""

from dataclasses import dataclass
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from planner.domain.fingerprint import extended, plan_hash_of
from planner.domain.htn.decomposing import Start, decompose
from planner.domain.htn.nodes import root_of
from planner.domain.htn.program import compile_domain
from planner.domain.limits import Limits
from shared.contracts.payloads import Command, DataRequest, PipelineState, TaskState
from shared.contracts.terms import GoalTerms, OnFailure
from shared.contracts.vocabulary import Parameters
from tests.unit.planner.bridge import FAULT, PASSING_FAULT
from tests.unit.planner.fleet import Fleet, assert_closed, assert_counted
from tests.unit.planner.generated import world_of
from tests.unit.planner.overseeing import Overseer

CHANCES = st.integers(0, 1 << 32).map(Random)
MEMBERS_MAX = 3
ANSWERS_MAX = 3_000


@dataclass
class Finding:
    """What agents find out: lists that tell who found them, now and then empty ones."""

    chance: Random
    may_be_empty: bool = True

    def __call__(self, request: DataRequest) -> Parameters:
        least = 0 if self.may_be_empty and self.chance.random() < 0.1 else 1
        count = self.chance.randint(least, MEMBERS_MAX)
        by = request.task.task_id
        return {
            name: [{"name": f"{name}{each}", "by": by} for each in range(count)]
            for name in request.task.processing_effects
        }


def carried_out(overseer: Overseer, chance: Random, faults: float = 0.0) -> None:
    """Answer everything in any order, with this share of faults, checking all the way."""
    fleet = overseer.fleet
    for _ in range(ANSWERS_MAX):
        overseer.look()
        assert_counted(fleet)
        if not fleet.open and not fleet.timers():
            break
        if fleet.open and chance.random() < 0.9:
            request = chance.choice(list(fleet.open.values()))
            fault = chance.choice((FAULT, PASSING_FAULT)) if chance.random() < faults else None
            fleet.answer(request, failure=fault)
        else:
            fleet.wait(chance.choice((0, 1, 60)))
    assert_closed(fleet)


@settings(max_examples=60, deadline=None)
@given(CHANCES, st.integers(1, 30), st.none() | st.integers(1, 4))
def test_without_faults_every_goal_is_completed(
    chance: Random, portion: int, running_max: int | None
) -> None:
    world = world_of(chance)
    terms = GoalTerms(tasks_running_max=running_max)
    learn = Finding(chance, may_be_empty=False)
    fleet = Fleet(world.domain(), limits=Limits(portion=portion), terms=terms, learn=learn)
    carried_out(Overseer(world, fleet), chance)
    assert fleet.pipeline.state is PipelineState.COMPLETED
    assert {task.state for task in fleet.current()} == {TaskState.DONE}
    assert fleet.pipeline.tasks_total == fleet.pipeline.tasks_done == len(fleet.current())


@settings(max_examples=60, deadline=None)
@given(CHANCES, st.integers(1, 30), st.sampled_from(OnFailure), st.floats(0.0, 0.4))
def test_with_faults_every_goal_comes_to_an_end(
    chance: Random, portion: int, on_failure: OnFailure, faults: float
) -> None:
    world = world_of(chance)
    terms = GoalTerms(on_failure=on_failure, tasks_running_max=chance.choice((None, 2)))
    limits = Limits(
        portion=portion,
        nodes_max=chance.choice((10, 30, 1_000)),
        depth_max=chance.choice((2, 3, 32)),
        repairs_max=chance.choice((0, 1, 20)),
    )
    fleet = Fleet(world.domain(), limits=limits, terms=terms, learn=Finding(chance))
    carried_out(Overseer(world, fleet), chance, faults)
    assert fleet.pipeline.repairs <= limits.repairs_max
    plan = [task for task in fleet.current() if not task.undoes]
    assert len(plan) <= limits.nodes_max
    assert max(task.position.count(".") for task in plan) <= limits.depth_max
    failure = fleet.pipeline.failure
    assert (failure is None) == (fleet.pipeline.state is PipelineState.COMPLETED)
    assert failure is None or (failure.detail and failure.remedy)
    if on_failure is OnFailure.UNDO and failure is not None:
        done = [task for task in fleet.tasks.values() if task.state is TaskState.DONE]
        assert [task.path for task in done if task.compensation] == []


@settings(max_examples=60, deadline=None)
@given(CHANCES, st.integers(0, 30))
def test_a_goal_can_be_stopped_and_begun_again_at_any_time(chance: Random, answers: int) -> None:
    world = world_of(chance)
    terms = GoalTerms(on_failure=chance.choice(tuple(OnFailure)))
    fleet = Fleet(world.domain(), limits=Limits(portion=5), terms=terms, learn=Finding(chance))
    overseer = Overseer(world, fleet)
    for _ in range(answers):
        overseer.look()
        fleet.tell(chance.choice((Command.PAUSE, Command.RESUME)))
        overseer.look()
        if fleet.open:
            fleet.answer(chance.choice(list(fleet.open.values())))
        assert_counted(fleet)
    overseer.look()
    fleet.tell(Command.CANCEL)
    carried_out(overseer, chance)
    fleet.tell(Command.RETRY)
    carried_out(overseer, chance)
    assert fleet.pipeline.state in {PipelineState.COMPLETED, PipelineState.FAILED}


FIXED: Parameters = {
    "f": [{"name": "x", "by": "f"}, {"name": "y", "by": "f"}],
    "g": [{"name": "z", "by": "g"}],
}


@settings(max_examples=60, deadline=None)
@given(CHANCES, st.integers(1, 30))
def test_facts_found_late_lead_to_the_plan_of_facts_known_at_once(
    chance: Random, portion: int
) -> None:
    domain = world_of(chance).domain()

    def learn(request: DataRequest) -> Parameters:
        return {name: FIXED[name] for name in request.task.processing_effects}

    fleet = Fleet(domain, limits=Limits(portion=portion), learn=learn)
    while fleet.open or fleet.timers():
        fleet.wait()
        if fleet.open:
            fleet.answer(chance.choice(list(fleet.open.values())))
    program = compile_domain(domain)
    root = root_of(program.tasks["ingest_table"], fleet.at("ingest_table").arguments)
    whole = decompose(Start(root), {}, Limits(), assumed=FIXED)
    eager = {
        node.path: (node.arguments, node.inputs, node.outputs) for node in (root, *whole.nodes)
    }
    assert eager == {
        task.path: (task.arguments, task.task.data_inputs, task.task.data_outputs)
        for task in fleet.current()
    }
    plan_hash = extended(plan_hash_of(domain, root), whole.nodes, whole.choices)
    assert fleet.pipeline.plan_hash == plan_hash
