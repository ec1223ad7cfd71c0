/*
 * awake: is somebody there, and does somebody want a break?
 *
 * Still watching   After ask_s without a key, a touch, a movement of the mouse or a turn of its wheel on
 *                  this page the video pauses and a dialog asks. Videos that began by themselves count
 *                  on from the one before. The server credits nothing for playing that nobody attends
 *                  for that long (lib/app/watching/playback.h); it learns by the beats when somebody is
 *                  there (meter.js).
 * A break          After break_s of watching, over all videos on this device; a pause of REST_MS begins
 *                  anew. 0: never.
 *
 * ask_s and break_s come with the answer to the play call. Escape and a click beside the dialog leave the
 * video paused; playing it again in whatever way is an answer, too.
 */
import { make, show } from "./dialog.js";

const SIGNS = ["keydown", "pointerdown", "pointermove", "touchstart", "wheel"];
const REST_MS = 300_000;
const STEP_MAX_MS = 5_000; // between two reports of the video that plays; more was a gap
const SIGN = "sign of life"; // key in sessionStorage: when there was one, for the next video
const WATCHED = "watched"; // key in localStorage: [how long without a break, until when]

const words = (s) => {
  const minutes = Math.round(s / 60), hours = minutes / 60;
  if (minutes < 120) return `${minutes} minutes`;
  return Number.isInteger(hours) ? `${hours} hours` : `${minutes} minutes`;
};

export class Awake {
  #video;
  #at_ms = Date.now();
  #ask_s = Infinity;
  #break_s = 0;
  #dialog = null;

  constructor(video) {
    this.#video = video;
    for (const sign of SIGNS)
      document.addEventListener(sign, () => this.#sign(), { capture: true, passive: true });
    video.addEventListener("timeupdate", () => this.#look());
    video.addEventListener("play", () => {
      if (!this.#dialog) return;
      this.#sign();
      this.#dialog.close();
    });
  }

  /* When somebody last gave a sign of life, and how long ago that was. */
  get at_ms() {
    return this.#at_ms;
  }
  get idle_ms() {
    return Math.max(0, Date.now() - this.#at_ms);
  }

  /* The page was opened; `byItself`: by the end of another video. */
  began(byItself) {
    const before_ms = Number(sessionStorage.getItem(SIGN));
    if (byItself && before_ms) this.#at_ms = before_ms;
    else this.#sign();
  }

  start({ ask_s, break_s }) {
    this.#ask_s = ask_s;
    this.#break_s = break_s;
  }

  #sign() {
    this.#at_ms = Date.now();
    sessionStorage.setItem(SIGN, this.#at_ms);
  }

  /* The video plays on. */
  #look() {
    if (this.#video.paused || this.#dialog) return;
    if (this.idle_ms >= this.#ask_s * 1000)
      this.#ask("Are you still watching?", `Nobody has touched this page for ${words(this.#ask_s)}. What plays while nobody is there does not count for its creator.`, "Stop here");
    else if (this.#watched_ms() >= this.#break_s * 1000 && this.#break_s) {
      localStorage.removeItem(WATCHED);
      this.#ask("Time for a break?", `You have been watching for ${words(this.#break_s)}, and wanted to be reminded.`, "Take a break");
    }
  }

  #watched_ms() {
    const now_ms = Date.now();
    const [sum_ms, until_ms] = JSON.parse(localStorage.getItem(WATCHED) ?? "[0, 0]");
    const gap_ms = now_ms - until_ms;
    const watched_ms = gap_ms > REST_MS ? 0 : sum_ms + (gap_ms > 0 && gap_ms < STEP_MAX_MS ? gap_ms : 0);

    localStorage.setItem(WATCHED, JSON.stringify([watched_ms, now_ms]));
    return watched_ms;
  }

  #ask(question, reason, stop) {
    this.#video.pause();
    if (document.fullscreenElement) document.exitFullscreen().catch(() => {});
    const go = make("button", { type: "button", className: "primary", textContent: "Keep watching" });
    const rest = make("button", { type: "button", textContent: stop });
    const why = make("p", { id: "question-why", textContent: reason });
    const row = make("div", { className: "row" });
    row.append(go, rest);
    this.#dialog = show(make("h2", { textContent: question }), why, row);
    this.#dialog.setAttribute("aria-describedby", why.id);
    this.#dialog.addEventListener("close", () => {
      this.#dialog = null;
      this.#video.focus({ preventScroll: true });
    });
    rest.addEventListener("click", () => this.#dialog.close());
    go.addEventListener("click", () => this.#video.play().catch(() => {}));
    go.focus();
  }
}
