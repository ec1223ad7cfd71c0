/*
 * meter: what was really watched, told to the server.
 *
 * Collects the ranges of the video that were played and posts them to /api/beat: every beat_s
 * seconds, on pause, seek and end, and when the page goes away. A beat that the server could not
 * take keeps its ranges for the next one. Each answer holds the token for the next beat.
 */
import { post } from "./api.js";

const URL = "/api/beat";
const RANGES_MAX = 8; // in one beat; further ones wait for the next
const PAUSE_MS = 3_000; // the server wants so much time between beats while playing

const ms = (seconds) => Math.round(seconds * 1000);

export class Meter {
  #video;
  #csrf;
  #refused;
  #ranges = []; // [from_ms, to_ms], as played
  #at_ms = null; // end of what was counted; null while nothing plays
  #token = "";
  #seq = 0; // beats taken since the playback began
  #sent_ms = 0; // when the latest one went, on performance.now()'s clock
  #busy = false;
  #timer = 0;

  /* refused(answer) is called when the server wants another play call (401) or money (402). */
  constructor(video, csrf, refused) {
    this.#video = video;
    this.#csrf = csrf;
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
      if (document.visibilityState === "hidden") this.#beat("hide");
    });
    addEventListener("pagehide", () => this.#leave());
  }

  /* A playback was granted: from now on beats go with this token. */
  start(token, beat_s) {
    this.#token = token;
    this.#seq = 0;
    clearInterval(this.#timer);
    this.#timer = setInterval(() => this.#beat("play"), ms(beat_s));
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
  }

  #stop(why) {
    this.#at_ms = null;
    this.#beat(why);
  }

  #body(ranges, why) {
    const rate = this.#video.playbackRate;
    return { t: this.#token, q: this.#seq, r: ranges, rate, s: why, csrf: this.#csrf };
  }

  async #beat(why) {
    if (this.#busy || !this.#token || this.#ranges.length === 0) return;
    if (why === "play" && performance.now() - this.#sent_ms < PAUSE_MS) return;

    const ranges = this.#ranges.splice(0, RANGES_MAX);
    this.#busy = true;
    this.#sent_ms = performance.now();
    const answer = await post(URL, this.#body(ranges, why), this.#csrf);
    this.#busy = false;

    const { status } = answer;
    if (status === 200) {
      this.#token = answer.data.t;
      this.#seq++;
      return;
    }
    const later = status === 0 || status === 401 || status === 429 || status >= 500;
    if (later) this.#ranges.unshift(...ranges);
    if (status === 401) this.#token = ""; // nothing more until start()
    if (status === 401 || status === 402) this.#refused(answer);
  }

  #leave() {
    this.#count();
    if (!this.#token || this.#ranges.length === 0) return;

    const body = JSON.stringify(this.#body(this.#ranges.splice(0, RANGES_MAX), "hide"));
    navigator.sendBeacon(URL, new Blob([body], { type: "application/json" }));
  }
}
