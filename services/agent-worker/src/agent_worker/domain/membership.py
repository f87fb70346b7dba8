"""The agent's place in the fleet: registering, beating, draining, being fenced.

Theory of operation. Each run of the process registers under its run id, and reads the registry
for the answer. What the registry said before that answer is history. An admission names the inbox
and the epoch; the first heartbeat waits until the inbox is being read, because it is what makes
the hub send. An admission with a newer epoch says that the hub had lost this agent and gave its
work to others, so the agent drops it. After the answer, an admission of another run says that a
newer process has this agent's id: this one falls silent.
"""

from datetime import timedelta

from agent_worker.domain.agent import Agent
from agent_worker.domain.attempts import abandon_attempts, attempts_of
from agent_worker.domain.ballots import abandon_ballots, ballots_of
from agent_worker.domain.records import NO_SLOT, MembershipRecord, MembershipState
from agent_worker.domain.responses import HUB_ID
from agent_worker.domain.verdicts import abandon_verdicts
from shared.contracts.machine import Decision, Follow, Send
from shared.contracts.payloads import (
    AgentAdmission,
    AgentHeartbeat,
    AgentRegistration,
    AgentState,
)
from shared.contracts.topics import HEARTBEATS, HUB, INBOX
from shared.kernel.records import State

HEARTBEAT_TIMER = "heartbeat"
REGISTRATION_TIMER = "registration"

REFUSED_RETRY = timedelta(hours=1)
"""A refused agent is called when a slot is free; it asks again well within the day for which the
hub remembers it."""

HEARTBEAT_STATES = {
    MembershipState.ACTIVE: AgentState.ACTIVE,
    MembershipState.DRAINING: AgentState.DRAINING,
    MembershipState.STOPPED: AgentState.STOPPED,
}
"""What a heartbeat says of the agent, for the states in which it sends any."""


def membership_of(state: State) -> MembershipRecord | None:
    """Return the agent's place in the fleet, or None before it first started."""
    return state.get(MembershipRecord, "membership")


def start(decision: Decision, agent: Agent, run_id: str) -> None:
    """Register this run, with the attempts that the run before left under way."""
    known = membership_of(decision.draft)
    if known is not None and known.registration_id == run_id:
        return
    decision.draft.put(MembershipRecord(registration_id=run_id))
    decision.cancel_timer(HEARTBEAT_TIMER)
    register(decision, agent)


def register(decision: Decision, agent: Agent) -> None:
    """Ask the hub for a slot while there is none, and again if it does not answer."""
    membership = membership_of(decision.draft)
    if membership is None or membership.has_slot or membership.is_over:
        return
    registration = AgentRegistration(
        agent_id=agent.agent_id,
        registration_id=membership.registration_id,
        public_key=agent.public_key,
        capabilities=agent.capabilities,
        streams_max=agent.streams_max,
        holding=tuple(attempt.reference for attempt in attempts_of(decision.draft)),
    )
    decision.effects.append(Send(HUB, registration, HUB_ID, agent.agent_id, agent.agent_id))
    is_refused = membership.state is MembershipState.WAITING
    wait = REFUSED_RETRY if is_refused else agent.heartbeat_interval
    decision.set_timer(REGISTRATION_TIMER, decision.now + wait)


def take_admission(decision: Decision, admission: AgentAdmission) -> None:
    """Take the hub's word on this agent: a slot, a refusal, or that somebody else is it now."""
    membership = membership_of(decision.draft)
    if membership is None or membership.is_over:
        return
    if admission.registration_id != membership.registration_id:
        if membership.state is not MembershipState.REGISTERING:
            _fall_silent(decision, membership)
    elif admission.slot == NO_SLOT:
        _wait_for_slot(decision, membership, admission)
    elif not membership.has_slot or admission.epoch > membership.epoch:
        _join(decision, membership, admission)


