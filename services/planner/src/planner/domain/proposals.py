"""What is put to the vote for a task: the proposal, its withdrawal, and how it turned out."""

from collections.abc import Iterator, Mapping

from pydantic import JsonValue

from planner.domain.model.work import Executor, Work
from planner.domain.records import PipelineRecord, TaskRecord
from shared.contracts.machine import Send
from shared.contracts.payloads import PipelineState
from shared.contracts.terms import VotingTerms
from shared.contracts.topics import HUB
from shared.contracts.vocabulary import Artifact, Contract, Parameters
from shared.contracts.voting import (
    CHANGES_MAX,
    Compatibility,
    ConsensusResult,
    ProposalAftermath,
    ProposalCancellation,
    ProposalKind,
    ProposalOutcome,
    ProposedChange,
    SchemaProposal,
    VoteChoice,
)
from shared.kernel.ids import derive_id

HUB_ID = "hub"
CONSENSUS_ID = "consensus"

SUBJECT_FACT = "subject"
PARTITIONS_FACT = "partitions"
MOTION_FACT = "motion"
"""What kind of proposal it is, with its changes; without it, the schema of a new table."""

UNDECIDED = frozenset(
    {ProposalOutcome.TIMED_OUT, ProposalOutcome.NO_QUORUM, ProposalOutcome.INVALID_ELECTORATE}
)
"""Votes that decided nothing, for want of voters."""

DISPROVING = frozenset({"quality_below_minimum", "key_not_unique", "schema_differs"})
"""Failures at the end of a pipeline that tell that what was accepted did not hold."""


class Motion(Contract):
    """What a proposer says of its proposal, besides the subject."""

    kind: ProposalKind = ProposalKind.SCHEMA
    changes: tuple[ProposedChange, ...] = ()
    compatibility: Compatibility | None = None


def proposal_id_of(task: TaskRecord) -> str:
    """Return the id of the proposal that decides the task's next attempt."""
    return derive_id("proposal", task.key, task.attempts + 1)


def proposal_of(
    task: TaskRecord, artifact: Artifact, maker: TaskRecord | None, facts: Mapping[str, JsonValue]
) -> SchemaProposal:
    """Return what is voted on for the task, on the terms of no goal in particular."""
    motion = Motion.model_validate(facts.get(MOTION_FACT) or {})
    return SchemaProposal(
        proposal_id=proposal_id_of(task),
        pipeline_id=task.pipeline_id,
        task_id=task.key,
        subject=str(facts.get(SUBJECT_FACT, task.task.name)),
        proposer_id=maker.agent_id if maker else "",
        artifact=artifact,
        partitions=tuple(_uris_of(facts.get(PARTITIONS_FACT))),
        proposal_kind=motion.kind,
        changes=motion.changes[:CHANGES_MAX],
        compatibility=motion.compatibility,
    )


def on_terms(proposal: SchemaProposal, terms: VotingTerms) -> SchemaProposal:
    """Return the proposal, to be decided as a goal's terms say."""
    decided = terms.model_dump(exclude={"undecided"})
    return SchemaProposal.model_validate(dict(proposal) | decided)


def withdrawal_of(task: TaskRecord, work: Work) -> tuple[Send, ...]:
    """Return the message that ends the vote for the task; none where there is none."""
    if work.executor is not Executor.CONSENSUS:
        return ()
    proposal_id = proposal_id_of(task)
    withdrawn = ProposalCancellation(
        proposal_id=proposal_id,
        pipeline_id=task.pipeline_id,
        reason=f"the goal does not need {task.task.name} any more",
    )
    return (Send(HUB, withdrawn, CONSENSUS_ID, proposal_id, key=proposal_id),)


def decision_of(voted: ConsensusResult) -> Parameters:
    """Return the result as the fact that plans are made with."""
    return {
        "proposal_id": voted.proposal_id,
        "outcome": voted.outcome,
        "electorate_size": voted.electorate_size,
        "approvals": voted.approvals,
        "rejections": voted.rejections,
        "abstentions": voted.abstentions,
        "reason": reason_of(voted),
    }


def reason_of(voted: ConsensusResult) -> str:
    """Return why the vote ended as it did: first what was seen, then how it was counted."""
    seen = "; ".join(_objections(voted))
    return f"{seen} ({voted.reason})" if seen else voted.reason


def _objections(voted: ConsensusResult) -> Iterator[str]:
    """Yield the rows that others confirmed; else what the first one says who rejected it."""
    confirmed = [veto for veto in voted.vetoes if veto.confirmed_by]
    for veto in confirmed:
        seen, others = veto.witness, ", ".join(veto.confirmed_by)
        yield (
            f"{veto.claimant_id} found in row {seen.row} of {seen.partition.rpartition('/')[2]} "
            f"that `{seen.column}`, {seen.shown!r}, {seen.rule}; {others} saw it too"
        )
    rejecting = (vote for vote in voted.votes if vote.choice is VoteChoice.REJECT)
    first = None if confirmed else next(rejecting, None)
    if first is not None:
        yield f"{first.person or first.voter_id} rejected it: {first.reason}"


def aftermaths_of(pipeline: PipelineRecord) -> Iterator[Send]:
    """Yield how what the pipeline's votes accepted turned out, as far as its end tells."""
    failure = pipeline.failure
    is_disproved = failure is not None and failure.code in DISPROVING
    held = pipeline.state is PipelineState.COMPLETED
    if not held and not is_disproved:
        return
    for proposal_id in pipeline.accepted:
        aftermath = ProposalAftermath(
            proposal_id=proposal_id,
            pipeline_id=pipeline.key,
            held=held,
            reason="what it decided was published" if failure is None else failure.detail,
        )
        yield Send(HUB, aftermath, HUB_ID, proposal_id, key=proposal_id)


def _uris_of(partitions: JsonValue) -> Iterator[str]:
    for partition in partitions if isinstance(partitions, list) else ():
        if isinstance(partition, dict):
            yield str(partition.get("uri", ""))
