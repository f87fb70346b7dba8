"""Actions and votes in child processes, so that heavy work never holds up a heartbeat.

Each child carries out one request at a time. One that exceeds its time is killed, one that dies is
replaced; both are outcomes and never exceptions. The steps of one attempt go to the same child
where that is possible, because it still has the attempt's partition in memory.
"""

import asyncio
import shutil
import signal
import sys
import tempfile
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from agent_worker.capabilities.pipe import ChildSettings, Job, Reply
from agent_worker.domain.actions import (
    ActionOutcome,
    ActionRequest,
    VerdictOutcome,
    VerdictRequest,
    VoteOutcome,
    VoteRequest,
)
from shared.contracts.vocabulary import ActionType, Contract, Failure
from shared.contracts.voting import VoteChoice
from shared.contracts.witnesses import Verdict

REPLY_BYTES_MAX = 4_000_000
"""Four messages: an outcome that is larger could not be sent anyway."""

VOTE_SECONDS_MAX = 3600
"""The longest time that a proposal gives its electors; for one that does not say how long."""

VERDICT_SECONDS_MAX = 30
"""Reading five rows again, in files as large as a vote looks at."""


class ChildDiedError(Exception):
    """The child process ended before it answered."""


@dataclass(slots=True)
class Child:
    """A child process and what it worked on last."""

    process: asyncio.subprocess.Process
    scratch: Path
    work: str = ""
    """The attempt whose partition it may still hold; empty when that attempt is over."""

    async def ask(self, job: Job) -> Reply:
        """Return the child's reply.

        Raises:
            ChildDiedError: it ended before it answered.
        """
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        try:
            self.process.stdin.write(job.model_dump_json().encode() + b"\n")
            await self.process.stdin.drain()
            line = await self.process.stdout.readline()
        except ConnectionError:
            line = b""
        if not line.endswith(b"\n"):
            raise ChildDiedError(_last_words(await self.process.wait()))
        return Reply.model_validate_json(line)

    async def end(self) -> None:
        """Kill the process, if it still runs, and remove its temporary files."""
        if self.process.returncode is None:
            self.process.kill()
        await self.process.wait()
        if self.process.stdin is not None:
            self.process.stdin.close()
        await asyncio.to_thread(shutil.rmtree, self.scratch, ignore_errors=True)


