"""Watching a goal: a live picture on a terminal, one line for each change elsewhere."""

import asyncio
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from argosy.client import Client
from argosy.failures import CommandError, ExitCode
from argosy.printing import expected_end_text, failure_text, grid, percent, state_text
from argosy.views import AgentView, GoalView, ProposalView, TaskView, WaitingTasksView
from shared.contracts.payloads import TaskState
from shared.contracts.vocabulary import DataTaskType

POLL_SECONDS = 0.25
"""Between looks: often enough to seem live, rare enough to cost the services nothing."""

APPEAR_SECONDS_MAX = 30.0
"""Until a goal that was accepted shows: the planner may be starting, or catching up."""

TASKS_SHOWN_MAX = 3
"""Of one agent; a line holds no more."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Everything that a watcher sees at one moment."""

    goal: GoalView
    agents: tuple[AgentView, ...] = ()
    proposals: tuple[ProposalView, ...] = ()
    waiting: tuple[WaitingTasksView, ...] = ()

    def primitives(self) -> Iterator[TaskView]:
        """Yield the tasks that somebody carries out."""
        return (task for task in self.goal.plan if task.task_type is DataTaskType.PRIMITIVE)

    def task_names(self) -> dict[str, str]:
        """Return what people call each task."""
        return {task.task_id: task.name for task in self.goal.plan}


class Picture(Protocol):
    """Shows snapshots, one after the other."""

    def show(self, snapshot: Snapshot) -> None:
        """Show what changed."""
        ...


async def watch_goal(
    client: Client, goal_id: str, console: Console, *, seconds_max: float = float("inf")
) -> Snapshot:
    """Show the goal's progress until it has ended, and return what was seen last.

    Raises:
        CommandError: it did not end in time, or a service cannot be asked any more.
    """
    if not console.is_terminal:
        return await _watch(client, goal_id, Lines(console), seconds_max)
    with Live(console=console, auto_refresh=False, transient=True) as live:
        return await _watch(client, goal_id, Screen(live), seconds_max)


async def _watch(client: Client, goal_id: str, picture: Picture, seconds_max: float) -> Snapshot:
    loop = asyncio.get_running_loop()
    begun = loop.time()
    while True:
        snapshot = await _look(client, goal_id, is_new=loop.time() < begun + APPEAR_SECONDS_MAX)
        if snapshot is not None:
            picture.show(snapshot)
            if snapshot.goal.has_ended:
                return snapshot
        if loop.time() > begun + seconds_max:
            raise CommandError(
                f"Goal {goal_id} has not ended within {seconds_max:g} s; it goes on.",
                remedy=f"See how far it is with `argosy goal show {goal_id}`.",
                exit_code=ExitCode.TIMED_OUT,
            )
        await asyncio.sleep(POLL_SECONDS)


async def _look(client: Client, goal_id: str, *, is_new: bool) -> Snapshot | None:
    try:
        goal = await client.goal(goal_id)
    except CommandError as error:
        if is_new and error.exit_code is ExitCode.NOT_FOUND:
            return None
        raise
    agents, waiting = await client.agents(), await client.waiting(goal.pipeline_id)
    proposals = await client.proposals(goal.pipeline_id)
    return Snapshot(goal, agents.agents, proposals, waiting.waiting)


