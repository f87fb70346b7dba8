"""Summarizing tables: what this pipeline published of each, as one report."""

from hashlib import sha256

from agent_worker.capabilities.artifacts import input_named
from agent_worker.capabilities.delta_table import published_version
from agent_worker.capabilities.operators.handing_over import hand_over, written
from agent_worker.capabilities.workshop import Workshop
from agent_worker.domain.actions import ActionOutcome, ActionRequest
from agent_worker.domain.failures import ActionFailedError
from agent_worker.domain.operators.handover import Handover
from shared.contracts.vocabulary import ActionType, Contract, Parameters


class SummarizeParameters(Contract):
    """What the task gives."""

    tables: tuple[str, ...]


def perform(request: ActionRequest, workshop: Workshop) -> ActionOutcome:
    """Carry one action out."""
    if request.action is ActionType.FINAL_RESULT:
        return hand_over(request, workshop)
    names = SummarizeParameters.model_validate(request.parameters).tables
    tables = [_described(name, request) for name in names]
    hashes = "".join(input_named(request, f"table:{name}").content_hash for name in names)
    report: Parameters = {
        "tables": [*tables],
        "rows_out": sum(input_named(request, f"table:{name}").rows for name in names),
        "content_hash": sha256(hashes.encode()).hexdigest(),
    }
    return written(Handover(facts={"report": report}, score=1))


def _described(name: str, request: ActionRequest) -> Parameters:
    table = input_named(request, f"table:{name}")
    version = published_version(table.uri, request.pipeline_id)
    if version is None:
        raise ActionFailedError(
            "table_not_published",
            f"{table.uri} has no commit of this pipeline",
            remedy="Submit the goal again, and find out who changes the table's log.",
        )
    return {
        "table": name,
        "table_uri": table.uri,
        "version": version,
        "rows": table.rows,
        "bytes": table.bytes,
        "content_hash": table.content_hash,
    }