class ChildProcessRunner:
    """Carries requests out in up to `streams` child processes; more requests wait in line."""

    def __init__(self, settings: ChildSettings, *, streams: int) -> None:
        self._settings = settings
        self._streams = streams
        self._free = asyncio.Semaphore(streams)
        self._idle: list[Child] = []
        self._children: list[Child] = []
        self._starting = 0

    @property
    def process_ids(self) -> tuple[int, ...]:
        """The operating system's ids of the child processes, in the order of their start."""
        return tuple(child.process.pid for child in self._children)

    async def start(self) -> None:
        """Nothing: children start when they are needed."""

    async def stop(self) -> None:
        """End all children; requests under way end as if their children had died."""
        children, self._children = self._children, []
        self._idle.clear()
        await asyncio.gather(*(child.end() for child in children))

    async def run(self, request: Contract) -> Contract:
        """Return the outcome of an action, a vote or a verdict.

        Raises:
            TypeError: the request is none of them.
        """
        match request:
            case ActionRequest():
                return await self._act(request)
            case VoteRequest():
                return await self._vote(request)
            case VerdictRequest():
                return await self._verdict(request)
            case _:
                raise TypeError(f"no child process can carry out a {type(request).__name__}")

    async def _act(self, request: ActionRequest) -> Contract:
        work = f"{request.task_id}/{request.attempt}"
        is_last = request.action is ActionType.FINAL_RESULT
        try:
            async with self._child_for(work, is_last=is_last) as child:
                reply = await asyncio.wait_for(
                    child.ask(Job(request=request)), request.timeout_seconds
                )
        except TimeoutError:
            return _failed(_timed_out(request))
        except ChildDiedError as error:
            return _failed(_died(request, error))
        return reply.outcome

    async def _vote(self, request: VoteRequest) -> Contract:
        proposal = request.proposal
        seconds = proposal.timeout_seconds or VOTE_SECONDS_MAX
        try:
            async with self._child_for(proposal.proposal_id, is_last=True) as child:
                reply = await asyncio.wait_for(child.ask(Job(request=request)), seconds)
        except TimeoutError:
            return _abstention(f"My check took longer than {seconds:g} s.")
        except ChildDiedError as error:
            return _abstention(f"The process that checked the proposal died: {error}.")
        return reply.outcome

    async def _verdict(self, request: VerdictRequest) -> Contract:
        try:
            async with self._child_for(request.check.proposal_id, is_last=True) as child:
                reply = await asyncio.wait_for(child.ask(Job(request=request)), VERDICT_SECONDS_MAX)
        except TimeoutError:
            return _unreadable(f"Reading the rows took longer than {VERDICT_SECONDS_MAX} s.")
        except ChildDiedError as error:
            return _unreadable(f"The process that read the rows died: {error}.")
        return reply.outcome

    @asynccontextmanager
    async def _child_for(self, work: str, *, is_last: bool) -> AsyncGenerator[Child]:
        """Lend a child; one that did not answer is not used again."""
        async with self._free:
            child = self._choose(work) or await self._spawn()
            child.work = work
            try:
                yield child
            except BaseException:
                # Not answered: too late, dead, or nobody waits any more. It may still be at work.
                if child in self._children:
                    self._children.remove(child)
                await asyncio.shield(child.end())
                raise
            child.work = "" if is_last else work
            self._idle.append(child)

    def _choose(self, work: str) -> Child | None:
        """Take the idle child that knows this work, else one that nobody will come back to."""
        known = [child for child in self._idle if child.work == work]
        unused = [child for child in self._idle if not child.work]
        is_full = len(self._children) + self._starting >= self._streams
        chosen = next(iter(known or unused or (self._idle if is_full else [])), None)
        if chosen is not None:
            self._idle.remove(chosen)
        return chosen

    async def _spawn(self) -> Child:
        scratch = Path(tempfile.mkdtemp(prefix="argosy-child-"))
        self._starting += 1
        try:
            process = await self._start_process(scratch)
        except BaseException:
            shutil.rmtree(scratch, ignore_errors=True)
            raise
        finally:
            self._starting -= 1
        child = Child(process, scratch)
        self._children.append(child)
        return child

    async def _start_process(self, scratch: Path) -> asyncio.subprocess.Process:
        return await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "agent_worker.capabilities.child",
            self._settings.model_dump_json(),
            str(scratch),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            limit=REPLY_BYTES_MAX,
            # Interrupting a terminal is for the parent to handle; the child ends with it.
            start_new_session=True,
        )


def _last_words(exit_code: int) -> str:
    if exit_code >= 0:
        return f"it ended with exit code {exit_code}"
    name = signal.Signals(-exit_code).name
    return f"it was ended by {name}" + (", perhaps for lack of memory" if name == "SIGKILL" else "")


def _failed(failure: Failure) -> ActionOutcome:
    return ActionOutcome(observation={}, data_quality_score=0, failure=failure)


def _timed_out(request: ActionRequest) -> Failure:
    return Failure(
        code="timeout",
        detail=f"{request.action} of {request.operator} took longer than "
        f"{request.timeout_seconds:g} s and was stopped",
        remedy="Split the sources into smaller files, or give the task more time.",
        retryable=True,
    )


def _died(request: ActionRequest, error: ChildDiedError) -> Failure:
    return Failure(
        code="agent_child_died",
        detail=f"the process that carried out {request.action} of {request.operator} died: {error}",
        remedy="Look at the agent's log and its memory; the task is tried again.",
        retryable=True,
    )


def _abstention(reason: str) -> VoteOutcome:
    return VoteOutcome(choice=VoteChoice.ABSTAIN, confidence=0, evidence=(), reason=reason)


def _unreadable(reason: str) -> VerdictOutcome:
    return VerdictOutcome(verdict=Verdict.UNREADABLE, reason=reason)
