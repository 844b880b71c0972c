// The bridge between the page and MapLibre: makes the map, feeds it, says what was clicked. Bound in browser/map.rs.
// The page owns the state; this file keeps only what is drawn. The view moves when the person moves it, once to show
// everybody at first, and to bring a chosen person into sight; never because data changed.

import { draw } from "./draw.js";
import { forget, image } from "./marks.js";
import { EXTERNAL, maplibre, placeNames } from "./quiet.js";
import { hatch, land, style, withPeople } from "./style.js";

const KEPT = "map-view";
const TRY_AGAIN_MS = 10_000;
const none = () => ({ type: "FeatureCollection", features: [] });

/** A map in `el`. `tell(what, detail)`: `ready`, `failed`, `pick` id, `group` w,s,e,n, `moved` w,s,e,n. */
export function create(el, tell) {
  return new PeopleMap(el, tell);
}

/** The fields of a form as a query string. */
export const formQuery = (form) => new URLSearchParams(new FormData(form)).toString();

class PeopleMap {
  constructor(el, tell) {
    this.el = el;
    this.tell = tell;
    this.data = { people: none(), lines: none(), planes: none(), countries: none(), chosen: none(), area: none(), drawn: none(), hatched: [], land: "", called: { lands: {}, towns: {} } };
    this.answer = none();
    this.turn = 0;
    this.chips = el.parentElement.querySelector(".map-chips");
    this.repaint = () => this.theme();
    document.addEventListener("themechange", this.repaint);
    this.start().catch((error) => {
      console.info("no map:", error.message);
      tell("failed", "");
    });
  }

  async start() {
    const [{ Map }, called] = await Promise.all([maplibre(), placeNames()]);
    if (this.gone) return;
    if (called) this.data.called = called;
    const kept = JSON.parse(sessionStorage.getItem(KEPT) || "null");
    this.placed = !!kept;
    this.map = new Map({
      container: this.el, style: EXTERNAL ? undefined : style(this.data), center: kept?.center ?? [12, 30], zoom: kept?.zoom ?? 1.5,
      minZoom: 0.6, maxZoom: 11, attributionControl: false, dragRotate: false, pitchWithRotate: false, touchPitch: false, fadeDuration: 0,
    });
    if (EXTERNAL) this.paint();
    this.map.touchZoomRotate.disableRotation();
    this.map.setMissingStyleImageResolver(async (id) => {
      const made = image(id);
      if (made && !this.map.hasImage(id)) this.map.addImage(id, ...made);
    });
    this.map.on("click", (e) => this.clicked(e));
    this.map.on("mousemove", (e) => (this.undraw || (this.map.getCanvas().style.cursor = this.under(e.point) ? "pointer" : "")));
    this.map.on("move", () => this.placeChips());
    this.map.on("moveend", (e) => this.moved(e));
    this.map.once("load", () => {
      if (this.chosen) this.bringIntoSight();
      this.tell("ready", "");
    });
    this.show();
  }

  /** Draws the people that `url` answers with. An older answer never replaces a newer one. */
  async load(url) {
    const turn = ++this.turn;
    this.url = url;
    // A map without its people must not look like a world without them. What is drawn already is only read again.
    if (url === this.answered) this.says("");
    else if (this.el.parentElement.dataset.people !== "failed") this.says("awaited");
    // Where the server counts people by cells, it leaves the chosen one out of them.
    const apart = this.chosen ? `${url.includes("?") ? "&" : "?"}person=${encodeURIComponent(this.chosen.id)}` : "";
    try {
      const response = await fetch(url + apart, { headers: { accept: "application/geo+json" } });
      if (turn !== this.turn) return;
      if (!response.ok) throw new Error(response.status);
      const answer = await response.json();
      if (turn !== this.turn || this.gone) return;
      this.answer = answer;
      this.answered = url;
      this.says("");
      this.show();
    } catch {
      // What is drawn stays; of the same people the page says that it is not live, of others it is said here.
      if (turn !== this.turn || this.gone || url === this.answered) return;
      this.says("failed");
      setTimeout(() => turn === this.turn && !this.gone && this.load(url), TRY_AGAIN_MS);
    }
  }

  says(what) {
    this.el.parentElement.dataset.people = what;
  }

