"""What is sent when a task is ready: a request to an agent, or a proposal to the vote."""

from collections.abc import Sequence
from hashlib import sha256

from planner.domain.htn.program import Program
from planner.domain.limits import SPLIT_REMEDY
from planner.domain.model.work import Executor, Work
from planner.domain.proposals import on_terms, proposal_of, withdrawal_of
from planner.domain.records import PipelineRecord, TaskRecord
from planner.domain.visibility import VisibleFacts, visible_data
from shared.contracts.machine import Send
from shared.contracts.payloads import DataRequest, TaskCancellation, TaskState
from shared.contracts.topics import HUB, MESSAGE_BYTES_MAX
from shared.contracts.vocabulary import Artifact, DataTaskType, Failure
from shared.kernel.records import Draft
from shared.kernel.signing import canonical_bytes

HUB_ID = "hub"

ENVELOPE_BYTES_MAX = 8_192
"""Kept free in a message for its envelope, and for what the hub and consensus add: electors."""


def work_for(program: Program, task: TaskRecord) -> Work:
    """Return what carrying a primitive task out asks for."""
    work = program.tasks[task.model].task.work
    assert work is not None, f"{task.model} is primitive, so the linter saw its work"
    return work


def request_for(
    draft: Draft,
    program: Program,
    pipeline: PipelineRecord,
    task: TaskRecord,
    inputs: Sequence[Artifact],
) -> Send:
    """Return the message that gets the task carried out, or undone if that is what it is for."""
    work = work_for(program, task)
    if work.executor is Executor.CONSENSUS:
        (artifact,) = inputs
        maker = draft.get(TaskRecord, artifact.task_id)
        proposal = proposal_of(task, artifact, maker, VisibleFacts(draft, program, task))
        proposal_id = proposal.proposal_id
        decided = on_terms(proposal, pipeline.terms.voting)
        return Send(HUB, decided, HUB_ID, proposal_id, key=proposal_id)
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
    """Return the message that stops the task's attempt, or vote; none when it is not under way."""
    is_primitive = task.task.task_type is DataTaskType.PRIMITIVE
    if task.state is not TaskState.RUNNING or not is_primitive:
        return ()
    work = work_for(program, task)
    if work.executor is not Executor.AGENT:
        return withdrawal_of(task, work)
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
