/*
 * library: saves videos in playlists and puts them in order, without leaving the page.
 *
 *   form[data-keep=VIDEO]   ticking a box puts the video into that list or takes it out at once;
 *                           the form's [role=status] says what was done. A title makes a new list
 *                           with it
 *   ol[data-order=N]        the entries of a list from number N on; the forms in them move them.
 *                           [data-status] tells screen readers what was done, and the focus stays
 *   form.row [name=do]      up, down, first, last, remove
 */
import { post, request } from "./api.js";

const tokenOf = (form) => form.elements.csrf.value;

/* A tick or a new title in the form that saves a video. */

async function tick(form, box) {
  const { data, text } = await post(
    `/playlist/${box.value}`,
    { do: box.checked ? "add" : "remove", video: form.dataset.keep },
    tokenOf(form),
  );
  if (text) box.checked = !box.checked;
  say(form, text || `${data.holds ? "Saved to" : "Removed from"} ${data.title}`);
}

async function makeList(form) {
  const title = form.elements.title;
  const { data, text } = await post(
    "/playlists", { do: "create", title: title.value, video: form.dataset.keep }, tokenOf(form));
  if (text) return say(form, text);

  const box = Object.assign(document.createElement("input"), { type: "checkbox", name: "list", value: data.id, checked: true });
  const name = document.createElement("span");
  const label = document.createElement("label");
  name.textContent = data.title;
  label.className = "check";
  label.append(box, name);
  form.querySelector("fieldset").append(label);
  title.value = "";
  return say(form, `Saved to ${data.title}`);
}

function say(form, text) {
  form.querySelector("[role=status]").textContent = text;
}

document.addEventListener("change", ({ target }) => {
  const form = target.form;
  if (form?.dataset.keep && target.name === "list") tick(form, target);
});

/* Order */

const indexOf = (list, item) => [...list.children].indexOf(item);

function renumber(list) {
  [...list.children].forEach((item, i) => {
    item.querySelector("[data-number]").textContent = Number(list.dataset.order) + i;
  });
}

async function rearrange(list, form, button) {
  const item = form.closest("li");
  const body = new URLSearchParams(new FormData(form, button));
  const { data, text } = await request(form.action, { method: "POST", body });
  if (text) return tell(text);

  const at = data.index - (Number(list.dataset.order) - 1);
  if (data.holds && (at < 0 || at >= list.children.length)) {
    location.assign(data.url); // the entry is on another page now
  } else if (data.holds) {
    if (at !== indexOf(list, item))
      list.insertBefore(item, list.children[at > indexOf(list, item) ? at + 1 : at] ?? null);
    for (const menu of item.querySelectorAll("details[open]")) menu.open = false;
    renumber(list);
    tell(`Moved to place ${data.index + 1}`);
    (button.checkVisibility() ? button : item.querySelector("summary")).focus();
  } else if (list.children.length === 1) {
    location.reload();
  } else {
    const next = item.nextElementSibling ?? item.previousElementSibling;
    item.remove();
    renumber(list);
    tell("Removed from this list");
    next.querySelector("button").focus();
  }
}

function tell(text) {
  document.querySelector("[data-status]").textContent = text;
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  const list = form.closest("ol[data-order]");
  if (list) {
    event.preventDefault();
    rearrange(list, form, event.submitter);
  } else if (form.dataset.keep) {
    event.preventDefault();
    if (form.elements.title.value.trim()) makeList(form);
    else form.closest("details").open = false;
  }
});
