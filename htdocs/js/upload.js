/*
 * upload: sends the file of form[data-upload] in pieces (tus 1.0, tus-js-client), so that a broken
 * connection or a closed browser loses nothing that has arrived. Without it the form is posted
 * whole.
 *
 * The file starts as soon as it is chosen, with a title made from its name, and the form can be
 * filled meanwhile. Its last byte makes it a video that only its owner sees; Save, before or after
 * that, sends the form to /studio/ID, and then it is what the form says.
 *
 * The upload is created by a post of its own, because the header into which a tus client would put
 * the text is too short for it. This also keeps tus-js-client from creating another upload,
 * beginning at 0, whenever the server is away while the client asks how much has arrived.
 *
 * The form has data-endpoint, data-chunk-bytes, data-max-bytes, and in it
 *   input[name=file], the text fields and the picture
 *   .problem     what went wrong (hidden)
 *   .unfinished  an earlier upload can continue: a <strong> for its file's name (hidden)
 *   .transfer    while sending (hidden): a <progress>, .status, .percent, .detail and the buttons
 *                [data-pause] (its other label in data-resume) and [data-cancel]
 *   [data-save]  the button that sends the form, and its label once the file is on its way
 * What was typed stays in localStorage until it is saved; after a reload the form is as it was.
 */
import { Upload, defaultOptions } from "tus-js-client";
import { request } from "./api.js";

const DRAFT = "upload-draft";
const UNFINISHED_MS = 7 * 24 * 3600 * 1000; // older ones are not offered: the server deletes them
const RETRY_MS = [0, 1000, 3000, 5000, 10_000, 20_000, 30_000];
const SPEED_MS = 10_000; // the speed is that of the latest seconds

const TITLE_MAX = 120;
const OTHER_KINDS = /\.(pdf|docx?|pptx?|xlsx?|odt|odp|txt|zip|rar|7z|srt|vtt)$/i;
const PICTURES = /\.(hei[cf]|avif|jpe?g|png|webp|gif|tiff?|bmp|svg|dng|cr2|nef)$/i;

const NOT_A_VIDEO = 415; // then the server has also dropped the file

