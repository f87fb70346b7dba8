"""Anything can be put to the vote: a contract that agents check, or a question for people."""

import secrets
from hashlib import sha256
from typing import Annotated, Literal, Self

from fastapi import APIRouter, Header, Response
from pydantic import BaseModel, ConfigDict, Field, model_validator

from consensus.api.reading import find_proposal, opened
from consensus.domain.proposals import CONSENSUS_ID
from consensus.domain.records import ProposalRecord
from shared.contracts.electorates import VotingRule, Weighting
from shared.contracts.machine import Send
from shared.contracts.topics import HUB
from shared.contracts.vocabulary import Artifact
from shared.contracts.voting import ROLES_MAX, ProposalKind, SchemaProposal
from shared.engine.http import Problem
from shared.engine.posting import post
from shared.kernel.ids import derive_id
from shared.ports.ports import Ports

NAME_CHARACTERS_MAX = 128
SUBJECT_CHARACTERS_MAX = 2_000
"""A page of words: what a person can be asked at once."""
PARTITIONS_MAX = 1_000
"""URIs that agents draw their samples from; of more, a few hundred are looked at anyway."""

HUB_ID = "hub"

IdempotencyKey = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=255,
        description="Repeat a proposer's request with the same key as often as you like: one "
        "proposal.",
    ),
]
Role = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,62}$")]
Uri = Annotated[str, Field(min_length=1, max_length=2_000)]


class ContractSubject(BaseModel):
    """A contract that agents check on samples of the partitions."""

    model_config = ConfigDict(extra="forbid", strict=True)

    kind: Literal["contract"] = "contract"
    uri: Uri = Field(description="Where the contract is, in the object store.")
    content_hash: str = Field(
        pattern=r"^[0-9a-f]{64}$", description="SHA-256 of its bytes; votes are bound to it."
    )
    partitions: list[Uri] = Field(
        min_length=1, max_length=PARTITIONS_MAX, description="What agents draw their samples from."
    )


class QuestionSubject(BaseModel):
    """A question for people alone; the subject asks it."""

    model_config = ConfigDict(extra="forbid", strict=True)

    kind: Literal["question"] = "question"


class ProposalRequest(BaseModel):
    """What somebody wants to have decided."""

    model_config = ConfigDict(extra="forbid", strict=True)

    subject: str = Field(
        min_length=1, max_length=SUBJECT_CHARACTERS_MAX, description="In a few words for people."
    )
    about: Annotated[ContractSubject | QuestionSubject, Field(discriminator="kind")]
    proposer: str = Field(default="anonymous", min_length=1, max_length=NAME_CHARACTERS_MAX)
    rule: VotingRule = Field(default=VotingRule.MAJORITY, strict=False)
    weights: Weighting = Field(default=Weighting.EQUAL, strict=False)
    participation_min: int | None = Field(
        default=None, ge=1, description="Weight of agents that must take part; half of all if none."
    )
    timeout_seconds: float | None = Field(
        default=None, ge=1, le=3600, description="How long agents have; the setting if not given."
    )
    approval_roles: list[Role] = Field(
        default_factory=list, max_length=ROLES_MAX, description="Roles of people that must approve."
    )
    approval_timeout_seconds: float | None = Field(
        default=None, ge=60, le=604_800, description="How long people have; a day if not given."
    )

    @model_validator(mode="after")
    def _is_for_somebody(self) -> Self:
        if isinstance(self.about, QuestionSubject) and not self.approval_roles:
            raise ValueError("a question is for people: name approval_roles")
        if len(set(self.approval_roles)) < len(self.approval_roles):
            raise ValueError("approval_roles names a role twice; each approves once")
        return self


class ProposalLinks(BaseModel):
    """Where to look next."""

    proposal: str
    tally: str
    votes: str


class ProposalAccepted(BaseModel):
    """The answer to a proposal: it is durable, and will be decided."""

    proposal_id: str
    links: ProposalLinks


def serve_proposing(routes: APIRouter, ports: Ports) -> None:
    """Add the call that takes proposals."""

    @routes.post(
        "",
        status_code=202,
        responses={200: {"model": ProposalAccepted, "description": "Known already"}},
    )
    async def propose(
        request: ProposalRequest, response: Response, idempotency_key: IdempotencyKey = None
    ) -> ProposalAccepted:
        """Put something to the vote; the answer comes when it is durable."""
        proposal = _proposal_of(request, idempotency_key)
        known = await find_proposal(ports.store, proposal.proposal_id)
        if known is not None:
            response.status_code = 200
        else:
            send = Send(HUB, proposal, HUB_ID, proposal.proposal_id, key=proposal.proposal_id)
            await post(ports, send, sender_id=CONSENSUS_ID, cause=proposal.proposal_id)
            known = await opened(ports.store, proposal.proposal_id)
        if known is not None and _asked(known.proposal) != _asked(proposal):
            raise _key_reused(known)
        accepted = _accepted(proposal.proposal_id)
        response.headers["Location"] = accepted.links.proposal
        return accepted


def _proposal_of(request: ProposalRequest, idempotency_key: str | None) -> SchemaProposal:
    key = idempotency_key or secrets.token_hex(16)
    proposal_id = derive_id("proposal", request.proposer, key)
    about = request.about
    return SchemaProposal(
        proposal_id=proposal_id,
        pipeline_id="",
        task_id="",
        subject=request.subject,
        proposer_id=f"person:{request.proposer}",
        artifact=_artifact_of(request, proposal_id),
        partitions=tuple(about.partitions) if isinstance(about, ContractSubject) else (),
        rule=request.rule,
        timeout_seconds=request.timeout_seconds,
        proposal_kind=ProposalKind(about.kind),
        participation_min=request.participation_min,
        weights=request.weights,
        approval_roles=tuple(request.approval_roles),
        approval_timeout_seconds=request.approval_timeout_seconds,
    )


def _artifact_of(request: ProposalRequest, proposal_id: str) -> Artifact:
    about = request.about
    if isinstance(about, ContractSubject):
        name, uri, content_hash = "schema_contract", about.uri, about.content_hash
    else:
        # What people approve is the words that they read, so the words are what is hashed.
        name, uri = "question", f"urn:argosy:question:{proposal_id}"
        content_hash = sha256(request.subject.encode()).hexdigest()
    return Artifact(name=name, uri=uri, task_id="", attempt=1, content_hash=content_hash)


def _accepted(proposal_id: str) -> ProposalAccepted:
    proposal = f"/v1/proposals/{proposal_id}"
    links = ProposalLinks(proposal=proposal, tally=f"{proposal}/tally", votes=f"{proposal}/votes")
    return ProposalAccepted(proposal_id=proposal_id, links=links)


def _asked(proposal: SchemaProposal) -> tuple[object, ...]:
    """Return what a person asked for; timeouts may have been filled in since."""
    return (
        proposal.subject,
        proposal.artifact,
        proposal.partitions,
        proposal.rule,
        proposal.weights,
        proposal.approval_roles,
    )


def _key_reused(known: ProposalRecord) -> Problem:
    return Problem(
        422,
        code="idempotency_key_reused",
        title="This Idempotency-Key was used for another proposal",
        detail=f"the key belongs to proposal {known.key}, which asks for something else",
        remedy="Repeat the first request unchanged, or use a new key for a new proposal.",
    )
