/*
 * next: after the end of a video another one plays by itself, if the member wants that.
 *
 * The page has, in the player, a hidden .next (an <img>, a <strong> for the title, a <span> for the
 * seconds, a <progress>, a button to stop, a link to go at once) and a [role=status]; next to the
 * related videos a hidden [data-autoplay] with a checkbox; and lists of cards, [data-next]. In a
 * list that is played, the card after the one with [aria-current] is next; else the first related
 * one whose <progress> is not near its end and that has not ended in this tab.
 *
 * The countdown stops on Escape, on the button, when the box is unticked, and when the viewer plays
 * or seeks. There is none in a tab that was hidden for HIDDEN_MAX_MS.
 */
const COUNT_S = 8;
const HIDDEN_MAX_MS = 600_000;
const FINISHED_PERCENT = 95;
const ENDED_MAX = 100; // videos a tab remembers
const OFF = "autoplay off"; // key in localStorage: on this device
const ENDED = "ended"; // key in sessionStorage: which videos ended in this tab
const TURN = "turn"; // ... and which video is to play by itself

const idOf = (link) => link.pathname.split("/").pop();
const endedHere = () => JSON.parse(sessionStorage.getItem(ENDED) ?? "[]");

/* Is this video to play by itself? True only once. */
export function takeTurn(video) {
  const turn = sessionStorage.getItem(TURN);
  sessionStorage.removeItem(TURN);
  return turn === video;
}

export class Next {
  #video;
  #id;
  #panel;
  #status;
  #box = document.querySelector("[data-autoplay] input");
  #timer = 0;
  #hidden_ms = performance.now(); // since when the tab has been hidden or visible

  constructor(element, video) {
    this.#video = video;
    this.#id = element.dataset.video;
    this.#panel = element.querySelector(".next");
    this.#status = element.querySelector(":scope > .sr[role=status]");
    if (!this.#box) return; // there is no next video

    this.#box.checked = localStorage.getItem(OFF) === null;
    this.#box.closest("[data-autoplay]").hidden = false;
    this.#box.addEventListener("change", () => this.#choose());
    video.addEventListener("pause", () => video.ended && this.#end()); // not when it was paused before
    for (const event of ["play", "seeking"]) video.addEventListener(event, () => this.#stop());
    document.addEventListener("visibilitychange", () => (this.#hidden_ms = performance.now()));
    document.addEventListener("keydown", (event) => event.key === "Escape" && this.#cancel(), true);
    this.#panel.querySelector("button").addEventListener("click", () => this.#cancel());
    this.#panel.querySelector("a").addEventListener("click", (event) => this.#go(event));
    addEventListener("pagehide", () => this.#stop());
  }

  #choose() {
    if (this.#box.checked) localStorage.removeItem(OFF);
    else localStorage.setItem(OFF, "1");
    if (!this.#box.checked) this.#stop();
  }

  #end() {
    const ended = endedHere().filter((id) => id !== this.#id);
    sessionStorage.setItem(ENDED, JSON.stringify([...ended, this.#id].slice(-ENDED_MAX)));
    const away = document.hidden && performance.now() - this.#hidden_ms > HIDDEN_MAX_MS;
    const card = this.#box.checked && !away && this.#nextCard();
    if (card) this.#offer(card);
  }

  #nextCard() {
    const current = document.querySelector("[data-next] > [aria-current]");
    if (current?.nextElementSibling) return current.nextElementSibling;

    const ended = endedHere();
    return [...document.querySelectorAll("[data-next] .card")].find((card) => {
      const seen = card.querySelector("progress")?.value ?? 0;
      return seen < FINISHED_PERCENT && !ended.includes(idOf(card.querySelector(".title")));
    });
  }

  /* Shows the next video, and counts down to it. */
  #offer(card) {
    const title = card.querySelector(".title");
    const image = this.#panel.querySelector("img");
    const poster = card.querySelector("img");
    const count = (left_s) => {
      this.#panel.querySelector("span").textContent = left_s;
      this.#panel.querySelector("progress").value = COUNT_S - left_s;
    };
    let left_s = COUNT_S;

    image.hidden = !poster;
    if (poster) image.src = poster.src;
    this.#panel.querySelector("strong").textContent = title.textContent;
    this.#panel.querySelector("a").href = title.href;
    count(left_s);
    this.#panel.hidden = false;
    this.#status.textContent = `Next: ${title.textContent} in ${COUNT_S} seconds. Escape stops it.`;
    this.#timer = setInterval(() => {
      count(--left_s);
      if (left_s > 0) return;
      clearInterval(this.#timer);
      this.#panel.querySelector("a").click();
    }, 1000);
  }

  #go(event) {
    if (event.button || event.ctrlKey || event.metaKey || event.shiftKey) return; // opens elsewhere
    sessionStorage.setItem(TURN, idOf(event.currentTarget));
  }

  #stop() {
    const had = this.#panel.contains(document.activeElement);
    clearInterval(this.#timer);
    this.#panel.hidden = true;
    this.#status.textContent = "";
    if (had) this.#video.focus({ preventScroll: true });
  }

  #cancel() {
    if (this.#panel.hidden) return;
    this.#stop();
    this.#status.textContent = "Stopped.";
  }
}
