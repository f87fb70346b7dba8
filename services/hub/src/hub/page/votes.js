// Proposals: while they are open with every elector's word, then with what they came to. People
// whose approval is awaited give it here; the services' own API takes it, as from anybody else.

import { ago, chip, element } from "./elements.js";

const place = document.querySelector("meta[name=argosy-consensus]").content;
const CHOICE_WORDS = { approve: "approves", reject: "rejects", abstain: "abstains" };
const drafts = new Map();
let person = "";

/** What is open now, and what waits for people; null when consensus does not answer. */
export async function openProposals(ask) {
  try {
    const { proposals } = await ask(`${place}/v1/proposals?state=open&page_size=20`);
    const shown = proposals.map((each) => ask(`${place}/v1/proposals/${encodeURIComponent(each.proposal_id)}`));
    const { approvals } = await ask(`${place}/v1/approvals?status=pending`);
    return { proposals: (await Promise.all(shown)).filter(Boolean), approvals };
  } catch {
    return null;
  }
}

/** What is under way, elector by elector. */
export function openCard(proposal) {
  const spoken = new Set(proposal.votes.map((vote) => vote.voter_id));
  const silent = proposal.electorate.filter((each) => !spoken.has(each.agent_id));
  return element(
    "article",
    { class: "card" },
    element("div", { class: "title-row" }, element("h3", { text: proposal.subject }), chip(proposal.state)),
    summary(proposal),
    changes(proposal.changes),
    element("p", { class: "small", text: `Accepted when ${proposal.tally.rule_in_words}.` }),
    element("ul", { class: "votes" }, ...proposal.votes.map(voteLine), ...silent.map(silentLine)),
    vetoes(proposal.vetoes),
  );
}

/** What a proposal came to. */
export function resultCard(proposal) {
  const { approvals, rejections, abstentions, electorate_size: size } = proposal;
  const counts = `${approvals} for, ${rejections} against, ${abstentions} abstained, of ${size} electors. ${proposal.reason}`;
  const equivocators = proposal.equivocators ?? [];
  return element(
    "article",
    { class: "card" },
    element("div", { class: "title-row" }, element("h3", { text: proposal.subject }), chip(proposal.outcome)),
    element("p", { class: "small", text: counts }),
    equivocators.length ? element("p", { class: "small", text: `Voted twice differently, so for neither side: ${equivocators.join(", ")}.` }) : null,
    element("ul", { class: "votes" }, ...proposal.votes.map(voteLine)),
    vetoes(proposal.vetoes),
  );
}

/** One approval that is awaited, with what a person needs to decide it. */
export function approvalCard(approval, told) {
  const key = `${approval.proposal_id} ${approval.role}`;
  const draft = drafts.get(key) ?? { reason: "", trouble: "" };
  drafts.set(key, draft);
  const trouble = element("p", { class: "trouble", role: "alert", text: draft.trouble });
  const cast = async (choice) => {
    if (!person || !draft.reason) {
      draft.trouble = "Say who you are, and why: both go on record with the vote.";
    } else {
      draft.trouble = await vote(approval, choice, draft.reason);
    }
    trouble.textContent = draft.trouble;
    if (!draft.trouble) told();
  };
  const button = (choice, text) => element("button", { type: "button", class: `act ${choice}`, "data-key": `${choice} ${key}`, text, onclick: () => cast(choice) });
  return element(
    "article",
    { class: "card approval" },
    element("div", { class: "title-row" }, element("h3", { text: approval.subject }), countdown(approval.until)),
    summary(approval),
    changes(approval.changes),
    element("p", { class: "small", text: approval.agents_in_words }),
    element(
      "div",
      { class: "ballot" },
      field("Your name", "name", person, key, (text) => (person = text)),
      field(`Reason, as ${approval.role}`, "reason", draft.reason, key, (text) => (draft.reason = text)),
      button("approve", "Approve"),
      button("reject", "Reject"),
    ),
    trouble,
  );
}

/** Bring every countdown on the page up to now. */
export function countDown(root) {
  for (const each of root.querySelectorAll("[data-until]")) each.textContent = timeLeft(each.dataset.until);
}

async function vote(approval, choice, reason) {
  const { proposal_id: id, role, artifact_hash } = approval;
  try {
    const answer = await fetch(`${place}/v1/proposals/${encodeURIComponent(id)}/votes`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ role, person, choice, reason, artifact_hash }),
      signal: AbortSignal.timeout(10000),
    });
    if (answer.ok) return "";
    const problem = await answer.json();
    return `${problem.detail}. ${problem.remedy}`;
  } catch (error) {
    return `Consensus did not answer (${error.message}); the vote may or may not count. Voting the same again does no harm.`;
  }
}

