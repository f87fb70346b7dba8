"""Who decides a proposal, and by which rule."""

import json
from collections.abc import Sequence
from enum import StrEnum
from hashlib import sha256

from pydantic import Field

from shared.contracts.vocabulary import Contract

ROLE_PREFIX = "role:"
"""What the id of a person's elector begins with, before the role's name."""


class VotingRule(StrEnum):
    """When a proposal counts as accepted; W is the weight of all agents of the electorate."""

    MAJORITY = "majority"
    """More than half of W approves."""
    TWO_THIRDS = "two_thirds"
    """More than two thirds of W approve."""
    UNANIMOUS = "unanimous"
    """Everybody who does not abstain approves, and at least one does."""
    WEIGHTED = "weighted"
    """More than half of W approves, where no elector weighs a third of W or more."""
    BYZANTINE = "byzantine"
    """Of n electors ceil((n+f+1)/2) approve, with f = floor((n-1)/3) of them lying."""


class Weighting(StrEnum):
    """Where the weights of an electorate come from."""

    EQUAL = "equal"
    REPUTATION = "reputation"
    """From how often an agent's votes agreed with what turned out true."""


class ElectorKind(StrEnum):
    """Who is behind an elector."""

    AGENT = "agent"
    PERSON = "person"
    """A role: anybody who has it votes for it, and the vote names the person."""


class Elector(Contract):
    """A member of an electorate, with the key that its vote must be signed by."""

    agent_id: str
    """The agent's id, or `role:` and the role's name."""
    public_key: str
    """Ed25519, base64; a role's is the consensus service's, which signs for people."""
    weight: int = Field(default=1, ge=1, le=100)
    kind: ElectorKind = ElectorKind.AGENT


def role_elector(role: str, public_key: str) -> Elector:
    """Return the elector that the role's people vote as."""
    return Elector(agent_id=f"{ROLE_PREFIX}{role}", public_key=public_key, kind=ElectorKind.PERSON)


def electorate_hash_of(electorate: Sequence[Elector], rule: VotingRule) -> str:
    """Return the SHA-256 of who may vote with which key and weight, and of the rule."""
    members = [
        [elector.agent_id, elector.public_key, elector.weight, elector.kind]
        for elector in electorate
    ]
    text = json.dumps([rule, members], separators=(",", ":"), ensure_ascii=False)
    return sha256(text.encode()).hexdigest()
