"""Appending batches: their rows, and how far the source was taken, become one commit.

The commit is refused when the table was taken further meanwhile, by whomever; then those batches
are left out that it has already. So each line is in the table once, whatever is repeated.
"""

import json
from collections.abc import Sequence
from dataclasses import replace
from hashlib import sha256

from deltalake import DeltaTable

from agent_worker.capabilities.delta_table import (
    COMMIT_TRIES_MAX,
    MarksDifferError,
    Mode,
    Publication,
    mark_of,
    newest,
    publish,
    published_commit,
    published_version,
    schema_of,
)
from agent_worker.capabilities.feeds import position_mark, seal_mark
from agent_worker.capabilities.key_settling import settle_keys
from agent_worker.capabilities.operators.handing_over import hand_over, written
from agent_worker.capabilities.parts import Parts, check_parts, open_parts
from agent_worker.capabilities.table_contracts import keep_contract
from agent_worker.capabilities.table_files import describe_file
from agent_worker.capabilities.workshop import Workshop
from agent_worker.domain.actions import ActionOutcome, ActionRequest
from agent_worker.domain.batches import Batch, Taking, still_due
from agent_worker.domain.failures import ActionFailedError
from agent_worker.domain.operators.append_batches import BatchesChecked
from agent_worker.domain.operators.handover import Handover
from shared.contracts.vocabulary import ActionType, Artifact, Contract, Parameters

NOTHING_HASH = sha256(b"").hexdigest()
"""The content hash of no rows."""

NOTHING = BatchesChecked(due=0, taken_already=0)

BATCHES_REMARK = "batches"
"""Under which a commit names the batches that it took, so that a repetition reports the same."""


class AppendParameters(Contract):
    """What the task gives."""

    table: str
    taking: Taking


def perform(request: ActionRequest, workshop: Workshop) -> ActionOutcome:
    """Carry one action out."""
    if request.action is ActionType.FINAL_RESULT:
        return hand_over(request, workshop)
    parameters = AppendParameters.model_validate(request.parameters)
    if not parameters.taking.batches:
        return _nothing_new(request.action, parameters, workshop)
    parts = open_parts(request, workshop)
    _check_names(parts, parameters.taking)
    if request.action is ActionType.VALIDATE_DATA:
        return _check(request, parameters, parts, workshop)
    return _append(request, parameters, parts, workshop)


def _check(
    request: ActionRequest, parameters: AppendParameters, parts: Parts, workshop: Workshop
) -> ActionOutcome:
    due = _due(request, parameters, workshop)
    figures = check_parts(_settled(request, _only(parts, due), workshop), workshop, is_whole=False)
    left_out = len(parameters.taking.batches) - len(due)
    checked = BatchesChecked(due=len(due), taken_already=left_out, parts=figures)
    return ActionOutcome(
        observation=checked.model_dump(mode="json"), data_quality_score=figures.quality_after
    )


def _append(
    request: ActionRequest, parameters: AppendParameters, parts: Parts, workshop: Workshop
) -> ActionOutcome:
    table_uri = workshop.store.uri_of(f"tables/{parameters.table}")
    for _ in range(COMMIT_TRIES_MAX):
        due = _due(request, parameters, workshop)
        taken = _settled(request, _only(parts, due), workshop)
        try:
            version = _commit(request, taken, due, workshop)
        except MarksDifferError:
            continue
        return written(_handover(request, parameters, taken, table_uri, version))
    raise ActionFailedError(
        "table_commit_conflict",
        f"{table_uri} was taken further by other pipelines {COMMIT_TRIES_MAX} times in a row",
        remedy="Nothing: the task is tried again.",
        retryable=True,
    )


def _due(
    request: ActionRequest, parameters: AppendParameters, workshop: Workshop
) -> tuple[Batch, ...]:
    """Return the batches that the table lacks, or those that this pipeline has added to it."""
    batches = parameters.taking.batches
    table_uri = workshop.store.uri_of(f"tables/{parameters.table}")
    commit = published_commit(table_uri, request.pipeline_id)
    if commit is not None:
        added = json.loads(commit[BATCHES_REMARK])
        return tuple(batch for batch in batches if batch.name in added)
    table = newest(table_uri)
    reached = {batch.strand: mark_of(table, position_mark(batch.strand)) for batch in batches}
    return still_due(batches, reached)


