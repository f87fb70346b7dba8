"""The life of an agent, as the hub sees it.

An agent that registers gets a slot, the number of its inbox, and an epoch. It is `registering`
until its first heartbeat, which says that it reads its inbox; from then on it is `active` and
gets work. A heartbeat renews the leases of the attempts that it lists. An agent that is silent
for three intervals, or never speaks at all, is `lost`: it loses its slot and its work goes to
others. One that drains gets nothing new, and one that stopped gives its slot back.

A registration or a return from being lost begins a new epoch, which voids the one before: two
processes with the same id cannot both be heard. Without a free slot an agent waits, still
`registering`, for the first slot that is given back.

Each agent has one timer. With a slot, it is the end of the hub's patience; without, the end of
its memory.
"""

from collections.abc import Mapping
from datetime import datetime

from hub.domain import assignment
from hub.domain.limits import Limits
from hub.domain.records import NO_SLOT, AgentRecord, Lease
from shared.contracts.machine import Decision, Send
from shared.contracts.payloads import (
    AgentAdmission,
    AgentHeartbeat,
    AgentRegistration,
    AgentState,
    AttemptRef,
)
from shared.contracts.topics import REGISTRY
from shared.contracts.vocabulary import Failure

TIMER_PREFIX = "agent:"

AFTER_HEARTBEAT: Mapping[tuple[AgentState, AgentState], AgentState] = {
    (AgentState.REGISTERING, AgentState.ACTIVE): AgentState.ACTIVE,
    (AgentState.REGISTERING, AgentState.DRAINING): AgentState.DRAINING,
    (AgentState.ACTIVE, AgentState.ACTIVE): AgentState.ACTIVE,
    (AgentState.ACTIVE, AgentState.DRAINING): AgentState.DRAINING,
    (AgentState.DRAINING, AgentState.ACTIVE): AgentState.DRAINING,
    (AgentState.DRAINING, AgentState.DRAINING): AgentState.DRAINING,
}
"""The state of an agent that has a slot, after a heartbeat in which it says how it is."""


def register(decision: Decision, limits: Limits, registration: AgentRegistration) -> None:
    """Give the agent a slot and a new epoch; attempts that it does not hold go back at once."""
    known = decision.draft.get(AgentRecord, registration.agent_id)
    if known is not None and _is_repeated(known, registration):
        decision.effects.append(_admission(known))
        return
    leases = known.running if known is not None else ()
    held = [
        lease
        for lease in leases
        if AttemptRef(task_id=lease.task_id, attempt=lease.attempt) in registration.holding
    ][: registration.streams_max]
    agent = AgentRecord(
        agent_id=registration.agent_id,
        registration_id=registration.registration_id,
        public_key=registration.public_key,
        capabilities=registration.capabilities,
        streams_max=registration.streams_max,
        state=AgentState.REGISTERING,
        slot=known.slot if known is not None else NO_SLOT,
        epoch=known.epoch if known is not None else 0,
        registered_at=_registered_at(decision, known),
        running=tuple(held),
    )
    _admit(decision, limits, agent)
    assignment.requeue(decision, limits, (lease for lease in leases if lease not in held))


def take_heartbeat(decision: Decision, limits: Limits, heartbeat: AgentHeartbeat) -> None:
    """Renew what the agent lists and move it on in its life; an older epoch's word is void."""
    agent = decision.draft.get(AgentRecord, heartbeat.agent_id)
    if agent is None or agent.epoch != heartbeat.epoch:
        return
    if agent.state is AgentState.LOST and heartbeat.state is AgentState.ACTIVE:
        _admit(decision, limits, agent.model_copy(update={"registered_at": decision.now}))
    elif agent.slot != NO_SLOT and heartbeat.state is AgentState.STOPPED:
        _release(decision, limits, agent, AgentState.STOPPED)
    elif agent.slot != NO_SLOT:
        _renew(decision, limits, agent, heartbeat)


def take_timer(decision: Decision, limits: Limits, name: str, due: datetime) -> None:
    """Declare a silent agent lost, or forget one that has been gone for long."""
    agent = decision.draft.get(AgentRecord, name.removeprefix(TIMER_PREFIX))
    if agent is None:
        return
    if agent.slot == NO_SLOT:
        decision.draft.delete(agent)
    elif decision.now - due > limits.heartbeat_interval:
        # A timer that comes this late says that the hub was away, and nothing about the agent.
        _give_grace(decision, limits, agent)
    else:
        _release(decision, limits, agent, AgentState.LOST)


