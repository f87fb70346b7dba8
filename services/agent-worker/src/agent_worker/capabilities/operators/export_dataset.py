"""Exporting a data set: clean rows and quarantine as files, then the manifest that names them."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from agent_worker.capabilities.artifacts import open_artifact
from agent_worker.capabilities.delta_table import LINEAGE
from agent_worker.capabilities.operators.handing_over import hand_over, written
from agent_worker.capabilities.parts import Parts, check_parts, open_parts
from agent_worker.capabilities.range_settling import settle_ranges
from agent_worker.capabilities.run_reports import keep_report
from agent_worker.capabilities.source_memories import remember
from agent_worker.capabilities.sources import fingerprint_of
from agent_worker.capabilities.workshop import Workshop
from agent_worker.domain.actions import ActionOutcome, ActionRequest
from agent_worker.domain.dataset import (
    MANIFEST,
    DatasetColumn,
    DatasetFile,
    FileFormat,
    Manifest,
    version_of,
)
from agent_worker.domain.operators.handover import Handover
from shared.contracts.vocabulary import ActionType, Artifact, Contract, Parameters


class ExportParameters(Contract):
    """What the task gives."""

    dataset: str
    format: FileFormat = FileFormat.PARQUET


@dataclass(frozen=True, slots=True)
class Written:
    """A file of the data set that has no place in the object store yet."""

    local: Path
    file: DatasetFile


def perform(request: ActionRequest, workshop: Workshop) -> ActionOutcome:
    """Carry one action out."""
    if request.action is ActionType.FINAL_RESULT:
        return hand_over(request, workshop)
    parts = settle_ranges(open_parts(request, workshop), request, workshop)
    if request.action is ActionType.VALIDATE_DATA:
        checked = check_parts(parts, workshop)
        return ActionOutcome(
            observation=checked.model_dump(mode="json"), data_quality_score=checked.quality_after
        )
    return _export(parts, request, workshop)


def _export(parts: Parts, request: ActionRequest, workshop: Workshop) -> ActionOutcome:
    parameters = ExportParameters.model_validate(request.parameters)
    folder = workshop.scratch / f"dataset-{request.task_id}-{request.attempt}"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    clean = [*_clean_files(parts, parameters.format, workshop, folder)]
    quarantine = [*_quarantine_files(parts, parameters.format, workshop, folder)]
    manifest = _manifest(parts, parameters, clean, quarantine)
    stored_in = f"datasets/{parameters.dataset}/{manifest.version}"
    for each in (*clean, *quarantine):
        _put(workshop, each.local, f"{stored_in}/{each.file.path}")
    document = folder / MANIFEST
    document.write_text(manifest.model_dump_json(indent=2) + "\n", encoding="utf-8")
    content_hash, size = fingerprint_of(document), document.stat().st_size
    exported = Artifact(
        name=f"dataset:{parameters.dataset}",
        uri=_put(workshop, document, f"{stored_in}/{MANIFEST}"),
        task_id=request.task_id,
        attempt=request.attempt,
        content_hash=content_hash,
        rows=manifest.rows,
        bytes=size + sum(each.file.bytes for each in (*clean, *quarantine)),
    )
    shutil.rmtree(folder)
    # Beside the data set: what names attempts is no part of what the same input makes again.
    folder_of_report = f"reports/{parameters.dataset}"
    report = _report(parts, manifest, exported.uri)
    path = keep_report(workshop.store, parts, folder_of_report, parameters.dataset)
    report["run_report_uri"] = workshop.store.uri_of(f"{folder_of_report}/{path}")
    remember(workshop.store, parts)
    return written(
        Handover(
            artifacts=(exported,),
            facts={"report": report},
            score=parts.after.score,
            quality_before=parts.before.score,
            quality_after=parts.after.score,
        )
    )


def _clean_files(
    parts: Parts, file_format: FileFormat, workshop: Workshop, folder: Path
) -> Iterator[Written]:
    for number, (name, source) in enumerate(parts.files.items()):
        local = folder / f"part-{number:04}.{file_format}"
        _convert(source, local, file_format, workshop)
        yield _written(local, name, parts.clean[name].rows)


def _quarantine_files(
    parts: Parts, file_format: FileFormat, workshop: Workshop, folder: Path
) -> Iterator[Written]:
    for number, (name, artifact) in enumerate(parts.quarantine.items()):
        if artifact.rows:
            local = folder / f"quarantine-{number:04}.{file_format}"
            _convert(open_artifact(workshop.store, artifact), local, file_format, workshop)
            yield _written(local, name, artifact.rows)


def _convert(source: Path, target: Path, file_format: FileFormat, workshop: Workshop) -> None:
    if file_format is FileFormat.PARQUET:
        shutil.copyfile(source, target)
    else:
        rows = workshop.connection.read_parquet(str(source))
        rows.write_csv(str(target), header=True)


def _written(local: Path, source: str, rows: int) -> Written:
    return Written(
        local,
        DatasetFile(
            path=local.name,
            source=source,
            rows=rows,
            bytes=local.stat().st_size,
            sha256=fingerprint_of(local),
        ),
    )


def _manifest(
    parts: Parts, parameters: ExportParameters, clean: list[Written], quarantine: list[Written]
) -> Manifest:
    manifest = Manifest(
        dataset=parameters.dataset,
        version="",
        format=parameters.format,
        columns=(
            *(
                DatasetColumn(name=each.name, data_type=each.data_type, nullable=each.nullable)
                for each in parts.contract.columns
            ),
            *(DatasetColumn(name=name, data_type=LINEAGE[name]) for name in LINEAGE),
        ),
        key=parts.contract.key,
        rows=parts.total("rows_out"),
        files=tuple(each.file for each in clean),
        quarantine=tuple(each.file for each in quarantine),
        quality_before=parts.before.score,
        quality_after=parts.after.score,
        content_hash=parts.content_hash,
    )
    return manifest.model_copy(update={"version": version_of(manifest)})


def _put(workshop: Workshop, local: Path, name: str) -> str:
    staged = workshop.store.stage(name)
    shutil.copyfile(local, staged)
    return workshop.store.put(name, staged)


def _report(parts: Parts, manifest: Manifest, manifest_uri: str) -> Parameters:
    return {
        "dataset": manifest.dataset,
        "dataset_uri": manifest_uri.removesuffix(f"/{MANIFEST}"),
        "manifest_uri": manifest_uri,
        "version": manifest.version,
        "format": manifest.format,
        "files": len(manifest.files),
        "quarantine_files": len(manifest.quarantine),
        **parts.report(),
    }
