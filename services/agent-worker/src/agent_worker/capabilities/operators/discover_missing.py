"""Discovering what a table lacks: files of the sources that its log does not know."""

from pathlib import Path

from deltalake import DeltaTable

from agent_worker.capabilities.artifacts import Outputs
from agent_worker.capabilities.operators.handing_over import hand_over, written
from agent_worker.capabilities.reading.files import sniff_file
from agent_worker.capabilities.sources import FILES_MAX, describe
from agent_worker.capabilities.table_contracts import contract_of, open_table
from agent_worker.capabilities.table_sources import generation_of, holds_content, holds_file
from agent_worker.capabilities.workshop import Workshop
from agent_worker.domain.actions import ActionOutcome, ActionRequest
from agent_worker.domain.backfilling import Standing, stand
from agent_worker.domain.failures import ActionFailedError
from agent_worker.domain.operators.discover_missing import MissingInput, SourcesCompared
from agent_worker.domain.operators.handover import Handover
from agent_worker.domain.profile import Partition
from shared.contracts.vocabulary import ActionType, Contract


class DiscoverParameters(Contract):
    """What the task gives."""

    table: str
    sources: tuple[str, ...]


def perform(request: ActionRequest, workshop: Workshop) -> ActionOutcome:
    """Carry one action out."""
    if request.action is ActionType.FINAL_RESULT:
        return hand_over(request, workshop)
    parameters = DiscoverParameters.model_validate(request.parameters)
    if request.action is ActionType.ANALYZE_SCHEMA:
        return _compare(parameters, workshop)
    return _write(parameters, request, workshop)


def standing_of(table: DeltaTable, partitions: tuple[Partition, ...]) -> Standing:
    """Return how files stand against a table as it was loaded.

    Raises:
        ActionFailedError: the table does not say which files it was made of.
    """
    if generation_of(table) is None:
        raise ActionFailedError(
            "table_sources_unknown",
            f"{table.table_uri} does not say which files it was made of: another table was, or an "
            "older version of Argosy wrote it",
            remedy="Ingest the table anew from all of its files; then it knows them.",
        )
    return stand(
        partitions,
        known_uris={each.uri for each in partitions if holds_file(table, each)},
        known_hashes={each.fingerprint for each in partitions if holds_content(table, each)},
    )


def _compare(parameters: DiscoverParameters, workshop: Workshop) -> ActionOutcome:
    table = open_table(workshop.store, parameters.table)
    contract = contract_of(workshop.store, parameters.table, table.version())
    partitions = describe(_files(parameters.sources, workshop))
    standing = standing_of(table, partitions).at_most(FILES_MAX)
    unknown = {
        each.name: contract.unknown_in(_header_of(each, workshop)) for each in standing.missing
    }
    compared = SourcesCompared(
        version=table.version(),
        standing=standing,
        unknown_columns={name: columns for name, columns in unknown.items() if columns},
    )
    return ActionOutcome(
        observation=compared.model_dump(mode="json"),
        data_quality_score=len(standing.held) / len(partitions),
    )


def _header_of(partition: Partition, workshop: Workshop) -> tuple[str, ...]:
    path = workshop.sources.resolve(partition.uri)
    return sniff_file(workshop.connection, path, scratch=workshop.scratch).header


def _files(sources: tuple[str, ...], workshop: Workshop) -> tuple[Path, ...]:
    """Return all files that the sources name; most of them may be in the table already."""
    found: set[Path] = set()
    for source in sources:
        files = workshop.sources.watch(source)
        found |= {*files} if files else {*workshop.sources.expand((source,))}
    return tuple(sorted(found))


def _write(
    parameters: DiscoverParameters, request: ActionRequest, workshop: Workshop
) -> ActionOutcome:
    standing = MissingInput.model_validate(request.action_input).standing
    contract = contract_of(workshop.store, parameters.table)
    document = Outputs(workshop.store, request).write_document("schema_contract", contract)
    lacking = len(standing.missing) + len(standing.left_out) + standing.remaining
    return written(
        Handover(
            artifacts=(document,),
            facts={
                "partitions": [each.model_dump(mode="json") for each in standing.missing],
                "sources_held": len(standing.held),
                "sources_remaining": standing.remaining,
                "sources_left_out": [each.model_dump(mode="json") for each in standing.left_out],
            },
            score=len(standing.held) / (len(standing.held) + lacking),
        )
    )
