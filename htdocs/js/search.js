/*
 * search: suggestions for the words in the search box, form.search. Without it, it is a plain box.
 *
 * The combobox pattern of the ARIA Authoring Practices with a list to choose from: the focus stays
 * in the input, arrows move through the list, Enter follows the chosen option and otherwise
 * searches as usual, Escape closes. GET /search/suggest?q= answers {suggestions: [{kind, text,
 * url}]}.
 */
import { request } from "./api.js";

const WAIT_MS = 150;
const LIST = "suggestions";
const ICONS = { words: "search", video: "play" }; // a channel has none: its name follows an @

const form = document.querySelector("form.search");
const input = form?.querySelector("input[type=search]");
const list = document.createElement("ul");
const status = document.createElement("span");
let urls = [];
let chosen = -1; // the index of an option, or -1: what was typed
let timer;
let asking = new AbortController();

const isOpen = () => !list.hidden;

function choose(index) {
  chosen = index;
  for (const [i, option] of [...list.children].entries())
    option.setAttribute("aria-selected", String(i === index));
  if (index < 0) input.removeAttribute("aria-activedescendant");
  else input.setAttribute("aria-activedescendant", list.children[index].id);
}

function close() {
  clearTimeout(timer);
  asking.abort();
  list.hidden = true;
  input.setAttribute("aria-expanded", "false");
  choose(-1);
}

function optionOf({ kind, text }, index) {
  const option = document.createElement("li");
  option.id = `${LIST}-${index}`;
  option.role = "option";
  option.dir = "auto";
  option.textContent = kind === "channel" ? `@ ${text}` : text;
  if (ICONS[kind]) option.dataset.icon = ICONS[kind];
  return option;
}

function open(suggestions) {
  urls = suggestions.map(({ url }) => url);
  list.replaceChildren(...suggestions.map(optionOf));
  list.hidden = !suggestions.length;
  input.setAttribute("aria-expanded", String(isOpen()));
  choose(-1);
  status.textContent = isOpen() ? `${urls.length} suggestions` : "";
}

async function ask() {
  const query = input.value.trim();
  if (!query) return close();

  asking.abort();
  asking = new AbortController();
  const { signal } = asking;
  const { data, text } = await request(`/search/suggest?q=${encodeURIComponent(query)}`, { signal });
  if (signal.aborted) return;
  if (text) close(); // too many, or no network: the box works without suggestions
  else open(data.suggestions);
}

const keys = {
  ArrowDown: () => choose(chosen + 1 < urls.length ? chosen + 1 : -1),
  ArrowUp: () => choose(chosen < 0 ? urls.length - 1 : chosen - 1),
  Escape: close,
  Enter: () => location.assign(urls[chosen]),
};

function onKey(event) {
  const mine = isOpen() && keys[event.key] && !(event.key === "Enter" && chosen < 0);
  if (!mine || event.isComposing) return;
  event.preventDefault();
  keys[event.key]();
}

if (input) {
  list.id = LIST;
  list.role = "listbox";
  list.className = "suggestions";
  list.ariaLabel = "Suggestions";
  list.hidden = true;
  status.className = "sr";
  status.role = "status";
  form.append(list, status);
  input.autocomplete = "off";
  input.role = "combobox";
  input.setAttribute("aria-autocomplete", "list");
  input.setAttribute("aria-controls", LIST);
  input.setAttribute("aria-expanded", "false");

  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, WAIT_MS);
  });
  input.addEventListener("keydown", onKey);
  input.addEventListener("blur", close);
  form.addEventListener("submit", close);
  list.addEventListener("mousedown", (event) => event.preventDefault()); // the input keeps the focus
  list.addEventListener("click", ({ target }) => {
    const index = [...list.children].indexOf(target.closest("li"));
    if (index >= 0) location.assign(urls[index]);
  });
}
