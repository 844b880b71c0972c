// What every page can do beside the app: the theme, menus that close, time that plays, passwords shown, printing, the picture of the map.
// Loaded by the shell; where a page is without the app's wasm (`<html data-plain>`), this is all its script.
// Nothing here is needed to read a page or to send a form.

const root = document.documentElement;
const YEAR_S = 31_536_000;

/** Changes between light and dark, and remembers it, so that the server can render it. */
function otherTheme() {
  const theme = root.dataset.theme === "dark" ? "light" : "dark";
  root.dataset.theme = theme;
  document.cookie = `theme=${theme}; path=/; max-age=${YEAR_S}; samesite=lax`;
  document.dispatchEvent(new Event("themechange"));
}

/** Shows what is typed in a password field, or hides it again. */
function reveal(button) {
  const seen = button.getAttribute("aria-pressed") !== "true";
  document.getElementById(button.getAttribute("aria-controls")).type = seen ? "text" : "password";
  button.setAttribute("aria-pressed", seen);
  button.textContent = seen ? button.dataset.hide : button.dataset.show;
}

const PLAY_MS = 1_400, MOST_STEPS = 144; // five weeks of quarter days
let playing = 0;

/** Goes on in time by the link of the page, until it is stopped, hidden or done; `on` false stops. */
function play(on) {
  clearInterval(playing);
  playing = 0;
  let left = MOST_STEPS;
  const step = () => (left-- > 0 && !document.hidden ? document.querySelector(".time [data-on]")?.click() : play(false));
  if (on) playing = setInterval(step, PLAY_MS);
  root.toggleAttribute("data-playing", !!playing);
}

// What presses something on the map page; the other keys are in browser/keys.rs.
const PRESSES = {
  " ": () => play(!playing),
  e: () => {
    const menu = document.querySelector(".export");
    menu?.setAttribute("open", "");
    menu?.querySelector("a")?.focus();
  },
  p: () => print(),
};

document.addEventListener("keydown", (event) => {
  const press = PRESSES[event.key];
  const elsewhere = event.ctrlKey || event.altKey || event.metaKey || event.defaultPrevented || event.target.closest?.("input, textarea, select, button, summary, dialog");
  if (!press || elsewhere || !document.querySelector("main.screen") || document.querySelector("dialog[open]") || localStorage.getItem("keys") === "off") return;
  event.preventDefault();
  press();
});

/** Takes the focus along: the app's router would only scroll. */
function skip(event, hash) {
  const there = document.querySelector(hash);
  if (!there) return;
  event.preventDefault();
  if (!there.hasAttribute("tabindex")) there.tabIndex = -1;
  there.focus();
}

document.addEventListener("click", (event) => {
  const on = (what) => event.target.closest?.(what);
  const chosen = on("details[data-menu] .menu-sheet")?.closest("details");
  if (chosen) chosen.open = false;
  if (on("button[data-play]")) play(!playing);
  else if (on("a.skip")) skip(event, on("a.skip").hash);
  else if (on("button.theme")) otherTheme();
  else if (on("button[data-print]")) print();
  else if (on("button[data-hide]")) reveal(on("button[data-hide]"));
});

document.addEventListener("keydown", (event) => {
  const menu = event.key === "Escape" && event.target.closest?.("details[data-menu][open]");
  if (!menu) return;
  event.stopPropagation(); // Escape means more than this to the page.
  menu.open = false;
  menu.querySelector("summary").focus();
});

document.addEventListener("focusout", ({ target, relatedTarget: to }) => {
  const menu = to && target.closest?.("details[data-menu][open]");
  if (menu && !menu.contains(to)) menu.open = false;
});

// A press anywhere else closes an open menu.
document.addEventListener("pointerdown", ({ target }) => {
  for (const menu of document.querySelectorAll("details.menu[open]")) if (!menu.contains(target)) menu.open = false;
});

// On a phone the pages stand in a row that may be longer than the bar.
for (const here of document.querySelectorAll(":is(.bar .pages, .company-tabs) [aria-current]")) here.scrollIntoView({ block: "nearest", inline: "nearest" });

const picture = document.querySelector(".quiet-map");
if (picture) import("./quiet.js").then(({ quiet }) => quiet(picture));

if ("plain" in root.dataset) root.dataset.hydrated = "";
