// Writing a checklist: saved while one types, items moved by Alt+arrows or by their grip, the total live, steps back.
// Without this script the same form does the same by its buttons.
import { keeper, remembered, total } from "./keeping.js";

const form = document.querySelector("[data-draft]");
const said = document.querySelector("[data-said]");
const undo = document.querySelector("[data-undo]");
const phone = document.querySelector("[data-preview]");
const PAST = `steps ${location.pathname}`;
const KEPT_APART = ["csrf_token", "seen", "do", "retire_others"];
const STEPS = { ArrowUp: -1, ArrowDown: 1 };

const rows = () => [...form.querySelectorAll("[data-row]")];
const past = () => JSON.parse(sessionStorage.getItem(PAST) ?? "[]");

/** The form as it stands, without what belongs to this moment only. */
function written() {
  const fields = new URLSearchParams(new FormData(form));
  for (const name of KEPT_APART) fields.delete(name);
  return fields.toString();
}

async function post(text, what) {
  const body = new URLSearchParams(text);
  body.set("csrf_token", form.elements.csrf_token.value);
  body.set("seen", form.elements.seen.value);
  body.set("do", what);
  const answer = await fetch(form.action, { method: "POST", body });
  const json = answer.headers.get("Content-Type")?.startsWith("application/json");
  if (!json) throw new Error(`no answer: ${answer.status}`);
  return answer.json();
}

async function send() {
  said.textContent = form.dataset.saving;
  const text = written();
  try {
    const answer = await post(text, "auto");
    said.textContent = answer.said;
    if (answer.collided) return collided(answer.said);
    tell(answer.problems ?? {});
    if (answer.wrong) return true;
    form.elements.seen.value = answer.revision;
    form.querySelector("[data-blocking]").hidden = !answer.blocking;
    keep(text);
    show();
    return true;
  } catch (failure) {
    said.textContent = form.dataset.failed;
    throw failure;
  }
}

// Somebody else was first: saving by itself ends, and the form itself asks the server to show both.
function collided(words) {
  form.dataset.collided = "";
  said.textContent = words;
  said.scrollIntoView({ block: "nearest" });
  return false;
}

const keeping = keeper({ send, wait: (work, after) => setTimeout(work, after), drop: clearTimeout });

function changed() {
  count();
  said.textContent = form.dataset.typing;
  if (!("collided" in form.dataset)) keeping.changed();
}

function count() {
  const points = [...form.querySelectorAll("[data-points]")].map((field) => field.value);
  form.querySelector("[data-total]").textContent = total(points);
}

/** What is wrong, beside its field; what is right again loses its words. */
function tell(problems) {
  for (const field of form.querySelectorAll(".field")) {
    const input = field.querySelector("[name]");
    beside(field, input, problems[input.name]);
  }
  for (const place of form.querySelectorAll("[data-wrong-of]")) {
    const text = problems[place.dataset.wrongOf];
    place.textContent = text ?? "";
    place.hidden = !text;
  }
}

function beside(field, input, text) {
  let place = field.querySelector(".wrong");
  field.toggleAttribute("data-wrong", Boolean(text));
  if (!text) {
    place?.remove();
    input.removeAttribute("aria-invalid");
    return input.removeAttribute("aria-describedby");
  }
  if (!place) {
    place = document.createElement("p");
    place.className = "wrong";
    place.id = `${input.id}-wrong`;
    field.append(place);
  }
  place.textContent = text;
  input.setAttribute("aria-invalid", "true");
  input.setAttribute("aria-describedby", place.id);
}

/* the preview: the same item again, or the one that is being written */
let looked = null;
function show(place = looked) {
  if (!phone?.contentWindow) return;
  const at = new URL(phone.contentWindow.location.href === "about:blank" ? phone.src : phone.contentWindow.location.href);
  if (place) {
    at.searchParams.delete("go");
    at.searchParams.set("item", place);
  }
  looked = null;
  phone.contentWindow.location.replace(at);
}

/* moving */
function move(row, by) {
  const list = row.parentElement, other = by < 0 ? row.previousElementSibling : row.nextElementSibling;
  if (other) by < 0 ? other.before(row) : other.after(row);
  else into(neighbour(list, by), row, by);
  moved(row);
}

