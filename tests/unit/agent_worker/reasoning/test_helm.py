"""Cleaning with a model at the helm: the goal is reached, and each step says who reasoned."""

from collections.abc import Generator
from dataclasses import replace

import pytest

from agent_worker.capabilities.performing import AgentRunner
from agent_worker.capabilities.reasoning.model import Endpoint, ModelReasoner
from agent_worker.capabilities.runner import ChildProcessRunner
from agent_worker.domain.policy import next_decision
from agent_worker.domain.thinking import THOUGHTS_FAILED_MAX
from shared.contracts.payloads import DataResponse, TaskOutcome
from shared.contracts.reasoning import ModelUsage, Reasoner
from tests.support import model_server as server
from tests.support.kafka import free_ports
from tests.support.model_server import Behaviour, model_server
from tests.unit.agent_worker.machine.berth import AGENT, Berth
from tests.unit.agent_worker.reasoning.helm import MODEL, Helm, Task, a_request
from tests.unit.agent_worker.workbench import Workbench


@pytest.fixture(scope="module")
def task(tmp_path_factory: pytest.TempPathFactory) -> Generator[Task]:
    bench = Workbench(tmp_path_factory.mktemp("helm"))
    yield Task(bench, a_request(bench))
    bench.workshop.connection.close()


async def test_a_model_chooses_where_there_is_a_choice_and_is_told_of(task: Task) -> None:
    with model_server(server.answers_well) as stub:
        reasoner = ModelReasoner(Endpoint(stub.url))
        helm = Helm(task.bench, reasoner)
        response = await helm.attempt(task.request)
        await reasoner.stop()
    assert response.outcome is TaskOutcome.SUCCEEDED
    chosen = [taken for taken in helm.steps if taken.reasoning.reasoner is Reasoner.MODEL]
    assert {taken.step.thought for taken in chosen} == {"The figures say so."}
    assert {taken.reasoning.model for taken in chosen} == {"stub-1"}
    assert len(chosen) == len(stub.questions) >= 2
    count = len(chosen)
    assert response.model_usage.tokens == count * (server.TOKENS_IN + server.TOKENS_OUT)
    assert response.model_usage.cost == pytest.approx(count * (0.0024 + 0.0008))
    assert sum((taken.reasoning.usage.requests for taken in helm.steps), 0) == count


async def test_another_order_of_trials_gives_the_same_rows(task: Task) -> None:
    with model_server(server.answers_well) as stub:
        reasoner = ModelReasoner(Endpoint(stub.url))
        helm = Helm(task.bench, reasoner)
        request, bench = task.request, task.bench
        response = await helm.attempt(request)
        await reasoner.stop()
    ruled = bench.attempt("clean_partition", request.parameters, request.inputs, task_id="ruled")
    tried = [
        [step.action_input["repair"] for step in trace if "repair" in step.action_input]
        for trace in ([taken.step for taken in helm.steps], bench.trace)
    ]
    assert tried[0] != tried[1]
    assert sorted(map(str, tried[0])) == sorted(map(str, tried[1]))
    assert rows_of(response) == {each.name: each.content_hash for each in ruled.artifacts}


def rows_of(response: DataResponse) -> dict[str, str]:
    return {each.name: each.content_hash for each in response.artifacts}


@pytest.mark.parametrize(
    ("behave", "detail"),
    [
        (server.calls_another_tool, "`drop_table` is not among the actions"),
        (server.gives_an_invalid_input, "is no input of try_repair"),
        (server.gives_no_reason, "it gave no reason"),
        (server.talks, "it chose no action"),
        (server.answers_garbage, "could not be read"),
        (server.answers_hugely, "more than 1000000 bytes"),
        (server.fails, "HTTP status 500"),
        (server.hangs, "did not answer within 0.3 s"),
        (server.drips, "did not answer within 0.3 s"),
    ],
)
async def test_with_a_model_that_behaves_badly_the_rules_go_on_and_say_so(
    task: Task, behave: Behaviour, detail: str
) -> None:
    is_silent = behave in {server.hangs, server.drips}
    with model_server(behave) as stub:
        reasoner = ModelReasoner(Endpoint(stub.url))
        model = replace(MODEL, timeout_seconds=0.3 if is_silent else 30)
        helm = Helm(task.bench, reasoner, model)
        response = await helm.attempt(task.request)
        await reasoner.stop()
    assert response.outcome is TaskOutcome.SUCCEEDED
    assert helm.reasoners == {Reasoner.RULES, Reasoner.RULES_AFTER_MODEL}
    fallen = [
        taken
        for taken in helm.steps
        if taken.reasoning.reasoner is Reasoner.RULES_AFTER_MODEL and taken.reasoning.usage.requests
    ]
    assert len(stub.questions) == len(fallen) == THOUGHTS_FAILED_MAX
    for taken in fallen:
        assert detail in taken.reasoning.detail
        assert taken.step.thought.startswith("stub-1 was asked, but ")
        assert "I go by the rules. " in taken.step.thought
    last = [taken.reasoning.detail for taken in helm.steps if taken.reasoning.detail][-1]
    assert last == "stub-1 was not asked: its last 2 answers could not be followed"


