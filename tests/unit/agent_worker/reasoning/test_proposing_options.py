"""What a model may decide of a proposal: to look or not, and which columns to leave alone."""

from agent_worker.capabilities.operators.propose_schema import sparing
from agent_worker.domain.choosing import options_for
from agent_worker.domain.operators.propose_schema import DraftInput
from agent_worker.domain.options import take_choice
from agent_worker.domain.policy import next_decision
from agent_worker.domain.schema_contract import TableContract
from shared.contracts.payloads import DataRequest
from shared.contracts.vocabulary import ActionType, DataTask, DataTaskType, Parameters
from tests.unit.agent_worker.workbench import Workbench

TOWNS = [f"{number},{('Hamburg', 'Bremen')[number % 2]},{number % 7}" for number in range(300)]


def request_of(bench: Workbench) -> DataRequest:
    """Return the request that the bench's last attempt answered."""
    parameters: Parameters = {"table": "t"}
    task = DataTask(task_id="p", name="p", task_type=DataTaskType.PRIMITIVE)
    assert bench.trace
    return DataRequest(
        pipeline_id="p", task=task, operator="propose_schema", parameters=parameters, inputs=(),
        attempt=1, agent_epoch=1,
    )  # fmt: skip


def proposed(bench: Workbench) -> TableContract:
    bench.write("a.csv", "id,town,size", *TOWNS, "301,Hambrug,2", "302,Bremne,3")
    return bench.propose()[1]


def test_a_model_may_leave_a_columns_steps_out_of_the_recipe(bench: Workbench) -> None:
    contract = proposed(bench)
    assert {step.column for step in contract.recipe.steps} == {"town"}
    request, trace = request_of(bench), bench.trace[:2]
    options = options_for(request, trace, next_decision(request, trace))
    chosen = take_choice(options, "write_contract", {"thought": "Names.", "spared": ["town"]})
    assert chosen.action is ActionType.ROUTE_PIPELINE
    spared = sparing(contract, DraftInput.model_validate(chosen.action_input).spared)
    assert spared.recipe.steps == ()
    assert not {step.reason for step in contract.recipe.steps} & {*spared.evidence}
    assert spared.columns == contract.columns


def test_a_model_may_write_the_schema_without_looking_for_wrong_values(bench: Workbench) -> None:
    proposed(bench)
    request, trace = request_of(bench), bench.trace[:1]
    options = options_for(request, trace, next_decision(request, trace))
    assert [option.name for option in options] == ["look_for_wrong_values", "write_schema_alone"]
    chosen = take_choice(options, "write_schema_alone", {"thought": "As they are."})
    assert DraftInput.model_validate(chosen.action_input).draft is None


def test_what_the_rules_do_is_among_what_a_model_may_do(bench: Workbench) -> None:
    proposed(bench)
    request = request_of(bench)
    for count in (1, 2):
        trace = bench.trace[:count]
        assert options_for(request, trace, next_decision(request, trace))
    assert options_for(request, (), next_decision(request, ())) == ()
    assert options_for(request, bench.trace[:3], next_decision(request, bench.trace[:3])) == ()
