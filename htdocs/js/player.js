/*
 * player: the video of a watch page.
 *
 * The page has <media-controller data-video data-title data-duration-ms data-resume-ms data-csrf
 * data-play-url> with the controls in it, and two hidden parts: .toast (a <span> for the position
 * from which playback continues, a button to start over) and .trouble (a <p> for the reason, a
 * link, a button to try again). What next.js and offline.js need is described there.
 *
 * POST data-play-url {video, t, i} answers media_url, storyboard_url, token, seq, beat_s and what awake.js
 * needs; t is the token in the answer to the latest beat (meter.js). media_url is
 * /media/MAC/EXPIRY/…, valid for all files of the video until EXPIRY (seconds since 1970). Before
 * that, or when the server refuses it, the player asks for another one and directs all further
 * requests of hls.js to it: playback is not interrupted. A browser that has only HLS of its own
 * loads the new address at the same position.
 */
import "./shadow-styles.js";
import "media-chrome/media-controller";
import "media-chrome/media-captions-button";
import "media-chrome/media-control-bar";
import "media-chrome/media-fullscreen-button";
import "media-chrome/media-loading-indicator";
import "media-chrome/media-mute-button";
import "media-chrome/media-pip-button";
import "media-chrome/media-play-button";
import "media-chrome/media-time-display";
import "media-chrome/media-time-range";
import "media-chrome/media-volume-range";
import "media-chrome/menu/media-settings-menu";
import "media-chrome/menu/media-settings-menu-button";
import "media-chrome/menu/media-settings-menu-item";
import "media-chrome/menu/media-playback-rate-menu";
import "media-chrome/menu/media-rendition-menu";
import Hls from "hls.js";
import workerPath from "hls.js/dist/hls.worker.js";
import { post } from "./api.js";
import { Awake } from "./awake.js";
import { Meter, savedPosition } from "./meter.js";
import { Next, takeTurn } from "./next.js";
import { Offline } from "./offline.js";
import { Qualities } from "./qualities.js";

const SIGNED = /^\/media\/[^/]+\/([^/]+)\//;
const RENEW_BEFORE_MS = 30_000;
const FRESH_MS = 5_000; // an address newer than this is not the reason for a refusal
const REFUSALS_MAX = 3; // of one request
const MEND_MS = 10_000; // an error that comes back sooner than this is not mended again
const RESUME_MIN_S = 5;
const RESUME_END_S = 10; // with less than this left, a video starts over
const TOAST_MS = 10_000;
const AHEAD_S = { before: 8, after: 60 }; // seconds loaded at most, before and after the first play

const TEXT = {
  network: "The video could not be loaded. Please check your connection.",
  media: "This video cannot be played in this browser.",
  signIn: "Sign in again",
  subscribe: "See the subscription",
};

const clock = (seconds) => {
  const s = Math.floor(seconds), two = (n) => String(n).padStart(2, "0");
  const minutes = Math.floor(s / 60) % 60, hours = Math.floor(s / 3600);
  return hours ? `${hours}:${two(minutes)}:${two(s % 60)}` : `${minutes}:${two(s % 60)}`;
};

class Player {
  #element;
  #video = document.createElement("video");
  #qualities = new Qualities();
  #meter;
  #awake;
  #offline;
  #hls = null;
  #loaded = false; // hls.js knows the qualities
  #at_s = 0; // the position at which the latest load was to begin
  #media_url = ""; // of the latest answer
  #prefix = ""; // its /media/MAC/EXPIRY/
  #asked_ms = -Infinity; // when it came; this and the times below are on performance.now()'s clock
  #renew_ms = Infinity; // when to ask for the next
  #mended_ms = -Infinity; // when playback last got over an error
  #asking = null; // the play call under way
  #again = null; // repeats what had no answer