const TEXT = {
  tooLarge: (limit) => `This file is too large. At most ${bytes(limit)} can be uploaded.`,
  picture: "This is a picture, not a video. Choose a video; a picture for it can be chosen below.",
  sound: "This file has sound but no picture. Choose a video.",
  other: "This is not a video. Choose a file that a camera, a phone or a video editor has made.",
  sending: "Uploading",
  willSave: "Uploading. What you wrote is saved when the file is complete; leave this page open.",
  paused: "Paused",
  retrying: "Connection lost, trying again",
  offline: "You are offline. The upload continues when you are back.",
  broken: "The connection was lost. Press Resume to continue where it stopped.",
  done: "Complete. It is being processed, and only you see it until you save.",
  saving: "Saving",
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

/* What the name and the browser's own guess say against a file, "" if nothing: the server looks at
 * its first bytes. */
function objection({ name, type }) {
  if (type.startsWith("image/") || PICTURES.test(name)) return TEXT.picture;
  if (type.startsWith("audio/")) return TEXT.sound;
  if (OTHER_KINDS.test(name)) return TEXT.other; // the type of .ts, a camera's, is a guess
  return "";
}

const titleOf = (name) =>
  name.replace(/\.[^.]*$/, "").replaceAll(/[_\s]+/g, " ").trim().slice(0, TITLE_MAX);

const isGone = (status) => status === 404 || status === 410;

class UploadForm {
  #form;
  #upload = null;
  #running = false;
  #offline = false; // it will continue by itself
  #wanted = false; // Save was pressed
  #name = ""; // of the file
  #video = ""; // what it became
  #sent = []; // [ms, bytes] of the latest seconds

  constructor(form) {
    this.#form = form;
    this.#restoreDraft();
    this.#offerUnfinished();

    form.addEventListener("input", () => this.#saveDraft());
    form.elements.file.addEventListener("change", () => this.#chosen());
    form.addEventListener("submit", (event) => { event.preventDefault(); this.#save(); });
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
    const draft = { texts: this.#texts(), name: this.#name, video: this.#video };
    localStorage.setItem(DRAFT, JSON.stringify(draft));
  }

  #restoreDraft() {
    const { texts = [], name = "", video = "" } = JSON.parse(localStorage.getItem(DRAFT) ?? "{}");
    const ticked = texts.map(([field]) => field);

    for (const box of this.#form.querySelectorAll("input[type=checkbox]"))
      if (texts.length) box.checked = ticked.includes(box.name);
    for (const [field, value] of texts) {
      const control = this.#form.elements[field];
      if (control && control.type !== "checkbox") control.value = value;
    }
    this.#name = name;
    if (video) this.#complete(video);
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

  #chosen() {
    const file = this.#form.elements.file.files[0];
    if (!file) return;
    const { maxBytes } = this.#form.dataset;
    const against = file.size > maxBytes ? TEXT.tooLarge(maxBytes) : objection(file);
    if (against) {
      this.#form.elements.file.value = "";
      this.#refuse({ message: against, field: "file" });
      return;
    }

    const { title } = this.#form.elements;
    if (!title.value || title.value === titleOf(this.#name)) title.value = titleOf(file.name);
    this.#upload?.abort();
    this.#name = file.name;
    this.#video = "";
    this.#saveDraft();
    this.#begin(file);
  }

  async #begin(file) {
    this.#upload = new Upload(file, {
      chunkSize: Number(this.#form.dataset.chunkBytes),
      retryDelays: RETRY_MS,
      removeFingerprintOnSuccess: true,
      headers: { "X-CSRF-Token": this.#form.elements.csrf.value },
      metadata: { filename: file.name }, // stays in this browser, for the next visit
      onProgress: (sent, total) => this.#showProgress(sent, total),
      onShouldRetry: (error) => this.#shouldRetry(error),
      onError: (error) => this.#failed(error),
      onAfterResponse: (_, answer) => { this.#video = answer.getHeader("Video-Id") ?? ""; },
      onSuccess: () => this.#complete(this.#video),
    });
    const [before] = await this.#upload.findPreviousUploads();
    if (!before) return this.#create();
    this.#upload.resumeFromPreviousUpload(before);
    this.#go();
  }

  /* Only the owner sees the video until the form has been saved. */
  #firstText() {
    const { title, csrf } = this.#form.elements;
    const body = new FormData();

    body.append("csrf", csrf.value);
    body.append("filename", this.#name);
    body.append("title", title.value || titleOf(this.#name) || "Untitled");
    body.append("visibility", "private");
    body.append("allow_preview", "1"); // so that one is made; whether it is shown, the form decides
    return body;
  }

  async #create() {
    const upload = this.#upload;

    this.#show(true);
    this.#say(TEXT.sending);
    const { data, text } = await request(this.#form.dataset.endpoint, {
      method: "POST",
      body: this.#firstText(),
      headers: {
        "Tus-Resumable": "1.0.0",
        "Upload-Length": upload.file.size,
        "X-CSRF-Token": this.#form.elements.csrf.value,
      },
    });
    if (upload !== this.#upload) return; // another file was chosen
    if (text) return this.#refuse({ message: text, field: data.error?.field });
    upload.url = data.url;
    if (this.#running) this.#go(); // unless it was paused or cancelled in the meantime
  }

  /* The file has become a video. */
  #complete(video) {
    this.#video = video;
    this.#saveDraft();
    this.#show(true, false);
    this.#form.elements.file.required = false;
    for (const button of this.#form.querySelectorAll(".transfer button")) button.hidden = true;
    this.#part("progress").value = 100;
    this.#part(".percent").textContent = "";
    this.#part(".detail").textContent = this.#name;
    this.#say(TEXT.done);
    if (this.#wanted) this.#save();
  }

  async #save() {
    this.#wanted = true;
    if (!this.#video) {
      if (this.#upload) this.#say(this.#running ? TEXT.willSave : TEXT.paused);
      return;
    }
    const body = new FormData(this.#form);
    body.delete("file");
    body.append("do", "save");
    this.#say(TEXT.saving);
    const { data, text } = await request(`/studio/${this.#video}`, { method: "POST", body });
    if (text) {
      this.#wanted = false;
      this.#say(TEXT.done);
      this.#explain({ message: text, field: data.error?.field });
      return;
    }
    localStorage.removeItem(DRAFT);
    location.assign("/studio?done=uploaded");
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
    this.#say(this.#wanted ? TEXT.willSave : TEXT.sending);
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
    this.#drop();
  }

  /* Back to where no file was chosen. */
  #drop() {
    this.#upload = null;
    this.#wanted = false;
    this.#form.elements.file.value = "";
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

  /* Shows or hides the transfer, which runs or waits for Resume. */
  #show(transfer, running = transfer) {
    const button = this.#part("[data-pause]"), save = this.#part("[data-save]");

    this.#running = running;
    button.dataset.pause ||= button.textContent;
    button.textContent = running ? button.dataset.pause : button.dataset.resume;
    for (const each of this.#form.querySelectorAll(".transfer button")) each.hidden = false;
    save.textContent = save.dataset.save;
    this.#part(".transfer").hidden = !transfer;
    this.#part(".problem").hidden = true;
    this.#part(".unfinished").hidden = true;
  }

  /* The file was refused. */
  #refuse(problem) {
    this.#upload?.abort();
    this.#drop();
    this.#explain(problem);
  }

  /* Says what is wrong, at the field. */
  #explain({ message, field }) {
    const problem = this.#part(".problem");
    const control = this.#form.elements[field] ?? this.#form.elements.file;

    problem.textContent = message;
    problem.hidden = false;
    problem.scrollIntoView({ block: "center" });
    if (!control.setAttribute) return; // several boxes
    control.setAttribute("aria-invalid", "true");
    const valid = () => control.removeAttribute("aria-invalid");
    control.addEventListener("input", valid, { once: true });
    control.focus({ preventScroll: true });
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

    this.#say(this.#wanted ? TEXT.willSave : TEXT.sending);
    this.#part("progress").value = (100 * sent) / total;
    this.#part(".percent").textContent = `${Math.floor((100 * sent) / total)} %`;
    this.#part(".detail").textContent = details.join(" · ");
  }
}

const form = document.querySelector("form[data-upload]");
if (form) new UploadForm(form);
