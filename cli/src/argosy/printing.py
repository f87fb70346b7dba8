"""How things look on paper: what was asked for on standard output, everything else beside it."""

import json
from collections.abc import Iterable, Iterator

from pydantic import JsonValue
from rich.console import Console, Group, RenderableType
from rich.markup import escape
from rich.table import Table
from rich.text import Text
from rich.tree import Tree

from argosy.views import (
    AgentView,
    Answer,
    ExpectedEndView,
    GoalPreview,
    GoalSummary,
    GoalView,
    ModelUsageView,
    ProposalView,
    ReasoningView,
    ReputationView,
    TaskView,
    Trace,
)
from shared.contracts.vocabulary import Failure

STATE_STYLES = {
    "running": "cyan", "active": "green", "done": "green", "completed": "green",
    "accepted": "green", "approve": "green", "failed": "red", "lost": "red", "rejected": "red",
    "reject": "red", "timed_out": "red", "cancelled": "yellow", "paused": "yellow",
    "queued": "yellow", "undoing": "yellow", "draining": "yellow",
}  # fmt: skip

PIPED_WIDTH = 160
"""Characters in a line of an answer that no terminal limits."""


def answers() -> Console:
    """Return the console for what was asked for."""
    console = Console(highlight=False, emoji=False)
    if not console.is_terminal:
        console.width = PIPED_WIDTH
    return console


def remarks() -> Console:
    """Return the console for progress and errors, so that answers can be piped."""
    console = Console(stderr=True, highlight=False, emoji=False)
    console.soft_wrap = not console.is_terminal  # a log's reader wraps lines, or greps them
    return console


def print_json(answer: Answer) -> None:
    """Print an answer just as the service gave it."""
    print_text(answer.model_dump_json(indent=2, exclude_unset=True))


def print_text(text: str) -> None:
    """Print an answer for programs: not a character more, no line wrapped."""
    answers().print(text, markup=False, soft_wrap=True)


def state_text(state: str) -> Text:
    """Return the state in the colour of its meaning."""
    return Text(state, style=STATE_STYLES.get(state, "dim"))


def percent(share: float | None) -> str:
    """Return a share of one as people read it."""
    return "" if share is None else f"{100 * share:.2f} %"


def failure_text(failure: Failure) -> Text:
    """Return what went wrong and what to do about it."""
    return Text.assemble((f"{failure.code}: {failure.detail}. ", "red"), failure.remedy)


def grid(*headings: str, title: str | None = None) -> Table:
    """Return an empty table in the house's style."""
    table = Table(box=None, title=title, title_justify="left", header_style="bold", pad_edge=False)
    for heading in headings:
        table.add_column(heading)
    return table


def goals_table(goals: Iterable[GoalSummary]) -> Table:
    """Return the goals, one a line."""
    table = grid("GOAL", "TYPE", "STATE", "TASKS", "OWNER", "SUBMITTED")
    for goal in goals:
        submitted = f"{goal.submitted_at:%Y-%m-%d %H:%M:%S}" if goal.submitted_at else ""
        share = f" {100 * goal.tasks_done // goal.tasks_total} %" if goal.tasks_total else ""
        progress = f"{goal.tasks_done}/{goal.tasks_total}{share}"
        state = state_text(goal.state)
        table.add_row(goal.goal_id, goal.goal_type, state, progress, goal.owner, submitted)
    return table


def agents_table(agents: Iterable[AgentView]) -> Table:
    """Return the agents, one a line."""
    table = grid("AGENT", "STATE", "SLOT", "STREAMS", "RUNNING", "LAST HEARTBEAT", "VOTES")
    for agent in agents:
        heartbeat = f"{agent.last_heartbeat_at:%H:%M:%S}" if agent.last_heartbeat_at else "never"
        table.add_row(
            agent.agent_id,
            state_text(agent.state),
            str(agent.slot),
            f"{len(agent.running)}/{agent.streams_max}",
            ", ".join(each.task_name or each.task_id for each in agent.running),
            heartbeat,
            reputation_text(agent.reputation),
        )
    return table


def agent_page(agent: AgentView) -> RenderableType:
    """Return one agent: what it can do, what it does, what its votes were worth."""
    page = _head()
    page.add_row("agent", agent.agent_id)
    page.add_row("state", state_text(agent.state))
    page.add_row("slot", f"{agent.slot}, epoch {agent.epoch}")
    page.add_row("can", ", ".join(agent.capabilities))
    for each in agent.running:
        page.add_row("runs", f"{each.task_name} {each.task_id}, attempt {each.attempt}")
    page.add_row("votes", reputation_text(agent.reputation))
    return page


def reputation_text(reputation: ReputationView) -> str:
    """Return what an agent's votes turned out to be worth."""
    judged = f"{reputation.agreed} true, {reputation.disagreed} false"
    return f"{reputation.votes}: {judged}, weight {reputation.weight}"


