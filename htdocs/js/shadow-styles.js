/*
 * shadow-styles: lets media-chrome style its components under the policy style-src 'self'.
 *
 * Its components write <style> elements into their shadow roots, which the policy refuses;
 * constructed style sheets are not inline styles and are allowed. So the HTML written into a shadow
 * root is parsed elsewhere first, and each <style> becomes an adopted sheet. media-chrome looks up
 * its <style> elements again, to change rules and to switch one on by its media attribute: an
 * element of the same name, but outside the HTML namespace, replaces each of them and returns the
 * sheet.
 *
 * Import this before media-chrome.
 */
function adopt(style) {
  const sheet = new CSSStyleSheet({ media: style.media });
  sheet.replaceSync(style.textContent);

  const standIn = document.createElementNS("urn:x-style", "style");
  for (const { name, value } of style.attributes) standIn.setAttribute(name, value);
  standIn.sheet = sheet;
  new MutationObserver(() => (sheet.media.mediaText = standIn.getAttribute("media")))
    .observe(standIn, { attributeFilter: ["media"] });
  style.replaceWith(standIn);
  return sheet;
}

function fill(html) {
  // Components inside make their own shadow roots; the ones declared for them stay unused.
  const aside = document.createRange()
    .createContextualFragment(html.replaceAll("shadowrootmode", "data-unused"));

  this.adoptedStyleSheets = Array.from(aside.querySelectorAll("style"), adopt);
  this.replaceChildren(aside);
}

Object.defineProperty(ShadowRoot.prototype, "innerHTML", { set: fill });
Object.defineProperty(ShadowRoot.prototype, "setHTMLUnsafe", { value: fill });
