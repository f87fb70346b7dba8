"""An agent without its machine: the policy decides, a workshop in this process acts."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from agent_worker.capabilities.child import carry_out
from agent_worker.capabilities.pipe import ChildSettings
from agent_worker.capabilities.workshop import open_workshop
from agent_worker.domain.actions import (
    ActionOutcome,
    ActionRequest,
    VerdictOutcome,
    VerdictRequest,
    VoteOutcome,
    VoteRequest,
)
from agent_worker.domain.policy import next_decision
from agent_worker.domain.profile import Partition
from agent_worker.domain.schema_contract import TableContract
from shared.contracts.payloads import DataRequest
from shared.contracts.vocabulary import (
    ActionType,
    Artifact,
    DataTask,
    DataTaskType,
    Failure,
    Parameters,
    ReActStep,
)
from shared.contracts.voting import SchemaProposal
from shared.contracts.witnesses import Witness, WitnessCheck

NOW = datetime(2026, 1, 1, tzinfo=UTC)
STEPS_MAX = 20


class Workbench:
    """Carries tasks out in one process, on files below one folder."""

    def __init__(
        self,
        folder: Path,
        object_store: str = "",
        brokers: Sequence[str] = (),
        sinks: Sequence[str] = (),
    ) -> None:
        self.sources = folder / "sources"
        self.sources.mkdir(parents=True, exist_ok=True)
        self.store = folder / "store"
        scratch = folder / "scratch"
        scratch.mkdir(exist_ok=True)
        self.settings = ChildSettings(
            object_store=object_store or self.store.as_uri(),
            source_roots=(str(self.sources),),
            stream_brokers=tuple(brokers),
            open_topics="shared.adapters.kafka_ranges:open_topics",
            topic_sinks=tuple(sinks),
            open_topic_writer="shared.adapters.kafka_export:open_topic_writer",
            memory_mib=512,
        )
        self.workshop = open_workshop(self.settings, scratch)
        self.pipeline_id = "pipeline"
        self.trace: list[ReActStep] = []
        """The steps of the last attempt."""

    def write(self, name: str, *lines: str) -> Path:
        """Write a source file."""
        path = self.sources / name
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return path

    def attempt(
        self,
        operator: str,
        parameters: Parameters,
        inputs: Sequence[Artifact] = (),
        *,
        task_id: str = "",
        attempt: int = 1,
    ) -> ActionOutcome:
        """Carry one attempt out to its end, or to its failure."""
        task = DataTask(
            task_id=task_id or operator, name=operator, task_type=DataTaskType.PRIMITIVE
        )
        request = DataRequest(
            pipeline_id=self.pipeline_id,
            task=task,
            operator=operator,
            parameters=parameters,
            inputs=tuple(inputs),
            attempt=attempt,
        )
        self.trace = []
        while True:
            outcome = self.act(request)
            if outcome.failure or self.trace[-1].action is ActionType.FINAL_RESULT:
                return outcome
            assert len(self.trace) < STEPS_MAX

    def act(self, request: DataRequest) -> ActionOutcome:
        """Decide and carry out one action, and add the step to the trace."""
        decision = next_decision(request, self.trace)
        action = ActionRequest(
            operator=request.operator,
            action=decision.action,
            action_input=decision.action_input,
            pipeline_id=request.pipeline_id,
            task_id=request.task.task_id,
            attempt=request.attempt,
            parameters=request.parameters,
            inputs=request.inputs,
            timeout_seconds=60,
            begun_at=NOW,
        )
        outcome = carry_out(action, self.workshop).outcome
        assert isinstance(outcome, ActionOutcome)
        step = ReActStep(
            step_number=len(self.trace) + 1,
            thought=decision.thought,
            action=decision.action,
            action_input=decision.action_input,
            observation=outcome.observation,
            data_quality_score=outcome.data_quality_score,
            timestamp=NOW,
        )
        self.trace.append(step)
        return outcome

    def failure(self, operator: str, parameters: Parameters) -> Failure:
        """Carry one attempt out that is expected to fail."""
        failure = self.attempt(operator, parameters).failure
        assert failure is not None
        return failure

    def discover(self) -> tuple[Partition, ...]:
        """Return all source files as partitions."""
        outcome = self.attempt("discover_sources", {"sources": [f"{self.sources}/*"]})
        assert outcome.failure is None
        found = outcome.facts["partitions"]
        assert isinstance(found, list)
        return tuple(Partition.model_validate(partition) for partition in found)

    def propose(
        self,
        key: Sequence[str] = (),
        quality_min: float = 0.0,
        contract: Parameters | str | None = None,
    ) -> tuple[Artifact, TableContract]:
        """Profile all source files and return the contract proposed for them."""
        outcome = self.proposed(key, quality_min, contract)
        assert outcome.failure is None, outcome.failure
        (artifact,) = outcome.artifacts
        path = self.workshop.store.fetch(artifact.uri)
        return artifact, TableContract.model_validate_json(path.read_bytes())

    def proposed(
        self,
        key: Sequence[str] = (),
        quality_min: float = 0.0,
        contract: Parameters | str | None = None,
    ) -> ActionOutcome:
        """Profile all source files and return what came of proposing a contract for them."""
        profiles = [
            artifact
            for partition in self.discover()
            for artifact in self.attempt(
                "profile_partition",
                {"partition": partition.model_dump(mode="json")},
                task_id=f"profile-{partition.name}",
            ).artifacts
        ]
        parameters: Parameters = {"table": "t", "key": list(key), "quality_min": quality_min}
        return self.attempt("propose_schema", {**parameters, "contract": contract}, profiles)

    def clean(self, contract: Artifact, *, attempt: int = 1) -> tuple[Artifact, ...]:
        """Clean all source files and return what that wrote."""
        written: list[Artifact] = []
        for partition in self.discover():
            parameters: Parameters = {"partition": partition.model_dump(mode="json")}
            task_id = f"clean-{partition.name}"
            outcome = self.attempt(
                "clean_partition", parameters, (contract,), task_id=task_id, attempt=attempt
            )
            assert outcome.failure is None, outcome.failure
            written += outcome.artifacts
        return tuple(written)

    def publish(self, parts: Sequence[Artifact]) -> ActionOutcome:
        """Publish cleaned files."""
        return self.attempt("publish_table", {"table": "t"}, parts)

    def vote(self, contract: Artifact, voter_id: str = "voter") -> VoteOutcome:
        """Judge a contract by a sample of all source files."""
        files = [path.as_uri() for path in sorted(self.sources.iterdir())]
        return self.vote_on(contract, files, voter_id)

    def vote_on(
        self, contract: Artifact, files: Sequence[str], voter_id: str = "voter"
    ) -> VoteOutcome:
        """Judge a contract by a sample of some files."""
        return self.judge(proposal_on(contract, files), voter_id)

    def judge(self, proposal: SchemaProposal, voter_id: str = "voter") -> VoteOutcome:
        """Judge a proposal as an elector."""
        request = VoteRequest(proposal=proposal, voter_id=voter_id)
        outcome = carry_out(request, self.workshop).outcome
        assert isinstance(outcome, VoteOutcome)
        return outcome

    def look_again(
        self, proposal: SchemaProposal, witnesses: Sequence[Witness], voter_id: str = "other"
    ) -> VerdictOutcome:
        """Say of another elector's witnesses whether they contradict the proposal."""
        check = WitnessCheck(
            proposal_id=proposal.proposal_id,
            pipeline_id=proposal.pipeline_id,
            artifact=proposal.artifact,
            electorate_hash=proposal.electorate_hash,
            claimant_id="claimant",
            witnesses=tuple(witnesses),
        )
        request = VerdictRequest(proposal=proposal, check=check, voter_id=voter_id)
        outcome = carry_out(request, self.workshop).outcome
        assert isinstance(outcome, VerdictOutcome)
        return outcome

    def rows(
        self, artifacts: Sequence[Artifact], prefix: str = "clean:"
    ) -> list[tuple[object, ...]]:
        """Return the rows of Parquet artifacts, in order."""
        paths = [
            str(self.workshop.store.fetch(artifact.uri))
            for artifact in artifacts
            if artifact.name.startswith(prefix)
        ]
        return self.workshop.connection.read_parquet(paths).fetchall()


def proposal_on(contract: Artifact, files: Sequence[str], **more: object) -> SchemaProposal:
    """Return a proposal about some files."""
    fields: dict[str, object] = {
        "proposal_id": "proposal",
        "pipeline_id": "pipeline",
        "task_id": "decide",
        "subject": "schema",
        "proposer_id": "proposer",
        "artifact": contract,
        "partitions": tuple(files),
    }
    return SchemaProposal.model_validate(fields | more)
