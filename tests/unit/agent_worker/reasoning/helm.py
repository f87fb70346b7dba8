"""An agent that cleans a real file, with a model at the helm: its machine, and what acts for it."""

import itertools
from dataclasses import dataclass, replace

from agent_worker.capabilities.child import carry_out
from agent_worker.capabilities.performing import Thinker
from agent_worker.domain.actions import ActionRequest, ThoughtRequest
from agent_worker.domain.agent import ModelTerms
from agent_worker.domain.policy import next_decision
from shared.contracts.payloads import DataRequest, DataResponse, ReActStepTaken
from shared.contracts.reasoning import Reasoner
from shared.contracts.vocabulary import Contract, DataTask, DataTaskType
from tests.unit.agent_worker.machine.berth import AGENT, EPOCH, Berth
from tests.unit.agent_worker.workbench import Workbench

MODEL = ModelTerms("stub-1", timeout_seconds=5, price_in=2, price_out=10)
HEADER = "carrier,flight,tail,distance,at"
PLAIN = [
    f"{carrier},{number},N{number},{500 + number},2013-01-{1 + number % 28:02} 05:00:00"
    for number, carrier in zip(range(1, 400), itertools.cycle(("UA", "B6")), strict=False)
]
DIRTY = [
    *(f"UA,{number},N{number},{500 + number},01/31/2013 05:00" for number in range(40)),
    *(f"B6,{number},?,5{number},2013-01-05 05:00:00" for number in range(30)),
    *(f"9E,9E{number},N1,{number},2013-01-05 05:00:00" for number in range(20)),
]


@dataclass(frozen=True)
class Task:
    """A task, and the bench that its file lies on."""

    bench: Workbench
    request: DataRequest


def a_request(bench: Workbench) -> DataRequest:
    """Return the task to clean a file with three kinds of dirt."""
    bench.write("a.csv", HEADER, *PLAIN, *DIRTY)
    contract, _ = bench.propose()
    (partition,) = bench.discover()
    return DataRequest(
        pipeline_id="pipeline",
        task=DataTask(task_id="clean-a", name="Clean a.csv", task_type=DataTaskType.PRIMITIVE),
        operator="clean_partition",
        parameters={"partition": partition.model_dump(mode="json")},
        inputs=(contract,),
        attempt=1,
        agent_epoch=EPOCH,
    )


class Helm:
    """Carries one attempt out to its response; acts in this process, thinks over HTTP."""

    def __init__(self, bench: Workbench, thinker: Thinker, model: ModelTerms = MODEL) -> None:
        self.bench = bench
        self.thinker = thinker
        agent = replace(AGENT, policy=next_decision, model=model)
        self.berth = Berth.admitted(agent)
        self.asked: list[ThoughtRequest] = []

    async def attempt(self, request: DataRequest) -> DataResponse:
        """Carry the attempt out and return its response."""
        self.berth.take(request)
        while self.berth.performs:
            await self.go_on()
        (response,) = self.berth.sent(DataResponse)
        return response

    async def go_on(self) -> None:
        """Carry out the one activity that is under way."""
        ((activity_id, request),) = tuple(self.berth.performs.items())
        self.berth.end_activity(await self._outcome_of(request), activity_id)

    @property
    def steps(self) -> list[ReActStepTaken]:
        return self.berth.sent(ReActStepTaken)

    @property
    def reasoners(self) -> set[Reasoner]:
        return {taken.reasoning.reasoner for taken in self.steps}

    async def _outcome_of(self, request: Contract) -> Contract:
        if isinstance(request, ThoughtRequest):
            self.asked.append(request)
            return await self.thinker.think(request)
        assert isinstance(request, ActionRequest)
        return carry_out(request, self.bench.workshop).outcome