  /** Marks the person of the open panel: `{id, name, on_map}` as JSON; empty for nobody. */
  select(json) {
    const before = this.chosen?.id;
    this.chosen = json ? JSON.parse(json) : null;
    this.show();
    if (!this.chosen || this.chosen.id === before) return;
    this.bringIntoSight();
    if (this.url && this.answer.features.some((f) => f.properties.kind === "cell")) this.load(this.url);
  }

  theme() {
    forget();
    if (this.map) this.paint();
  }

  paint() {
    const transformStyle = (_, theirs) => withPeople(theirs, this.data);
    this.map.setStyle(EXTERNAL || style(this.data), { diff: false, ...(EXTERNAL && { transformStyle }) });
  }

  /** Lets the hand draw `circle` or `polygon` and says `area`; empty ends that. */
  draw(shape) {
    this.undraw?.();
    this.undraw = null;
    if (!shape || !this.map) return;
    const show = (ring) => {
      this.data.drawn = { type: "FeatureCollection", features: ring.length > 1 ? [{ type: "Feature", geometry: { type: "Polygon", coordinates: [ring] }, properties: {} }] : [] };
      this.map.getSource("drawn")?.setData(this.data.drawn);
    };
    this.undraw = draw(this.map, shape, show, (area) => {
      this.undraw = null;
      // The click that ends the drawing picks nobody.
      this.drewAt = Date.now();
      area ? this.tell("area", area) : this.tell("undrawn", "");
    });
  }

  zoom(by) {
    this.map?.easeTo({ zoom: this.map.getZoom() + by, duration: 240 });
  }

  destroy() {
    this.gone = true;
    document.removeEventListener("themechange", this.repaint);
    this.map?.remove();
  }

  // Sorts the answer into the map's sources.
  show() {
    const of = (kind) => this.answer.features.filter((f) => f.properties.kind === kind);
    const fc = (features) => ({ type: "FeatureCollection", features });
    const id = this.chosen?.on_map.point && this.chosen.id;
    const people = [...of("person").filter((f) => f.properties.id !== id), ...of("cell")];
    for (const f of people) f.properties.r0 = pixels(f.properties.radius_km ?? 0, f.geometry.coordinates[1]);
    const moves = of("move").map(drawnMove);
    Object.assign(this.data, {
      people: fc(people), lines: fc(moves.flatMap((m) => m.lines)), planes: fc(moves.flatMap((m) => m.planes)),
      countries: fc(of("country")), hatched: of("country").map((f) => f.properties.iso),
      area: fc(of("area")), land: of("area")[0]?.properties.iso ?? "",
    });
    this.data.chosen = fc(this.chosenFeatures());
    if (!this.map) return;
    if (this.map.getSource("people")) {
      for (const name of ["people", "lines", "planes", "countries", "chosen", "area"]) this.map.getSource(name).setData(this.data[name]);
      this.map.setFilter("hatched", hatch(this.data.hatched));
      for (const layer of ["area-land", "area-border"]) this.map.setFilter(layer, land(this.data.land));
    } else {
      this.map.once("styledata", () => this.show());
    }
    const area = JSON.stringify(of("area"));
    if (area !== this.area && area !== "[]") this.showArea(of("area")[0]);
    else if (!this.placed && this.answer.features.length) this.showEverybody();
    this.area = area;
    this.placeChips();
  }

  chosenFeatures() {
    const on = this.chosen?.on_map;
    // Somebody in the air is where their plane is drawn.
    const plane = on?.flying && this.data.planes.features.find((f) => f.properties.id === this.chosen.id);
    if (plane) on.point = plane.geometry.coordinates;
    if (!on?.point) return [];
    const point = (coordinates, properties) => ({ type: "Feature", geometry: { type: "Point", coordinates }, properties });
    const r0 = pixels(on.radius_km, on.point[1]);
    return [
      point(on.point, { ...on, point: null, others: null, kind: "chosen", name: this.chosen.name, r0 }),
      ...on.others.map((o) => point(o.point, { ...o, kind: "other" })),
      ...on.others.map((o) => ({ type: "Feature", geometry: { type: "LineString", coordinates: arc(on.point, o.point) }, properties: { kind: "link", grade: on.grade } })),
    ];
  }

