"""The agent's machine: which input leads to which decision of `agent_worker.domain`."""

from datetime import datetime

from agent_worker.domain import attempts, ballots, membership, verdicts
from agent_worker.domain.agent import Agent
from agent_worker.domain.records import (
    MACHINE,
    AttemptRecord,
    BallotRecord,
    MembershipRecord,
    MembershipState,
    VerdictRecord,
)
from shared.contracts.machine import (
    ActivityEnded,
    Decision,
    DrainRequested,
    Follow,
    Following,
    Input,
    MessageReceived,
    Perform,
    Started,
    Step,
    TimerFired,
)
from shared.contracts.messages import AnyMessage
from shared.contracts.payloads import AgentAdmission, DataRequest, TaskCancellation
from shared.contracts.topics import INBOX
from shared.contracts.voting import SchemaProposal
from shared.contracts.witnesses import WitnessCheck
from shared.kernel.records import Draft, Record, State


class AgentMachine:
    """Carries tasks out and votes; its one shard lives in the agent's own store."""

    name = MACHINE
    record_kinds: tuple[type[Record], ...] = (
        MembershipRecord,
        AttemptRecord,
        BallotRecord,
        VerdictRecord,
    )

    def __init__(self, agent: Agent) -> None:
        self._agent = agent

    def step(self, state: State, received: Input, now: datetime) -> Step:
        """Decide what the input leads to; what is late or not for this agent leads to nothing."""
        decision = Decision(Draft(state), now)
        match received:
            case MessageReceived(message=message):
                if message.recipient_id == self._agent.agent_id:
                    self._take(decision, message)
            case ActivityEnded():
                self._take_outcome(decision, received)
            case TimerFired(name=name):
                self._wake(decision, name)
            case Started(run_id=run_id):
                membership.start(decision, self._agent, run_id)
            case Following(partition=partition):
                membership.take_inbox(decision, partition)
            case DrainRequested():
                membership.drain(decision, self._agent)
        membership.stop_when_idle(decision, self._agent)
        return decision.step()

    def resume(self, state: State) -> tuple[Follow | Perform, ...]:
        """Return the inbox to read and every action, check and look that was under way."""
        place = membership.membership_of(state)
        inboxes = () if place is None or not place.has_slot else (Follow(INBOX, place.slot),)
        actions = (
            Perform(attempt.activity_id, attempt.activity_request())
            for attempt in attempts.attempts_of(state)
        )
        checks = (
            Perform(ballot.activity_id, ballot.vote_request())
            for ballot in ballots.ballots_of(state)
        )
        looks = (
            Perform(verdict.activity_id, verdict.verdict_request())
            for verdict in verdicts.verdicts_of(state)
        )
        return (*inboxes, *actions, *checks, *looks)

    def _take(self, decision: Decision, message: AnyMessage) -> None:
        place = membership.membership_of(decision.draft)
        match message.data_payload:
            case AgentAdmission() as admission:
                membership.take_admission(decision, admission)
            case DataRequest() as request:
                if (
                    place is not None
                    and place.state is MembershipState.ACTIVE
                    and request.agent_epoch == place.epoch
                ):
                    attempts.begin(decision, self._agent, request)
            case TaskCancellation() as cancellation:
                attempts.cancel(decision, cancellation)
            case SchemaProposal() | WitnessCheck() as asked:
                if place is not None and not place.is_over:
                    self._judge(decision, place, asked)
            case _:
                pass

    def _judge(
        self, decision: Decision, place: MembershipRecord, asked: SchemaProposal | WitnessCheck
    ) -> None:
        if isinstance(asked, SchemaProposal):
            ballots.judge(decision, self._agent, asked)
        elif place.state is MembershipState.ACTIVE:
            verdicts.look_again(decision, self._agent, asked)

    def _take_outcome(self, decision: Decision, ended: ActivityEnded) -> None:
        draft, activity_id = decision.draft, ended.activity_id
        for attempt in draft.select(AttemptRecord, "activity_id", activity_id):
            attempts.take_outcome(decision, self._agent, attempt, ended.outcome)
        for ballot in draft.select(BallotRecord, "activity_id", activity_id):
            ballots.cast(decision, ballot, ended.outcome)
        for verdict in draft.select(VerdictRecord, "activity_id", activity_id):
            verdicts.answer(decision, verdict, ended.outcome)

    def _wake(self, decision: Decision, timer: str) -> None:
        if timer == membership.HEARTBEAT_TIMER:
            membership.beat(decision, self._agent)
        elif timer == membership.REGISTRATION_TIMER:
            membership.register(decision, self._agent)
        else:
            attempts.expire(decision, self._agent, timer.removeprefix(attempts.TIMER_PREFIX))
