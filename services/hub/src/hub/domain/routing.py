"""Where a message goes that is not for the hub itself, and who votes on a proposal."""

import base64

from hub.domain.records import NO_SLOT, AgentRecord
from hub.domain.reputation import ReputationRecord, weight_of
from shared.contracts import wire
from shared.contracts.electorates import Elector, Weighting, electorate_hash_of
from shared.contracts.machine import Decision, Send
from shared.contracts.messages import AnyMessage
from shared.contracts.payloads import DataResponse, DeadLetter, PipelineStatus
from shared.contracts.topics import (
    CONSENSUS,
    DEAD_LETTER_BYTES_MAX,
    DEAD_LETTERS,
    HUB,
    INBOX,
    PLANNER,
)
from shared.contracts.voting import (
    ConsensusResult,
    ProposalCancellation,
    ProposalKind,
    SchemaProposal,
)

HUB_ID = "hub"
PLANNER_ID = "planner"
CONSENSUS_ID = "consensus"

VOTING_CAPABILITY = "validate_proposal"
"""What an agent must be able to do to be an elector."""

ABOUT_PIPELINES = (ConsensusResult, DataResponse, PipelineStatus, SchemaProposal)
"""What the planner can be told by way of the hub; the pipeline is the key there."""


def forward(decision: Decision, message: AnyMessage) -> None:
    """Send the message on to its recipient, or to the dead letters where there is none."""
    payload = message.data_payload
    if message.recipient_id == PLANNER_ID and isinstance(payload, ABOUT_PIPELINES):
        decision.effects.append(
            Send(PLANNER, payload, PLANNER_ID, message.conversation_id, key=payload.pipeline_id)
        )
        return
    if isinstance(payload, ProposalCancellation):
        proposal_id = payload.proposal_id
        decision.effects.append(
            Send(CONSENSUS, payload, CONSENSUS_ID, proposal_id, key=proposal_id)
        )
        return
    agent = decision.draft.get(AgentRecord, message.recipient_id)
    if agent is None or agent.slot == NO_SLOT:
        standing = "is unknown" if agent is None else f"is {agent.state} and has no slot"
        bury(
            decision,
            message,
            reason="recipient_unknown" if agent is None else "recipient_gone",
            detail=f"{message.message_type} {message.message_id} from {message.sender_id}: "
            f"its recipient {message.recipient_id} {standing}",
        )
        return
    decision.effects.append(
        Send(
            topic=INBOX,
            payload=payload,
            recipient_id=agent.agent_id,
            conversation_id=message.conversation_id,
            key=agent.agent_id,
            partition=agent.slot,
        )
    )


def fill_electorate(decision: Decision, proposal: SchemaProposal) -> None:
    """Send the proposal to consensus with its electorate: active agents able to vote.

    The proposer does not judge its own work, and no agent a question to people.
    """
    is_question = proposal.proposal_kind is ProposalKind.QUESTION
    able = () if is_question else decision.draft.select(AgentRecord, "active", VOTING_CAPABILITY)
    electorate = tuple(
        Elector(
            agent_id=agent.agent_id,
            public_key=agent.public_key,
            weight=_weight(decision, agent, proposal.weights),
        )
        for agent in sorted(able, key=lambda agent: agent.agent_id)
        if agent.agent_id != proposal.proposer_id
    )
    decision.effects.append(
        Send(
            topic=CONSENSUS,
            payload=proposal.model_copy(
                update={
                    "electorate": electorate,
                    "electorate_hash": electorate_hash_of(electorate, proposal.rule),
                }
            ),
            recipient_id=CONSENSUS_ID,
            conversation_id=proposal.proposal_id,
            key=proposal.proposal_id,
        )
    )


def _weight(decision: Decision, agent: AgentRecord, weights: Weighting) -> int:
    """Return what the agent weighs: as much as any other, or what its earlier votes earned."""
    if weights is Weighting.EQUAL:
        return 1
    reputation = decision.draft.get(ReputationRecord, agent.agent_id)
    return weight_of(agreed=0, disagreed=0) if reputation is None else reputation.weight


def bury(decision: Decision, message: AnyMessage, *, reason: str, detail: str) -> None:
    """Put the message with the reason into the dead letters, where people find it."""
    content = wire.encode(message)[:DEAD_LETTER_BYTES_MAX]
    decision.effects.append(
        Send(
            topic=DEAD_LETTERS,
            payload=DeadLetter(
                reason=reason,
                detail=detail,
                topic=HUB.name,
                partition=0,
                position=-1,
                key=message.conversation_id,
                content=base64.b64encode(content).decode(),
            ),
            recipient_id="*",
            conversation_id=message.conversation_id,
            key=message.conversation_id,
        )
    )
