"""Plans on paper: trees, graphs as lists of links, differences, and what a replan would do."""

from rich.console import Group, RenderableType
from rich.text import Text
from rich.tree import Tree

from argosy.plan_views import (
    ChangedTask,
    PlanDiff,
    PlanGraph,
    PlanTree,
    ReplanPreview,
    TreeNode,
)
from argosy.printing import failure_text, grid, state_text

SHOWN_MAX = 20
"""Tasks in one list of a page; `--json` has all that the planner told."""

SIGNS = {"added": ("+", "green"), "removed": ("-", "red"), "changed": ("~", "yellow")}


def tree_page(plan: PlanTree) -> RenderableType:
    """Return a part of a plan, each task below the one that it is part of."""
    if plan.tree is None:
        return Text("Nothing is planned yet.")
    top = Tree(_node_line(plan.tree))
    _grow(top, plan.tree)
    return top


def graph_page(plan: PlanGraph) -> RenderableType:
    """Return a part of a plan: its tasks, each with those that it comes after, and why."""
    names = {node.task_id: node.name for node in plan.nodes}
    table = grid("TASK", "STATE", "WAITS FOR", "PART OF", "AFTER")
    for node in plan.nodes:
        edges = [edge for edge in plan.edges if edge.target == node.task_id]
        parts = [edge for edge in plan.edges if edge.source == node.task_id]
        after = [
            names[edge.source] + (f" ({', '.join(edge.through)})" if edge.through else "")
            for edge in edges
            if edge.kind != "part_of"
        ]
        part_of = next((names[edge.target] for edge in parts if edge.kind == "part_of"), "")
        table.add_row(
            node.name, state_text(node.state), node.waits or "", part_of, ", ".join(after)
        )
    if not plan.nodes_left_out:
        return table
    left_out = f"{plan.nodes_left_out} more tasks; see a part of it with --task NAME"
    return Group(table, Text(left_out, "dim"))


def diff_page(diff: PlanDiff) -> RenderableType:
    """Return what has become different, and why."""
    if not diff.versions and not (diff.added_total or diff.removed_total or diff.changed_total):
        return Text("Nothing is different.")
    lines = [
        Text.assemble(
            (f"version {each.version} ", "bold"),
            state_text(each.reason),
            f" {each.detail}: {each.added} added, {each.removed} removed",
        )
        for each in diff.versions
    ]
    lines += _listed("added", diff.added, diff.added_total)
    lines += _listed("removed", diff.removed, diff.removed_total)
    lines += _listed("changed", diff.changed, diff.changed_total)
    return Group(*lines)


def replan_page(preview: ReplanPreview) -> RenderableType:
    """Return what a replan would keep and do anew."""
    table = grid("", "")
    table.show_header = False
    table.add_row("kept", f"{preview.kept} tasks: {_names(preview.kept_tasks, preview.kept)}")
    anew = f"{preview.anew} tasks, {preview.work_seconds:g} s of work: "
    table.add_row("anew", anew + _names(preview.anew_tasks, preview.anew))
    if preview.awaits:
        table.add_row("grows with", ", ".join(preview.awaits))
    if preview.failure is not None:
        table.add_row("fails", failure_text(preview.failure))
    return table


def _grow(tree: Tree, node: TreeNode) -> None:
    for child in node.children:
        _grow(tree.add(_node_line(child)), child)
    if node.children_left_out:
        after = f", from --children-from {node.next_child}" if node.next_child else ""
        left_out = f"{node.children_left_out} more: --task {node.task_id}{after}"
        tree.add(Text(left_out, "dim"))


def _node_line(node: TreeNode) -> Text:
    line = Text.assemble(f"{node.name} ", state_text(node.state))
    if node.children_total:
        line.append(f" {node.children_done}/{node.children_total}")
    if node.method:
        line.append(f" by {node.method}", "dim")
    if node.waits and node.waits != "subtasks":
        line.append(f" waits for {node.waits}", "yellow")
    return line


def _listed(kind: str, tasks: tuple[ChangedTask, ...], total: int) -> list[Text]:
    sign, style = SIGNS[kind]
    lines = [Text(f"{sign} {task.path}", style) for task in tasks[:SHOWN_MAX]]
    if total > len(lines):
        lines.append(Text(f"{sign} {total - len(lines)} more {kind}", "dim"))
    return lines


def _names(names: tuple[str, ...], total: int) -> str:
    more = f" and {total - SHOWN_MAX} more" if total > SHOWN_MAX else ""
    return ", ".join(names[:SHOWN_MAX]) + more
