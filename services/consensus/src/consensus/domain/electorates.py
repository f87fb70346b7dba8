"""Who decides a proposal: the agents that the hub names, and the roles that it asks for."""

from shared.contracts.electorates import (
    ROLE_PREFIX,
    Elector,
    ElectorKind,
    electorate_hash_of,
    role_elector,
)
from shared.contracts.voting import ProposalKind, SchemaProposal


def electorate_flaw(proposal: SchemaProposal) -> str | None:
    """Return what keeps the hub's electorate from voting, or None when nothing does."""
    members = [elector.agent_id for elector in proposal.electorate]
    if not members and not _is_for_people(proposal):
        return "no agent was eligible to vote; start an agent besides the proposer"
    if len(set(members)) < len(members):
        return "an elector is named twice; each votes once"
    if proposal.proposer_id in members:
        return f"{proposal.proposer_id} made the artifact and cannot vote on it"
    if proposal.electorate_hash != electorate_hash_of(proposal.electorate, proposal.rule):
        return "the electorate's hash is not that of its members"
    if any(_is_of_a_person(elector) for elector in proposal.electorate):
        return "the electorate has a role in it; ask for it by the proposal's approval_roles"
    return None


def with_roles(proposal: SchemaProposal, public_key: str) -> SchemaProposal:
    """Return the proposal with its roles as electors, whose votes this key signs."""
    if not proposal.approval_roles:
        return proposal
    roles = sorted(set(proposal.approval_roles))
    electors = (*proposal.electorate, *(role_elector(role, public_key) for role in roles))
    electorate = tuple(sorted(electors, key=lambda elector: elector.agent_id))
    return proposal.model_copy(
        update={
            "electorate": electorate,
            "electorate_hash": electorate_hash_of(electorate, proposal.rule),
        }
    )


def _is_for_people(proposal: SchemaProposal) -> bool:
    """Tell whether people can decide it alone: what agents can check, agents must have checked."""
    return bool(proposal.approval_roles) and proposal.proposal_kind is ProposalKind.QUESTION


def _is_of_a_person(elector: Elector) -> bool:
    return elector.kind is ElectorKind.PERSON or elector.agent_id.startswith(ROLE_PREFIX)
