/*
 * upload: sends the file of form[data-upload] in pieces (tus 1.0, tus-js-client), so that a broken
 * connection or a closed browser loses nothing that has arrived. Without it the form is posted
 * whole.
 *
 * The upload is created by posting the form without its file, because the header into which a tus
 * client would put the text is too short for it. This also keeps tus-js-client from creating
 * another upload, beginning at 0, whenever the server is away while the client asks how much has
 * arrived.
 *
 * The form has data-endpoint, data-chunk-bytes, data-max-bytes, and in it
 *   fieldset     input[name=file], the text fields and the picture
 *   .problem     what went wrong (hidden)
 *   .unfinished  an earlier upload can continue: a <strong> for its file's name (hidden)
 *   .transfer    while sending (hidden): a <progress>, .status, .percent, .detail and the buttons
 *                [data-pause] (its other label in data-resume) and [data-cancel]
 * What was typed stays in localStorage until the upload is complete.
 */
import { Upload, defaultOptions } from "tus-js-client";
import { request } from "./api.js";

const DRAFT = "upload-draft";
const UNFINISHED_MS = 7 * 24 * 3600 * 1000; // older ones are not offered: the server deletes them
const RETRY_MS = [0, 1000, 3000, 5000, 10_000, 20_000, 30_000];
const SPEED_MS = 10_000; // the speed is that of the latest seconds

const NOT_A_VIDEO = 415; // then the server has also dropped the file

const TEXT = {
  tooLarge: (limit) => `This file is too large. At most ${bytes(limit)} can be uploaded.`,
  sending: "Uploading",
  paused: "Paused",
  retrying: "Connection lost, trying again",
  offline: "You are offline. The upload continues when you are back.",
  broken: "The connection was lost. Press Resume to continue where it stopped.",
  done: "Complete",
};

function bytes(n) {
  const units = ["B", "KB", "MB", "GB", "TB"];
  const power = Math.min(Math.floor(Math.log10(Math.max(n, 1)) / 3), units.length - 1);
  return `${(n / 1000 ** power).toFixed(power > 1 ? 1 : 0)} ${units[power]}`;
}

