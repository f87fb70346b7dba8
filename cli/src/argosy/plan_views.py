"""What the planner answers about plans: trees, graphs, differences, and what a replan would do."""

from pydantic import Field

from argosy.views import Answer
from shared.contracts.payloads import TaskState
from shared.contracts.vocabulary import Failure


class TreeNode(Answer):
    """A task with its subtasks."""

    task_id: str
    name: str
    state: TaskState
    waits: str | None = None
    method: str = ""
    children_total: int = 0
    children_done: int = 0
    children: tuple["TreeNode", ...] = ()
    children_left_out: int = 0
    next_child: int = 0


class PlanTree(Answer):
    """A part of a plan, as a tree."""

    goal_id: str
    plan_version: int = 0
    tree: TreeNode | None = None


class GraphNode(Answer):
    """A task in the graph."""

    task_id: str
    name: str
    state: TaskState
    waits: str | None = None


class GraphEdge(Answer):
    """Two tasks that belong together."""

    source: str
    target: str
    kind: str
    through: tuple[str, ...] = ()


class PlanGraph(Answer):
    """A part of a plan, with what passes between its tasks."""

    goal_id: str
    plan_version: int = 0
    nodes: tuple[GraphNode, ...] = ()
    edges: tuple[GraphEdge, ...] = ()
    nodes_left_out: int = 0
    edges_left_out: int = 0


class VersionChange(Answer):
    """What one version of the plan brought."""

    version: int
    reason: str
    detail: str = ""
    added: int = 0
    removed: int = 0


class ChangedTask(Answer):
    """A task that is in one of two plans only, or has other arguments in each."""

    path: str
    version: int = 0


class PlanDiff(Answer):
    """The difference between two versions of a plan, or between two runs."""

    goal_id: str
    versions: tuple[VersionChange, ...] = ()
    added_total: int = 0
    removed_total: int = 0
    changed_total: int = 0
    added: tuple[ChangedTask, ...] = ()
    removed: tuple[ChangedTask, ...] = ()
    changed: tuple[ChangedTask, ...] = ()


class ReplanPreview(Answer):
    """What would become of a goal's work."""

    goal_id: str
    kept: int = 0
    kept_tasks: tuple[str, ...] = ()
    anew: int = 0
    anew_tasks: tuple[str, ...] = ()
    work_seconds: float = 0
    awaits: tuple[str, ...] = ()
    failure: Failure | None = Field(default=None)
