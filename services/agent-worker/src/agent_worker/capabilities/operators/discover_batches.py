"""Discovering batches: what is new for a table in a source that grows, written down to be read."""

from pydantic import Field

from agent_worker.capabilities.artifacts import Outputs
from agent_worker.capabilities.delta_table import newest
from agent_worker.capabilities.feeds import Feed, FileFeed, Portion, TopicFeed, WrittenBatches
from agent_worker.capabilities.operators.handing_over import hand_over, written
from agent_worker.capabilities.table_contracts import contract_of
from agent_worker.capabilities.topic_batches import MessageWriter
from agent_worker.capabilities.workshop import Workshop
from agent_worker.domain.actions import ActionOutcome, ActionRequest
from agent_worker.domain.batches import BATCH_ROWS_MAX, BATCHES_MAX, Taking
from agent_worker.domain.failures import ActionFailedError
from agent_worker.domain.messages import MessageFormat
from agent_worker.domain.operators.discover_batches import FeedSeen
from agent_worker.domain.operators.handover import Handover
from shared.contracts.feeds import topic_place
from shared.contracts.vocabulary import ActionType, Contract


class BatchParameters(Contract):
    """What the task gives."""

    source: str
    table: str
    batch_rows: int = Field(default=10_000, ge=1, le=BATCH_ROWS_MAX)
    batches_max: int = Field(default=100, ge=1, le=BATCHES_MAX)
    format: MessageFormat = MessageFormat.JSON
    columns: tuple[str, ...] = ()
    """The columns of delimited messages, which have no header."""


def perform(request: ActionRequest, workshop: Workshop) -> ActionOutcome:
    """Carry one action out."""
    if request.action is ActionType.FINAL_RESULT:
        return hand_over(request, workshop)
    parameters = BatchParameters.model_validate(request.parameters)
    table = newest(workshop.store.uri_of(f"tables/{parameters.table}"))
    feed, is_known = _feed(parameters, workshop), _is_contract_known(parameters, workshop)
    if request.action is ActionType.ANALYZE_SCHEMA:
        portion = Portion(parameters.batch_rows, parameters.batches_max)
        taking, strands = feed.look(table, portion)
        seen = FeedSeen(taking=taking, strands=strands, contract_known=is_known)
        return ActionOutcome(observation=seen.model_dump(mode="json"), data_quality_score=1)
    taking = Taking.model_validate(request.action_input)
    batches = feed.write(taking.batches, Outputs(workshop.store, request))
    if batches.batches and not batches.readable and not is_known:
        raise _nothing_readable(parameters, batches)
    taking = taking.model_copy(update={"batches": batches.batches})
    partitions = [partition.model_dump(mode="json") for partition in batches.partitions]
    return written(
        Handover(
            facts={
                "partitions": [*partitions],
                "contract_known": is_known,
                "taking": taking.model_dump(mode="json"),
            },
            score=1,
        )
    )


def _feed(parameters: BatchParameters, workshop: Workshop) -> Feed:
    place = topic_place(parameters.source)
    if place is None:
        return FileFeed(workshop, parameters.source)
    if parameters.format is MessageFormat.CSV and not parameters.columns:
        raise ActionFailedError(
            "columns_missing",
            f"the messages of {parameters.source} are delimited text, and nobody says what their "
            "fields are called",
            remedy="Give the goal's parameter `columns`: a list of names, in order.",
        )
    columns = parameters.columns if parameters.format is MessageFormat.CSV else ()
    writer = MessageWriter(parameters.format, columns, workshop.scratch / "messages")
    return TopicFeed(workshop, place, parameters.source, writer)


def _is_contract_known(parameters: BatchParameters, workshop: Workshop) -> bool:
    try:
        contract_of(workshop.store, parameters.table)
    except ActionFailedError as error:
        if error.failure.code not in {"table_unknown", "contract_missing"}:
            raise
        return False
    return True


def _nothing_readable(parameters: BatchParameters, batches: WrittenBatches) -> ActionFailedError:
    return ActionFailedError(
        "messages_undecodable",
        f"no message of {parameters.source} is {parameters.format}, so that nobody can say what "
        f"table they would make; the first: {batches.first_problem}",
        remedy="Correct the goal's `format` and `columns`.",
    )
