// The page: asks the hub once a second what there is, and draws what has changed.

import { ago, chip, element, failureNote, fill, plain, progress, quality } from "./elements.js";
import { planGraph, planTree } from "./plan.js";
import { approvalCard, countDown, openCard, openProposals, resultCard } from "./votes.js";

const POLL_MILLISECONDS = 1000;
const ANSWER_MILLISECONDS_MAX = 5000;

const at = (id) => document.getElementById(id);
const seen = { overview: null, voting: null, plan: null, trace: null, shownTask: null };
const drawn = new Map();
const tabs = document.querySelectorAll("[data-form]");

// What is selected stands in the address, so that it can be linked to and the back button works.
const selection = () => new URLSearchParams(location.hash.slice(1));

function select(changes) {
  const next = selection();
  for (const [name, id] of Object.entries(changes)) id ? next.set(name, id) : next.delete(name);
  location.hash = next.toString();
}

async function ask(path) {
  const answer = await fetch(path, { signal: AbortSignal.timeout(ANSWER_MILLISECONDS_MAX) });
  if (answer.status === 404) return null;
  if (!answer.ok) throw new Error(`the hub answered ${answer.status}`);
  return answer.json();
}

async function wholePlan(pipelineId) {
  const path = `/v1/pipelines/${encodeURIComponent(pipelineId)}`;
  const first = await ask(path);
  for (let page = first; page?.next_page_token; ) {
    page = await ask(`${path}?page_token=${encodeURIComponent(page.next_page_token)}`);
    first.tasks.push(...(page?.tasks ?? []));
  }
  return first;
}

async function look() {
  [seen.overview, seen.voting] = await Promise.all([ask("/v1/overview"), openProposals(ask)]);
  const pipelineId = selection().get("pipeline") ?? seen.overview.pipelines[0]?.pipeline_id;
  const listed = seen.overview.pipelines.find((each) => each.pipeline_id === pipelineId);
  const isKnown = seen.plan?.pipeline_id === pipelineId && seen.plan?.changed_at === listed?.changed_at;
  if (!pipelineId) seen.plan = null;
  else if (!isKnown) seen.plan = await wholePlan(pipelineId);
  const taskId = selection().get("task");
  seen.trace = taskId ? await ask(`/v1/tasks/${encodeURIComponent(taskId)}/trace`) : null;
}

// Draws a part only when what it shows is not what it showed, so that nothing flickers.
function draw(id, subject, make) {
  const text = JSON.stringify(subject);
  if (drawn.get(id) === text) return;
  drawn.set(id, text);
  fill(at(id), ...[make()].flat());
}

function drawAll() {
  const { overview, voting, plan, trace } = seen;
  drawFleetLine(overview.fleet);
  const moment = Math.floor(Date.now() / 5000);
  draw("fleet", [overview.agents, moment], () => overview.agents.map(agentCard));
  draw("pipelines", [overview.pipelines, plan?.pipeline_id, moment], () => pipelineCards(overview.pipelines, plan));
  draw("pipeline", [plan && { ...plan, tasks: null }], () => (plan ? pipelineHead(plan) : nothingYet()));
  const taskId = selection().get("task");
  at("plan-section").hidden = !plan?.tasks.length;
  const task = plan?.tasks.find((each) => each.task.task_id === taskId);
  at("trace").hidden = !task;
  document.body.classList.toggle("with-trace", Boolean(task));
  const room = at("plan").clientWidth - 8;
  const isTree = selection().get("form") === "tree";
  for (const tab of tabs) tab.setAttribute("aria-pressed", String((tab.dataset.form === "tree") === isTree));
  draw("plan", [plan?.tasks, taskId, isTree, room], () => {
    const form = isTree ? planTree : planGraph;
    return plan?.tasks.length ? form(plan.tasks, taskId, (id) => select({ task: id === taskId ? null : id }), room) : [];
  });
  if (taskId !== seen.shownTask) at("plan").querySelector("[aria-pressed=true]")?.scrollIntoView({ block: "nearest", inline: "center" });
  seen.shownTask = taskId;
  drawVotes(overview.proposals, voting, plan);
  draw("trace", [task, trace], () => (task ? traceOf(task, trace, overview.agents) : []));
}