def goal_page(goal: GoalView) -> RenderableType:
    """Return a goal with its plan and its report."""
    head = _head()
    head.add_row("goal", goal.goal_id)
    head.add_row("type", goal.goal_type)
    head.add_row("state", state_text(goal.state))
    if goal.run > 1:
        head.add_row("run", str(goal.run))
    head.add_row("tasks", f"{goal.tasks_done} of {goal.tasks_total} done")
    head.add_row("progress", f"{100 * goal.progress:.0f} % of the work known so far")
    if goal.expected_end is not None:
        head.add_row("ends", expected_end_text(goal.expected_end))
    if goal.waiting is not None:
        head.add_row("why", goal.waiting.detail)
    head.add_row("parameters", json.dumps(goal.parameters))
    terms = {name: term for name, term in goal.terms.items() if term not in {None, "", "keep"}}
    if terms:
        head.add_row("terms", json.dumps(terms))
    if goal.model_usage.requests:
        head.add_row("models", usage_text(goal.model_usage))
    if goal.failure is not None:
        head.add_row("failure", failure_text(goal.failure))
    for name, told in goal.report.items():
        head.add_row(name, _told(told))
    return Group(head, Text(), plan_tree(goal.plan))


def expected_end_text(end: ExpectedEndView) -> str:
    """Return when a goal may end, in local time."""
    at, early, late = (each.astimezone() for each in (end.at, end.early, end.late))
    form = "%H:%M:%S" if early.date() == late.date() else "%Y-%m-%d %H:%M"
    told = f"about {at:{form}}, between {early:{form}} and {late:{form}}"
    return f"{told}; more may follow from {', '.join(end.awaits)}" if end.awaits else told


def usage_text(usage: ModelUsageView) -> str:
    """Return what asking language models took."""
    cost = f", {usage.cost:.4f} by the configured prices" if usage.cost else ""
    tokens = f"{usage.tokens_in} tokens read, {usage.tokens_out} written"
    return f"{usage.requests} requests, {tokens}{cost}"


def preview_page(preview: GoalPreview) -> RenderableType:
    """Return the plan that a goal would have, with what it would take."""
    head = _head()
    head.add_row("type", preview.goal_type)
    head.add_row("tasks", f"{preview.tasks_total or len(preview.tasks)} known so far")
    head.add_row("time", f"{preview.estimated_seconds:g} s, for {preview.work_seconds:g} s of work")
    if preview.assumed:
        head.add_row("assumed", ", ".join(preview.assumed))
    if preview.awaits:
        head.add_row("grows with", ", ".join(preview.awaits))
    return Group(head, Text(), plan_tree(preview.tasks))


def _head() -> Table:
    head = grid("", "")
    head.show_header = False
    return head


def _told(told: JsonValue) -> str:
    return told if isinstance(told, str) else json.dumps(told)


def plan_tree(plan: tuple[TaskView, ...]) -> Tree:
    """Return the plan as it was decomposed."""
    children: dict[str, list[TaskView]] = {}
    for task in plan:
        children.setdefault(task.parent_task_id, []).append(task)
    tree = Tree("plan")
    _grow(tree, "", children)
    return tree


def _grow(tree: Tree, parent_task_id: str, children: dict[str, list[TaskView]]) -> None:
    for task in children.pop(parent_task_id, []):
        _grow(tree.add(_task_line(task)), task.task_id, children)


def _task_line(task: TaskView) -> Text:
    line = Text.assemble(f"{task.name} ", state_text(task.state), (f" {task.task_id}", "dim"))
    if task.attempts > 1:
        line.append(f" attempt {task.attempts}", "yellow")
    if task.quality_before is not None and task.quality_after is not None:
        line.append(f" quality {percent(task.quality_before)} → {percent(task.quality_after)}")
    if task.failure is not None:
        line.append_text(Text(" ").append_text(failure_text(task.failure)))
    return line


def votes_page(proposal: ProposalView) -> RenderableType:
    """Return a proposal with who said what, and what came of it."""
    table = grid("VOTER", "VOTE", "CONFIDENCE", "REASON")
    for vote in proposal.votes:
        table.add_row(
            vote.voter_id, state_text(vote.choice), percent(vote.confidence), escape(vote.reason)
        )
    verdict = Text.assemble(f"{proposal.subject}: ", state_text(proposal.state))
    if proposal.reason:
        verdict.append(f" ({proposal.reason})")
    return Group(verdict, table)


def trace_page(trace: Trace) -> RenderableType:
    """Return the loop's turns: thought, action, observation, and the score after each."""
    pages: list[RenderableType] = []
    for step in trace.steps:
        head = f"{step.step_number}. {step.action}"
        who = f" {step.agent_id}, attempt {step.attempt}, quality {step.data_quality_score:.4f}"
        pages += [
            Text.assemble((head, "bold cyan"), (who, "dim")),
            *_reasoning_lines(step.reasoning),
            Text(f"   thought      {step.thought}"),
            Text(f"   action       {_shortened(json.dumps(step.action_input))}"),
            Text(f"   observation  {_shortened(json.dumps(step.observation))}"),
        ]
    return Group(*pages)


def _reasoning_lines(reasoning: ReasoningView) -> Iterator[Text]:
    """Yield who reasoned, where a model was to."""
    if reasoning.reasoner == "rules":
        return
    who = f"model {reasoning.model}"
    if reasoning.reasoner != "model":
        who = f"rules after the {who}"
    asked = f" ({usage_text(reasoning.usage)})" if reasoning.usage.requests else ""
    yield Text(f"   reasoned by  {who}{asked}")


SHOWN_CHARACTERS_MAX = 400
"""Of one action or observation; `--json` shows all of it."""


def _shortened(text: str) -> str:
    if len(text) <= SHOWN_CHARACTERS_MAX:
        return text
    return f"{text[:SHOWN_CHARACTERS_MAX]} … (all of it with --json)"
