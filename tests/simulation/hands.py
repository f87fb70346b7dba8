"""Simulated hands and reasoning of an agent: three steps a task, contents that follow from inputs.

What is simulated here is the data alone. Content hashes depend on the operator, its parameters
and its inputs' hashes, never on the attempt, so a run with faults must end with the very table of
a run without.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import sha256

from pydantic import JsonValue

from agent_worker.domain.actions import (
    ActionDecision,
    ActionOutcome,
    ActionRequest,
    VerdictOutcome,
    VerdictRequest,
    VoteOutcome,
    VoteRequest,
)
from shared.contracts.payloads import DataRequest
from shared.contracts.vocabulary import (
    ActionType,
    Artifact,
    Contract,
    Failure,
    Parameters,
    ReActStep,
)
from shared.contracts.voting import VoteChoice
from shared.contracts.witnesses import Verdict, Witness
from shared.kernel.signing import canonical_bytes
from tests.simulation.faults import Faults
from tests.simulation.node import Node

PARTITIONS = ("p1", "p2", "p3", "p4")

LOOP = (ActionType.ANALYZE_SCHEMA, ActionType.TRANSFORM_DATA, ActionType.FINAL_RESULT)

WAY_OF_A_TASK = frozenset({"is_mending"})
"""Parameters in which the ways of one task differ; all ways make the same here."""

WITHDRAWALS = frozenset({"withdraw_table", "withdraw_announcement"})

REAL, MADE_UP = "real", "made up"
"""What a row that is brought against a proposal breaks here."""

HOPELESS = {"check_table": "hopeless check"}
"""By operator: the fault that makes a task fail for good, where it is not the work's."""


def simulated_policy(request: DataRequest, trace: Sequence[ReActStep]) -> ActionDecision:
    """Go through the loop, one action after the other."""
    action = LOOP[len(trace)]
    makes: list[JsonValue] = [*request.task.data_outputs]
    return ActionDecision(f"simulated: {action} for {request.operator}", action, {"makes": makes})


@dataclass(slots=True)
class Objects:
    """The simulated object store, with the versions of tables in it."""

    files: dict[str, str] = field(default_factory=dict[str, str])
    """Content hashes by URI."""
    tables: dict[str, tuple[Artifact, ...]] = field(default_factory=dict[str, tuple[Artifact, ...]])
    """For each pipeline that published: what its one commit names."""
    offers: list[tuple[str, tuple[Artifact, ...]]] = field(
        default_factory=list[tuple[str, tuple[Artifact, ...]]]
    )
    """Every publication that was tried, by its pipeline; a table takes the first one only."""
    withdrawn: dict[str, set[str]] = field(default_factory=dict[str, set[str]])
    """What was withdrawn, by its URI: the tasks that asked for it."""


@dataclass(slots=True)
class SimulatedHands:
    """The activity runner of one simulated agent."""

    objects: Objects
    node: Node
    brings_rows: bool = False
    """Whether it brings rows against proposals at times, real ones and made up ones."""

    async def run(self, request: Contract) -> Contract:
        """Act, after a while, unless the agent dies on the way."""
        faults = self.node.faults
        await asyncio.sleep(faults.latency_seconds() * 100)
        if isinstance(request, VoteRequest):
            return self._judged(faults)
        if isinstance(request, VerdictRequest):
            return _looked_at(request.check.witnesses, faults)
        assert isinstance(request, ActionRequest)
        if request.action is not ActionType.FINAL_RESULT:
            return ActionOutcome(observation={}, data_quality_score=0.5)
        return await self.node.touch("act", lambda: self._finish(request, faults))

    def _judged(self, faults: Faults) -> VoteOutcome:
        # A check that a crash repeats may come to another end: its elector contradicts itself.
        choice, witnesses = VoteChoice.APPROVE, ()
        if faults.strikes("dissent"):
            choice = faults.chance.choice((VoteChoice.REJECT, VoteChoice.ABSTAIN))
        for rule in (REAL, MADE_UP) if self.brings_rows else ():
            if faults.strikes(f"row {rule}"):
                witness = Witness.of(("file:///p1", 1, "value"), rule=rule, value_hash="")
                choice, witnesses = VoteChoice.REJECT, (witness,)
        return VoteOutcome(
            choice=choice, confidence=1.0, evidence=(), reason="simulated", witnesses=witnesses
        )

    async def _finish(self, request: ActionRequest, faults: Faults) -> ActionOutcome:
        if faults.strikes("action failed"):
            failure = Failure(code="simulated", detail="bad luck", remedy="none", retryable=True)
            return ActionOutcome(observation={}, data_quality_score=0.5, failure=failure)
        if request.operator in WITHDRAWALS:
            for each in request.inputs:
                self.objects.withdrawn.setdefault(each.uri, set()).add(request.task_id)
            return _outcome()
        if faults.strikes(HOPELESS.get(request.operator, "hopeless work")):
            failure = Failure(code="simulated", detail="no way", remedy="none")
            return ActionOutcome(observation={}, data_quality_score=0.5, failure=failure)
        if request.operator == "discover_sources":
            partitions: list[JsonValue] = [
                {"name": name, "uri": f"file:///{name}"} for name in PARTITIONS
            ]
            return _outcome(facts={"partitions": partitions})
        artifacts = self._write(request)
        if request.operator == "publish_table":
            return _outcome(artifacts, {"report": self._publish(request)})
        return _outcome(artifacts, {"subject": "simulated schema"})

    def _write(self, request: ActionRequest) -> tuple[Artifact, ...]:
        makes = request.action_input["makes"]
        assert isinstance(makes, list)
        return tuple(self._artifact(request, str(name)) for name in makes)

    def _artifact(self, request: ActionRequest, name: str) -> Artifact:
        inputs = sorted((each.name, each.content_hash) for each in request.inputs)
        content: Parameters = {
            "operator": request.operator,
            "parameters": {
                name: stated
                for name, stated in request.parameters.items()
                if name not in WAY_OF_A_TASK
            },
            "name": name,
            "inputs": [list(each) for each in inputs],
        }
        uri = f"{request.pipeline_id}/{request.task_id}/{request.attempt}/{name}"
        digest = sha256(canonical_bytes(content)).hexdigest()
        self.objects.files[uri] = digest
        return Artifact(
            name=name,
            uri=uri,
            task_id=request.task_id,
            attempt=request.attempt,
            content_hash=digest,
        )

    def _publish(self, request: ActionRequest) -> Parameters:
        assert all(each.uri in self.objects.files for each in request.inputs), "a file is missing"
        self.objects.offers.append((request.pipeline_id, request.inputs))
        self.objects.tables.setdefault(request.pipeline_id, request.inputs)
        return {"rows_in": len(request.inputs)}


def _looked_at(witnesses: Sequence[Witness], faults: Faults) -> VerdictOutcome:
    """See what is there, unless it cannot be read now."""
    is_real = any(witness.rule == REAL for witness in witnesses)
    verdict = Verdict.CONFIRMED if is_real else Verdict.REFUTED
    if faults.strikes("row unreadable"):
        verdict = Verdict.UNREADABLE
    return VerdictOutcome(verdict=verdict, reason="simulated")


def _outcome(
    artifacts: tuple[Artifact, ...] = (), facts: Parameters | None = None
) -> ActionOutcome:
    return ActionOutcome(
        observation={}, data_quality_score=1.0, artifacts=artifacts, facts=facts or {}
    )