// What nobody's pipeline asked for, people asked for: it is shown with any pipeline.
function drawVotes(decided, voting, plan) {
  const isShown = (each) => !each.pipeline_id || each.pipeline_id === plan?.pipeline_id;
  const approvals = voting?.approvals ?? [];
  const open = (voting?.proposals ?? []).filter(isShown);
  const proposals = decided.filter(isShown);
  at("approvals-section").hidden = !approvals.length;
  draw("approvals", approvals, () => approvals.map((each) => approvalCard(each, turn)));
  at("votes-section").hidden = !proposals.length && !open.length;
  draw("open-votes", open, () => open.map(openCard));
  draw("votes", proposals, () => proposals.map(resultCard));
  countDown(document);
}

function drawFleetLine(fleet) {
  const aboard = ["active", "draining", "registering"].reduce((sum, state) => sum + (fleet.agents[state] ?? 0), 0);
  const agents = aboard === 1 ? "1 agent" : `${aboard} agents`;
  at("fleet-line").textContent = `${agents} of ${fleet.agents_max} · ${fleet.streams_busy} of ${fleet.streams_max} streams busy`;
}

function nothingYet() {
  return element("p", { class: "empty", text: "No pipeline yet. Submit a goal with `argosy goal submit`, and watch it here." });
}

function agentCard(agent) {
  const pips = Array.from({ length: agent.streams_max }, (_, index) =>
    element("i", { class: index < agent.running.length ? "pip busy" : "pip" }),
  );
  const busy = element("span", { class: "pips", role: "img", "aria-label": `${agent.running.length} of ${agent.streams_max} streams busy` }, ...pips);
  const tasks = agent.running.map((each) => {
    const tries = each.attempt > 1 ? ` ×${each.attempt}` : "";
    return element("li", { text: each.task_name + tries });
  });
  const heard = agent.last_heartbeat_at ? `heard ${ago(agent.last_heartbeat_at)}` : "not heard yet";
  return element(
    "article",
    { class: `card agent ${agent.slot < 0 ? "gone" : ""}`, title: `${agent.capabilities.join(", ")}` },
    element("div", { class: "title-row" }, element("h3", { text: agent.agent_id }), chip(agent.state)),
    element("div", { class: "title-row quiet" }, busy, element("span", { text: heard })),
    tasks.length ? element("ul", { class: "running" }, ...tasks) : null,
    reputationLine(agent.reputation),
  );
}

function reputationLine({ votes, agreed, disagreed, weight }) {
  if (!votes) return null;
  const judged = agreed + disagreed ? `, ${agreed} true, ${disagreed} false` : "";
  return element("div", { class: "quiet small", title: `Weighs ${weight} of 100 where weights are by reputation`, text: `${votes} ${votes === 1 ? "vote" : "votes"}${judged}` });
}

function pipelineCards(pipelines, plan) {
  if (!pipelines.length) return element("p", { class: "empty", text: "None yet." });
  return pipelines.map((each) =>
    element(
      "button",
      {
        type: "button",
        class: "card",
        "data-key": each.pipeline_id,
        "aria-pressed": String(each.pipeline_id === plan?.pipeline_id),
        onclick: () => select({ pipeline: each.pipeline_id, task: null }),
      },
      element("div", { class: "title-row" }, element("h3", { text: titleOf(each) }), chip(each.state)),
      progress(each.tasks_done, each.tasks_total, each.state),
      element("div", { class: "quiet small", text: `${each.goal_id.slice(0, 8)} · ${each.state === "queued" ? "submitted" : "begun"} ${ago(each.started_at)}` }),
    ),
  );
}

function titleOf(pipeline) {
  const table = pipeline.report?.table;
  const goal = pipeline.goal_type.replaceAll("_", " ");
  return table ? `${goal}: ${table}` : goal;
}