  constructor(element) {
    const { title, csrf, video } = element.dataset;

    this.#element = element;
    this.#video.slot = "media";
    this.#video.playsInline = true;
    this.#video.setAttribute("aria-label", title);
    this.#video.videoRenditions = this.#qualities; // before media-chrome sees the video
    element.prepend(this.#video);

    this.#awake = new Awake(this.#video);
    this.#meter = new Meter(this.#video, video, csrf, () => this.#awake.at_ms, (answer) =>
      answer.status === 401 ? this.#renew() : this.#refuse(answer));
    new Next(element, this.#video);
    this.#offline = new Offline(this.#part(".offline"), this.#video, () => this.#goOn());
    this.#video.addEventListener("play", () => this.#begin(), { once: true });
    this.#video.addEventListener("error", () => this.#nativeError());
    this.#part(".trouble button").addEventListener("click", () => this.#reload(true));
    this.#part(".toast button").addEventListener("click", () => this.#startOver());
    for (const part of [".toast", ".trouble", ".next"]) // the player must not handle their keys
      this.#part(part).addEventListener("keydown", (event) => event.stopPropagation());
  }

  get awake() {
    return this.#awake;
  }

  #part(selector) {
    return this.#element.querySelector(selector);
  }

  /* Gets the video ready at that second, and plays it if `go`. */
  async load(at_s, go = false) {
    this.#at_s = at_s;
    this.#part(".trouble").hidden = true;
    const answer = await this.#ask();
    if (answer.status === 0) return this.#failed(() => this.load(at_s, go));
    if (answer.text) return this.#refuse(answer);

    if (Hls.isSupported()) this.#loadHls(at_s);
    else if (this.#video.canPlayType("application/vnd.apple.mpegurl")) this.#loadNative(at_s);
    else return this.#say(TEXT.media);
    if (go) this.#video.play().catch(() => {}); // a browser that wants a click has a button
  }

  /* There was no answer; `again` asks once more. */
  #failed(again) {
    this.#again = again;
    this.#offline.failed();
  }

  #goOn() {
    const again = this.#again;
    this.#again = null;
    if (again) again();
    else this.#hls?.startLoad();
  }

  #reload(go) {
    return this.load(this.#video.currentTime || this.#at_s, go);
  }

