"""Plans that grow in portions: the plan is the same, and no step is longer because it is large."""

from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import JsonValue

from planner.domain.advancing import GROWTH_TIMER
from planner.domain.limits import TASKS_RUNNING_DEFAULT, Limits
from planner.domain.model.tasks import Domain
from shared.contracts.payloads import Command, DataRequest, PipelineState, TaskState
from shared.contracts.terms import GoalTerms
from shared.contracts.vocabulary import Parameters
from tests.unit.planner.fleet import Fleet, assert_closed, assert_counted
from tests.unit.planner.worlds import domain_of

ASSEMBLY = domain_of(
    """
    tasks:
      ingest_table: {type: abstract, effects: [report]}
      find: {type: primitive, effects: [parts], work: {}}
      each: {type: compound, needs: [parts], outputs: ["sealed:*"]}
      part: {type: compound, parameters: [part], outputs: ["sealed:{part.name}"]}
      cut: {type: primitive, parameters: [part], outputs: ["cut:{part.name}"], work: {}}
      bend: {type: primitive, parameters: [part], inputs: ["cut:{part.name}"],
        outputs: ["bent:{part.name}"], work: {}}
      paint: {type: primitive, parameters: [part], inputs: ["bent:{part.name}"],
        outputs: ["painted:{part.name}"], work: {}}
      seal: {type: primitive, parameters: [part], inputs: ["painted:{part.name}"],
        outputs: ["sealed:{part.name}"], work: {}}
      finish: {type: primitive, effects: [report], work: {}}
    methods:
      - name: all
        task: ingest_table
        steps: [find, each, {task: finish, after: [each]}]
      - {name: one_by_one, task: each, for_each: {part: parts, label: part.name}, steps: [part]}
      - {name: four, task: part, steps: [cut, bend, paint, seal]}
    """
)
WIDE = Limits(outputs_max=100_000)
"""Nobody reads all the parts at once here, so there may be many."""


def parts(count: int) -> list[JsonValue]:
    return [{"name": f"{number:05}"} for number in range(count)]


def assembling(count: int, limits: Limits = WIDE, terms: GoalTerms | None = None) -> Fleet:
    """Return a fleet that is about to find this many parts."""
    facts: Parameters = {"parts": parts(count), "report": {"parts": count}}

    def learn(request: DataRequest) -> Parameters:
        return {name: facts[name] for name in request.task.processing_effects}

    return Fleet(ASSEMBLY, limits=limits, terms=terms, learn=learn)


def assembled(count: int, portion: int) -> Fleet:
    """Return a fleet that has come to the end, each task as early as can be."""
    fleet = assembling(count, Limits(portion=portion))
    while fleet.open:
        fleet.answer(next(iter(fleet.open.values())))
        fleet.wait()
    return fleet


WHOLE = {count: assembled(count, portion=10_000) for count in (1, 2, 7)}


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(tuple(WHOLE)), st.integers(1, 40))
def test_portions_of_any_size_grow_the_same_plan(count: int, portion: int) -> None:
    grown, whole = assembled(count, portion), WHOLE[count]
    assert grown.pipeline.state is PipelineState.COMPLETED
    assert grown.pipeline.plan_hash == whole.pipeline.plan_hash
    assert {task.path: task.task for task in grown.current()} == {
        task.path: task.task for task in whole.current()
    }
    assert_counted(grown)
    assert_closed(grown)


def test_a_hundred_thousand_tasks_begin_with_one_portion() -> None:
    fleet = assembling(25_000)
    before = len(fleet.tasks)
    fleet.succeed("find")
    planned = len(fleet.tasks) - before
    assert Limits().portion <= planned <= Limits().portion + 4
    assert fleet.pipeline.tasks_total == before + 25_000 + (planned - 4) // 5 * 4 + 4
    assert len(fleet.open) >= planned // 5
    assert [timer.name for timer in fleet.timers()] == [GROWTH_TIMER + fleet.pipeline.key]
    assert_counted(fleet)


def test_timers_grow_the_plan_until_there_is_no_room() -> None:
    fleet = assembling(25_000)
    fleet.succeed("find")
    fleet.wait()
    assert len(fleet.open) == TASKS_RUNNING_DEFAULT
    assert fleet.timers() == ()
    assert len(fleet.tasks) < 10 * TASKS_RUNNING_DEFAULT
    assert_counted(fleet)


def test_outcomes_change_as_many_records_however_large_the_plan() -> None:
    changed: list[list[int]] = []
    for count in (1_000, 20_000):
        fleet = assembling(count, terms=GoalTerms(tasks_running_max=40))
        fleet.succeed("find")
        for _ in range(200):
            fleet.wait()
            fleet.answer(next(iter(fleet.open.values())))
        changed.append([len(step.changes) for step in fleet.steps])
    assert changed[0] == changed[1]
    assert sorted(changed[0])[-3] < 2 * Limits().portion
    assert sorted(changed[0])[100] < 8


