"""What is sent when a task is ready: a request to an agent, or a proposal to the vote."""

from collections.abc import Iterator, Sequence
from hashlib import sha256

from pydantic import JsonValue

from planner.domain.htn.program import Program
from planner.domain.limits import SPLIT_REMEDY
from planner.domain.model.work import Executor, Work
from planner.domain.records import TaskRecord
from planner.domain.visibility import VisibleFacts, visible_data
from shared.contracts.machine import Send
from shared.contracts.payloads import DataRequest, TaskCancellation, TaskState
from shared.contracts.topics import HUB, MESSAGE_BYTES_MAX
from shared.contracts.vocabulary import Artifact, DataTaskType, Failure
from shared.contracts.voting import SchemaProposal
from shared.kernel.ids import derive_id
from shared.kernel.records import Draft
from shared.kernel.signing import canonical_bytes

HUB_ID = "hub"

ENVELOPE_BYTES_MAX = 8_192
"""Kept free in a message for its envelope, and for what the hub and consensus add: electors."""

SUBJECT_FACT = "subject"
PARTITIONS_FACT = "partitions"


def work_for(program: Program, task: TaskRecord) -> Work:
    """Return what carrying a primitive task out asks for."""
    work = program.tasks[task.model].task.work
    assert work is not None, f"{task.model} is primitive, so the linter saw its work"
    return work


def request_for(
    draft: Draft, program: Program, task: TaskRecord, inputs: Sequence[Artifact]
) -> Send:
    """Return the message that gets the task carried out, or undone if that is what it is for."""
    work = work_for(program, task)
    if work.executor is Executor.CONSENSUS:
        return _proposal(draft, program, task, inputs)
    request = DataRequest(
        pipeline_id=task.pipeline_id,
        task=task.task,
        operator=work.compensation if task.undoes else work.capability,
        parameters=task.arguments,
        inputs=tuple(inputs),
        attempt=task.attempts,
        timeout_seconds=work.timeout_seconds,
        model_tokens_max=task.model_tokens_promised,
    )
    return Send(HUB, request, HUB_ID, task.pipeline_id, key=task.pipeline_id)


def cancellation_for(program: Program, task: TaskRecord) -> tuple[Send, ...]:
    """Return the message that stops the task's attempt; none when no agent may have it."""
    is_primitive = task.task.task_type is DataTaskType.PRIMITIVE
    if task.state is not TaskState.RUNNING or not is_primitive:
        return ()
    if work_for(program, task).executor is not Executor.AGENT:
        return ()
    cancellation = TaskCancellation(pipeline_id=task.pipeline_id, task_id=task.key)
    return (Send(HUB, cancellation, HUB_ID, task.pipeline_id, key=task.pipeline_id),)


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


def inputs_of(draft: Draft, program: Program, task: TaskRecord) -> tuple[Artifact, ...]:
    """Return the data that the task reads, all of it made by tasks that are done."""
    return tuple(
        artifact
        for name in task.task.data_inputs
        for artifact in visible_data(draft, program, task, name)
    )


def fingerprint_of(inputs: Sequence[Artifact]) -> str:
    """Return the SHA-256 of what the inputs are called and hold, whoever wrote them."""
    held = [[artifact.name, artifact.content_hash] for artifact in inputs]
    return sha256(canonical_bytes({"inputs": held})).hexdigest()


def _proposal(draft: Draft, program: Program, task: TaskRecord, inputs: Sequence[Artifact]) -> Send:
    (artifact,) = inputs
    maker = draft.get(TaskRecord, artifact.task_id)
    facts = VisibleFacts(draft, program, task)
    proposal = SchemaProposal(
        proposal_id=proposal_id_of(task),
        pipeline_id=task.pipeline_id,
        task_id=task.key,
        subject=str(facts.get(SUBJECT_FACT, task.task.name)),
        proposer_id=maker.agent_id if maker else "",
        artifact=artifact,
        partitions=tuple(_uris_of(facts.get(PARTITIONS_FACT))),
    )
    return Send(HUB, proposal, HUB_ID, proposal.proposal_id, key=proposal.proposal_id)


def _uris_of(partitions: JsonValue) -> Iterator[str]:
    for partition in partitions if isinstance(partitions, list) else ():
        if isinstance(partition, dict):
            yield str(partition.get("uri", ""))
