/*
 * theme: light, dark, or as the system says. Loaded in <head> before anything is painted, so that
 * no page flashes in the wrong colours. The choice is stored in localStorage and set as
 * data-theme on <html>; a button[data-theme-switch] steps through the three.
 */
const KEY = "theme";
const LABELS = { auto: "Theme: automatic", light: "Theme: light", dark: "Theme: dark" };
const NAMES = Object.keys(LABELS);

let theme = "auto";
try {
  theme = localStorage.getItem(KEY) in LABELS ? localStorage.getItem(KEY) : "auto";
} catch { /* storage is switched off: follow the system */ }

function show() {
  document.documentElement.dataset.theme = theme;

  // The browser's own bar follows: each <meta> has the colour of one theme.
  for (const meta of document.querySelectorAll('meta[name="theme-color"]')) {
    const { scheme } = meta.dataset;
    const chosen = theme === scheme ? "all" : "not all";
    meta.media = theme === "auto" ? `(prefers-color-scheme: ${scheme})` : chosen;
  }
}

show();
document.addEventListener("DOMContentLoaded", () => {
  const button = document.querySelector("[data-theme-switch]");
  if (!button) return;

  button.hidden = false;
  button.textContent = LABELS[theme];
  button.addEventListener("click", () => {
    theme = NAMES[(NAMES.indexOf(theme) + 1) % NAMES.length];
    try { localStorage.setItem(KEY, theme); } catch { /* holds until the next page */ }
    button.textContent = LABELS[theme];
    show();
  });
});
