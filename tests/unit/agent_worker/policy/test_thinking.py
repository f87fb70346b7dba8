"""What the agent thinks and does, step by step."""

import pytest

from agent_worker.domain.actions import OPERATORS, VALIDATE_PROPOSAL
from agent_worker.domain.assessing import Assessment, ColumnsCompared, Need, Problem
from agent_worker.domain.cleaning import Experiment, Repair
from agent_worker.domain.policy import DECIDERS, next_decision
from shared.contracts.payloads import DataRequest
from shared.contracts.vocabulary import (
    ActionType,
    Contract,
    DataTask,
    DataTaskType,
    Parameters,
    ReActStep,
)
from tests.unit.agent_worker.workbench import NOW, Workbench

COMPARED = ColumnsCompared(
    rows=100, broken_lines=2, columns=3, renamed={"tail_number": "tailnum"}, missing=(), unknown=()
)
ASSESSED = Assessment(
    score=0.9,
    dimensions={"validity": 0.95, "consistency": 0.8},
    problems=(Problem(column="at", problem="in another time format", cells=40),),
    repairs={
        Repair.UNIFY_TIMES: Need(cells=40, columns=("at",)),
        Repair.CONVERT_UNITS: Need(cells=10, columns=("distance",)),
    },
    rows=102,
    rows_quarantined=2,
    duplicates=0,
)


def clean_request(operator: str = "clean_partition") -> DataRequest:
    task = DataTask(task_id="task", name="clean", task_type=DataTaskType.PRIMITIVE)
    return DataRequest(pipeline_id="pipeline", task=task, operator=operator, attempt=1)


def trial(repair: Repair, *, score_after: float = 0.95, plausible: int = 10) -> Experiment:
    return Experiment(
        repair=repair,
        columns=("at",),
        rows=50,
        cells=10,
        plausible=plausible,
        comparable=10,
        score_before=0.9,
        score_after=score_after,
        examples=(("01/31/2013", "2013-01-31"),),
    )


def after(*observations: tuple[ActionType, Contract]) -> list[ReActStep]:
    """The trace of a cleaning that has looked and measured, and then seen these."""
    seen = (
        (ActionType.ANALYZE_SCHEMA, COMPARED),
        (ActionType.VALIDATE_DATA, ASSESSED),
        *observations,
    )
    return [
        ReActStep(
            step_number=number,
            thought="",
            action=action,
            action_input={},
            observation=observation.model_dump(mode="json"),
            data_quality_score=0.9,
            timestamp=NOW,
        )
        for number, (action, observation) in enumerate(seen, 1)
    ]


def tried(*trials: Experiment) -> list[ReActStep]:
    return after(*((ActionType.TRANSFORM_DATA, each) for each in trials))


def test_every_operator_but_voting_has_a_policy() -> None:
    assert {*OPERATORS} == {*DECIDERS, VALIDATE_PROPOSAL}


@pytest.mark.parametrize("operator", DECIDERS)
def test_every_operator_begins_by_looking(operator: str) -> None:
    first = next_decision(clean_request(operator), [])
    assert first.action in {ActionType.ANALYZE_SCHEMA, ActionType.VALIDATE_DATA}


def test_an_unknown_operator_is_handed_back_at_once() -> None:
    decision = next_decision(clean_request("fly"), [])
    assert decision.action is ActionType.FINAL_RESULT
    assert "`fly`" in decision.thought


def test_a_thought_rests_on_the_numbers_just_seen() -> None:
    thought = next_decision(clean_request(), after()).thought
    assert "The score is 0.9000, consistency is the weakest with 0.8000." in thought
    assert "40 of 102 values of `at` are in another time format" in thought


def test_repairs_are_tried_one_by_one_in_their_order() -> None:
    first = next_decision(clean_request(), after())
    second = next_decision(clean_request(), tried(trial(Repair.UNIFY_TIMES)))
    assert first.action_input == {"repair": "unify_times", "kept": []}
    assert second.action_input == {"repair": "convert_units", "kept": ["unify_times"]}


def test_a_repair_that_lowers_the_score_is_not_kept() -> None:
    trace = tried(trial(Repair.UNIFY_TIMES, score_after=0.89), trial(Repair.CONVERT_UNITS))
    decision = next_decision(clean_request(), trace)
    assert decision.action is ActionType.VALIDATE_DATA
    assert decision.action_input == {"kept": ["convert_units"]}


def test_a_repair_that_makes_unlikely_values_is_not_kept() -> None:
    decision = next_decision(clean_request(), tried(trial(Repair.UNIFY_TIMES, plausible=5)))
    assert decision.action_input == {"repair": "convert_units", "kept": []}
    assert "only 50% of what it makes looks like right values: not kept" in decision.thought


def test_rows_are_written_once_all_is_measured_again() -> None:
    trials = [trial(Repair.UNIFY_TIMES), trial(Repair.CONVERT_UNITS)]
    steps = [(ActionType.TRANSFORM_DATA, each) for each in trials]
    trace = after(*steps, (ActionType.VALIDATE_DATA, ASSESSED))
    decision = next_decision(clean_request(), trace)
    assert decision.action is ActionType.ROUTE_PIPELINE
    assert decision.action_input == {"kept": ["unify_times", "convert_units"]}


def test_the_same_trace_gives_the_same_decisions(bench: Workbench) -> None:
    bench.write("a.csv", "id,at", "1,2013-01-01", "2,01/31/2013", "2,01/31/2013", "x")
    contract, _ = bench.propose()
    (partition,) = bench.discover()
    parameters: Parameters = {"partition": partition.model_dump(mode="json")}
    bench.attempt("clean_partition", parameters, (contract,))
    request = clean_request().model_copy(update={"parameters": parameters})
    replayed = [next_decision(request, bench.trace[:at]) for at in range(len(bench.trace))]
    assert [each.action_input for each in replayed] == [step.action_input for step in bench.trace]


def test_a_clean_partition_needs_no_trial(bench: Workbench) -> None:
    bench.write("a.csv", "id,name", *(f"{number},n{number}" for number in range(50)))
    contract, _ = bench.propose()
    bench.clean(contract)
    assert [step.action.value for step in bench.trace] == [
        "analyze_schema",
        "validate_data",
        "validate_data",
        "route_pipeline",
        "final_result",
    ]
    assert {step.data_quality_score for step in bench.trace} == {1.0}
