"""People vote for a role: the service signs what they say with its own key.

Who a person is, nobody checks here yet: the name is taken as it is given, and goes on record with
the vote. Whoever reaches the API can vote for any role; let only those reach it who may.
"""

import asyncio

from fastapi import APIRouter, Response
from pydantic import BaseModel, ConfigDict, Field

from consensus.api.proposing import NAME_CHARACTERS_MAX, Role
from consensus.api.reading import LOOK_SECONDS, LOOKS_MAX, Case, known_case, known_proposal
from consensus.api.views import ProposalState, state_of
from consensus.domain.proposals import CONSENSUS_ID
from consensus.domain.records import ProposalRecord
from shared.contracts.electorates import ROLE_PREFIX, ElectorKind
from shared.contracts.machine import Send
from shared.contracts.topics import CONSENSUS
from shared.contracts.voting import ValidationVote, VoteChoice
from shared.engine.http import Problem
from shared.engine.posting import post
from shared.engine.shard import Signer
from shared.kernel.ids import derive_id
from shared.ports import store
from shared.ports.ports import Ports

REASON_CHARACTERS_MAX = 2_000
"""A page of words: with it a vote stays far below its 32 KiB."""


class VoteRequest(BaseModel):
    """What a person says to a proposal."""

    model_config = ConfigDict(extra="forbid", strict=True)

    role: Role = Field(description="The role that the person votes for, such as `steward`.")
    person: str = Field(min_length=1, max_length=NAME_CHARACTERS_MAX, description="Who votes.")
    choice: VoteChoice = Field(strict=False, description="A rejection ends the vote at once.")
    reason: str = Field(min_length=1, max_length=REASON_CHARACTERS_MAX)
    artifact_hash: str = Field(
        min_length=1, description="Of exactly what the person has seen, as the proposal shows it."
    )


class VoteAccepted(BaseModel):
    """The answer to a vote: it is durable, and counts unless it comes too late."""

    proposal_id: str
    voter_id: str
    choice: VoteChoice
    state: ProposalState
    """Of the proposal, with the vote taken into account."""


def serve_voting(routes: APIRouter, ports: Ports, sign: Signer) -> None:
    """Add the call that takes people's votes."""

    @routes.post(
        "/{proposal_id}/votes",
        status_code=202,
        responses={200: {"model": VoteAccepted, "description": "Said already"}},
    )
    async def vote(proposal_id: str, request: VoteRequest, response: Response) -> VoteAccepted:
        """Vote for a role; the answer comes when the vote is durable."""
        case = await known_case(ports.store, proposal_id)
        cast = _vote_of(case, request)
        if _is_cast(case, cast):
            response.status_code = 200
            return _accepted(cast, case.record)
        _check_open(case.record)
        send = Send(CONSENSUS, cast, CONSENSUS_ID, proposal_id, key=proposal_id)
        cause = derive_id("vote", cast.model_dump_json())
        await post(ports, send, sender_id=cast.voter_id, cause=cause, sign=sign)
        return _accepted(cast, await _counted(ports.store, cast))


def _vote_of(case: Case, request: VoteRequest) -> ValidationVote:
    """Return the vote, bound to what the person has seen.

    Raises:
        Problem: nobody can vote so on this proposal.
    """
    proposal = case.record.proposal
    elector = case.record.elector(f"{ROLE_PREFIX}{request.role}")
    if elector is None:
        raise _not_asked(request.role, case.record)
    if request.artifact_hash != proposal.artifact.content_hash:
        raise Problem(
            409,
            code="artifact_changed",
            title="The vote is on something else",
            detail=f"the proposal is on {proposal.artifact.content_hash}, "
            f"and the vote names {request.artifact_hash}",
            remedy="Look at the proposal again, and vote with the artifact_hash that it shows.",
        )
    return ValidationVote(
        proposal_id=case.record.key,
        artifact_hash=request.artifact_hash,
        electorate_hash=proposal.electorate_hash,
        voter_id=elector.agent_id,
        choice=request.choice,
        confidence=1,
        reason=request.reason,
        person=request.person,
    )


def _check_open(record: ProposalRecord) -> None:
    if record.conclusion is not None:
        raise Problem(
            409,
            code="proposal_closed",
            title="The proposal is decided",
            detail=f"proposal {record.key} is {record.conclusion.outcome}: "
            f"{record.conclusion.reason}",
            remedy="Put it to the vote again if it should be decided otherwise.",
        )


def _not_asked(role: str, record: ProposalRecord) -> Problem:
    people = (each for each in record.proposal.electorate if each.kind is ElectorKind.PERSON)
    roles = ", ".join(each.agent_id.removeprefix(ROLE_PREFIX) for each in people)
    return Problem(
        409,
        code="role_not_asked",
        title="The role has no vote on this proposal",
        detail=f"proposal {record.key} does not ask for the approval of {role!r}",
        remedy=f"vote for a role that it asks for: {roles or 'there is none'}",
    )


def _is_cast(case: Case, cast: ValidationVote) -> bool:
    return any(message.data_payload == cast for ballot in case.ballots for message in ballot.votes)


async def _counted(source: store.Store, cast: ValidationVote) -> ProposalRecord:
    """Return the proposal once the vote is taken or too late, or after a while as it is."""
    case = await known_case(source, cast.proposal_id)
    for _ in range(LOOKS_MAX):
        if _is_cast(case, cast) or not case.record.is_open:
            break
        await asyncio.sleep(LOOK_SECONDS)
        case = await known_case(source, cast.proposal_id)
    # The proposal was read before its votes, and may have been decided between the two.
    return await known_proposal(source, cast.proposal_id)


def _accepted(cast: ValidationVote, record: ProposalRecord) -> VoteAccepted:
    return VoteAccepted(
        proposal_id=cast.proposal_id,
        voter_id=cast.voter_id,
        choice=cast.choice,
        state=state_of(record),
    )