def test_no_step_of_a_large_goal_plans_more_than_a_portion() -> None:
    fleet = assembling(1_000, Limits(portion=20))
    fleet.succeed("find")
    for _ in range(300):
        fleet.wait()
        fleet.answer(next(iter(fleet.open.values())))
    for step in fleet.steps:
        fresh = [change for change in step.changes if change.kind == "choice"]
        assert len(fresh) <= 20 + 4


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 6), st.integers(1, 12), st.data())
def test_no_more_run_at_once_than_may_and_all_are_done(
    running_max: int, portion: int, answers: st.DataObject
) -> None:
    terms = GoalTerms(tasks_running_max=running_max)
    fleet = assembling(6, Limits(portion=portion), terms)
    while fleet.open:
        assert len(fleet.open) <= running_max
        assert_counted(fleet)
        fleet.answer(answers.draw(st.sampled_from(list(fleet.open.values()))))
        fleet.wait()
    assert fleet.pipeline.state is PipelineState.COMPLETED
    assert fleet.pipeline.tasks_done == fleet.pipeline.tasks_total == 4 + 6 * 5
    assert_closed(fleet)


def test_a_pause_stops_growth_and_resuming_goes_on() -> None:
    fleet = assembling(500, Limits(portion=20), GoalTerms(tasks_running_max=3))
    fleet.succeed("find")
    fleet.tell(Command.PAUSE)
    planned = len(fleet.tasks)
    while fleet.open:
        fleet.answer(next(iter(fleet.open.values())))
        fleet.wait()
    assert len(fleet.tasks) == planned
    fleet.tell(Command.RESUME)
    fleet.wait()
    assert len(fleet.open) == 3
    assert_counted(fleet)


def test_a_cancelled_goal_that_was_growing_leaves_nothing_open() -> None:
    fleet = assembling(500, Limits(portion=20))
    fleet.succeed("find")
    handed_out = len(fleet.open)
    fleet.tell(Command.CANCEL)
    fleet.wait()
    assert fleet.pipeline.state is PipelineState.CANCELLED
    assert len(fleet.stopped) == handed_out
    assert_closed(fleet)
    assert len(fleet.current()) < 60


WAITERS = 30


def waiting_for_one_fact(count: int) -> Domain:
    steps = ", ".join(f"{{task: part, name: part{each}}}" for each in range(count))
    return domain_of(
        f"""
        tasks:
          ingest_table: {{type: abstract}}
          find: {{type: primitive, effects: [policy], work: {{}}}}
          part: {{type: compound, needs: [policy]}}
          cut: {{type: primitive, work: {{}}}}
        methods:
          - {{name: all, task: ingest_table, steps: [find, {steps}]}}
          - {{name: twice, task: part, when: policy == 'known',
            steps: [cut, {{task: cut, name: again}}]}}
        """
    )


def test_a_fact_that_many_wait_for_opens_one_portion_of_them() -> None:
    fleet = Fleet(waiting_for_one_fact(WAITERS), limits=Limits(portion=10))
    fleet.succeed("find")
    assert len(fleet.open) == 10
    fleet.wait()
    assert len(fleet.open) == 2 * WAITERS
    assert_counted(fleet)


EMPTY = domain_of(
    """
    tasks:
      ingest_table: {type: abstract}
      first: {type: primitive, work: {}}
      nothing: {type: compound}
      last: {type: primitive, work: {}}
    methods:
      - name: all
        task: ingest_table
        steps:
          - first
          - {task: nothing, after: [first]}
          - {task: nothing, name: more, after: [nothing]}
          - {task: last, after: [more]}
      - {name: idle, task: nothing, steps: []}
    """
)


def test_a_task_without_anything_to_do_is_done_when_its_turn_comes() -> None:
    fleet = Fleet(EMPTY)
    assert fleet.at("ingest_table/nothing").state is TaskState.PENDING
    fleet.succeed("first")
    assert fleet.at("ingest_table/more").state is TaskState.DONE
    fleet.succeed("last")
    assert fleet.pipeline.state is PipelineState.COMPLETED
    assert_counted(fleet)


BACKWARDS = domain_of(
    """
    tasks:
      ingest_table: {type: abstract}
      mix: {type: primitive, inputs: [milk], work: {}}
      taste: {type: compound}
      milk: {type: primitive, outputs: [milk], work: {}}
      sip: {type: primitive, work: {}}
    methods:
      - {name: all, task: ingest_table, steps: [{task: taste, after: [mix]}, mix, milk]}
      - {name: once, task: taste, steps: [sip]}
    """
)


def test_steps_may_stand_before_those_that_they_wait_for() -> None:
    fleet = Fleet(BACKWARDS)
    for name in ("milk", "mix", "sip"):
        assert fleet.names() == [name]
        fleet.succeed(name)
    assert fleet.pipeline.state is PipelineState.COMPLETED
