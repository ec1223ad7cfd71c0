/*
 * talk: comments without leaving the page, so that the video plays on.
 *
 *   a[data-swap=ID]      the element ID is replaced by the one of the page that it leads to
 *   form[data-swap=ID]   is posted, and the same happens with the page of the answer; what was refused
 *                        is said in the form, and stays there. An answer without that element, such as
 *                        the page to log in, is fetched again by the browser itself.
 *
 * What was done is said in a live region; the focus goes to the comment that was written, or else to
 * what was replaced.
 */
import { pageOf } from "./api.js";

let live;

function say(text) {
  if (!live) {
    live = document.body.appendChild(document.createElement("p"));
    live.className = "sr";
    live.setAttribute("role", "status");
  }
  live.textContent = text;
}

const textOf = (page, selector) => page.querySelector(selector)?.textContent.trim() ?? "";

function swap(page, id) {
  const fresh = page.getElementById(id);
  const stale = document.getElementById(id);
  if (!fresh || !stale) return false;
  stale.replaceWith(document.adoptNode(fresh));
  const at = fresh.matches(".at") ? fresh : fresh.querySelector(".at");
  (at ?? fresh).focus({ preventScroll: !at });
  say(textOf(page, "main .notice"));
  return true;
}

function refuse(form, text) {
  const line = form.querySelector("[data-refused]") ?? document.createElement("p");
  line.dataset.refused = "";
  line.className = "error";
  line.setAttribute("role", "alert");
  form.append(line);
  line.textContent = text;
}

async function send(form, button) {
  const body = new URLSearchParams(new FormData(form, button));
  const page = await pageOf(form.action, body).catch(() => null);
  const wrong = page && textOf(page, "#comments .error, #comments .notice.bad");

  if (!page) refuse(form, "The server cannot be reached. Please check your connection.");
  else if (wrong) refuse(form, wrong);
  else if (swap(page, form.dataset.swap)) return;
  else if (page.getElementById("comments")) location.assign(page.URL); // it is done, elsewhere on the page
  else {
    delete form.dataset.swap; // log in, subscribe, try later: the server explains it
    form.requestSubmit(button);
  }
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || !form.dataset.swap || form.dataset.confirm) return;
  event.preventDefault();
  send(form, event.submitter);
});

document.addEventListener("click", async (event) => {
  const link = event.target.closest("a[data-swap]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  const page = await pageOf(link.href).catch(() => null);
  if (!page || !swap(page, link.dataset.swap)) location.assign(link.href);
});
