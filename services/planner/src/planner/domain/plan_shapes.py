"""A plan as a tree or as a graph, one part at a time: a large plan is looked at piece by piece."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from pydantic import BaseModel, Field

from planner.domain.explaining import KnownPlan, WaitsFor, waits_of
from planner.domain.linking import LinkKind, link_between
from planner.domain.records import TaskRecord
from shared.contracts.payloads import TaskState
from shared.contracts.vocabulary import DataTaskType

Children = Mapping[str, Sequence[TaskRecord]]


class TreeNode(BaseModel):
    """A task with its subtasks."""

    task_id: str
    name: str
    path: str = Field(description="Where it is in every plan of the goal.")
    task_type: DataTaskType
    state: TaskState
    waits: WaitsFor | None = Field(description="What stands before it; null when it has ended.")
    method: str = Field(description="By which it is decomposed; empty for a primitive task.")
    children_total: int = Field(description="Subtasks, planned or not.")
    children_done: int
    children: tuple["TreeNode", ...]
    children_left_out: int = Field(
        description="Planned subtasks that are not shown; name the task to see them."
    )
    next_child: int = Field(
        description="For `children_from`, with this task named; 0 when no more follow."
    )


class PlanTree(BaseModel):
    """A part of a plan, each task inside the one that it is part of."""

    goal_id: str
    pipeline_id: str
    plan_version: int
    tree: TreeNode | None = Field(description="Null while nothing is planned.")


class GraphNode(BaseModel):
    """A task in the graph."""

    task_id: str
    name: str
    task_type: DataTaskType
    state: TaskState
    waits: WaitsFor | None


class GraphEdge(BaseModel):
    """Two tasks that belong together."""

    source: str = Field(description="The task that comes first, or that is part of the other.")
    target: str
    kind: LinkKind
    through: tuple[str, ...] = Field(description="The data and facts that pass between the two.")


class PlanGraph(BaseModel):
    """A part of a plan, with what passes between its tasks."""

    goal_id: str
    pipeline_id: str
    plan_version: int
    nodes: tuple[GraphNode, ...]
    edges: tuple[GraphEdge, ...]
    nodes_left_out: int = Field(description="Name a task or raise `nodes_max` to see them.")
    edges_left_out: int


def tree_of(
    known: KnownPlan, top: TaskRecord | None, *, depth: int, children_max: int, children_from: int
) -> PlanTree:
    """Return a task with what it was decomposed into, so many levels and subtasks of each."""
    below = _children(known)
    tree = None if top is None else _node(top, (known, below), depth, (children_from, children_max))
    pipeline = known.pipeline
    return PlanTree(
        goal_id=pipeline.goal_id,
        pipeline_id=pipeline.key,
        plan_version=pipeline.plan_version,
        tree=tree,
    )


def graph_of(
    known: KnownPlan, top: TaskRecord | None, *, nodes_max: int, edges_max: int
) -> PlanGraph:
    """Return a task and what it was decomposed into, as many tasks and links as are asked for."""
    inside = [] if top is None else list(_breadth_first(top, _children(known)))
    shown = {task.key: task for task in inside[:nodes_max]}
    edges = [edge for task in shown.values() for edge in _edges(task, shown, known)]
    pipeline = known.pipeline
    return PlanGraph(
        goal_id=pipeline.goal_id,
        pipeline_id=pipeline.key,
        plan_version=pipeline.plan_version,
        nodes=tuple(
            GraphNode(
                task_id=task.key,
                name=task.task.name,
                task_type=task.task.task_type,
                state=task.state,
                waits=waits_of(task, known),
            )
            for task in shown.values()
        ),
        edges=tuple(edges[:edges_max]),
        nodes_left_out=len(inside) - len(shown),
        edges_left_out=max(0, len(edges) - edges_max),
    )


def _children(known: KnownPlan) -> Children:
    below: defaultdict[str, list[TaskRecord]] = defaultdict(list)
    for task in known.tasks.values():
        if task.parent_task_id and not task.until_version:
            below[task.parent_task_id].append(task)
    return below


def _node(
    task: TaskRecord, plan: tuple[KnownPlan, Children], depth: int, window: tuple[int, int]
) -> TreeNode:
    known, below = plan
    first, most = window
    children = below.get(task.key, ())
    shown = children[first : first + most] if depth > 0 else ()
    last = first + len(shown)
    undoing = sum(bool(each.undoes) for each in children)
    return TreeNode(
        task_id=task.key,
        name=task.task.name,
        path=task.path,
        task_type=task.task.task_type,
        state=task.state,
        waits=waits_of(task, known),
        method=task.method,
        children_total=task.members + undoing,
        children_done=sum(each.state is TaskState.DONE for each in children),
        children=tuple(_node(each, plan, depth - 1, (0, most)) for each in shown),
        children_left_out=len(children) - len(shown),
        next_child=last if last < len(children) else 0,
    )


def _breadth_first(top: TaskRecord, below: Children) -> Iterator[TaskRecord]:
    level = [top]
    while level:
        yield from level
        level = [child for task in level for child in below.get(task.key, ())]


def _edges(
    task: TaskRecord, shown: Mapping[str, TaskRecord], known: KnownPlan
) -> Iterator[GraphEdge]:
    parent = shown.get(task.parent_task_id)
    if parent is not None:
        yield GraphEdge(source=task.key, target=parent.key, kind=LinkKind.PART_OF, through=())
    if parent is not None and parent.task.data_dependencies == task.task.data_dependencies:
        return  # It waits for what its parent waits for, and that is drawn there.
    for task_id in task.task.data_dependencies:
        if task_id in shown:
            link = link_between(shown[task_id], task, known.program)
            yield GraphEdge(source=task_id, target=task.key, kind=link.kind, through=link.through)
