"""An elector's vote: what it reads of its own, judged by the rules for what is proposed."""

from collections.abc import Sequence
from dataclasses import replace

import duckdb
from pydantic import ValidationError

from agent_worker.capabilities.voting.case import Case
from agent_worker.capabilities.voting.contracts import proposed_contract
from agent_worker.capabilities.voting.foreign_columns import claimed_renames
from agent_worker.capabilities.voting.sources import look_at_source
from agent_worker.capabilities.voting.tables import look_at_file, settled_by_log, unsettled
from agent_worker.capabilities.workshop import Workshop
from agent_worker.domain.actions import VoteOutcome, VoteRequest
from agent_worker.domain.failures import ActionFailedError
from agent_worker.domain.renames import Rename, RenameStanding
from agent_worker.domain.schema_contract import Migration
from agent_worker.domain.voting.contracts import judge_contract
from agent_worker.domain.voting.contradictions import Contradiction, witnesses_of
from agent_worker.domain.voting.migrations import contradictions_in, judge_migration
from agent_worker.domain.voting.samples import choose_partitions, seat_of
from agent_worker.domain.voting.schemas import SampledPartition, judge_sample
from shared.contracts.voting import ProposalKind, SchemaProposal, VoteChoice

CONTRADICTED = frozenset(
    {
        "contract_column_missing",
        "contract_unfit",
        "contract_unsatisfied",
        "contract_unsound",
        "key_column_missing",
    }
)
"""Failures that speak against a declared contract, not against the look at it."""


def cast_vote(request: VoteRequest, workshop: Workshop) -> VoteOutcome:
    """Judge the proposal; what cannot be looked at leads to an abstention that says why."""
    proposal = request.proposal
    if proposal.proposal_kind is ProposalKind.QUESTION:
        return _abstention(
            "This is a question in words, and no data of mine can answer it: people decide."
        )
    try:
        return _judge(request, workshop)
    except ActionFailedError as error:
        is_contract = proposal.proposal_kind is ProposalKind.CONTRACT
        if is_contract and error.failure.code in CONTRADICTED:
            return _vote(VoteChoice.REJECT, error.failure.detail)
        return _abstention(error.failure.detail)
    except ValidationError as error:
        return _abstention(f"The artifact is no {error.title} that I can read.")
    except (duckdb.Error, MemoryError, OSError) as error:
        return _abstention(f"I could not read my sample: {str(error).partition(chr(10))[0]}")


def open_case(proposal: SchemaProposal, voter_id: str, workshop: Workshop) -> Case:
    """Return the proposal as this elector judges it.

    Raises:
        ActionFailedError: the artifact is gone or not what was proposed.
        ValidationError: it is no contract.
    """
    seat = seat_of(proposal, voter_id)
    return Case(workshop, proposal, proposed_contract(workshop, proposal, seat), seat)


def _judge(request: VoteRequest, workshop: Workshop) -> VoteOutcome:
    case = open_case(request.proposal, request.voter_id, workshop)
    uris = request.proposal.partitions
    files = [uri for uri in uris if case.is_table_file(uri)]
    sources = [uri for uri in uris if not case.is_table_file(uri)]
    migration = case.contract.migration
    votes: list[VoteOutcome] = []
    if sources or migration is None:
        votes.append(_judge_sources(sources, case))
    if migration is not None and (files or not sources):
        votes.append(_judge_files(files, migration, case))
    return _together(votes)


def _judge_sources(uris: Sequence[str], case: Case) -> VoteOutcome:
    learning = case.contract.learning
    known = () if learning is None else learning.partitions
    chosen = choose_partitions(uris, case.seat.seed, known)
    renames = [each for uri in chosen for each in claimed_renames(case, uri)]
    case = replace(case, partitions=len(chosen), foreign=foreign_columns(renames))
    samples = [look_at_source(uri, case) for uri in chosen]
    if case.is_declaration:
        vote = judge_contract(case.contract.asked_rules, samples, case.seat.electors)
    else:
        steps = len(case.contract.recipe.steps)
        vote = judge_sample(samples, electors=case.seat.electors, steps_proposed=steps)
    told = [f"`{each.alias}` for `{each.name}`: {each.told}." for each in renames]
    said = vote.model_copy(update={"reason": " ".join((vote.reason, *told))})
    return _with_witnesses(said, _contradictions(samples), case)


def foreign_columns(renames: Sequence[Rename]) -> dict[str, str]:
    """Return the columns that are said to be others and are not, with what their values break."""
    return {
        name: f"would get the values of `{each.alias}`, which are not those of `{each.name}`"
        for each in renames
        if each.standing is RenameStanding.CONTRADICTED
        for name in (each.alias, each.name)
    }


def _contradictions(samples: Sequence[SampledPartition]) -> list[Contradiction]:
    return [each for sample in samples for each in sample.contradictions]


def _judge_files(uris: Sequence[str], migration: Migration, case: Case) -> VoteOutcome:
    settled = settled_by_log(case, migration)
    open_questions = unsettled(migration, settled)
    chosen = choose_partitions(uris, case.seat.seed)
    case = replace(case, partitions=len(chosen))
    samples = [look_at_file(uri, open_questions, case) for uri in chosen]
    vote = judge_migration(migration, samples, settled)
    return _with_witnesses(vote, contradictions_in(migration, samples), case)


def _with_witnesses(vote: VoteOutcome, found: Sequence[Contradiction], case: Case) -> VoteOutcome:
    if vote.choice is not VoteChoice.REJECT:
        return vote
    witnesses = witnesses_of(found, case.workshop.redaction)
    return vote.model_copy(update={"witnesses": witnesses})


def _together(votes: Sequence[VoteOutcome]) -> VoteOutcome:
    """Join the votes on a change's two sides: one that rejects decides, then one that approves."""
    order = (VoteChoice.REJECT, VoteChoice.APPROVE, VoteChoice.ABSTAIN)
    ranked = sorted(votes, key=lambda vote: (order.index(vote.choice), not vote.witnesses))
    first = ranked[0]
    return first.model_copy(
        update={
            "evidence": tuple(each for vote in ranked for each in vote.evidence),
            "reason": " ".join(vote.reason for vote in ranked),
        }
    )


def _abstention(reason: str) -> VoteOutcome:
    return _vote(VoteChoice.ABSTAIN, reason)


def _vote(choice: VoteChoice, reason: str) -> VoteOutcome:
    confidence = 0.0 if choice is VoteChoice.ABSTAIN else 1.0
    return VoteOutcome(choice=choice, confidence=confidence, evidence=(), reason=reason)
