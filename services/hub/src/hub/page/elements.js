// Small things that every part of the page uses. All text is set as text, never as markup.

/** Return a new element; `properties` are attributes, except `text` and `onclick`. */
export function element(tag, properties = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, content] of Object.entries(properties)) {
    if (content === undefined || content === null || content === false) continue;
    if (name === "text") made.textContent = content;
    else if (name === "onclick") made.addEventListener("click", content);
    else made.setAttribute(name, content === true ? "" : content);
  }
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}

/** Replace what is in the container; what had the focus or was open stays so, by its key. */
export function fill(container, ...children) {
  const focused = container.contains(document.activeElement) && document.activeElement.dataset.key;
  const open = [...container.querySelectorAll("details[open]")].map((each) => each.dataset.key);
  const keyed = (key) => key && container.querySelector(`[data-key="${CSS.escape(key)}"]`);
  container.replaceChildren(...children.filter(Boolean));
  for (const key of open) keyed(key)?.setAttribute("open", "");
  if (focused) keyed(focused)?.focus();
}

/** A state as a chip: a dot in the state's colour, and its name. */
export function chip(state) {
  return element("span", { class: `chip ${state}`, text: state.replaceAll("_", " ") });
}

/** A progress bar with its numbers. */
export function progress(done, total, state) {
  const bar = element("progress", { class: state, max: Math.max(total, 1), value: done });
  bar.setAttribute("aria-label", `${done} of ${total} tasks done`);
  return element("div", { class: "progress" }, bar, element("span", { text: `${done}/${total}` }));
}

/** A quality score from 0 to 1, with a bar. */
export function quality(score, label = "quality") {
  const bar = element("progress", { max: 1, value: score, "aria-label": label });
  return element("span", { class: "quality" }, bar, element("span", { text: score.toFixed(3) }));
}

/** A failure with its remedy. */
export function failureNote(failure) {
  if (!failure) return null;
  return element(
    "div",
    { class: "failure" },
    element("strong", { text: failure.code.replaceAll("_", " ") }),
    element("p", { text: failure.detail }),
    element("p", { class: "quiet", text: failure.remedy }),
  );
}

/** How long ago a moment was, in words as short as can be. */
export function ago(moment, now = Date.now()) {
  const seconds = Math.max(0, Math.round((now - Date.parse(moment)) / 1000));
  if (seconds < 5) return "now";
  if (seconds < 60) return `${seconds} s ago`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ago`;
  if (seconds < 86400) return `${Math.floor(seconds / 3600)} h ago`;
  return `${Math.floor(seconds / 86400)} d ago`;
}

/** A number with thin spaces between its thousands; anything else as compact JSON. */
export function plain(content) {
  if (typeof content === "number") {
    return Number.isInteger(content) ? content.toLocaleString("en").replaceAll(",", "\u2009") : String(+content.toFixed(4));
  }
  return typeof content === "string" ? content : JSON.stringify(content);
}