class Lines:
    """Prints a line for each task that ended, each vote, each decision: for logs and pipes."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._told: set[str] = set()

    def show(self, snapshot: Snapshot) -> None:
        """Print what was not told before."""
        for subject, line in _news(snapshot):
            told = f"{subject} {line}"
            if told not in self._told:
                self._told.add(told)
                self._console.print(line, markup=False, soft_wrap=True)


def _news(snapshot: Snapshot) -> Iterator[tuple[str, str]]:
    """Yield what can be told, each with the id of what it is about: names may occur twice."""
    goal = snapshot.goal
    if goal.waiting is not None:
        yield goal.goal_id, f"goal {goal.goal_id}: {goal.waiting.detail}"
    else:
        planned = f"{goal.goal_type}, {goal.tasks_total} tasks planned"
        yield goal.goal_id, f"goal {goal.goal_id}: {planned}"
    for task in snapshot.primitives():
        if task.state in {TaskState.DONE, TaskState.FAILED}:
            why = f": {task.failure.detail}. {task.failure.remedy}" if task.failure else ""
            yield task.task_id, f"task {task.name}: {task.state}{why}"
    yield from _missing(snapshot)
    for proposal in snapshot.proposals:
        for vote in proposal.votes:
            judged = f"{vote.voter_id} {vote.choice}: {vote.reason}"
            yield proposal.proposal_id, f"vote on {proposal.subject}: {judged}"
        if proposal.is_decided:
            yield proposal.proposal_id, f"decision on {proposal.subject}: {proposal.state}"
    if goal.has_ended:
        yield goal.goal_id, f"goal {goal.goal_id}: {goal.state}"


def _missing(snapshot: Snapshot) -> Iterator[tuple[str, str]]:
    """Yield which capabilities nobody has; that agents are busy is how it is meant to be."""
    for each in snapshot.waiting:
        if not each.agents:
            yield each.capability, each.detail


class Screen:
    """Draws one picture in place: the plan, the tasks by state, the agents, the votes."""

    def __init__(self, live: Live) -> None:
        self._live = live

    def show(self, snapshot: Snapshot) -> None:
        """Draw the snapshot over the one before."""
        self._live.update(
            Group(
                _headline(snapshot.goal),
                Text(),
                _operators(snapshot.primitives()),
                *(Text(f"{each.tasks} {each.detail}", "yellow") for each in snapshot.waiting),
                Text(),
                _fleet(snapshot),
                *_ballots(snapshot.proposals),
            ),
            refresh=True,
        )


def _headline(goal: GoalView) -> RenderableType:
    line = Table.grid(padding=(0, 1))
    done = ProgressBar(total=max(goal.tasks_total, 1), completed=goal.tasks_done, width=40)
    count = f"{goal.tasks_done}/{goal.tasks_total} tasks"
    line.add_row(Text(goal.goal_type, style="bold"), state_text(goal.state), done, count)
    if goal.waiting is not None:
        return Group(line, Text(goal.waiting.detail, "dim"))
    if goal.expected_end is not None:
        share = f"{100 * goal.progress:.0f} % of the work known so far; ends "
        return Group(line, Text(share + expected_end_text(goal.expected_end), "dim"))
    return line


def _operators(tasks: Iterable[TaskView]) -> Table:
    by_operator: dict[str, Counter[TaskState]] = {}
    for task in tasks:
        by_operator.setdefault(task.operator, Counter())[task.state] += 1
    table = grid("PLAN", "DONE", "RUNNING", "PENDING", "FAILED")
    for operator, states in by_operator.items():
        counts = (
            states[state]
            for state in (TaskState.DONE, TaskState.RUNNING, TaskState.PENDING, TaskState.FAILED)
        )
        table.add_row(operator, *(str(count) if count else "·" for count in counts))
    return table


def _fleet(snapshot: Snapshot) -> Table:
    names = snapshot.task_names()
    table = grid("AGENT", "STATE", "WORKS ON")
    for agent in snapshot.agents:
        works = [each.task_name or names.get(each.task_id, each.task_id) for each in agent.running]
        more = f" and {len(works) - TASKS_SHOWN_MAX} more" if len(works) > TASKS_SHOWN_MAX else ""
        doing = ", ".join(works[:TASKS_SHOWN_MAX]) + more
        table.add_row(agent.agent_id, state_text(agent.state), doing or Text("idle", "dim"))
    return table


def _ballots(proposals: Iterable[ProposalView]) -> Iterator[RenderableType]:
    for proposal in proposals:
        yield Text()
        yield Text.assemble("vote: ", (proposal.subject, "bold"), " ", state_text(proposal.state))
        for vote in proposal.votes:
            choice = state_text(vote.choice)
            yield Text.assemble(
                f"  {vote.voter_id} ", choice, f" {percent(vote.confidence)} {vote.reason}"
            )


def outcome_text(goal: GoalView) -> Text:
    """Return how a goal ended, in one line."""
    line = Text.assemble(f"goal {goal.goal_id} ", state_text(goal.state))
    if goal.failure is not None:
        line.append_text(Text(": ").append_text(failure_text(goal.failure)))
    return line
