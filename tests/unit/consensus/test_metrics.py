"""What consensus measures: each proposal once, with what became of its votes."""

from prometheus_client import REGISTRY

from consensus.handlers import ConsensusMachine
from shared.contracts import wire
from shared.contracts.messages import AnyMessage
from shared.contracts.topics import CONSENSUS
from shared.contracts.voting import VoteChoice
from shared.engine.shard import Identity, ShardState
from shared.kernel.safeguards import Safeguards
from shared.ports.bus import Delivery
from shared.ports.store import Claim, Shard
from tests.unit.consensus.chamber import (
    ELECTORS,
    KEYS,
    OPENED_AT,
    TERMS,
    a_message,
    a_proposal,
    a_vote,
)


def measured() -> dict[str, float]:
    """Return the votes by what became of them, and the proposals that were rejected."""
    votes = {
        each: REGISTRY.get_sample_value("argosy_votes_total", {"outcome": each}) or 0
        for each in ("counted", "equivocating", "late", "foreign")
    }
    rejected = {"rule": "majority", "outcome": "rejected"}
    return {**votes, "rejected": REGISTRY.get_sample_value("argosy_proposals_total", rejected) or 0}


def test_a_proposal_is_measured_once_with_what_became_of_its_votes() -> None:
    before = measured()
    proposal = a_proposal(ELECTORS[:2])
    said = ((5, VoteChoice.APPROVE), (0, VoteChoice.APPROVE), (1, VoteChoice.REJECT))
    messages: list[AnyMessage] = [a_message(proposal, cause="proposal")]
    for voter, choice in said:
        message = a_message(a_vote(proposal, voter, choice), cause=f"vote of {voter}")
        messages.append(wire.signed(message, KEYS[voter]))
    shard = Shard(Claim("consensus", 0, epoch=1, positions={}))
    state = ShardState(ConsensusMachine(TERMS), shard, Identity("consensus", "run"), Safeguards())
    for position, message in enumerate(messages):
        headers = wire.headers_of(message)
        body = wire.encode(message)
        state.take_delivery(Delivery(CONSENSUS.name, 0, position, "key", body, headers), OPENED_AT)
    after = measured()
    assert {name: after[name] - before[name] for name in after} == {
        "counted": 2, "equivocating": 0, "late": 0, "foreign": 1, "rejected": 1,
    }  # fmt: skip
