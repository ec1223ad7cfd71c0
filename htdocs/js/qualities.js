/*
 * qualities: the list of renditions that media-chrome's quality menu shows and sets, over the
 * levels of hls.js. The list lives as long as the player; the source may change.
 */
export class Qualities extends EventTarget {
  length = 0;
  #hls = null;
  #selected = -1; // automatic
  [Symbol.iterator] = Array.prototype[Symbol.iterator];

  use(hls) {
    this.#hls = hls;
    this.#selected = -1;
    hls.levels.forEach(({ width, height, bitrate }, index) => {
      this[index] = { id: String(index), width, height, bitrate };
    });
    this.length = hls.levels.length;
    this.dispatchEvent(new Event("addrendition"));
    this.dispatchEvent(new Event("change"));
  }

  get selectedIndex() {
    return this.#selected;
  }

  set selectedIndex(index) {
    this.#selected = index;
    // A choice takes effect at once, even for what is loaded already; a return to automatic can
    // wait.
    if (index < 0) this.#hls.nextLevel = index;
    else this.#hls.currentLevel = index;
    this.dispatchEvent(new Event("change"));
  }
}