def give_grace_to_all(decision: Decision, limits: Limits) -> None:
    """Count every agent's silence from now: nobody is lost because the hub was away."""
    for agent in decision.draft.select(AgentRecord, "live", ""):
        _give_grace(decision, limits, agent)


def _is_repeated(known: AgentRecord, registration: AgentRegistration) -> bool:
    return known.slot != NO_SLOT and known.registration_id == registration.registration_id


def _registered_at(decision: Decision, known: AgentRecord | None) -> datetime:
    """Return since when the agent asks; who asks again while it waits keeps its place."""
    return known.registered_at if known is not None and known.waits_for_slot else decision.now


def _renew(
    decision: Decision, limits: Limits, agent: AgentRecord, heartbeat: AgentHeartbeat
) -> None:
    listed = {(attempt.task_id, attempt.attempt) for attempt in heartbeat.running}
    expires_at = decision.now + limits.grace
    running = tuple(
        lease.model_copy(update={"expires_at": expires_at})
        if (lease.task_id, lease.attempt) in listed
        else lease
        for lease in agent.running
    )
    renewed = agent.model_copy(
        update={
            "state": AFTER_HEARTBEAT[agent.state, heartbeat.state],
            "last_heartbeat_at": decision.now,
            "running": tuple(lease for lease in running if lease.expires_at > decision.now),
        }
    )
    decision.draft.put(renewed)
    _set_timer(decision, limits, renewed)
    expired = (lease for lease in running if lease.expires_at <= decision.now)
    assignment.requeue(decision, limits, expired)
    assignment.assign_waiting(decision, limits, agent.capabilities)


def _admit(decision: Decision, limits: Limits, agent: AgentRecord) -> None:
    slot = agent.slot if agent.slot != NO_SLOT else _free_slot(decision, limits)
    admitted = agent.model_copy(
        update={
            "state": AgentState.REGISTERING,
            "slot": slot,
            "epoch": agent.epoch + (slot != NO_SLOT),
            "last_heartbeat_at": None,
        }
    )
    _give_grace(decision, limits, admitted)
    refusal = None if slot != NO_SLOT else _fleet_full(admitted, limits)
    decision.effects.append(_admission(admitted, refusal))


def _release(decision: Decision, limits: Limits, agent: AgentRecord, state: AgentState) -> None:
    gone = agent.model_copy(update={"state": state, "slot": NO_SLOT, "running": ()})
    decision.draft.put(gone)
    _set_timer(decision, limits, gone)
    assignment.requeue(decision, limits, agent.running)
    waiting = next(decision.draft.select(AgentRecord, "waits_for_slot", ""), None)
    if waiting is not None:
        _admit(decision, limits, waiting)


def _free_slot(decision: Decision, limits: Limits) -> int:
    """Return the lowest slot that nobody has; there are few enough to look at each."""
    for slot in range(limits.agents_max):
        if next(decision.draft.select(AgentRecord, "slot", slot), None) is None:
            return slot
    return NO_SLOT


def _give_grace(decision: Decision, limits: Limits, agent: AgentRecord) -> None:
    expires_at = decision.now + limits.grace
    leases: tuple[Lease, ...] = tuple(
        lease.model_copy(update={"expires_at": expires_at}) for lease in agent.running
    )
    decision.draft.put(agent.model_copy(update={"running": leases}))
    _set_timer(decision, limits, agent)


def _set_timer(decision: Decision, limits: Limits, agent: AgentRecord) -> None:
    patience = limits.departed_kept if agent.slot == NO_SLOT else limits.grace
    decision.set_timer(TIMER_PREFIX + agent.agent_id, decision.now + patience)


def _admission(agent: AgentRecord, refusal: Failure | None = None) -> Send:
    return Send(
        topic=REGISTRY,
        payload=AgentAdmission(
            agent_id=agent.agent_id,
            registration_id=agent.registration_id,
            state=agent.state,
            slot=agent.slot,
            epoch=agent.epoch,
            refusal=refusal,
        ),
        recipient_id=agent.agent_id,
        conversation_id=agent.agent_id,
        key=agent.agent_id,
    )


def _fleet_full(agent: AgentRecord, limits: Limits) -> Failure:
    return Failure(
        code="fleet_full",
        detail=f"agent {agent.agent_id} got no slot: all {limits.agents_max} are taken",
        remedy="leave the agent running, it is admitted when another one leaves; or stop agents "
        "that are not needed (ARGOSY_MAX_DATA_AGENTS is the limit)",
        retryable=True,
    )