def _settled(request: ActionRequest, due: Parts, workshop: Workshop) -> Parts:
    """Return the parts as they go with the table that is, or was, there before their commit."""
    table_uri = workshop.store.uri_of(f"tables/{due.contract.table}")
    version = published_version(table_uri, request.pipeline_id)
    if version is None:
        return settle_keys(due, newest(table_uri), request, workshop)
    before = DeltaTable(table_uri, version - 1) if version else None
    return settle_keys(due, before, request, workshop)


def _commit(
    request: ActionRequest, taken: Parts, due: Sequence[Batch], workshop: Workshop
) -> int | None:
    """Commit what is due, unless that was done before or nothing is; return the version."""
    table = taken.contract.table
    table_uri = workshop.store.uri_of(f"tables/{table}")
    if not due:
        return _version_of(table_uri)
    files = [
        describe_file(workshop.connection, taken.files[name], _path_in(table_uri, artifact))
        for name, artifact in taken.clean.items()
    ]
    kept = "" if newest(table_uri) else keep_contract(workshop.store, taken.contract, table)
    publication = Publication(
        request.pipeline_id,
        taken.attempts,
        kept,
        remarks={BATCHES_REMARK: json.dumps([batch.name for batch in due])},
        follows={position_mark(batch.strand): batch.since for batch in reversed(due)},
        marks={
            name: number
            for batch in due
            for name, number in (
                (position_mark(batch.strand), batch.end),
                (seal_mark(batch.strand), batch.seal),
            )
        },
    )
    return publish(table_uri, schema_of(taken.contract), files, publication, Mode.APPEND)


def _handover(
    request: ActionRequest,
    parameters: AppendParameters,
    taken: Parts,
    table_uri: str,
    version: int | None,
) -> Handover:
    added = Artifact(
        name=f"table:{parameters.table}",
        uri=table_uri,
        task_id=request.task_id,
        attempt=request.attempt,
        content_hash=taken.content_hash,
        rows=taken.total("rows_out"),
        bytes=sum(artifact.bytes for artifact in taken.clean.values()),
    )
    others = len(parameters.taking.batches) - len(taken.clean)
    report = _state(parameters, table_uri, version) | {
        "batches": len(taken.clean),
        "batches_taken_by_others": others,
    }
    return Handover(
        artifacts=(added,),
        facts={"report": report | taken.report()},
        score=taken.after.score,
        quality_before=taken.before.score,
        quality_after=taken.after.score,
    )


def _nothing_new(
    action: ActionType, parameters: AppendParameters, workshop: Workshop
) -> ActionOutcome:
    if action is ActionType.VALIDATE_DATA:
        return ActionOutcome(observation=NOTHING.model_dump(mode="json"), data_quality_score=1)
    table_uri = workshop.store.uri_of(f"tables/{parameters.table}")
    report = _state(parameters, table_uri, _version_of(table_uri)) | {
        "batches": 0,
        "rows_in": 0,
        "rows_out": 0,
        "content_hash": NOTHING_HASH,
    }
    return written(Handover(facts={"report": report}, score=1))


def _state(parameters: AppendParameters, table_uri: str, version: int | None) -> Parameters:
    return {
        "table": parameters.table,
        "table_uri": table_uri,
        "version": version,
        "is_caught_up": parameters.taking.is_caught_up,
        "messages_missed": parameters.taking.missed,
    }


def _version_of(table_uri: str) -> int | None:
    table = newest(table_uri)
    return None if table is None else table.version()


def _path_in(table_uri: str, artifact: Artifact) -> str:
    return artifact.uri.removeprefix(f"{table_uri}/")


def _only(parts: Parts, batches: Sequence[Batch]) -> Parts:
    """Return the parts of these batches."""
    names = {batch.name for batch in batches}
    return replace(
        parts,
        clean={name: part for name, part in parts.clean.items() if name in names},
        quarantine={name: part for name, part in parts.quarantine.items() if name in names},
        files={name: part for name, part in parts.files.items() if name in names},
        summaries={name: part for name, part in parts.summaries.items() if name in names},
    )


def _check_names(parts: Parts, taking: Taking) -> None:
    wanted = {batch.name for batch in taking.batches}
    if wanted != parts.clean.keys():
        raise ActionFailedError(
            "parts_missing",
            f"{len(wanted)} batches were discovered and {len(parts.clean)} were cleaned, "
            f"{len(wanted ^ parts.clean.keys())} of them are in one list alone",
            remedy="Report it with the pipeline's plan; it is a mistake in planning.",
        )