def take_inbox(decision: Decision, partition: int) -> None:
    """Send the first heartbeat now that the inbox is read.

    A timer sends it, so that its id is another one each time the same inbox is followed.
    """
    membership = membership_of(decision.draft)
    if membership is not None and membership.has_slot and membership.slot == partition:
        decision.set_timer(HEARTBEAT_TIMER, decision.now)


def beat(decision: Decision, agent: Agent) -> None:
    """Give a sign of life that lists what runs, and the next one an interval later."""
    membership = membership_of(decision.draft)
    if membership is None or not membership.has_slot:
        return
    _send_heartbeat(decision, agent, membership)
    decision.set_timer(HEARTBEAT_TIMER, decision.now + agent.heartbeat_interval)


def drain(decision: Decision, agent: Agent) -> None:
    """Take no new attempts from now on, and tell the hub."""
    membership = membership_of(decision.draft)
    if membership is None or membership.is_over:
        return
    if not membership.has_slot:
        stopped = membership.model_copy(update={"state": MembershipState.STOPPED})
        decision.draft.put(stopped)
        decision.cancel_timer(REGISTRATION_TIMER)
        return
    abandon_verdicts(decision)
    draining = membership.model_copy(update={"state": MembershipState.DRAINING})
    decision.draft.put(draining)
    _send_heartbeat(decision, agent, draining)


def stop_when_idle(decision: Decision, agent: Agent) -> None:
    """Give the slot back once a draining agent has nothing left to do."""
    membership = membership_of(decision.draft)
    if membership is None or membership.state is not MembershipState.DRAINING:
        return
    if attempts_of(decision.draft) or ballots_of(decision.draft):
        return
    stopped = membership.model_copy(update={"state": MembershipState.STOPPED})
    decision.draft.put(stopped)
    decision.cancel_timer(HEARTBEAT_TIMER)
    _send_heartbeat(decision, agent, stopped)


def _send_heartbeat(decision: Decision, agent: Agent, membership: MembershipRecord) -> None:
    heartbeat = AgentHeartbeat.model_validate(
        {
            "agent_id": agent.agent_id,
            "epoch": membership.epoch,
            "state": HEARTBEAT_STATES[membership.state],
            "running": tuple(attempt.reference for attempt in attempts_of(decision.draft)),
        }
    )
    agent_id = agent.agent_id
    decision.effects.append(Send(HEARTBEATS, heartbeat, HUB_ID, agent_id, agent_id))


def _join(decision: Decision, membership: MembershipRecord, admission: AgentAdmission) -> None:
    if membership.has_slot:
        abandon_attempts(decision)
    is_draining = membership.state is MembershipState.DRAINING
    state = MembershipState.DRAINING if is_draining else MembershipState.ACTIVE
    decision.draft.put(
        membership.model_copy(
            update={
                "state": state,
                "slot": admission.slot,
                "epoch": admission.epoch,
                "refusal": None,
            }
        )
    )
    decision.cancel_timer(REGISTRATION_TIMER)
    decision.effects.append(Follow(INBOX, admission.slot))


def _wait_for_slot(
    decision: Decision, membership: MembershipRecord, admission: AgentAdmission
) -> None:
    if membership.has_slot:
        abandon_attempts(decision)
    decision.draft.put(
        membership.model_copy(
            update={
                "state": MembershipState.WAITING,
                "slot": NO_SLOT,
                "refusal": admission.refusal,
            }
        )
    )
    decision.cancel_timer(HEARTBEAT_TIMER)
    decision.set_timer(REGISTRATION_TIMER, decision.now + REFUSED_RETRY)


def _fall_silent(decision: Decision, membership: MembershipRecord) -> None:
    decision.draft.put(membership.model_copy(update={"state": MembershipState.FENCED}))
    abandon_attempts(decision)
    abandon_ballots(decision)
    abandon_verdicts(decision)
    decision.cancel_timer(HEARTBEAT_TIMER)
    decision.cancel_timer(REGISTRATION_TIMER)
