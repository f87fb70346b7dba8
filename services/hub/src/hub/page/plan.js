// The plan of a pipeline: as a graph of what can be carried out, or as the tree it came from.

import { chip, element } from "./elements.js";

const NODE = { widthMin: 158, widthMax: 210, height: 34, gapDown: 8 };
const GAP_ACROSS = 34;
const TAIL_LENGTH = 9;
const WHOLE_LENGTH_MAX = 18;
const COLUMN_LENGTH_MAX = 24;
const EDGES_MAX = 800;
const SVG = "http://www.w3.org/2000/svg";

/** Return the tasks as a graph: a column for each step in the order of their data. */
export function planGraph(tasks, selectedId, select, room) {
  const family = familyOf(tasks);
  const columns = columnsOf(tasks.filter((each) => !family.children.has(idOf(each))), family);
  const rows = Math.max(1, ...columns.map((column) => Math.min(column.length, COLUMN_LENGTH_MAX + 1)));
  const each = (room - (columns.length - 1) * GAP_ACROSS) / columns.length;
  const size = {
    node: Math.max(NODE.widthMin, Math.min(NODE.widthMax, Math.floor(each))),
    height: rows * (NODE.height + NODE.gapDown) - NODE.gapDown,
  };
  size.width = columns.length * (size.node + GAP_ACROSS) - GAP_ACROSS;
  const places = new Map();
  const nodes = columns.flatMap((column, across) => drawColumn(column, across, size, places));
  for (const node of nodes) {
    node.addEventListener("click", () => node.dataset.task && select(node.dataset.task));
    if (node.dataset.task === selectedId) node.setAttribute("aria-pressed", "true");
  }
  const canvas = element("div", { class: "graph" }, drawEdges(places, family, size), ...nodes);
  canvas.style.width = `${size.width}px`;
  canvas.style.height = `${size.height}px`;
  return canvas;
}

/** Return the tasks as nested lists: each under the one that it was decomposed from. */
export function planTree(tasks, selectedId, select) {
  const family = familyOf(tasks);
  const branch = (each) => {
    const id = idOf(each);
    const children = family.children.get(id) ?? [];
    const button = taskButton(each, `leaf ${each.task.task_type}`);
    button.append(chip(each.state));
    button.addEventListener("click", () => select(id));
    button.setAttribute("aria-pressed", String(id === selectedId));
    return element("li", {}, button, children.length ? element("ul", {}, ...children.map(branch)) : null);
  };
  const roots = tasks.filter((each) => !family.byId.has(each.parent_task_id));
  return element("ul", { class: "tree" }, ...roots.map(branch));
}

const idOf = (each) => each.task.task_id;

function familyOf(tasks) {
  const byId = new Map(tasks.map((each) => [idOf(each), each]));
  const children = new Map();
  for (const each of tasks) {
    if (!byId.has(each.parent_task_id)) continue;
    if (!children.has(each.parent_task_id)) children.set(each.parent_task_id, []);
    children.get(each.parent_task_id).push(each);
  }
  return { byId, children };
}

// A task depends on what it names and on what its parents name; a dependency on a task that was
// decomposed is one on all that it was decomposed into.
function dependenciesOf(each, family) {
  const named = new Set();
  for (let at = each; at; at = family.byId.get(at.parent_task_id)) {
    at.task.data_dependencies.forEach((id) => named.add(id));
  }
  const leaves = new Set();
  const descend = (id) => {
    const children = family.children.get(id);
    if (children) children.forEach((child) => descend(idOf(child)));
    else if (family.byId.has(id)) leaves.add(id);
  };
  named.forEach(descend);
  leaves.delete(idOf(each));
  return leaves;
}

function columnsOf(leaves, family) {
  const depths = new Map();
  const depthOf = (id) => {
    if (depths.has(id)) return depths.get(id);
    depths.set(id, 0); // a cycle cannot be; if it were, it would end here
    const before = [...dependenciesOf(family.byId.get(id), family)].map(depthOf);
    const depth = before.length ? 1 + Math.max(...before) : 0;
    depths.set(id, depth);
    return depth;
  };
  const columns = [];
  for (const each of leaves) (columns[depthOf(idOf(each))] ??= []).push(each);
  return [...columns].map((column) => column ?? []);
}

