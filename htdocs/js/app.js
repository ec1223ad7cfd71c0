/*
 * app: small conveniences on every page. Without it everything works too, with a reload.
 *
 *   form.search               suggestions while typing (search.js)
 *   form[data-rate]           is posted without leaving the page; the JSON answer sets in it
 *     [data-count=KEY]        the number answer.KEY
 *     button[data-key=KEY data-on=VALUE data-off=VALUE]
 *                             pressed when answer.KEY is data-on; its value is what a click sets
 *   form[data-less]           is posted the same way; a card that says so and offers to undo it
 *                             replaces the card of the button
 *   [data-swap=ID]            a part of the page is replaced (talk.js)
 *   form[data-confirm=TEXT]   asks before it is posted, in a dialog
 *   a[data-ask]               the page it leads to asks something: its .ask is shown in a dialog
 *   details.menu              closes on Escape and on a click elsewhere
 *   input[data-preview=ID]    shows the chosen picture in the <img> of that id
 *   button[data-copy=TEXT]    copies it; data-done is what it (or its <span>) says afterwards
 */
import { request } from "./api.js";
import { ask, askByPage } from "./dialog.js";
import "./search.js";
import "./library.js";
import "./talk.js";

const DONE_MS = 2000;
const count = new Intl.NumberFormat("en", { notation: "compact", maximumFractionDigits: 1 });

function show(form, answer) {
  for (const element of form.querySelectorAll("[data-count]"))
    element.textContent = count.format(answer[element.dataset.count]);
  for (const button of form.querySelectorAll("button[data-key]")) {
    const { key, on, off } = button.dataset;
    const pressed = String(answer[key]) === on;
    button.setAttribute("aria-pressed", pressed);
    button.value = pressed ? off : on;
  }
}

async function rate(form, button) {
  const body = new URLSearchParams(new FormData(form, button));
  const answer = await request(form.action, { method: "POST", body });
  if (answer.text) {
    delete form.dataset.rate; // let the server explain it: sign in, subscribe, try later
    form.requestSubmit(button);
  } else {
    show(form, answer.data);
  }
}

/* The element that replaces the card until it is undone, or the page is left. */
function takenAway(form, card, video) {
  const note = document.createElement("li");
  const words = note.appendChild(document.createElement("p"));
  const undo = note.appendChild(document.createElement("button"));

  note.className = "card";
  words.setAttribute("role", "status");
  words.textContent = "Removed. We will offer you less like this.";
  undo.textContent = "Undo";
  undo.addEventListener("click", async () => {
    const body = new URLSearchParams(new FormData(form));
    body.set("act", "undo");
    body.set("video", video);
    const { text } = await request(form.action, { method: "POST", body });
    if (text) {
      words.textContent = text;
      return;
    }
    note.replaceWith(card);
    card.querySelector("a").focus();
  });
  return note;
}

async function less(form, button) {
  const body = new URLSearchParams(new FormData(form, button));
  const { text } = await request(form.action, { method: "POST", body });
  if (text) {
    delete form.dataset.less; // let the server explain it
    form.requestSubmit(button);
    return;
  }
  const card = button.closest(".card");
  const note = takenAway(form, card, button.value);
  card.querySelector("details").open = false;
  card.replaceWith(note);
  note.querySelector("button").focus();
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.confirm) {
    event.preventDefault();
    ask(form, event.submitter);
  } else if ("rate" in form.dataset) {
    event.preventDefault();
    rate(form, event.submitter);
  } else if ("less" in form.dataset) {
    event.preventDefault();
    less(form, event.submitter);
  }
});

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-ask]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  askByPage(link);
});

const openMenus = () => document.querySelectorAll("details.menu[open]");

document.addEventListener("click", (event) => {
  for (const menu of openMenus()) if (!menu.contains(event.target)) menu.open = false;
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of openMenus()) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});

document.addEventListener("change", ({ target }) => {
  const image = document.getElementById(target.dataset?.preview);
  const file = target.files?.[0];
  if (!image || !file) return;

  const reader = new FileReader(); // a data: address; blob: is not allowed for pictures
  reader.addEventListener("load", () => { image.src = reader.result; image.hidden = false; });
  reader.readAsDataURL(file);
});

for (const button of document.querySelectorAll("[data-copy]")) {
  const { copy, done, icon } = button.dataset;
  const words = button.querySelector("span") ?? button;
  const label = words.textContent;
  const say = (text, name) => { words.textContent = text; button.dataset.icon = name; };

  button.hidden = !navigator.clipboard; // exists only in secure contexts
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(copy);
    say(done, "check");
    setTimeout(() => say(label, icon), DONE_MS);
  });
}
