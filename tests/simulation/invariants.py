"""The invariants of docs/invariants.md, checked after every transaction and at the end."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import TypeVar

from hub.domain.records import AssignmentRecord
from planner.domain.findings import ArtifactRecord
from planner.domain.places import PlaceRecord
from planner.domain.records import (
    ENDED_PIPELINE,
    GoalRecord,
    PipelineRecord,
    TaskRecord,
)
from shared.contracts.payloads import DataRequest, PipelineState, TaskCancellation, TaskState
from shared.contracts.topics import INBOX
from shared.contracts.vocabulary import Artifact
from shared.contracts.wire import decode
from shared.kernel.records import Record
from shared.ports.store import Claim, Commit, StoredRecord
from tests.simulation import mending, voting
from tests.simulation.bus import Log
from tests.simulation.hands import WITHDRAWALS, Objects
from tests.simulation.owners import OwnersWatch
from tests.simulation.store import Database

AnyRecord = TypeVar("AnyRecord", bound=Record)


PUBLISHED_FAMILIES = ("clean:", "quarantine:", "summary:", "schema_contract")
"""The families of artifacts that a publication is given."""

Contents = frozenset[tuple[str, str]]
"""What a table holds, whoever made it and wherever it lies: names and hashes."""


def contents_of(artifacts: Iterable[Artifact]) -> Contents:
    """Return what the artifacts hold."""
    return frozenset((each.name, each.content_hash) for each in artifacts)


class ViolationError(AssertionError):
    """An invariant does not hold; the message begins with its number."""


def _of_kind(kind: type[AnyRecord], records: Iterable[StoredRecord]) -> list[AnyRecord]:
    bodies = [stored.body for stored in records if stored.kind == kind.kind]
    return [kind.model_validate_json(body) for body in bodies if body is not None]


def _may_hand_out(pipeline: PipelineRecord, request: DataRequest) -> bool:
    if pipeline.state is PipelineState.UNDOING:
        return request.operator in WITHDRAWALS
    return pipeline.state not in ENDED_PIPELINE


class Invariants:
    """Watches a run."""

    def __init__(
        self, log: Log, database: Database, objects: Objects, calm_contents: Contents | None
    ) -> None:
        self._log = log
        self._database = database
        self._objects = objects
        self._calm_contents = calm_contents
        self.tasks: dict[str, TaskRecord] = {}
        self.pipelines: dict[str, PipelineRecord] = {}
        self._asked_to_publish: set[str] = set()
        self.owners = OwnersWatch()

    def check_commit(self, claim: Claim, commit: Commit) -> None:
        """Check what one transaction of the planner changed."""
        if claim.machine != "planner":
            return
        self._check_requests(commit)
        tasks = {each.key: each for each in _of_kind(TaskRecord, commit.records)}
        pipelines = {each.key: each for each in _of_kind(PipelineRecord, commit.records)}
        for objection in mending.Commit(self.tasks, tasks, self.pipelines, pipelines).objections():
            raise ViolationError(objection)
        self.tasks.update(tasks)
        for task in tasks.values():
            self._check_order(task)
        for goal in _of_kind(GoalRecord, commit.records):
            self.owners.see(goal)
        for pipeline in pipelines.values():
            self._check_pipeline(pipeline)
        if excess := self.owners.excess():
            raise ViolationError(f"I12: {excess}")

    def _check_requests(self, commit: Commit) -> None:
        for entry in commit.outbox:
            payload = decode(entry.body).data_payload
            if not isinstance(payload, DataRequest):
                continue
            pipeline = self.pipelines.get(payload.pipeline_id)
            if pipeline is not None and not _may_hand_out(pipeline, payload):
                raise ViolationError(
                    f"I5: {payload.task.name} was handed out after {pipeline.key} was "
                    f"{pipeline.state}"
                )
            if payload.operator == "publish_table":
                self._asked_to_publish.add(payload.pipeline_id)

    def _check_order(self, task: TaskRecord) -> None:
        if task.state not in {TaskState.RUNNING, TaskState.DONE}:
            return
        for dependency in task.task.data_dependencies:
            if self.tasks[dependency].state is not TaskState.DONE:
                raise ViolationError(f"I4: {task.task.name} began before {dependency} was done")

    def _check_pipeline(self, pipeline: PipelineRecord) -> None:
        before = self.pipelines.get(pipeline.key)
        if before is not None and before.state in ENDED_PIPELINE and before != pipeline:
            raise ViolationError(f"I5: pipeline {pipeline.key} was {before.state}")
        self.pipelines[pipeline.key] = pipeline
        self.owners.see(pipeline)

    @property
    def all_ended(self) -> bool:
        """Whether every pipeline that the planner knows has ended."""
        return all(each.state in ENDED_PIPELINE for each in self.pipelines.values())

    @property
    def repairs(self) -> int:
        """How often another method was tried."""
        return sum(each.repairs for each in self.pipelines.values())

    @property
    def undone(self) -> int:
        """How many tasks were undone."""
        return sum(each.undoes != "" and each.state == "done" for each in self.tasks.values())

    def artifacts(self) -> Iterator[ArtifactRecord]:
        """Yield what the planner holds to be made."""
        return self._stored("planner", ArtifactRecord)

    def have_come(self, pipeline_ids: Iterable[str]) -> bool:
        """Tell whether the planner knows all of these pipelines."""
        return self.pipelines.keys() >= set(pipeline_ids)

    def in_flight(self) -> list[str]:
        """Return the tasks that the hub waits for; none once every pipeline has ended."""
        return [each.request.task.name for each in self._stored("hub", AssignmentRecord)]

    def newest_pipelines(self) -> list[PipelineRecord]:
        """Return the newest pipeline of each goal, as the planner's API would show it."""
        newest: dict[str, PipelineRecord] = {}
        for pipeline in self.pipelines.values():
            known = newest.get(pipeline.goal_id)
            if known is None or known.run < pipeline.run:
                newest[pipeline.goal_id] = pipeline
        return list(newest.values())

    def completed(self) -> Iterator[str]:
        """Yield the pipelines that came to their table."""
        for pipeline in self.pipelines.values():
            if pipeline.state is PipelineState.COMPLETED:
                yield pipeline.key

    def check_end(self, acknowledged: Iterable[str]) -> None:
        """Check what must hold once everything has come to rest."""
        for pipeline_id in acknowledged:
            if pipeline_id not in self.pipelines:
                raise ViolationError(f"I1: acknowledged pipeline {pipeline_id} is lost")
        if not self.all_ended:
            running = [task.task.name for task in self.tasks.values() if task.state == "running"]
            raise ViolationError(f"I5: faults are over and these go on: {running}")
        if self.in_flight():
            raise ViolationError(f"I5: all has ended and the hub waits for: {self.in_flight()}")
        places = [place.pipeline_id for place in self._stored("planner", PlaceRecord)]
        if places:
            raise ViolationError(f"I12: all has ended and these keep their place: {places}")
        self._check_publications()
        self._check_mending()
        self._check_attempts()
        for objection in voting.objections(self._log):
            raise ViolationError(objection)

    def _check_publications(self) -> None:
        tables = self._objects.tables
        if not set(tables) <= self._asked_to_publish:
            raise ViolationError(f"I5: published, though nobody was asked to: {list(tables)}")
        for pipeline_id, offered in self._objects.offers:
            if contents_of(offered) != contents_of(tables[pipeline_id]):
                raise ViolationError(f"I2: {pipeline_id} was published with two contents")
        known = {record.artifact.uri for record in self.artifacts()}
        for pipeline_id in self.completed():
            published = tables[self._publisher(pipeline_id)]
            # Equal work may have been done twice, and taken over from either.
            is_accepted = contents_of(published) == contents_of(self._accepted(pipeline_id))
            if not is_accepted or not {each.uri for each in published} <= known:
                raise ViolationError(f"I3: the table of {pipeline_id} is not what was accepted")
            if self._calm_contents not in {None, contents_of(published)}:
                raise ViolationError(f"I2: the table of {pipeline_id} differs from a calm run's")

    def _check_mending(self) -> None:
        artifacts = tuple(self.artifacts())
        rest = mending.Rest(self.tasks, self.pipelines, artifacts, self._objects.withdrawn)
        for objection in rest.objections():
            raise ViolationError(objection)

    def _publisher(self, pipeline_id: str) -> str:
        """Return the run whose publication a completed run stands by: its own, or one before."""
        (maker,) = {
            record.artifact.task_id
            for record in self._visible(pipeline_id)
            if record.artifact.name.startswith("table:")
        }
        return self.tasks[maker].pipeline_id

    def _visible(self, pipeline_id: str) -> Iterator[ArtifactRecord]:
        """Yield what can be read in a pipeline: not what a given up method has made."""
        for record in self.artifacts():
            if record.pipeline_id == pipeline_id and record.scope_ids != (record.task_id,):
                yield record

    def _accepted(self, pipeline_id: str) -> Iterator[Artifact]:
        """Yield what the planner holds for good and hands to a publication."""
        for record in self._visible(pipeline_id):
            if record.artifact.name.startswith(PUBLISHED_FAMILIES):
                yield record.artifact

    def _check_attempts(self) -> None:
        newest: defaultdict[str, int] = defaultdict(int)
        stopped: dict[str, int] = {}
        for entry in self._log.entries(INBOX.name):
            payload = decode(entry.body).data_payload
            if isinstance(payload, DataRequest):
                task_id = payload.task.task_id
                newest[task_id] = max(newest[task_id], payload.attempt)
            elif isinstance(payload, TaskCancellation):
                stopped[payload.task_id] = payload.attempt
        for task_id, attempt in stopped.items():
            if attempt != newest[task_id]:
                raise ViolationError(f"I5: {task_id} was begun again after it was cancelled")
        for record in self.artifacts():
            artifact = record.artifact
            if artifact.attempt != newest[artifact.task_id]:
                raise ViolationError(
                    f"I3: {artifact.name} is of attempt {artifact.attempt}, "
                    f"and attempt {newest[artifact.task_id]} was begun"
                )

    def _stored(self, machine: str, kind: type[AnyRecord]) -> Iterator[AnyRecord]:
        for (name, _), rows in self._database.shards.items():
            yield from _of_kind(kind, rows.records.values() if name == machine else ())