function pipelineHead(plan) {
  const facts = Object.entries(plan.report ?? {}).map(([name, content]) =>
    element("div", {}, element("dt", { text: name.replaceAll("_", " ") }), element("dd", {}, ...[factOf(name, content)].flat())),
  );
  return [
    element("div", { class: "title-row" }, element("h2", { class: "large", text: titleOf(plan) }), chip(plan.state)),
    element("p", { class: "quiet small code", text: plan.pipeline_id }),
    progress(plan.tasks_done, plan.tasks_total, plan.state),
    failureNote(plan.failure),
    facts.length ? element("dl", { class: "facts" }, ...facts) : null,
  ];
}

function factOf(name, content) {
  if (content === null || typeof content !== "object") return plain(content);
  const entries = Object.entries(content);
  const isList = Array.isArray(content) || entries.length > 8 || entries.some(([, each]) => typeof each === "object");
  if (isList) return element("details", { "data-key": `fact ${name}` }, element("summary", { text: `${entries.length} entries` }), json(content));
  return entries.map(([part, each]) => `${part.replaceAll("_", " ")} ${plain(each)}`).join(", ") || "none";
}

function traceOf(task, trace, agents) {
  const holder = agents.find((agent) => agent.running.some((each) => each.task_id === task.task.task_id));
  const who = holder?.agent_id ?? task.agent_id;
  const line = [task.operator, task.attempt > 0 ? `attempt ${task.attempt}` : "", who].filter(Boolean).join(" · ");
  const scores = task.quality_before !== null && task.quality_after !== null;
  return [
    element(
      "div",
      { class: "title-row" },
      element("h2", { text: task.task.name }),
      chip(task.state),
      element("button", { type: "button", class: "close", "aria-label": "Close the trace", "data-key": "close", text: "×", onclick: () => select({ task: null }) }),
    ),
    element("p", { class: "quiet small", text: line }),
    scores ? element("p", { class: "small" }, quality(task.quality_before, "quality before"), " → ", quality(task.quality_after, "quality after")) : null,
    failureNote(task.failure),
    trace?.steps.length
      ? element("ol", { class: "steps" }, ...trace.steps.map(stepOf))
      : element("p", { class: "empty", text: "No step so far." }),
  ];
}

function stepOf(step, index, steps) {
  const isNewAttempt = steps.length > 0 && index > 0 && steps[index - 1].attempt !== step.attempt;
  return element(
    "li",
    { class: isNewAttempt ? "new-attempt" : null },
    element(
      "div",
      { class: "title-row" },
      element("span", { class: "number", text: String(step.step_number) }),
      element("strong", { text: step.action.replaceAll("_", " ") }),
      quality(step.data_quality_score),
    ),
    element("p", { class: "thought", text: step.thought }),
    step.reasoning.model ? element("p", { class: "quiet small", text: reasonedBy(step.reasoning) }) : null,
    element("details", { "data-key": `input ${index}` }, element("summary", { text: "Did" }), json(step.action_input)),
    element("details", { "data-key": `observation ${index}` }, element("summary", { text: "Saw" }), json(step.observation)),
    element("p", { class: "quiet small", text: `${step.agent_id}, attempt ${step.attempt}, ${new Date(step.timestamp).toLocaleTimeString()}` }),
  );
}

function reasonedBy(reasoning) {
  const who = reasoning.reasoner === "model" ? `model ${reasoning.model}` : `rules after the model ${reasoning.model}`;
  const { requests, tokens_in: read, tokens_out: written } = reasoning.usage;
  return requests ? `reasoned by ${who}, ${read} tokens read, ${written} written` : `reasoned by ${who}`;
}

function json(content) {
  return element("pre", { text: JSON.stringify(content, null, 2) });
}

function say(trouble) {
  at("connection").hidden = !trouble;
  at("connection").textContent = trouble;
}

async function turn() {
  if (!document.hidden) {
    try {
      await look();
      drawAll();
      say(seen.voting ? "" : "No answer from consensus; proposals that are open are not shown.");
    } catch (error) {
      say(`No answer from the hub (${error.message}); trying again.`);
    }
  }
  clearTimeout(turn.next);
  turn.next = setTimeout(turn, POLL_MILLISECONDS);
}

for (const tab of tabs) {
  tab.addEventListener("click", () => select({ form: tab.dataset.form === "tree" ? "tree" : null }));
}
addEventListener("hashchange", turn);
addEventListener("visibilitychange", turn);
turn();
