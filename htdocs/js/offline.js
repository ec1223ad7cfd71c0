/*
 * offline: what the player says while nothing arrives, and how it goes on.
 *
 * The player has .offline, a hidden sentence over the picture. When playback has waited for SAY_MS and
 * the browser is offline, or what was asked for has failed, the sentence is shown; `again` is called as
 * soon as the browser is online, and every AGAIN_MS while that fails. It disappears when the video
 * plays.
 */
const SAY_MS = 3_000;
const AGAIN_MS = 5_000;

const TEXT = {
  offline: "You are offline; playing goes on when you are back.",
  interrupted: "Nothing arrives at the moment; playing goes on when it does.",
};

export class Offline {
  #place;
  #video;
  #again;
  #failed = false;
  #say = null; // the timers
  #retry = null;

  constructor(place, video, again) {
    this.#place = place;
    this.#video = video;
    this.#again = again;
    for (const name of ["waiting", "stalled", "seeking"]) video.addEventListener(name, () => this.#wait());
    for (const name of ["playing", "canplay", "ended"]) video.addEventListener(name, () => this.#end());
    addEventListener("offline", () => this.#wait());
    addEventListener("online", () => { if (this.#say || this.#failed) this.#again(); });
  }

  /* What was asked for did not arrive: it is asked for again until something does. */
  failed() {
    this.#failed = true;
    this.#wait();
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => { if (navigator.onLine) this.#again(); else this.failed(); }, AGAIN_MS);
  }

  /* Something has arrived. */
  arrived() {
    this.#failed = false;
    clearTimeout(this.#retry);
  }

  #isStarved() {
    return this.#video.readyState < HTMLMediaElement.HAVE_FUTURE_DATA;
  }

  #wait() {
    if (!this.#isStarved()) return;
    this.#say ??= setTimeout(() => this.#show(), SAY_MS);
  }

  #show() {
    this.#say = null;
    if (!this.#isStarved()) return;
    if (navigator.onLine && !this.#failed) return this.#wait(); // only slow
    this.#place.textContent = navigator.onLine ? TEXT.interrupted : TEXT.offline;
    this.#place.hidden = false;
    this.#say = setTimeout(() => this.#show(), SAY_MS);
  }

  #end() {
    clearTimeout(this.#say);
    this.#say = null;
    this.#place.hidden = true;
    this.arrived();
  }
}
