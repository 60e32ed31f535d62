// The conversation without reloading: forms with data-live are sent here, all others as ever.

import * as composer from "./composer.js";
import { Failed, ask, send } from "./events.js";

const texts = document.body.dataset;
const log = document.getElementById("log");
const problem = document.getElementById("problem");
const spoken = document.getElementById("spoken");
const sendButton = document.querySelector(".send");
const still = matchMedia("(prefers-reduced-motion: reduce)");
const SLOW_MS = 6000;
let busy = false;

document.addEventListener("submit", (event) => {
  const { target: form, submitter } = event;
  if (!form.dataset.live) return;
  const typed = form.id === "composer";
  if (typed && /^[/／]/.test(composer.typed())) return; // commands may change the whole page
  event.preventDefault();
  const url = form.getAttribute("action"); // form.action may be a control of that name
  if (form.dataset.live === "rating") rate(form, submitter, url);
  else if (typed) question(url, { question: composer.typed() }, composer.typed(), true);
  else question(url, { [submitter.name]: submitter.value }, submitter.textContent, false);
});

async function question(url, fields, words, typed) {
  if (typed && (!words || composer.tooLong())) return composer.focus();
  if (busy) return say(texts.busy);
  setBusy(true);
  say("");
  const pending = begin(words);
  if (typed) composer.clear();
  if (typed) composer.keep(words);
  const slow = setTimeout(() => look(pending, texts.working), SLOW_MS);
  try {
    const reply = await ask(url, fields, {
      state: ({ text }) => look(pending, text),
      draft: ({ text }) => { pending.querySelector(".draft").textContent = text; },
    });
    finish(pending, reply);
    composer.keep(document.getElementById("question").value);
  } catch (error) {
    giveUp(pending, error, typed ? words : "");
  } finally {
    clearTimeout(slow);
    setBusy(false);
  }
}

/** Show the question at once, with the state of its answer below. */
function begin(words) {
  const pending = document.getElementById("pending").content.firstElementChild.cloneNode(true);
  pending.querySelector(".question").textContent = words;
  const lost = log.contains(document.activeElement);
  for (const id of ["welcome", "new"]) document.getElementById(id).hidden = id === "welcome";
  log.querySelectorAll(".next").forEach((next) => next.remove());
  log.setAttribute("aria-busy", "true");
  log.append(pending);
  pending.tabIndex = -1;
  if (lost || document.activeElement === document.body) pending.focus({ preventScroll: true });
  if (matchMedia("(pointer: coarse)").matches) document.activeElement.blur(); // the keyboard goes
  show(pending);
  return pending;
}

function finish(pending, { html }) {
  const held = pending === document.activeElement;
  const template = document.createElement("template");
  template.innerHTML = html; // rendered and escaped by our own server
  const exchange = template.content.firstElementChild;
  pending.replaceWith(exchange);
  if (held) exchange.focus({ preventScroll: true });
  show(exchange);
}

/** Take the pending exchange away and give the words back. */
function giveUp(pending, error, words) {
  pending.remove();
  if (words) composer.restore(words);
  if (!log.children.length) document.getElementById("welcome").hidden = false;
  const lost = navigator.onLine ? texts.lost : texts.offline;
  say((error instanceof Failed && error.message) || lost);
  composer.focus();
}

async function rate(form, submitter, url) {
  try {
    const { key, html } = await send(url, { [submitter.name]: submitter.value });
    const template = document.createElement("template");
    template.innerHTML = html;
    const next = template.content.firstElementChild;
    form.replaceWith(next);
    (next.querySelector("fieldset button") ?? again(next, submitter.value)).focus();
    document.getElementById(`r-${key}`).scrollIntoView({ block: "nearest", behavior: motion() });
    spoken.textContent = next.querySelector("[role=status], legend")?.textContent ?? "";
  } catch (error) {
    say((error instanceof Failed && error.message) || texts.lost);
  }
}

const again = (form, value) =>
  form.querySelector(`[value="${CSS.escape(value)}"]`) ?? form.querySelector("[aria-pressed=true]");

function setBusy(on) {
  busy = on;
  sendButton.setAttribute("aria-disabled", on);
  if (!on) log.removeAttribute("aria-busy");
}

function look(pending, text) {
  pending.querySelector(".looking span").textContent = text;
  spoken.textContent = text;
}

function say(text) {
  problem.hidden = !text;
  problem.textContent = text;
  if (text) problem.scrollIntoView({ block: "nearest", behavior: motion() });
}

const motion = () => (still.matches ? "auto" : "smooth");
const show = (exchange) => exchange.scrollIntoView({ block: "start", behavior: motion() });

// A mark such as [1] unfolds its source.
document.addEventListener("click", (event) => {
  const mark = event.target.closest("a.mark");
  if (!mark) return;
  const source = document.getElementById(mark.hash.slice(1))?.closest("details");
  if (!source) return;
  event.preventDefault();
  for (let fold = source; fold; fold = fold.parentElement.closest("details")) fold.open = true;
  source.querySelector("summary").focus({ preventScroll: true });
  source.scrollIntoView({ block: "nearest", behavior: motion() });
});

// The day card closes like a menu.
const day = document.querySelector("details.day");
document.addEventListener("click", (event) => {
  if (day.open && !day.contains(event.target)) day.open = false;
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || !day.open) return;
  day.open = false;
  day.querySelector("summary").focus();
});

// While the library loads, look again until it is there.
async function watch() {
  const health = await fetch(texts.health).then((r) => r.json()).catch(() => ({}));
  if (health.status === "ok") document.getElementById("status")?.remove();
  else setTimeout(watch, 2000);
}
if (texts.status !== "ok") setTimeout(watch, 1000);

// Nothing that is scrolled to may hide behind the sticky edges, whose height varies.
function edges() {
  const style = document.documentElement.style;
  style.scrollPaddingTop = `${document.querySelector(".top").offsetHeight + 16}px`;
  style.scrollPaddingBottom = `${document.querySelector("footer").offsetHeight + 16}px`;
}
new ResizeObserver(edges).observe(document.querySelector(".top"));
new ResizeObserver(edges).observe(document.querySelector("footer"));
edges();

window.addEventListener("online", () => { if (problem.textContent === texts.offline) say(""); });
if (!location.hash) log.lastElementChild?.scrollIntoView({ block: "start" });
