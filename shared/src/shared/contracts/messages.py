"""The envelope: every message between the parts is a `DataAgentMessage`.

The message type names the class of the payload. A new message is a payload in
`shared.contracts.payloads`, a class and a union member here, and a golden file in
`tests/contract/goldens`.
"""

from datetime import datetime
from typing import Annotated, Literal, get_args

from pydantic import Field, TypeAdapter

from shared.contracts import payloads, schedules, voting, witnesses
from shared.contracts.vocabulary import Contract, SchemaInfo


class Envelope(Contract):
    """What every message says of itself, whatever it carries."""

    message_id: str
    sender_id: str
    recipient_id: str
    """A service's name, an agent's id, or `*` for whoever listens."""
    schema_info: SchemaInfo | None = None
    timestamp: datetime
    requires_validation: bool = False
    conversation_id: str
    """What the message is about: a pipeline, a proposal or an agent."""
    causation_id: str
    """The id of the input that made the sender send this."""
    traceparent: str = ""
    """W3C trace context; empty when nobody traces."""
    signature: str = ""
    """Ed25519 over the message's signing bytes, base64; empty when unsigned."""


class GoalSubmissionMessage(Envelope):
    """Carries a goal from the planner's API to the planner."""

    message_type: Literal["goal_submission"] = "goal_submission"
    data_payload: payloads.GoalSubmission


class GoalCommandMessage(Envelope):
    """Carries a person's word on a goal from the planner's API to the planner."""

    message_type: Literal["goal_command"] = "goal_command"
    data_payload: payloads.GoalCommand


class ScheduleSubmissionMessage(Envelope):
    """Carries a schedule from the planner's API to the planner."""

    message_type: Literal["schedule_submission"] = "schedule_submission"
    data_payload: schedules.ScheduleSubmission


class ScheduleCommandMessage(Envelope):
    """Carries a person's word on a schedule from the planner's API to the planner."""

    message_type: Literal["schedule_command"] = "schedule_command"
    data_payload: schedules.ScheduleCommand


class DataRequestMessage(Envelope):
    """Carries a task to the hub and on to an agent."""

    message_type: Literal["data_request"] = "data_request"
    data_payload: payloads.DataRequest


class DataResponseMessage(Envelope):
    """Carries an attempt's outcome to the hub and on to the planner."""

    message_type: Literal["data_response"] = "data_response"
    data_payload: payloads.DataResponse


class TaskCancellationMessage(Envelope):
    """Carries the end of a task's use to the hub and on to the agent."""

    message_type: Literal["task_cancellation"] = "task_cancellation"
    data_payload: payloads.TaskCancellation


class SchemaProposalMessage(Envelope):
    """Carries a proposal to the hub, to consensus and to the electors."""

    message_type: Literal["schema_proposal"] = "schema_proposal"
    data_payload: voting.SchemaProposal


class ValidationVoteMessage(Envelope):
    """Carries an elector's signed vote to consensus."""

    message_type: Literal["validation_vote"] = "validation_vote"
    data_payload: voting.ValidationVote


class ProposalCloseMessage(Envelope):
    """Marks where in the log a proposal's votes end."""

    message_type: Literal["proposal_close"] = "proposal_close"
    data_payload: voting.ProposalClose


class WitnessCheckMessage(Envelope):
    """Carries a veto's witnesses to the hub and on to the other electors."""

    message_type: Literal["witness_check"] = "witness_check"
    data_payload: witnesses.WitnessCheck


class WitnessVerdictMessage(Envelope):
    """Carries an elector's signed word on another's witnesses to consensus."""

    message_type: Literal["witness_verdict"] = "witness_verdict"
    data_payload: witnesses.WitnessVerdict


class ProposalCancellationMessage(Envelope):
    """Carries the end of a proposal's use to the hub and on to consensus."""

    message_type: Literal["proposal_cancellation"] = "proposal_cancellation"
    data_payload: voting.ProposalCancellation


class ProposalAftermathMessage(Envelope):
    """Carries to the hub whether what was decided turned out true."""

    message_type: Literal["proposal_aftermath"] = "proposal_aftermath"
    data_payload: voting.ProposalAftermath


class ConsensusResultMessage(Envelope):
    """Carries the one result of a proposal."""

    message_type: Literal["consensus_result"] = "consensus_result"
    data_payload: voting.ConsensusResult


class PipelineStatusMessage(Envelope):
    """Tells everyone what changed in a pipeline."""

    message_type: Literal["pipeline_status"] = "pipeline_status"
    data_payload: payloads.PipelineStatus


class AgentRegistrationMessage(Envelope):
    """Carries an agent's request for a slot."""

    message_type: Literal["agent_registration"] = "agent_registration"
    data_payload: payloads.AgentRegistration


class AgentAdmissionMessage(Envelope):
    """Carries the hub's word on an agent's place in the fleet."""

    message_type: Literal["agent_admission"] = "agent_admission"
    data_payload: payloads.AgentAdmission


class AgentHeartbeatMessage(Envelope):
    """Carries an agent's sign of life."""

    message_type: Literal["agent_heartbeat"] = "agent_heartbeat"
    data_payload: payloads.AgentHeartbeat


class ReActStepMessage(Envelope):
    """Carries one ReAct step to whoever watches."""

    message_type: Literal["react_step"] = "react_step"
    data_payload: payloads.ReActStepTaken


class DeadLetterMessage(Envelope):
    """Carries what could not be taken to the dead letters."""

    message_type: Literal["dead_letter"] = "dead_letter"
    data_payload: payloads.DeadLetter


AnyMessage = (
    GoalSubmissionMessage
    | GoalCommandMessage
    | ScheduleSubmissionMessage
    | ScheduleCommandMessage
    | DataRequestMessage
    | DataResponseMessage
    | TaskCancellationMessage
    | SchemaProposalMessage
    | ValidationVoteMessage
    | ProposalCloseMessage
    | WitnessCheckMessage
    | WitnessVerdictMessage
    | ProposalCancellationMessage
    | ProposalAftermathMessage
    | ConsensusResultMessage
    | PipelineStatusMessage
    | AgentRegistrationMessage
    | AgentAdmissionMessage
    | AgentHeartbeatMessage
    | ReActStepMessage
    | DeadLetterMessage
)

DataAgentMessage = Annotated[AnyMessage, Field(discriminator="message_type")]

MESSAGE_ADAPTER: TypeAdapter[AnyMessage] = TypeAdapter(DataAgentMessage)

MESSAGE_CLASSES: tuple[type[AnyMessage], ...] = get_args(AnyMessage)
"""Every class of message, in the order of the union."""

Payload = (
    payloads.GoalSubmission
    | payloads.GoalCommand
    | schedules.ScheduleSubmission
    | schedules.ScheduleCommand
    | payloads.DataRequest
    | payloads.DataResponse
    | payloads.TaskCancellation
    | voting.SchemaProposal
    | voting.ValidationVote
    | voting.ProposalClose
    | witnesses.WitnessCheck
    | witnesses.WitnessVerdict
    | voting.ProposalCancellation
    | voting.ProposalAftermath
    | voting.ConsensusResult
    | payloads.PipelineStatus
    | payloads.AgentRegistration
    | payloads.AgentAdmission
    | payloads.AgentHeartbeat
    | payloads.ReActStepTaken
    | payloads.DeadLetter
)

MESSAGE_CLASS_OF: dict[type[Payload], type[AnyMessage]] = {
    message_class.model_fields["data_payload"].annotation: message_class  # type: ignore[misc]
    for message_class in MESSAGE_CLASSES
}
"""The class of message that carries each class of payload."""