async def test_without_an_endpoint_the_rules_go_on_and_nothing_is_counted(
    task: Task,
) -> None:
    (port,) = free_ports(1)
    reasoner = ModelReasoner(Endpoint(f"http://127.0.0.1:{port}/v1"))
    helm = Helm(task.bench, reasoner)
    response = await helm.attempt(task.request)
    await reasoner.stop()
    assert response.outcome is TaskOutcome.SUCCEEDED
    assert response.model_usage == ModelUsage(requests=THOUGHTS_FAILED_MAX)


@pytest.mark.parametrize("promised", [0, 1, 3_000])
async def test_no_question_is_asked_that_the_promised_tokens_may_not_pay_for(
    task: Task, promised: int
) -> None:
    with model_server(server.answers_well) as stub:
        reasoner = ModelReasoner(Endpoint(stub.url))
        helm = Helm(task.bench, reasoner)
        response = await helm.attempt(
            task.request.model_copy(update={"model_tokens_max": promised})
        )
        await reasoner.stop()
    assert response.outcome is TaskOutcome.SUCCEEDED
    assert response.model_usage.tokens <= promised
    assert any(
        f"of the attempt's {promised} are left" in each.reasoning.detail for each in helm.steps
    )


async def test_tokens_that_nobody_counted_are_counted_at_their_most(task: Task) -> None:
    with model_server(server.answers_uncounted) as stub:
        reasoner = ModelReasoner(Endpoint(stub.url))
        helm = Helm(task.bench, reasoner)
        response = await helm.attempt(task.request)
        await reasoner.stop()
    assert response.model_usage.tokens_out == len(stub.questions) * MODEL.tokens_out_max
    assert response.model_usage.tokens_in > 0


async def test_a_question_under_way_at_a_crash_is_asked_again_and_the_trace_goes_on(
    task: Task,
) -> None:
    with model_server(server.answers_well) as stub:
        reasoner = ModelReasoner(Endpoint(stub.url))
        helm = Helm(task.bench, reasoner)
        helm.berth.take(task.request)
        while not stub.questions:
            under_way = dict(helm.berth.performs)
            helm.berth.restart(f"run-{len(helm.steps) + 2}")
            assert helm.berth.performs == under_way
            await helm.go_on()
        while helm.berth.performs:
            await helm.go_on()
        await reasoner.stop()
    numbers = [taken.step.step_number for taken in helm.steps]
    assert numbers == [*range(1, len(numbers) + 1)]
    assert Reasoner.MODEL in helm.reasoners


async def test_in_child_processes_it_is_the_same(task: Task) -> None:
    request, bench = task.request, task.bench
    with model_server(server.answers_well) as stub:
        children = ChildProcessRunner(bench.settings, streams=1)
        runner = AgentRunner(children, ModelReasoner(Endpoint(stub.url)))
        berth = Berth.admitted(replace(AGENT, policy=next_decision, model=MODEL))
        berth.take(request)
        while berth.performs:
            ((activity_id, asked),) = tuple(berth.performs.items())
            berth.end_activity(await runner.run(asked), activity_id)
        await runner.stop()
    (response,) = berth.sent(DataResponse)
    assert response.outcome is TaskOutcome.SUCCEEDED
    assert response.model_usage.requests == len(stub.questions) >= 2
