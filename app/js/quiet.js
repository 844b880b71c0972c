// The map library, fetched when the first map is made; and the map without people, a picture behind the sign-in.
// Used by page.js and map.js.

import { style } from "./style.js";

const VENDOR = "/vendor/maplibre-gl/maplibre-gl";
export const EXTERNAL = document.querySelector('meta[name="map-style"]')?.content; // an own basemap of the operator, if any
let library;

/** MapLibre's module, with its style sheet in the page. */
export function maplibre() {
  if (!library) {
    const sheet = Object.assign(document.createElement("link"), { rel: "stylesheet", href: `${VENDOR}.css` });
    const styled = new Promise((done) => Object.assign(sheet, { onload: done, onerror: done }));
    document.head.append(sheet);
    library = Promise.all([import(`${VENDOR}.mjs`), styled]).then(([module]) => module);
  }
  return library;
}

/** What countries and cities are called in the page's language; nothing where that is what the tiles say. */
export async function placeNames() {
  const { lang } = document.documentElement;
  if (EXTERNAL || lang === "en") return null;
  // Without them the map is drawn all the same.
  const answer = await fetch(`/map/names/${lang}`).catch(() => null);
  return answer?.ok ? answer.json() : null;
}

/** The map without people: a picture. */
export async function quiet(el) {
  try {
    const { Map } = await maplibre();
    const map = new Map({ container: el, style: EXTERNAL || style(null), center: [12, 34], zoom: 1.75, interactive: false, attributionControl: false });
    map.getCanvas().tabIndex = -1;
  } catch {
    // The ground keeps the colour of the sea.
  }
}