  showEverybody() {
    this.placed = true;
    const at = this.data.people.features.map((f) => f.geometry.coordinates);
    if (!at.length) return;
    const sorted = (i) => at.map((c) => c[i]).sort((a, b) => a - b);
    // The middle 96 of 100: one person far out does not make everybody small.
    const [lon, lat] = [sorted(0), sorted(1)], cut = Math.floor(at.length * 0.02);
    this.map.fitBounds([[lon[cut], lat[cut]], [lon.at(-1 - cut), lat.at(-1 - cut)]], { padding: 48, maxZoom: 4.5, duration: 0 });
  }

  // An incident that has just been asked about comes into sight, with some ground around it.
  showArea(area) {
    this.placed = true;
    const ring = area.geometry.coordinates[0] ?? [];
    const edge = (f, i) => f(...ring.map((c) => c[i]));
    const [west, south, east, north] = area.properties.bounds ?? [edge(Math.min, 0), edge(Math.min, 1), edge(Math.max, 0), edge(Math.max, 1)];
    if (Number.isFinite(west)) this.map.fitBounds([[west, south], [east, north]], { padding: 72, maxZoom: 9, duration: 0 });
  }

  bringIntoSight() {
    const at = this.chosen.on_map.point;
    if (!this.map || !at) return;
    const p = this.map.project(at), { clientWidth: w, clientHeight: h } = this.el;
    // On narrow screens the panel lies over the map.
    const edge = document.querySelector(".panel")?.getBoundingClientRect().left ?? Infinity;
    const seen = Math.min(w, Math.max(120, edge - this.el.getBoundingClientRect().left));
    if (p.x < 40 || p.y < 40 || p.x > seen - 40 || p.y > h - 40) this.map.easeTo({ center: at, offset: [(seen - w) / 2, 0], zoom: Math.max(this.map.getZoom(), 3), duration: 240 });
  }

  under(point) {
    const box = [[point.x - 5, point.y - 5], [point.x + 5, point.y + 5]];
    const layers = ["chosen-others", "planes", "groups", "one", "pills", "corridor"].filter((l) => this.map.getLayer(l));
    return this.map.queryRenderedFeatures(box, { layers })[0];
  }

  async clicked(e) {
    if (this.undraw || Date.now() - (this.drewAt ?? 0) < 400) return;
    const found = this.under(e.point);
    if (!found) return;
    const p = found.properties;
    if (p.id) return this.tell("pick", p.id);
    if (p.kind === "other") return this.map.easeTo({ center: found.geometry.coordinates, duration: 240 });
    // Many in one place, counted by the server: closer first, then the list.
    if (p.kind === "cell" && !p.cluster_id && this.map.getZoom() < 9) return this.map.easeTo({ center: found.geometry.coordinates, zoom: 9.5, duration: 240 });
    if (p.kind === "cell" && !p.cluster_id) {
      const [lon, lat] = found.geometry.coordinates;
      return this.tell("group", [lon - p.span, lat - p.span, lon + p.span, lat + p.span].map((d) => d.toFixed(2)).join());
    }
    if (!p.cluster_id) return this.tell("many", p.identity ?? p.name ?? "");
    const source = this.map.getSource("people"), center = found.geometry.coordinates;
    const zoom = await source.getClusterExpansionZoom(p.cluster_id);
    if (zoom <= 10) return this.map.easeTo({ center, zoom, duration: 240 });
    // They are all in one place: the list shows them.
    const leaves = await source.getClusterLeaves(p.cluster_id, Infinity, 0);
    const all = (i) => leaves.map((f) => f.geometry.coordinates[i]);
    const edge = (f, i, by) => (f(...all(i)) + by).toFixed(2);
    this.tell("group", [edge(Math.min, 0, -0.05), edge(Math.min, 1, -0.05), edge(Math.max, 0, 0.05), edge(Math.max, 1, 0.05)].join());
  }

  moved(e) {
    const { lng, lat } = this.map.getCenter(), b = this.map.getBounds();
    sessionStorage.setItem(KEPT, JSON.stringify({ center: [lng, lat], zoom: this.map.getZoom() }));
    this.tell(e.originalEvent ? "moved" : "at", [b.getWest(), b.getSouth(), b.getEast(), b.getNorth()].map((d) => d.toFixed(2)).join());
  }

