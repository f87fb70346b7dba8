"""Electors with keys, proposals and signed votes, for `benchmarks.votes`: not run by itself."""

from datetime import UTC, datetime
from hashlib import sha256

from shared.contracts import wire
from shared.contracts.electorates import Elector, VotingRule, electorate_hash_of
from shared.contracts.machine import Send
from shared.contracts.messages import AnyMessage, Payload
from shared.contracts.topics import CONSENSUS
from shared.contracts.vocabulary import Artifact
from shared.contracts.voting import Evidence, SchemaProposal, ValidationVote, VoteChoice
from shared.kernel.signing import public_key_of
from shared.ports.bus import Entry

ELECTORS_MAX = 50
NOW = datetime(2026, 1, 1, tzinfo=UTC)

_KEYS = tuple(sha256(f"elector {number}".encode()).digest() for number in range(ELECTORS_MAX))
_ELECTORS = tuple(
    Elector(agent_id=f"agent-{number:02}", public_key=public_key_of(key))
    for number, key in enumerate(_KEYS)
)


def a_proposal(
    proposal_id: str, electors: int, timeout_seconds: float | None = None
) -> SchemaProposal:
    """Return a proposal with this many electors, as the hub sends it."""
    electorate = _ELECTORS[:electors]
    return SchemaProposal(
        proposal_id=proposal_id,
        pipeline_id="benchmark",
        task_id="task",
        subject="schema of a new table",
        proposer_id="nobody",
        artifact=Artifact(
            name="schema_contract",
            uri="file:///contract.json",
            task_id="task",
            attempt=1,
            content_hash=sha256(proposal_id.encode()).hexdigest(),
        ),
        timeout_seconds=timeout_seconds,
        electorate=electorate,
        electorate_hash=electorate_hash_of(electorate, VotingRule.MAJORITY),
    )


def a_vote(proposal: SchemaProposal, voter: int) -> AnyMessage:
    """Return the elector's signed approval, with evidence of the usual size."""
    vote = ValidationVote(
        proposal_id=proposal.proposal_id,
        artifact_hash=proposal.artifact.content_hash,
        electorate_hash=proposal.electorate_hash,
        voter_id=_ELECTORS[voter].agent_id,
        choice=VoteChoice.APPROVE,
        confidence=0.97,
        evidence=(
            Evidence(
                partition="file:///data/flights/2013-07.csv",
                rows_checked=1000,
                violations=2,
                examples=("row 17: delay = 'n/a'", "row 901: delay = '--'"),
            ),
        ),
        reason="2 of 1000 rows would be set aside",
    )
    return wire.signed(message_of(vote, proposal.proposal_id), _KEYS[voter])


def public_key(voter: int) -> str:
    """Return the elector's public key."""
    return _ELECTORS[voter].public_key


def message_of(payload: Payload, proposal_id: str) -> AnyMessage:
    """Return the payload in its envelope, under an id of its own."""
    send = Send(CONSENSUS, payload, "consensus", proposal_id, proposal_id)
    cause = sha256(payload.model_dump_json().encode()).hexdigest()
    return wire.stamp(send, sender_id="benchmark", cause=cause, index=0, now=NOW)


def entry_of(message: AnyMessage, proposal_id: str) -> Entry:
    """Return the message as it goes to the partition of its proposal."""
    return Entry(CONSENSUS.name, proposal_id, wire.encode(message), wire.headers_of(message))