function timeLeft(seconds) {
  const minutes = Math.round(seconds / 60);
  if (minutes < 1) return "less than a minute left";
  if (minutes < 60) return `${minutes} min left`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min left`;
}

/* An error status that would be the same next time, such as 413; 507 means that the disk is full.
 * 409, 423 and 429 pass. */
const isFinal = (status) =>
  status === 507 || (status >= 400 && status < 500 && ![409, 423, 429].includes(status));
const statusOf = (error) => error.originalResponse?.getStatus() ?? 0;

/* What the server says: JSON {"error":{"message","field"}} or text. */
function refusal(error) {
  const body = error.originalResponse.getBody();
  try {
    return JSON.parse(body).error;
  } catch {
    return { message: body };
  }
}

const isGone = (status) => status === 404 || status === 410;

class UploadForm {
  #form;
  #body = null; // the form without its file
  #upload = null;
  #running = false;
  #offline = false; // it will continue by itself
  #sent = []; // [ms, bytes] of the latest seconds

  constructor(form) {
    this.#form = form;
    this.#restoreDraft();
    this.#offerUnfinished();

    form.addEventListener("input", () => this.#saveDraft());
    form.addEventListener("submit", (event) => { event.preventDefault(); this.#begin(); });
    this.#part("[data-pause]").addEventListener("click", () => this.#togglePause());
    this.#part("[data-cancel]").addEventListener("click", () => this.#cancel());
    addEventListener("online", () => { if (this.#offline) this.#go(); });
    addEventListener("beforeunload", (event) => { if (this.#running) event.preventDefault(); });
  }

  #part(selector) {
    return this.#form.querySelector(selector);
  }

  /* Names and values of what was typed and chosen, without files and the csrf token. */
  #texts() {
    const isText = ([name, value]) => name !== "csrf" && typeof value === "string";
    return [...new FormData(this.#form)].filter(isText);
  }

  #saveDraft() {
    localStorage.setItem(DRAFT, JSON.stringify(this.#texts()));
  }

  #restoreDraft() {
    for (const [name, value] of JSON.parse(localStorage.getItem(DRAFT) ?? "[]")) {
      const control = this.#form.elements[name];
      if (control?.type === "checkbox") control.checked = true;
      else if (control) control.value = value;
    }
  }

  async #offerUnfinished() {
    const { urlStorage } = defaultOptions;
    for (const { urlStorageKey, creationTime, metadata } of await urlStorage.findAllUploads()) {
      if (Date.now() - new Date(creationTime) > UNFINISHED_MS) {
        urlStorage.removeUpload(urlStorageKey);
      } else {
        this.#part(".unfinished strong").textContent = metadata.filename;
        this.#part(".unfinished").hidden = false;
      }
    }
  }

  async #begin() {
    const file = this.#form.elements.file.files[0];
    const { chunkBytes, maxBytes } = this.#form.dataset;
    if (file.size > maxBytes)
      return this.#refuse({ message: TEXT.tooLarge(maxBytes), field: "file" });

    this.#body = new FormData(this.#form);
    this.#body.delete("file");
    this.#body.append("filename", file.name);
    this.#upload = new Upload(file, {
      chunkSize: Number(chunkBytes),
      retryDelays: RETRY_MS,
      removeFingerprintOnSuccess: true,
      headers: { "X-CSRF-Token": this.#form.elements.csrf.value },
      metadata: { filename: file.name }, // stays in this browser, for the next visit
      onProgress: (sent, total) => this.#showProgress(sent, total),
      onShouldRetry: (error) => this.#shouldRetry(error),
      onError: (error) => this.#failed(error),
      onSuccess: () => this.#done(),
    });
    const [before] = await this.#upload.findPreviousUploads();
    if (!before) return this.#create();
    this.#upload.resumeFromPreviousUpload(before);
    this.#go();
  }

  async #create() {
    this.#show(true);
    this.#say(TEXT.sending);
    const { data, text } = await request(this.#form.dataset.endpoint, {
      method: "POST",
      body: this.#body,
      headers: {
        "Tus-Resumable": "1.0.0",
        "Upload-Length": this.#upload.file.size,
        "X-CSRF-Token": this.#form.elements.csrf.value,
      },
    });
    if (text) return this.#refuse({ message: text, field: data.error?.field });
    this.#upload.url = data.url;
    if (this.#running) this.#go(); // unless it was paused or cancelled in the meantime
  }

  /* The server no longer has it. */
  async #forget() {
    for (const { urlStorageKey } of await this.#upload.findPreviousUploads())
      defaultOptions.urlStorage.removeUpload(urlStorageKey);
  }

  #go() {
    this.#show(true);
    this.#offline = false;
    this.#sent = [];
    this.#say(TEXT.sending);
    this.#upload.start();
  }

  #togglePause() {
    if (this.#running) this.#pause(TEXT.paused);
    else this.#go();
  }

  #pause(text) {
    this.#upload.abort();
    this.#show(true, false);
    this.#say(text);
    this.#part(".detail").textContent = "";
  }

  #cancel() {
    this.#upload.abort(true).catch(() => {}); // what the server still has expires
    this.#forget();
    this.#show(false);
  }

  #shouldRetry(error) {
    const retry = navigator.onLine && !isFinal(statusOf(error));
    if (retry) this.#say(TEXT.retrying);
    return retry;
  }

  #failed(error) {
    this.#offline = !navigator.onLine;
    if (isGone(statusOf(error))) {
      this.#create(); // from the beginning
    } else if (isFinal(statusOf(error))) {
      if (statusOf(error) === NOT_A_VIDEO) this.#forget();
      this.#refuse(refusal(error));
    } else {
      this.#pause(this.#offline ? TEXT.offline : TEXT.broken);
    }
  }

  #done() {
    this.#running = false;
    this.#say(TEXT.done);
    localStorage.removeItem(DRAFT);
    location.assign("/studio?done=uploaded");
  }

  /* Shows the form or the transfer; a transfer runs or waits for Resume. */
  #show(transfer, running = transfer) {
    const button = this.#part("[data-pause]");

    this.#running = running;
    button.dataset.pause ||= button.textContent;
    button.textContent = running ? button.dataset.pause : button.dataset.resume;
    this.#part("fieldset").disabled = transfer;
    this.#part(".transfer").hidden = !transfer;
    this.#part(".problem").hidden = true;
    this.#part(".unfinished").hidden = true;
  }

  #refuse({ message, field }) {
    const problem = this.#part(".problem");
    const control = this.#form.elements[field] ?? this.#form.elements.file;

    this.#show(false);
    problem.textContent = message;
    problem.hidden = false;
    control.setAttribute("aria-invalid", "true");
    const valid = () => control.removeAttribute("aria-invalid");
    control.addEventListener("input", valid, { once: true });
    control.focus({ preventScroll: true });
    problem.scrollIntoView({ block: "center" });
  }

  #say(text) {
    const status = this.#part(".status");
    if (status.textContent !== text) status.textContent = text; // said aloud once
  }

  #showProgress(sent, total) {
    const now = performance.now();
    this.#sent = this.#sent.filter(([ms]) => now - ms < SPEED_MS);
    this.#sent.push([now, sent]);

    const [ms, first] = this.#sent[0];
    const speed = (sent - first) / ((now - ms) / 1000); // bytes a second; NaN with one sample
    const details = [`${bytes(sent)} of ${bytes(total)}`];
    if (speed > 0) details.push(`${bytes(speed)}/s`, timeLeft((total - sent) / speed));

    this.#say(TEXT.sending);
    this.#part("progress").value = (100 * sent) / total;
    this.#part(".percent").textContent = `${Math.floor((100 * sent) / total)} %`;
    this.#part(".detail").textContent = details.join(" · ");
  }
}

const form = document.querySelector("form[data-upload]");
if (form) new UploadForm(form);