  // Other places of the chosen person that are outside the view: chips at its edge.
  placeChips() {
    const others = this.chosen?.on_map.others ?? [], { clientWidth: w, clientHeight: h } = this.el;
    const chips = [];
    for (const other of this.map ? others : []) {
      const p = this.map.project(other.point);
      if (p.x >= 0 && p.y >= 0 && p.x <= w && p.y <= h) continue;
      const arrow = "→↘↓↙←↖↑↗"[(Math.round(Math.atan2(p.y - h / 2, p.x - w / 2) / (Math.PI / 4)) + 8) % 8];
      const chip = Object.assign(document.createElement("button"), { type: "button", className: "map-chip" });
      chip.append(`${arrow} ${other.label} `, Object.assign(document.createElement("strong"), { textContent: `${other.percent} %` }));
      chip.onclick = () => this.map.easeTo({ center: other.point, duration: 240 });
      chips.push([chip, p]);
    }
    this.chips?.replaceChildren(...chips.map(([chip]) => chip));
    for (const [chip, p] of chips) {
      // Where the way from the person, or from the middle if they have no point, leaves the view.
      const own = this.chosen.on_map.point, from = own ? this.map.project(own) : { x: w / 2, y: h / 2 };
      const reach = (a, d, max) => (d > 0 ? (max - a) / d : d < 0 ? -a / d : 1);
      const share = Math.max(0, Math.min(1, reach(from.x, p.x - from.x, w), reach(from.y, p.y - from.y, h)));
      const at = [from.x + (p.x - from.x) * share, from.y + (p.y - from.y) * share];
      chip.style.left = `${Math.min(Math.max(8, at[0]), w - chip.offsetWidth - 8)}px`;
      chip.style.top = `${Math.min(Math.max(8, at[1] - 12), h - chip.offsetHeight - 8)}px`;
    }
  }
}

// The radius in pixels at zoom 0 (tiles of 512).
const pixels = (km, lat) => (km * 1000) / (78271.517 * Math.cos((lat * Math.PI) / 180));

function drawnMove(f) {
  const p = f.properties, path = arc(...f.geometry.coordinates);
  const line = (kind, coordinates) => ({ type: "Feature", geometry: { type: "LineString", coordinates }, properties: { ...p, kind } });
  if (!p.identity) return { lines: [line("corridor", path)], planes: [] };
  const along = Math.min(Math.max(p.f, 0), 1) * (path.length - 1), i = Math.min(Math.floor(along), path.length - 2);
  const at = [0, 1].map((k) => path[i][k] + (path[i + 1][k] - path[i][k]) * (along - i));
  const north = (lat) => (Math.asinh(Math.tan((lat * Math.PI) / 180)) * 180) / Math.PI;
  const turn = p.mode === "air" ? (Math.atan2(path[i + 1][0] - path[i][0], north(path[i + 1][1]) - north(path[i][1])) * 180) / Math.PI : 0;
  const plane = { type: "Feature", geometry: { type: "Point", coordinates: at }, properties: { ...p, turn } };
  return { lines: [line("flown", [...path.slice(0, i + 1), at]), line("ahead", [at, ...path.slice(i + 1)])], planes: [plane] };
}

// The great circle between two points; longitudes go on past 180 rather than jump.
function arc(a, b) {
  const rad = Math.PI / 180;
  const [u, v] = [a, b].map(([lon, lat]) => [Math.cos(lat * rad) * Math.cos(lon * rad), Math.cos(lat * rad) * Math.sin(lon * rad), Math.sin(lat * rad)]);
  const angle = Math.acos(Math.min(1, Math.max(-1, u[0] * v[0] + u[1] * v[1] + u[2] * v[2])));
  const steps = Math.max(2, Math.min(80, Math.ceil(angle / 0.025)));
  if (angle < 1e-6 || angle > Math.PI - 1e-6) return [a, b];
  const path = [];
  for (let i = 0; i <= steps; i++) {
    const [p, q] = [Math.sin((1 - i / steps) * angle), Math.sin((i / steps) * angle)].map((s) => s / Math.sin(angle));
    const [x, y, z] = [0, 1, 2].map((k) => p * u[k] + q * v[k]);
    let lon = Math.atan2(y, x) / rad;
    const last = path.at(-1)?.[0] ?? a[0];
    lon += Math.round((last - lon) / 360) * 360;
    path.push([lon, Math.atan2(z, Math.hypot(x, y)) / rad]);
  }
  return path;
}