// Columns are centred, so that a single task stands beside the middle of what it waits for.
function drawColumn(column, across, size, places) {
  const left = across * (size.node + GAP_ACROSS);
  const rows = Math.min(column.length, COLUMN_LENGTH_MAX + 1);
  const top = (size.height - rows * (NODE.height + NODE.gapDown) + NODE.gapDown) / 2;
  const topOf = (down) => top + down * (NODE.height + NODE.gapDown);
  const nodes = column.slice(0, COLUMN_LENGTH_MAX).map((each, down) => {
    places.set(idOf(each), { left, top: topOf(down), each });
    return placed(taskButton(each, "node"), left, topOf(down), size);
  });
  if (column.length > COLUMN_LENGTH_MAX) {
    const rest = column.slice(COLUMN_LENGTH_MAX);
    const done = rest.filter((each) => each.state === "done").length;
    const more = element("span", { class: "node more", text: `${rest.length} more, ${done} done` });
    nodes.push(placed(more, left, topOf(COLUMN_LENGTH_MAX), size));
  }
  return nodes;
}

function placed(node, left, top, size) {
  Object.assign(node.style, { left: `${left}px`, top: `${top}px`, width: `${size.node}px` });
  return node;
}

// The end of a name tells it from its siblings, so a name that is too long loses its middle.
function nameOf(each) {
  const { name } = each.task;
  const cut = name.length > WHOLE_LENGTH_MAX ? name.length - TAIL_LENGTH : name.length;
  return element(
    "span",
    { class: "name" },
    element("span", { class: "head", text: name.slice(0, cut) }),
    element("span", { class: "tail", text: name.slice(cut) }),
  );
}

function taskButton(each, kind) {
  const tries = each.attempt > 1 ? `, attempt ${each.attempt}` : "";
  return element(
    "button",
    {
      type: "button",
      class: `${kind} ${each.state}`,
      "data-task": idOf(each),
      "data-key": `task ${idOf(each)}`,
      title: `${each.task.name}: ${each.state}${tries}`,
    },
    nameOf(each),
    each.attempt > 1 ? element("span", { class: "tries", text: `×${each.attempt}` }) : null,
  );
}

// A dependency that another one implies is true, and only clutters the picture.
function unimplied(family) {
  const known = new Map();
  const ancestorsOf = (id) => {
    if (!known.has(id)) {
      const ancestors = new Set();
      known.set(id, ancestors);
      for (const before of dependenciesOf(family.byId.get(id), family)) {
        ancestors.add(before);
        ancestorsOf(before).forEach((each) => ancestors.add(each));
      }
    }
    return known.get(id);
  };
  return (each) => {
    const named = [...dependenciesOf(each, family)];
    const implied = new Set(named.flatMap((id) => [...ancestorsOf(id)]));
    return named.filter((id) => !implied.has(id));
  };
}

function drawEdges(places, family, size) {
  const picture = document.createElementNS(SVG, "svg");
  picture.setAttribute("width", size.width);
  picture.setAttribute("height", size.height);
  picture.setAttribute("aria-hidden", "true");
  const directOf = unimplied(family);
  let drawn = 0;
  for (const { left, top, each } of places.values()) {
    for (const id of directOf(each)) {
      const from = places.get(id);
      if (!from || drawn++ > EDGES_MAX) continue;
      const start = [from.left + size.node, from.top + NODE.height / 2];
      const end = [left, top + NODE.height / 2];
      const bend = GAP_ACROSS / 2;
      const path = document.createElementNS(SVG, "path");
      path.setAttribute("d", `M${start} C${start[0] + bend},${start[1]} ${end[0] - bend},${end[1]} ${end}`);
      path.setAttribute("class", from.each.state === "done" ? "edge done" : "edge");
      picture.append(path);
    }
  }
  return picture;
}
