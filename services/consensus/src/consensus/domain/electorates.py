"""Whether an electorate can decide anything."""

from shared.contracts.electorates import electorate_hash_of
from shared.contracts.voting import SchemaProposal


def electorate_flaw(proposal: SchemaProposal) -> str | None:
    """Return what keeps the proposal's electorate from voting, or None when nothing does."""
    members = [elector.agent_id for elector in proposal.electorate]
    if not members:
        return "no agent was eligible to vote; start an agent besides the proposer"
    if len(set(members)) < len(members):
        return "an elector is named twice; each votes once"
    if proposal.proposer_id in members:
        return f"{proposal.proposer_id} made the artifact and cannot vote on it"
    if proposal.electorate_hash != electorate_hash_of(proposal.electorate, proposal.rule):
        return "the electorate's hash is not that of its members"
    return None
