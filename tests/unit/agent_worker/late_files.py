"""The tasks that take late files into a table, one after the other, as a plan has them."""

from collections.abc import Sequence
from typing import cast

from agent_worker.domain.actions import ActionOutcome
from shared.contracts.vocabulary import Artifact, Parameters
from tests.unit.agent_worker.workbench import Workbench

REASON = "two of three agents saw other values"


def succeed(
    bench: Workbench,
    operator: str,
    parameters: Parameters,
    inputs: Sequence[Artifact],
    task_id: str = "",
) -> ActionOutcome:
    outcome = bench.attempt(operator, parameters, inputs, task_id=task_id)
    assert outcome.failure is None, outcome.failure
    return outcome


class Backfill:
    """The tasks that take late files into table t, as a plan has them."""

    def __init__(self, bench: Workbench) -> None:
        self.bench = bench
        found = bench.attempt(
            "discover_missing", {"table": "t", "sources": [f"{bench.sources}/*.csv"]}
        )
        assert found.failure is None, found.failure
        self.facts = found.facts
        (self.contract,) = found.artifacts
        self.parts: list[Artifact] = [self.contract]
        profiles = [
            artifact
            for partition in cast("list[Parameters]", found.facts["partitions"])
            for artifact in succeed(
                bench, "profile_partition", {"partition": partition}, (), f"p-{partition['name']}"
            ).artifacts
        ]
        seen = succeed(bench, "find_drift", {}, (*profiles, self.contract))
        self.fitting = cast("list[Parameters]", seen.facts["fitting"])
        self.drifts = cast("list[Parameters]", seen.facts["drifts"])
        self.unfit = cast("list[Parameters]", seen.facts["unfit"])

    def propose(self, drift: Parameters) -> ActionOutcome:
        task_id = f"propose-{drift['name']}"
        return succeed(self.bench, "propose_drift", {"drift": drift}, (self.contract,), task_id)

    def clean(self, partition: Parameters, contract: Artifact) -> None:
        given: Parameters = {"partition": partition}
        task_id = f"clean-{partition['name']}"
        self.parts += succeed(self.bench, "clean_partition", given, (contract,), task_id).artifacts

    def accept(self, drift: Parameters) -> None:
        proposal = self.propose(drift)
        contract, described = proposal.artifacts
        self.parts.append(described)
        for partition in cast("list[Parameters]", drift["partitions"]):
            self.clean(partition, contract)

    def reject(self, drift: Parameters) -> None:
        self.parts.append(self.propose(drift).artifacts[1])
        for partition in cast("list[Parameters]", drift["partitions"]):
            self.set_aside(partition, REASON)

    def set_aside(self, partition: Parameters, reason: str) -> None:
        given: Parameters = {"partition": partition, "reason": reason}
        task_id = f"aside-{partition['name']}"
        self.parts += succeed(
            self.bench, "set_aside_partition", given, (self.contract,), task_id
        ).artifacts

    def append(self) -> Parameters:
        for partition in self.fitting:
            self.clean(partition, self.contract)
        known = ("sources_held", "sources_remaining", "sources_left_out")
        parameters: Parameters = {"table": "t", **{name: self.facts[name] for name in known}}
        outcome = succeed(self.bench, "append_table", parameters, self.parts)
        return cast("Parameters", outcome.facts["report"])
