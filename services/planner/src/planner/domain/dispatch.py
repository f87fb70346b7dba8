"""What is sent when a task is ready: a request to an agent, or a proposal to the vote."""

from collections.abc import Iterator

from pydantic import JsonValue

from planner.domain.limits import SPLIT_REMEDY
from planner.domain.pipeline_model import WHOLE_FAMILY, Domain, Executor, family_of
from planner.domain.records import ArtifactRecord, FactRecord, TaskRecord
from shared.contracts.machine import Send
from shared.contracts.payloads import DataRequest, TaskCancellation, TaskState
from shared.contracts.topics import HUB, MESSAGE_BYTES_MAX
from shared.contracts.vocabulary import Artifact, DataTaskType, Failure
from shared.contracts.voting import SchemaProposal
from shared.kernel.ids import derive_id
from shared.kernel.records import Draft

HUB_ID = "hub"

ENVELOPE_BYTES_MAX = 8_192
"""Kept free in a message for its envelope, and for what the hub and consensus add: electors."""

SUBJECT_FACT = "subject"
PARTITIONS_FACT = "partitions"


def request_for(draft: Draft, domain: Domain, task: TaskRecord) -> Send:
    """Return the message that gets the task carried out."""
    if domain.tasks[task.model].executor is Executor.CONSENSUS:
        return _proposal(draft, task)
    request = DataRequest(
        pipeline_id=task.pipeline_id,
        task=task.task,
        operator=task.model,
        parameters=task.arguments,
        inputs=tuple(inputs_of(draft, task)),
        attempt=task.attempts,
        timeout_seconds=domain.tasks[task.model].timeout_seconds,
    )
    return Send(HUB, request, HUB_ID, task.pipeline_id, key=task.pipeline_id)


def cancellation_for(domain: Domain, task: TaskRecord) -> Send | None:
    """Return the message that stops the task's attempt; None when no agent may have it."""
    model = domain.tasks[task.model]
    is_primitive = model.task_type is DataTaskType.PRIMITIVE
    if (
        task.state is not TaskState.RUNNING
        or not is_primitive
        or model.executor is not Executor.AGENT
    ):
        return None
    cancellation = TaskCancellation(pipeline_id=task.pipeline_id, task_id=task.key)
    return Send(HUB, cancellation, HUB_ID, task.pipeline_id, key=task.pipeline_id)


def refusal_of(request: Send) -> Failure | None:
    """Return why the message cannot be sent: it is larger than a topic takes."""
    size_bytes = len(request.payload.model_dump_json())
    if size_bytes <= MESSAGE_BYTES_MAX - ENVELOPE_BYTES_MAX:
        return None
    return Failure(
        code="message_too_large",
        detail=f"its message would have {size_bytes} bytes, most of them names of data; "
        f"a topic takes {MESSAGE_BYTES_MAX}",
        remedy=SPLIT_REMEDY,
    )


def proposal_id_of(task: TaskRecord) -> str:
    """Return the id of the proposal that decides the task's next attempt."""
    return derive_id("proposal", task.key, task.attempts + 1)


def _proposal(draft: Draft, task: TaskRecord) -> Send:
    (artifact,) = inputs_of(draft, task)
    maker = draft.get(TaskRecord, artifact.task_id)
    subject = draft.get(FactRecord, f"{task.pipeline_id}/{SUBJECT_FACT}")
    partitions = draft.get(FactRecord, f"{task.pipeline_id}/{PARTITIONS_FACT}")
    proposal = SchemaProposal(
        proposal_id=proposal_id_of(task),
        pipeline_id=task.pipeline_id,
        task_id=task.key,
        subject=str(subject.content) if subject else task.task.name,
        proposer_id=maker.agent_id if maker else "",
        artifact=artifact,
        partitions=tuple(_uris_of(partitions.content)) if partitions else (),
    )
    return Send(HUB, proposal, HUB_ID, proposal.proposal_id, key=proposal.proposal_id)


def inputs_of(draft: Draft, task: TaskRecord) -> Iterator[Artifact]:
    """Yield the data that the task reads, all of it made by tasks that are done."""
    for name in task.task.data_inputs:
        if name.endswith(WHOLE_FAMILY):
            family = (task.pipeline_id, family_of(name))
            for record in draft.select(ArtifactRecord, "family", family):
                yield record.artifact
        else:
            exact = draft.get(ArtifactRecord, f"{task.pipeline_id}/{name}")
            assert exact is not None, f"{name} was made by a task that is done"
            yield exact.artifact


def _uris_of(partitions: JsonValue) -> Iterator[str]:
    for partition in partitions if isinstance(partitions, list) else ():
        if isinstance(partition, dict):
            yield str(partition.get("uri", ""))