function field(label, name, content, key, changed) {
  const input = element("input", { type: "text", name, maxlength: 500, autocomplete: "off", "data-key": `${name} ${key}` });
  input.value = content;
  input.addEventListener("input", () => changed(input.value.trim()));
  return element("label", {}, element("span", { text: label }), input);
}

function summary(proposal) {
  const facts = [proposal.proposal_kind, proposal.compatibility && `${proposal.compatibility} change`, `by ${proposal.proposer_id.replace("person:", "")}`, `opened ${ago(proposal.opened_at)}`];
  const line = element("p", { class: "quiet small", text: facts.filter(Boolean).join(" · ") });
  const until = proposal.state === "awaiting_approval" ? proposal.approval_deadline : proposal.deadline;
  if (proposal.state && until) line.append(" · ", countdown(until));
  return line;
}

function changes(listed) {
  if (!listed?.length) return null;
  const lines = listed.map((each) => {
    const move = [each.before, each.after].filter(Boolean).join(" → ");
    const loss = each.rows_lost ? `, loses ${each.rows_lost} of ${each.rows} rows` : "";
    return element("li", { text: `${each.kind} ${each.column}${move ? `: ${move}` : ""}${loss}` });
  });
  return element("ul", { class: "changes small" }, ...lines);
}

function voteLine(vote) {
  const who = vote.person ? `${vote.person} as ${vote.voter_id.replace("role:", "")}` : vote.voter_id;
  const weight = vote.weight > 1 ? `, weight ${vote.weight}` : "";
  const checked = (vote.evidence ?? []).filter((each) => each.rows_checked).map(evidence);
  return element(
    "li",
    { class: vote.counts === false ? "void" : null },
    element("span", { class: `choice ${vote.choice}`, text: CHOICE_WORDS[vote.choice] }),
    element("span", { class: "voter", text: who }),
    element("span", { class: "quiet", text: vote.person ? "" : `${Math.round(vote.confidence * 100)} % sure${weight}` }),
    element("p", { class: "quiet", text: vote.reason }),
    ...checked.map((text) => element("p", { class: "quiet", text })),
    vote.why_not ? element("p", { class: "trouble", text: `Does not count: ${vote.why_not}` }) : null,
  );
}

function evidence(each) {
  const name = each.partition.split("/").pop();
  const found = each.violations ? `${each.violations} contradict it` : "none contradicts it";
  const shown = each.examples.length ? `, such as ${each.examples.map((text) => `“${text}”`).join(", ")}` : "";
  return `${each.rows_checked} rows of ${name}: ${found}${shown}`;
}

function silentLine(elector) {
  const who = elector.agent_id.replace("role:", "");
  return element("li", {}, element("span", { class: "choice abstain", text: "waits" }), element("span", { class: "voter", text: who }));
}

function vetoes(listed) {
  if (!listed?.length) return null;
  return element("ul", { class: "vetoes" }, ...listed.map(vetoLine));
}

function vetoLine(veto) {
  const { witness } = veto;
  const shown = witness.shown ? ` “${witness.shown}”` : "";
  const sides = [["confirmed by", veto.confirmed_by], ["refuted by", veto.refuted_by], ["not readable for", veto.unreadable_by]];
  const answers = sides.filter(([, who]) => who.length).map(([word, who]) => `${word} ${who.join(", ")}`);
  const where = `row ${witness.row} of ${witness.partition.split("/").pop()}, ${witness.column}${shown}: ${witness.rule}`;
  return element(
    "li",
    { class: `veto ${veto.state}` },
    element("strong", { text: `Veto of ${veto.claimant_id}, ${veto.state}` }),
    element("p", { class: "quiet small", text: [where, ...answers].join("; ") }),
  );
}

function countdown(until) {
  return element("span", { class: "countdown", "data-until": until, text: timeLeft(until) });
}

function timeLeft(until, now = Date.now()) {
  const seconds = Math.round((Date.parse(until) - now) / 1000);
  if (seconds <= 0) return "closing";
  if (seconds < 120) return `${seconds} s left`;
  if (seconds < 7200) return `${Math.round(seconds / 60)} min left`;
  if (seconds < 172800) return `${Math.round(seconds / 3600)} h left`;
  return `${Math.round(seconds / 86400)} days left`;
}
