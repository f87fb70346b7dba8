"""Who does what: waiting tasks meet free streams, and attempts are counted and fenced.

Between two events no task waits that a free stream could carry out. So an event has to look only
at the capabilities that it touches: a new task at its own, a freed stream at those of its agent.
Each look takes the first of an ordered index; how many tasks there are makes no difference.
"""

from collections.abc import Iterable

from hub.domain.limits import Limits
from hub.domain.records import AgentRecord, AssignmentRecord, Lease
from hub.domain.routing import HUB_ID, PLANNER_ID
from shared.contracts.machine import Decision, Send
from shared.contracts.messages import Payload
from shared.contracts.payloads import DataRequest, DataResponse, TaskCancellation, TaskOutcome
from shared.contracts.topics import INBOX, PLANNER
from shared.contracts.vocabulary import Failure
from shared.kernel.records import Draft


def accept(decision: Decision, limits: Limits, request: DataRequest) -> None:
    """Take a task in and begin its next attempt as soon as somebody can; once, however often asked.

    The planner names the attempts so far, so that attempts go on counting over its retries.
    """
    if decision.draft.get(AssignmentRecord, request.task.task_id) is not None:
        return
    assignment = AssignmentRecord(request=request, queued_at=decision.now, attempt=request.attempt)
    _queue(decision, limits, assignment)
    assign_waiting(decision, limits, (request.operator,))


def conclude(decision: Decision, limits: Limits, response: DataResponse, *, fenced: bool) -> None:
    """Pass the outcome of the current attempt on to the planner; that of any other is void."""
    assignment = decision.draft.get(AssignmentRecord, response.task_id)
    if assignment is None:
        return
    current = (assignment.attempt, assignment.agent_id)
    if fenced and current != (response.attempt, response.agent_id):
        return
    decision.effects.append(_to_planner(response))
    agent = _forget(decision, assignment)
    if agent is not None:
        assign_waiting(decision, limits, agent.capabilities)


def cancel(decision: Decision, limits: Limits, cancellation: TaskCancellation) -> None:
    """Forget a task that is not wanted any more; who carries it out is told to stop.

    The agent reads its inbox in order, so it has stopped before it sees what takes the stream.
    """
    assignment = decision.draft.get(AssignmentRecord, cancellation.task_id)
    if assignment is None:
        return
    agent = _forget(decision, assignment)
    if agent is not None:
        stopped = cancellation.model_copy(update={"attempt": assignment.attempt})
        decision.effects.append(_to_agent(agent, stopped, about=stopped.pipeline_id))
        assign_waiting(decision, limits, agent.capabilities)


def requeue(decision: Decision, limits: Limits, leases: Iterable[Lease]) -> None:
    """Let the tasks of leases that ended without an outcome wait for another attempt.

    Whoever calls has taken the leases from their agent. The tasks keep their age.
    """
    operators: list[str] = []
    for lease in leases:
        assignment = decision.draft.get(AssignmentRecord, lease.task_id)
        assert assignment is not None, f"{lease.task_id} is leased, so it is in flight"
        _queue(decision, limits, assignment.model_copy(update={"agent_id": ""}))
        operators.append(assignment.request.operator)
    assign_waiting(decision, limits, operators)


def assign_waiting(decision: Decision, limits: Limits, capabilities: Iterable[str]) -> None:
    """Give waiting tasks that ask for these capabilities to free streams, most urgent first."""
    asked = sorted(set(capabilities))
    while match := _most_urgent(decision.draft, asked):
        _begin_attempt(decision, limits, *match)


def _forget(decision: Decision, assignment: AssignmentRecord) -> AgentRecord | None:
    """Take the task out of flight; return its agent, if it has one, with the stream free."""
    decision.draft.delete(assignment)
    agent = decision.draft.get(AgentRecord, assignment.agent_id)
    if agent is None:
        return None
    running = tuple(lease for lease in agent.running if lease.task_id != assignment.key)
    freed = agent.model_copy(update={"running": running})
    decision.draft.put(freed)
    return freed


def _queue(decision: Decision, limits: Limits, assignment: AssignmentRecord) -> None:
    if assignment.attempt < limits.attempts_max:
        decision.draft.put(assignment)
    else:
        decision.draft.delete(assignment)
        decision.effects.append(_to_planner(_exhausted(assignment)))


def _most_urgent(
    draft: Draft, capabilities: Iterable[str]
) -> tuple[AssignmentRecord, AgentRecord] | None:
    matches: list[tuple[AssignmentRecord, AgentRecord]] = []
    for capability in capabilities:
        assignment = next(draft.select(AssignmentRecord, "waiting", capability), None)
        agent = next(draft.select(AgentRecord, "free", capability), None)
        if assignment is not None and agent is not None:
            matches.append((assignment, agent))
    return min(matches, key=lambda match: (match[0].rank, match[0].key), default=None)


def _begin_attempt(
    decision: Decision, limits: Limits, assignment: AssignmentRecord, agent: AgentRecord
) -> None:
    attempt = assignment.attempt + 1
    task = assignment.request.task
    decision.draft.put(
        assignment.model_copy(update={"attempt": attempt, "agent_id": agent.agent_id})
    )
    lease = Lease(
        task_id=task.task_id,
        attempt=attempt,
        task_name=task.name,
        expires_at=decision.now + limits.grace,
    )
    decision.draft.put(agent.model_copy(update={"running": (*agent.running, lease)}))
    request = assignment.request.model_copy(update={"attempt": attempt, "agent_epoch": agent.epoch})
    decision.effects.append(_to_agent(agent, request, about=request.pipeline_id))


def _to_agent(agent: AgentRecord, payload: Payload, *, about: str) -> Send:
    return Send(
        topic=INBOX,
        payload=payload,
        recipient_id=agent.agent_id,
        conversation_id=about,
        key=agent.agent_id,
        partition=agent.slot,
    )


def _to_planner(response: DataResponse) -> Send:
    return Send(
        topic=PLANNER,
        payload=response,
        recipient_id=PLANNER_ID,
        conversation_id=response.pipeline_id,
        key=response.pipeline_id,
    )


def _exhausted(assignment: AssignmentRecord) -> DataResponse:
    task = assignment.request.task
    return DataResponse(
        pipeline_id=assignment.request.pipeline_id,
        task_id=task.task_id,
        # The attempt that will not be begun: the planner has perhaps heard of the one before.
        attempt=assignment.attempt + 1,
        agent_id=HUB_ID,
        outcome=TaskOutcome.FAILED,
        failure=Failure(
            code="attempts_exhausted",
            detail=f"task {task.name} ({task.task_id}) got {assignment.attempt} attempts, "
            "and none of them brought it to an end",
            remedy="read the task's trace and the logs of the agents that tried; then submit "
            "the goal again",
        ),
    )
