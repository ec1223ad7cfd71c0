/*
 * studio: while videos are being processed, the list of the studio keeps itself up to date.
 *
 * Rows are [data-video=ID data-state=STATE] with a <progress> and a [data-percent] in them. GET
 * /studio answers JSON {videos: [{id, state, percent}]}. When a state changes, the row is copied
 * from a fresh copy of the page, so that only the view contains its words and buttons.
 */
import { pageOf, request } from "./api.js";

const EVERY_MS = 2000;
const FAILURES_MAX = 30; // in a row; after that somebody can reload

const working = () => document.querySelectorAll('[data-video][data-state="processing"]');

async function renew(ids) {
  const page = await pageOf(location.href);

  for (const id of ids) {
    const selector = `[data-video="${CSS.escape(id)}"]`;
    const row = page.querySelector(selector);
    if (row) document.querySelector(selector).replaceWith(row);
  }
}

async function update() {
  const { data, text } = await request(location.href);
  if (text) return false;

  const videos = new Map(data.videos.map((video) => [video.id, video]));
  const changed = [];
  for (const row of working()) {
    const { state, percent } = videos.get(row.dataset.video) ?? {};
    if (state !== "processing") changed.push(row.dataset.video);
    else {
      row.querySelector("progress").value = percent;
      row.querySelector("[data-percent]").textContent = `${percent} %`;
    }
  }
  if (changed.length) await renew(changed);
  return true;
}

let failures = 0;
async function watch() {
  failures = (await update().catch(() => false)) ? 0 : failures + 1;
  if (working().length && failures < FAILURES_MAX) setTimeout(watch, EVERY_MS);
}

if (working().length) setTimeout(watch, EVERY_MS);
