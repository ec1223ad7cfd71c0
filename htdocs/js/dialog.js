/*
 * dialog: questions, in a <dialog> of ours: what leaves everything as it is comes first and is never
 * called "Cancel", and the other button says what it does.
 */
import { pageOf } from "./api.js";

const KEEP = "Not now";

export function make(tag, properties = {}) {
  return Object.assign(document.createElement(tag), properties);
}

/* Shows the content, and forgets it once it is closed; the browser gives the focus back. */
export function show(...content) {
  const dialog = document.body.appendChild(make("dialog"));
  dialog.append(...content);
  const heading = dialog.querySelector("h1, h2, p");
  heading.id = "question";
  dialog.setAttribute("aria-labelledby", heading.id);
  dialog.addEventListener("close", () => dialog.remove());
  dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
  dialog.showModal();
  return dialog;
}

/* Before a form is posted: the question of data-confirm, and the button that was pressed. */
export function ask(form, submitter) {
  const keep = make("button", { type: "button", className: "primary", textContent: KEEP });
  const go = make("button", { type: "button", className: "danger", textContent: submitter.textContent });
  const row = make("div", { className: "row" });
  row.append(keep, go);
  const dialog = show(make("p", { textContent: form.dataset.confirm }), row);
  keep.addEventListener("click", () => dialog.close());
  go.addEventListener("click", () => {
    const question = form.dataset.confirm;
    delete form.dataset.confirm;
    dialog.close();
    form.requestSubmit(submitter);
    form.dataset.confirm = question;
  });
}

/* The question of the page that a link leads to; its links back to this page close the dialog. */
export async function askByPage(link) {
  const page = await pageOf(link.href).catch(() => null);
  const question = page?.querySelector(".ask");
  if (!question) return location.assign(link.href); // the server explains it
  const dialog = show(...question.childNodes);
  for (const back of dialog.querySelectorAll("a"))
    back.addEventListener("click", (event) => {
      if (back.pathname !== location.pathname) return;
      event.preventDefault();
      dialog.close();
    });
}
