"""A second look: the very rows that another elector brings against a proposal."""

from collections.abc import Mapping
from dataclasses import replace

import duckdb
from pydantic import ValidationError

from agent_worker.capabilities.voting.case import Case
from agent_worker.capabilities.voting.casting import foreign_columns, open_case
from agent_worker.capabilities.voting.foreign_columns import claimed_renames
from agent_worker.capabilities.voting.sources import contradictions_at
from agent_worker.capabilities.voting.tables import file_rows_at
from agent_worker.capabilities.workshop import Workshop
from agent_worker.domain.actions import VerdictOutcome, VerdictRequest
from agent_worker.domain.failures import ActionFailedError
from agent_worker.domain.voting.contradictions import Contradiction, verdict_on
from agent_worker.domain.voting.migrations import contradictions_in
from shared.contracts.witnesses import Verdict, Witness


def give_verdict(request: VerdictRequest, workshop: Workshop) -> VerdictOutcome:
    """Read the witnesses' rows again, and say whether they contradict the proposal."""
    proposal, witnesses = request.proposal, request.check.witnesses
    try:
        case = open_case(proposal, request.voter_id, workshop)
    except (ActionFailedError, ValidationError) as error:
        reason = f"I cannot read what is proposed: {error}"
        return VerdictOutcome(verdict=Verdict.UNREADABLE, reason=reason)
    found: list[Contradiction] = []
    unreadable: list[str] = []
    for uri, numbers in _numbers(witnesses).items():
        if uri not in proposal.partitions:
            continue
        try:
            found += _read_again(uri, numbers, case)
        except ActionFailedError as error:
            unreadable.append(error.failure.detail)
        except (duckdb.Error, MemoryError, OSError) as error:
            unreadable.append(str(error).partition("\n")[0])
    return verdict_on(witnesses, found, allowed=proposal.partitions, unreadable=unreadable)


def _numbers(witnesses: tuple[Witness, ...]) -> Mapping[str, list[int]]:
    numbers: dict[str, list[int]] = {}
    for witness in witnesses:
        numbers.setdefault(witness.partition, []).append(witness.row)
    return numbers


def _read_again(uri: str, numbers: list[int], case: Case) -> tuple[Contradiction, ...]:
    migration = case.contract.migration
    if migration is not None and case.is_table_file(uri):
        return contradictions_in(migration, [file_rows_at(uri, numbers, migration, case)])
    foreign = foreign_columns(claimed_renames(case, uri))
    return contradictions_at(uri, numbers, replace(case, foreign=foreign))
