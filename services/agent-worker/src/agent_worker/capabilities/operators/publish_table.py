"""Publishing a table: the accepted attempts' files become one version of it, all or none."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TypeVar

from agent_worker.capabilities import sql
from agent_worker.capabilities.artifacts import (
    input_named,
    inputs_named,
    open_artifact,
    read_document,
)
from agent_worker.capabilities.delta_table import Publication, publish
from agent_worker.capabilities.operators.handing_over import hand_over, written
from agent_worker.capabilities.table_files import describe_file
from agent_worker.capabilities.workshop import Workshop
from agent_worker.domain.actions import ActionOutcome, ActionRequest
from agent_worker.domain.failures import ActionFailedError
from agent_worker.domain.operators.handover import Handover
from agent_worker.domain.operators.publish_table import PartsChecked
from agent_worker.domain.quality import QualityCounts, merge_counts
from agent_worker.domain.schema_contract import TableContract
from agent_worker.domain.summary import PartitionSummary
from shared.contracts.vocabulary import ActionType, Artifact, Contract, Parameters

_Name = TypeVar("_Name", bound=str)


class PublishParameters(Contract):
    """What the task gives."""

    table: str


@dataclass(frozen=True, slots=True)
class Parts:
    """All that the table is made of, in the order of the partitions' names."""

    contract: TableContract
    clean: dict[str, Artifact]
    files: dict[str, Path]
    """Local paths of the clean files."""
    summaries: dict[str, PartitionSummary]

    @property
    def before(self) -> QualityCounts:
        """How good all partitions were."""
        return merge_counts(summary.quality_before for summary in self.summaries.values())

    @property
    def after(self) -> QualityCounts:
        """How good all partitions are now."""
        return merge_counts(summary.quality_after for summary in self.summaries.values())

    def total(self, figure: str) -> int:
        """Return the sum of one of the summaries' counts of rows."""
        return sum(getattr(summary, figure) for summary in self.summaries.values())

    @property
    def content_hash(self) -> str:
        """SHA-256 of the table's content in order, whatever its files are called."""
        hashes = "".join(summary.content_hash for summary in self.summaries.values())
        return sha256(hashes.encode()).hexdigest()


def perform(request: ActionRequest, workshop: Workshop) -> ActionOutcome:
    """Carry one action out."""
    if request.action is ActionType.FINAL_RESULT:
        return hand_over(request, workshop)
    parts = _open_parts(request, workshop)
    if request.action is ActionType.VALIDATE_DATA:
        return _check(parts, workshop)
    return _publish(parts, request, workshop)


def _open_parts(request: ActionRequest, workshop: Workshop) -> Parts:
    clean = inputs_named(request, "clean:")
    quarantine = inputs_named(request, "quarantine:")
    summaries = inputs_named(request, "summary:")
    if not clean or not clean.keys() == quarantine.keys() == summaries.keys():
        raise ActionFailedError(
            "parts_missing",
            f"{len(clean)} clean, {len(quarantine)} quarantine and {len(summaries)} summary files "
            "were given; every partition has one of each",
            remedy="Report it with the pipeline's plan; it is a mistake in planning.",
        )
    for artifact in quarantine.values():
        open_artifact(workshop.store, artifact)
    contract = input_named(request, "schema_contract")
    return Parts(
        contract=read_document(workshop.store, contract, TableContract),
        clean=clean,
        files={name: open_artifact(workshop.store, part) for name, part in clean.items()},
        summaries={
            name: read_document(workshop.store, part, PartitionSummary)
            for name, part in summaries.items()
        },
    )


def _check(parts: Parts, workshop: Workshop) -> ActionOutcome:
    quality_min, score = parts.contract.quality_min, parts.after.score
    if score < quality_min:
        raise ActionFailedError(
            "quality_below_minimum",
            f"table {parts.contract.table} has quality {score:.4f}, {quality_min} was asked for",
            remedy="Read the quarantine files and the traces, mend the sources, or ask for less.",
        )
    _check_key(parts, workshop)
    checked = PartsChecked(
        partitions=len(parts.clean),
        rows_in=parts.total("rows_in"),
        rows_out=parts.total("rows_out"),
        rows_quarantined=parts.total("rows_quarantined"),
        duplicates_removed=parts.total("duplicates_removed"),
        quality_before=parts.before.score,
        quality_after=score,
        quality_min=quality_min,
    )
    return ActionOutcome(observation=checked.model_dump(mode="json"), data_quality_score=score)


def _check_key(parts: Parts, workshop: Workshop) -> None:
    """Within a partition the key is unique already; across partitions it is seen only here."""
    if not parts.contract.key:
        return
    key = ", ".join(map(sql.name, parts.contract.key))
    rows = workshop.connection.read_parquet([str(path) for path in parts.files.values()])
    repeated = rows.aggregate(f"{key}, count(*) as n", key).filter("n > 1")
    ((keys,),) = repeated.aggregate("count(*)").fetchall()
    if keys:
        raise ActionFailedError(
            "key_not_unique",
            f"{keys} values of the key ({key}) occur in more than one partition of table "
            f"{parts.contract.table}",
            remedy="Name a key that is unique, or remove partitions that repeat others.",
        )


def _publish(parts: Parts, request: ActionRequest, workshop: Workshop) -> ActionOutcome:
    table = PublishParameters.model_validate(request.parameters).table
    table_uri = workshop.store.uri_of(f"tables/{table}")
    files = [
        describe_file(
            workshop.connection, parts.files[name], artifact.uri.removeprefix(f"{table_uri}/")
        )
        for name, artifact in parts.clean.items()
    ]
    attempts = [f"{artifact.task_id}/{artifact.attempt}" for artifact in parts.clean.values()]
    publication = Publication(request.pipeline_id, attempts)
    version = publish(table_uri, parts.contract, files, publication)
    published = Artifact(
        name=f"table:{table}",
        uri=table_uri,
        task_id=request.task_id,
        attempt=request.attempt,
        content_hash=parts.content_hash,
        rows=parts.total("rows_out"),
        bytes=sum(file.size for file in files),
    )
    return written(
        Handover(
            artifacts=(published,),
            facts={"report": _report(parts, table_uri, version)},
            score=parts.after.score,
            quality_before=parts.before.score,
            quality_after=parts.after.score,
        )
    )


def _report(parts: Parts, table_uri: str, version: int) -> Parameters:
    summaries = parts.summaries.values()
    return {
        "table": parts.contract.table,
        "table_uri": table_uri,
        "version": version,
        "columns": [column.name for column in parts.contract.columns],
        "rows_in": parts.total("rows_in"),
        "rows_out": parts.total("rows_out"),
        "rows_quarantined": parts.total("rows_quarantined"),
        "duplicates_removed": parts.total("duplicates_removed"),
        "quarantine_reasons": _sum(summary.quarantine_reasons for summary in summaries),
        "repaired_cells": _sum(summary.repaired_cells for summary in summaries),
        "quality_before": parts.before.score,
        "quality_after": parts.after.score,
        "content_hash": parts.content_hash,
    }


def _sum(counts: Iterable[Mapping[_Name, int]]) -> Parameters:
    total: Counter[str] = Counter()
    for count in counts:
        for name, cells in count.items():
            total[name] += cells
    return {name: total[name] for name in sorted(total)}