  /* Gets it ready where the viewer stopped, and says so; plays it if `go`. */
  resume(at_s, go) {
    const end_s = this.#element.dataset.durationMs / 1000 - RESUME_END_S;
    if (at_s < RESUME_MIN_S || at_s > end_s) return this.load(0, go);

    this.#part(".toast span").textContent = clock(at_s);
    this.#part(".toast").hidden = false;
    this.#video.addEventListener("playing", () =>
      setTimeout(() => (this.#part(".toast").hidden = true), TOAST_MS), { once: true });
    return this.load(at_s, go);
  }

  #startOver() {
    this.seek(0);
  }

  /* Goes on at that second. */
  seek(at_s) {
    this.#part(".toast").hidden = true;
    this.#video.currentTime = at_s;
    this.#video.play().catch(() => {});
    this.#element.scrollIntoView({ block: "nearest" });
  }

  /* The play call; callers that need it at the same time share one. */
  #ask() {
    return (this.#asking ??= this.#askOnce().finally(() => (this.#asking = null)));
  }

  async #askOnce() {
    const { playUrl, video, csrf } = this.#element.dataset;
    const answer = await post(playUrl, { video, t: this.#meter.token, i: this.#awake.idle_ms }, csrf);
    if (answer.text) return answer;

    const { media_url, storyboard_url } = answer.data;
    const [prefix, expiry_s] = media_url.match(SIGNED);
    this.#media_url = media_url;
    this.#prefix = prefix;
    this.#asked_ms = performance.now();
    this.#renew_ms = this.#asked_ms + expiry_s * 1000 - answer.now_ms - RENEW_BEFORE_MS;
    this.#meter.start(answer.data);
    this.#awake.start(answer.data);
    this.#showStoryboard(storyboard_url);
    return answer;
  }

  /* Asks again while playing. Without an answer playback continues for as long as it can. */
  async #renew() {
    const answer = await this.#ask();
    if (answer.status >= 400 && answer.status < 500 && answer.status !== 429) this.#refuse(answer);
  }

  #loadHls(at_s) {
    const { DefaultConfig } = Hls;
    const patient = (policy) => {
      const { default: once } = DefaultConfig[policy];
      const shouldRetry = (...args) => this.#shouldRetry(...args);
      const errorRetry = { ...once.errorRetry, shouldRetry };
      return { [policy]: { default: { ...once, errorRetry } } };
    };

    this.#hls?.destroy();
    this.#hls = new Hls({
      workerPath,
      startPosition: at_s,
      capLevelToPlayerSize: true,
      abrEwmaDefaultEstimate: 2_000_000, // bit/s, until the first seconds are measured
      backBufferLength: 60,
      maxMaxBufferLength: this.#video.played.length ? AHEAD_S.after : AHEAD_S.before,
      xhrSetup: async (xhr, url) => xhr.open("GET", await this.#address(url)),
      ...patient("playlistLoadPolicy"),
      ...patient("fragLoadPolicy"),
    });
    this.#loaded = false;
    this.#hls.on(Hls.Events.MANIFEST_PARSED, () => {
      this.#loaded = true;
      this.#qualities.use(this.#hls);
    });
    this.#hls.on(Hls.Events.FRAG_LOADED, () => this.#offline.arrived());
    this.#hls.on(Hls.Events.ERROR, (_, error) => error.fatal && this.#hlsError(error));
    this.#hls.loadSource(this.#media_url);
    this.#hls.attachMedia(this.#video);
  }

  /* The current address of a file of the video. */
  async #address(url) {
    if (performance.now() > this.#renew_ms) await this.#renew();
    const address = new URL(url, location.href);
    address.pathname = address.pathname.replace(SIGNED, this.#prefix);
    return address.href;
  }

  /* Decides as hls.js would, but an address that has expired is worth another try. */
  #shouldRetry(config, tried, timedOut, response, retry) {
    if (response?.code !== 403 && response?.code !== 410) return retry;
    if (performance.now() - this.#asked_ms > FRESH_MS) this.#renew_ms = 0;
    return tried < REFUSALS_MAX;
  }

  #hlsError({ type, response }) {
    if (type === Hls.ErrorTypes.NETWORK_ERROR && !response?.code) this.#failed(this.#loaded
      ? () => this.#hls.startLoad() : () => this.#reload(!this.#video.paused));
    else if (type === Hls.ErrorTypes.NETWORK_ERROR) this.#say(TEXT.network);
    else if (type === Hls.ErrorTypes.MEDIA_ERROR && this.#mayMend()) this.#hls.recoverMediaError();
    else this.#say(TEXT.media);
  }

  #loadNative(at_s) {
    this.#video.src = this.#media_url;
    const seek = () => (this.#video.currentTime = at_s);
    this.#video.addEventListener("loadedmetadata", seek, { once: true });
  }

  #nativeError() {
    if (this.#hls) return; // hls.js reports it itself
    if (this.#mayMend()) this.#reload(!this.#video.paused);
    else this.#say(TEXT.network);
  }

  #mayMend() {
    const last_ms = this.#mended_ms;
    this.#mended_ms = performance.now();
    return this.#mended_ms - last_ms > MEND_MS;
  }

  /* The first play: the big button disappears, so the keys need another target. */
  #begin() {
    if (this.#element.contains(document.activeElement)) this.#video.focus({ preventScroll: true });
    if (this.#hls) this.#hls.config.maxMaxBufferLength = AHEAD_S.after;
  }

  /* media-chrome shows its pictures over the time range. */
  #showStoryboard(url) {
    const track = this.#video.querySelector("track") ?? document.createElement("track");
    track.kind = "metadata";
    track.label = "thumbnails";
    track.default = true;
    track.src = url;
    this.#video.append(track);
  }

  #refuse({ status, text }) {
    this.#meter.stop();
    const here = encodeURIComponent(location.pathname);
    if (status === 401) this.#say(text, TEXT.signIn, `/login?next=${here}`);
    else if (status === 402) this.#say(text, TEXT.subscribe, `/subscribe?next=${here}`);
    else this.#say(text);
  }

  /* Stops, and shows the reason over the picture, with a link to what may help. */
  #say(text, label = "", href = "") {
    this.#video.pause();
    const link = this.#part(".trouble a");
    this.#part(".trouble p").textContent = text;
    link.hidden = !href;
    link.textContent = label;
    if (href) link.href = href;
    this.#part(".trouble").hidden = false;
  }
}

const element = document.querySelector("media-controller[data-video]");
if (element) {
  const { video, resumeMs } = element.dataset;
  const at_ms = savedPosition(video) ?? resumeMs;
  const address = new URL(location.href); // as it may be passed on
  const start_s = parseInt(address.searchParams.get("t"), 10); // of a link to that second
  const player = new Player(element);
  const turn = takeTurn(video);
  player.awake.began(turn);
  if (start_s >= 0) player.load(start_s);
  else player.resume(at_ms / 1000, turn);
  document.addEventListener("click", (event) => { // times in the description and in comments
    const link = event.target.closest("a[data-seek]");
    if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    player.seek(Number(link.dataset.seek));
  });

  address.searchParams.delete("from");
  history.replaceState(null, "", address);
}