function neighbour(list, by) {
  const lists = [...form.querySelectorAll("[data-rows]")];
  return lists[lists.indexOf(list) + by];
}

function into(list, row, by) {
  if (list) by < 0 ? list.append(row) : list.prepend(row);
}

function moved(row) {
  rows().forEach((one, place) => (one.querySelector("[data-number]").textContent = place + 1));
  for (const one of rows()) named(one);
  row.querySelector("input:not([type=hidden])").focus();
  looked = rows().indexOf(row) + 1;
  changed();
  said.textContent = form.dataset.moved.replace("{number}", looked);
}

// The buttons say which item they move: the number in their names follows.
function named(row) {
  const all = rows(), place = all.indexOf(row), number = row.querySelector("[data-number]").textContent;
  for (const button of row.querySelectorAll(".row-head button, .ticks")) {
    button.setAttribute("aria-label", button.getAttribute("aria-label").replace(/\d+/, number));
    if (button.value?.startsWith("up:")) button.disabled = place === 0;
    if (button.value?.startsWith("down:")) button.disabled = place === all.length - 1;
  }
}

function byKey(event) {
  const row = event.target.closest("[data-row]"), by = STEPS[event.key];
  if (!row || !by || !event.altKey || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  move(row, by);
}

function byMouse(event) {
  const grip = event.target.closest("[data-grip]");
  if (!grip || event.button) return;
  event.preventDefault();
  const row = grip.closest("[data-row]");
  row.dataset.dragged = "";
  const over = ({ clientX, clientY }) => {
    const under = document.elementFromPoint(clientX, clientY)?.closest("[data-row]");
    if (!under || under === row) return;
    const { top, height } = under.getBoundingClientRect();
    clientY < top + height / 2 ? under.before(row) : under.after(row);
  };
  const drop = () => {
    delete row.dataset.dragged;
    document.removeEventListener("pointermove", over);
    for (const name of ["pointerup", "pointercancel"]) document.removeEventListener(name, drop);
    moved(row);
  };
  document.addEventListener("pointermove", over);
  for (const name of ["pointerup", "pointercancel"]) document.addEventListener(name, drop);
}

/* steps back */
function keep(text) {
  sessionStorage.setItem(PAST, JSON.stringify(remembered(past(), text)));
  undo.disabled = past().length < 2;
}

async function back() {
  await keeping.settled();
  const now = written(), steps = past().filter((text, place, all) => !(place === all.length - 1 && text === now));
  const text = steps.at(-1);
  if (text === undefined) return;
  const answer = await post(text, "auto").catch(() => ({ said: form.dataset.failed, wrong: true }));
  if (answer.collided) return collided(answer.said);
  if (answer.wrong) return void (said.textContent = answer.said);
  sessionStorage.setItem(PAST, JSON.stringify(steps));
  location.reload();
}

/* a button that is pressed while a save is on its way waits for it, so that one does not collide with oneself */
let pressed = false;
async function submitted(event) {
  const [action, key] = (event.submitter?.value ?? "").split(":");
  if (action === "up" || action === "down") {
    event.preventDefault();
    return move(document.getElementById(`row-${key}`), action === "up" ? -1 : 1);
  }
  if (pressed) return;
  event.preventDefault();
  keep(written());
  await keeping.settled();
  pressed = true;
  setTimeout(() => form.requestSubmit(event.submitter)); // not before this event is over: the form would ignore it
}

if (form) {
  undo.hidden = false;
  for (const grip of form.querySelectorAll("[data-grip]")) grip.hidden = false;
  if (!("collided" in form.dataset)) keep(written());
  form.addEventListener("input", changed);
  form.addEventListener("keydown", byKey);
  form.addEventListener("pointerdown", byMouse);
  form.addEventListener("submit", submitted);
  form.addEventListener("focusin", (event) => {
    const row = event.target.closest("[data-row]");
    if (row && row !== form.shown) show(rows().indexOf((form.shown = row)) + 1);
  });
  undo.addEventListener("click", back);
  count();
}
