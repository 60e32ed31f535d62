// The field a question is typed in: its height, its counter, Enter, and keeping what is typed.

const KEPT = "opc-typed";
const form = document.getElementById("composer");
const field = document.getElementById("question");
const counter = document.getElementById("counter");
const limit = Number(field.dataset.limit);
let composing = false;

/** What is typed, without the white space around it. */
export const typed = () => field.value.trim();

/** Whether it is longer than the server takes. */
export const tooLong = () => [...field.value].length > limit;

/** Put text into the field; text that is there already is not lost. */
export function restore(text) {
  field.value = field.value.trim() && field.value !== text ? `${text}\n${field.value}` : text;
  changed();
}

export function clear() {
  field.value = "";
  changed();
}

export const focus = () => field.focus();

/** Keep a question that is under way, should the page be left before its answer. */
export function keep(text) {
  try {
    if (text) sessionStorage.setItem(KEPT, text);
    else sessionStorage.removeItem(KEPT);
  } catch {
    // Storage may be switched off; the field still has the text.
  }
}

function kept() {
  try {
    return sessionStorage.getItem(KEPT) ?? "";
  } catch {
    return "";
  }
}

function changed() {
  field.style.height = "auto";
  field.style.height = `${field.scrollHeight + 2}px`;
  const length = [...field.value].length;
  counter.hidden = length < limit * 0.9;
  counter.textContent = `${length} / ${limit}`;
  counter.classList.toggle("over", length > limit);
  field.setAttribute("aria-invalid", length > limit);
  keep(field.value);
}

function pressed(event) {
  // While an input method composes, Enter chooses a candidate (Safari reports it as key code 229).
  if (composing || event.isComposing || event.keyCode === 229) return;
  if (event.key !== "Enter" || event.shiftKey || event.altKey) return;
  event.preventDefault();
  form.requestSubmit();
}

field.addEventListener("compositionstart", () => { composing = true; });
field.addEventListener("compositionend", () => { setTimeout(() => { composing = false; }); });
field.addEventListener("keydown", pressed);
field.addEventListener("input", changed);
if (!field.value) field.value = kept();
changed();
if (matchMedia("(hover: hover) and (pointer: fine)").matches) field.focus({ preventScroll: true });
