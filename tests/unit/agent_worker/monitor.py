"""A monitor_stream goal without its planner: its tasks one by one, as the domain orders them."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from deltalake import DeltaTable
from pydantic import JsonValue

from agent_worker.domain.actions import ActionOutcome
from shared.contracts.vocabulary import Artifact, Parameters
from tests.unit.agent_worker.workbench import Workbench


@dataclass
class Monitor:
    """Takes what is new in one source into table `t`."""

    bench: Workbench
    source: str
    options: Parameters = field(default_factory=dict[str, JsonValue])
    """More parameters of the goal."""
    key: tuple[str, ...] = ()
    quality_min: float = 0.0

    def discover(self, pipeline_id: str, attempt: int = 1) -> ActionOutcome:
        """Discover and write down what is new."""
        self.bench.pipeline_id = pipeline_id
        parameters: Parameters = {"source": self.source, "table": "t"} | self.options
        return self.bench.attempt("discover_batches", parameters, attempt=attempt)

    def prepare(self, pipeline_id: str) -> tuple[Parameters, list[Artifact]]:
        """Do all of a run but its commit; return what the commit is given."""
        found = self.discover(pipeline_id)
        assert found.failure is None, found.failure
        partitions = found.facts["partitions"]
        assert isinstance(partitions, list)
        parameters: Parameters = {"table": "t", "taking": found.facts["taking"]}
        if not partitions:
            return parameters, []
        contract = self._contract(partitions, is_known=bool(found.facts["contract_known"]))
        cleaned = [
            artifact
            for number, partition in enumerate(partitions)
            for artifact in self._cleaned(partition, contract, f"{pipeline_id}-clean-{number}")
        ]
        return parameters, [*cleaned, contract]

    def commit(
        self, pipeline_id: str, prepared: tuple[Parameters, list[Artifact]], attempt: int = 1
    ) -> ActionOutcome:
        """Add what was prepared."""
        self.bench.pipeline_id = pipeline_id
        return self.bench.attempt("append_batches", *prepared, attempt=attempt)

    def run(self, pipeline_id: str) -> Parameters:
        """Carry a whole run out; return its report."""
        return report_of(self.commit(pipeline_id, self.prepare(pipeline_id)))

    def table(self) -> DeltaTable:
        """Return the table as it is."""
        return DeltaTable(self.bench.workshop.store.uri_of("tables/t"))

    def column(self, name: str) -> list[object]:
        """Return a column's values, sorted."""
        paths = [uri.removeprefix("file://") for uri in self.table().file_uris()]
        rows = self.bench.workshop.connection.read_parquet(paths)
        return [value for (value,) in rows.project(f'"{name}"').order("1").fetchall()]

    def _contract(self, partitions: list[JsonValue], *, is_known: bool) -> Artifact:
        given: Parameters = {"table": "t", "quality_min": self.quality_min}
        if is_known:
            return only(self.bench.attempt("load_contract", given))
        profiles = [
            artifact
            for at, partition in enumerate(partitions)
            for artifact in self._handed_over(
                "profile_partition", {"partition": partition}, task_id=f"p{at}"
            )
        ]
        given["key"] = [*self.key]
        return only(self.bench.attempt("propose_schema", given, profiles))

    def _cleaned(self, partition: JsonValue, contract: Artifact, task_id: str) -> list[Artifact]:
        return self._handed_over("clean_partition", {"partition": partition}, (contract,), task_id)

    def _handed_over(
        self,
        operator: str,
        parameters: Parameters,
        inputs: Sequence[Artifact] = (),
        task_id: str = "task",
    ) -> list[Artifact]:
        outcome = self.bench.attempt(operator, parameters, inputs, task_id=task_id)
        assert outcome.failure is None, outcome.failure
        return [*outcome.artifacts]


def only(outcome: ActionOutcome) -> Artifact:
    """Return the one artifact of an outcome."""
    assert outcome.failure is None, outcome.failure
    (artifact,) = outcome.artifacts
    return artifact


def report_of(outcome: ActionOutcome) -> Parameters:
    """Return the report of a run's last task."""
    assert outcome.failure is None, outcome.failure
    report = outcome.facts["report"]
    assert isinstance(report, dict)
    return report
