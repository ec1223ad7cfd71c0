/*
 * meter: reports to the server what was really watched.
 *
 * Collects the ranges of the video that were played and posts them to /api/beat: every beat_s
 * seconds, on pause, seek and end, when the tab is hidden or seen again, and when the page is
 * left. When the server could not take a beat, its ranges are sent with the next one. Each answer
 * holds the token for the next beat; when the server wants another play call (401), that call sends
 * the latest token, and ranges that were not yet reported follow after it.
 *
 * Watch time reaches the database some seconds later, so a tab remembers for itself where the video
 * was: savedPosition().
 */
import { post } from "./api.js";

const URL = "/api/beat";
const RANGES_MAX = 8; // in one beat; further ones wait for the next
const PAUSE_MS = 3_000; // the server wants this much time between beats, except before the last
const FRESH_MS = 120_000; // for this long a tab knows the position better than the server

const ms = (seconds) => Math.round(seconds * 1000);
const placeOf = (video) => `at ${video}`;

/* Where that video was in this tab a moment ago, in ms; null when it was not played. */
export function savedPosition(video) {
  const [at_ms, saved_ms] = JSON.parse(sessionStorage.getItem(placeOf(video)) ?? "[null, 0]");
  return Date.now() - saved_ms < FRESH_MS ? at_ms : null;
}

export class Meter {
  #video;
  #id;
  #csrf;
  #refused;
  #attended_ms; // when somebody last gave a sign of life
  #heard_ms = 0; // when the latest beat was sent that the server took
  #ranges = []; // [from_ms, to_ms], as played
  #at_ms = null; // end of what was counted; null while nothing plays
  #token = "";
  #seq = 0; // of the next beat
  #open = false; // beats may be sent
  #refusal = null; // why they may not; each further one asks again for a play call
  #hidden = document.hidden; // whether #ranges was played in a hidden tab
  #sent_ms = 0; // when the latest beat was sent, on performance.now()'s clock
  #busy = false;
  #timer = 0;

  /* `id`: of the video on this site. refused(answer) is called when the server wants another play
   * call (401) or a subscription (402). attended_ms() says when somebody last gave a sign of life. */
  constructor(video, id, csrf, attended_ms, refused) {
    this.#video = video;
    this.#id = id;
    this.#csrf = csrf;
    this.#attended_ms = attended_ms;
    this.#refused = refused;

    video.addEventListener("playing", () => this.#begin());
    video.addEventListener("seeked", () => this.#begin());
    video.addEventListener("timeupdate", () => this.#count());
    video.addEventListener("seeking", () => this.#stop("seek"));
    video.addEventListener("pause", () => {
      this.#count();
      this.#stop(video.ended ? "end" : "pause");
    });
    document.addEventListener("visibilitychange", () => {
      this.#count();
      this.#beat("hide");
      this.#hidden = document.hidden;
    });
    addEventListener("pagehide", () => this.#leave());
  }

  /* The latest token, for the next play call. */
  get token() {
    return this.#token;
  }

  /* A playback was granted: from now on beats are sent with this token. */
  start({ token, seq, beat_s }) {
    this.#token = token;
    this.#seq = seq;
    this.#open = true;
    this.#refusal = null;
    clearInterval(this.#timer);
    this.#timer = setInterval(() => this.#beat("play"), ms(beat_s));
  }

  /* Sends no more beats until start(). */
  stop() {
    this.#open = false;
    this.#refusal = null;
    clearInterval(this.#timer);
  }

  #begin() {
    if (!this.#video.paused && !this.#video.seeking) this.#at_ms ??= ms(this.#video.currentTime);
  }

  #count() {
    const from = this.#at_ms, to = ms(this.#video.currentTime);
    if (from === null || this.#video.seeking || to <= from) return;

    const last = this.#ranges.at(-1);
    if (last?.[1] === from) last[1] = to;
    else this.#ranges.push([from, to]);
    this.#at_ms = to;
    sessionStorage.setItem(placeOf(this.#id), JSON.stringify([to, Date.now()]));
  }

  #stop(why) {
    this.#at_ms = null;
    this.#beat(why);
  }

  #body(ranges, why) {
    const attended = this.#attended_ms() > this.#heard_ms;
    return { t: this.#token, q: this.#seq, r: ranges, s: why, h: Number(this.#hidden), a: Number(attended) };
  }

  async #beat(why) {
    if (this.#busy || this.#ranges.length === 0) return;
    if (this.#refusal) return this.#refused(this.#refusal);
    if (!this.#open) return;
    if (why !== "end" && performance.now() - this.#sent_ms < PAUSE_MS) return;

    const ranges = this.#ranges.splice(0, RANGES_MAX), sent = this.#token;
    this.#busy = true;
    this.#sent_ms = performance.now();
    const at_ms = Date.now();
    const answer = await post(URL, this.#body(ranges, why), this.#csrf);
    this.#busy = false;

    const { status } = answer;
    if (status === 200) {
      if (sent !== this.#token) return; // start() came in between and has begun a chain of its own
      this.#token = answer.data.t;
      this.#heard_ms = at_ms;
      this.#seq++;
      return;
    }
    const later = status === 0 || status === 401 || status === 429 || status >= 500;
    if (later) this.#ranges.unshift(...ranges);
    if ((status === 401 || status === 402) && sent === this.#token) {
      this.#open = false;
      this.#refusal = answer;
      this.#refused(answer);
    }
  }

  #leave() {
    this.#count();
    if (this.#busy || !this.#open || this.#ranges.length === 0) return;

    const body = JSON.stringify(this.#body(this.#ranges.splice(0, RANGES_MAX), "hide"));
    navigator.sendBeacon(URL, new Blob([body], { type: "application/json" }));
  }
}
