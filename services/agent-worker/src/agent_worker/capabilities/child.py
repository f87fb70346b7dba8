"""A child process: carries out one action or vote at a time, as its parent asks.

Requests come as lines of JSON on the standard input, outcomes go as lines to the standard output.
The input is read by a thread of its own, so that the end of the parent ends the child at once,
even in the middle of an action: nobody would ever take the outcome.
"""

import os
import queue
import shutil
import sys
import threading
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import BinaryIO, Protocol, cast

import duckdb
from pydantic import ValidationError

from agent_worker.capabilities.pipe import ChildSettings, Job, Reply
from agent_worker.capabilities.voting.casting import cast_vote
from agent_worker.capabilities.voting.checking import give_verdict
from agent_worker.capabilities.workshop import Workshop, open_workshop
from agent_worker.domain.actions import (
    OPERATORS,
    VALIDATE_PROPOSAL,
    ActionOutcome,
    ActionRequest,
    VerdictRequest,
    VoteRequest,
)
from agent_worker.domain.failures import ActionFailedError
from shared.contracts.vocabulary import ActionType, Failure


class Operator(Protocol):
    """What a module in `agent_worker.capabilities.operators` offers."""

    def perform(self, request: ActionRequest, workshop: Workshop) -> ActionOutcome:
        """Carry one action out; carried out twice, it leaves the same behind."""
        ...


def carry_out(request: ActionRequest | VoteRequest | VerdictRequest, workshop: Workshop) -> Reply:
    """Carry one request out; whatever goes wrong becomes part of the outcome."""
    if isinstance(request, VoteRequest):
        return Reply(outcome=cast_vote(request, workshop))
    if isinstance(request, VerdictRequest):
        return Reply(outcome=give_verdict(request, workshop))
    outcome = _act(request, workshop)
    if outcome.failure is not None:
        workshop.clear()
    if outcome.failure is not None or request.action is ActionType.FINAL_RESULT:
        workshop.end_attempt()
    return Reply(outcome=outcome)


def _act(request: ActionRequest, workshop: Workshop) -> ActionOutcome:
    try:
        return _operator(request.operator).perform(request, workshop)
    except ActionFailedError as error:
        return _failed(error.failure)
    except ValidationError as error:
        return _failed(_invalid(request, error))
    except (duckdb.OutOfMemoryException, MemoryError) as error:
        return _failed(_out_of_memory(request, error))
    except PermissionError as error:
        return _failed(_access_denied(request, error))
    except (duckdb.IOException, OSError) as error:
        return _failed(_storage_failed(request, error))


def let_go(request: ActionRequest | VoteRequest | VerdictRequest, workshop: Workshop) -> None:
    """Let go of a partition whose attempt is over; what comes next needs the memory."""
    if isinstance(request, ActionRequest) and request.action is ActionType.FINAL_RESULT:
        workshop.forget(f"{request.task_id}/{request.attempt}")


def _operator(name: str) -> Operator:
    """Load the operator's module at its first use, so that a child loads only what it needs."""
    if name not in OPERATORS or name == VALIDATE_PROPOSAL:
        raise ActionFailedError(
            "operator_unknown",
            f"this agent has no operator `{name}`",
            remedy=f"Use one of {', '.join(OPERATORS)}, or run agents of the newer version.",
        )
    return cast("Operator", import_module(f"agent_worker.capabilities.operators.{name}"))


def _failed(failure: Failure) -> ActionOutcome:
    return ActionOutcome(observation={}, data_quality_score=0, failure=failure)


def _invalid(request: ActionRequest, error: ValidationError) -> Failure:
    first = error.errors(include_url=False)[0]
    place = ".".join(str(part) for part in first["loc"])
    return Failure(
        code="parameters_invalid",
        detail=f"{request.operator}: {error.title}.{place}: {first['msg']}",
        remedy="Correct the goal's parameters; the reference lists them for each goal type.",
    )


def _out_of_memory(request: ActionRequest, error: Exception) -> Failure:
    return Failure(
        code="memory_exhausted",
        detail=f"{request.operator}: {error}",
        remedy="Raise ARGOSY_CHILD_MEMORY_MIB, or lower ARGOSY_PARTITION_MIB; files that are no "
        "plain text have to be split by hand.",
    )


def _access_denied(request: ActionRequest, error: PermissionError) -> Failure:
    return Failure(
        code="access_denied",
        detail=f"{request.operator}: the agent's user may not open {error.filename}",
        remedy="Give that user the right to read the sources and to write to the object store.",
    )


def _storage_failed(request: ActionRequest, error: Exception) -> Failure:
    return Failure(
        code="storage_failed",
        detail=f"{request.operator}: {error}",
        remedy="See that the object store and the sources can be reached and have room.",
        retryable=True,
    )


def _requests(source: BinaryIO, scratch: Path) -> Iterator[bytes]:
    """Yield the parent's requests; end the process when there is no parent any more."""
    lines: queue.SimpleQueue[bytes] = queue.SimpleQueue()

    def listen() -> None:
        for line in source:
            lines.put(line)
        shutil.rmtree(scratch, ignore_errors=True)
        os._exit(0)

    threading.Thread(target=listen, name="parent", daemon=True).start()
    while True:
        yield lines.get()


def main() -> None:
    """Serve the parent until it ends."""
    settings = ChildSettings.model_validate_json(sys.argv[1])
    scratch = Path(sys.argv[2])
    scratch.mkdir(parents=True, exist_ok=True)
    # Whatever a library prints goes to the log and not between the replies.
    replies = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    workshop = open_workshop(settings, scratch)
    for line in _requests(sys.stdin.buffer, scratch):
        request = Job.model_validate_json(line).request
        reply = carry_out(request, workshop)
        let_go(request, workshop)
        replies.write(reply.model_dump_json().encode() + b"\n")
        replies.flush()


if __name__ == "__main__":
    main()
