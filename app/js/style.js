// The map's style: the quiet basemap and the layers of people on it. Used by map.js; every colour is a token.
// Changing the theme builds the style anew, it does not invert it.

import { token } from "./marks.js";

const PEOPLE = "corridor", FIRST = "area-land"; // the first layer of people, and what lies under it
const TEXT = ["App Sans"], STRONG = ["App Strong"];
const face = (weight) => ["latin", "latin-ext"].map((part, i) => ({
  url: `${location.origin}/fonts/noto-sans-${part}-${weight}-normal.woff2`,
  "unicode-range": i ? ["U+0100-02BA", "U+1E00-1E9F", "U+1EF2-1EFF", "U+2C60-2C7F"] : ["U+0000-00FF", "U+2000-206F", "U+2190-2193"],
}));

/** The whole style; `data` holds the features of each source of people, or null for the map without people. */
export function style(data) {
  const t = (name) => token(name);
  const base = (id, type, layer, paint, more = {}) => ({ id, type, source: "base", "source-layer": layer, paint, ...more });
  const zoom = (...stops) => ["interpolate", ["linear"], ["zoom"], ...stops];
  return {
    version: 8,
    "font-faces": { "App Sans": face(400), "App Strong": face(600) },
    sources: {
      base: { type: "vector", tiles: [`${location.origin}/tiles/{z}/{x}/{y}.mvt`], maxzoom: 7 },
      ...(data && sources(data)),
    },
    layers: [
      { id: "sea", type: "background", paint: { "background-color": t("m-sea") } },
      base("land", "fill", "countries", { "fill-color": t("m-land"), "fill-antialias": false }),
      ...(data ? [hatched(data.hatched)] : []),
      base("lakes", "fill", "lakes", { "fill-color": t("m-sea") }),
      base("rivers", "line", "rivers", { "line-color": t("m-coast"), "line-width": zoom(4, 0.3, 8, 1) }, { minzoom: 4 }),
      base("admin", "line", "admin1", { "line-color": t("m-admin"), "line-width": zoom(4, 0.5, 8, 1.1) }, { minzoom: 3.5 }),
      base("coast", "line", "countries", { "line-color": t("m-coast"), "line-width": zoom(0, 0.5, 6, 1) }),
      base("borders", "line", "borders", { "line-color": t("m-border"), "line-width": zoom(0, 0.5, 6, 1.2) }, { filter: ["!=", ["get", "d"], 1] }),
      base("claims", "line", "borders", { "line-color": t("m-border"), "line-width": zoom(0, 0.5, 6, 1.2), "line-dasharray": [3, 2] }, { filter: ["==", ["get", "d"], 1] }),
      ...(data ? [...names(base, zoom, data.called), ...people(data)] : []),
    ],
  };
}

/** People on somebody else's basemap: what `transformStyle` makes of it. */
export const withPeople = (theirs, data) => {
  const ours = style(data), drawn = ours.layers.findIndex((layer) => layer.id === FIRST);
  return {
    ...theirs,
    "font-faces": { ...theirs["font-faces"], ...ours["font-faces"] },
    sources: { ...theirs.sources, ...ours.sources },
    layers: [...theirs.layers, ...ours.layers.filter((layer, i) => layer.id === "hatched" || i >= drawn)],
  };
};

// The tiles have two countries under codes of before.
const FORMER = { CD: "ZR", TL: "TP" };
const coded = (codes) => ["in", ["get", "iso"], ["literal", codes.flatMap((iso) => [iso, FORMER[iso] ?? iso])]];
/** The filter that hatches these countries. */
export const hatch = (codes) => coded(codes);
/** The filter of the country that an incident is about. */
export const land = (iso) => coded([iso || "none"]);
const hatched = (codes) => ({ id: "hatched", type: "fill", source: "base", "source-layer": "countries", filter: hatch(codes), paint: { "fill-pattern": "hatch", "fill-opacity": 0.6 } });

function sources(data) {
  // Of many thousands the server says how many stand together; a person alone is one of a grade.
  const count = (grade) => ["+", ["coalesce", ["get", grade], ["case", ["==", ["get", "grade"], grade], 1, 0]]];
  const flag = (name, many) => ["+", ["coalesce", ["get", many], ["case", ["get", name], 1, 0]]];
  const plain = (name) => ({ type: "geojson", data: data[name] });
  return {
    people: {
      type: "geojson", data: data.people, cluster: true, clusterRadius: 34, clusterMaxZoom: 22, maxzoom: 23,
      clusterProperties: { confirmed: count("confirmed"), booked: count("booked"), intent: count("intent"), inferred: count("inferred"), unknown: count("unknown"), n: ["+", ["coalesce", ["get", "n"], 1]], stale: flag("old", "stale"), asking: flag("help", "asking") },
    },
    area: plain("area"), drawn: plain("drawn"), lines: plain("lines"), planes: plain("planes"), countries: plain("countries"), chosen: plain("chosen"),
  };
}

/** The name in the reader's language: `theirs` has those that differ, by `key`. */
const named = (theirs, key) => (Object.keys(theirs).length ? ["coalesce", ["get", key, ["literal", theirs]], ["get", "name"]] : ["get", "name"]);

function names(base, zoom, called) {
  const halo = { "text-halo-color": token("m-halo"), "text-halo-width": 1.2 };
  const font = { "text-font": TEXT, "text-max-width": 8 };
  return [
    base("towns", "symbol", "places", { "text-color": token("m-place"), ...halo }, {
      minzoom: 4.2,
      filter: [">=", ["get", "p"], ["step", ["zoom"], 4000000, 5, 1500000, 6, 500000, 7, 150000, 8, 40000]],
      layout: { ...font, "text-field": named(called.towns, ["concat", ["get", "cc"], " ", ["get", "name"]]), "text-size": zoom(4, 10.5, 9, 13), "symbol-sort-key": ["-", 0, ["get", "p"]] },
    }),
    base("lands", "symbol", "labels", { "text-color": token("m-label"), ...halo }, {
      maxzoom: 7, minzoom: 1.4,
      filter: ["<=", ["get", "rank"], ["step", ["zoom"], 2, 2.5, 3, 3.2, 4, 4.2, 7]],
      layout: { ...font, "text-field": ["upcase", named(called.lands, ["get", "iso"])], "text-size": zoom(2, 10, 6, 12.5), "text-letter-spacing": 0.06, "symbol-sort-key": ["get", "rank"] },
    }),
  ];
}

// A disc of true size on the ground: r0 is its radius in pixels at zoom 0. Never less than 6 px.
const ground = ["interpolate", ["exponential", 2], ["zoom"], ...Array.from({ length: 15 }, (_, z) => [z, ["max", 6, ["*", ["get", "r0"], 2 ** z]]]).flat()];
const colour = (suffix = "") => ["match", ["get", "grade"], ...["confirmed", "booked", "intent", "inferred"].flatMap((g) => [g, token(`g-${g}${suffix}`)]), token(`g-unknown${suffix}`)];

function people(data) {
  const dark = document.documentElement.dataset.theme === "dark";
  const always = { "icon-allow-overlap": true, "text-allow-overlap": true };
  const share = (grade) => ["case", [">", ["get", grade], 0], ["max", 1, ["round", ["*", 24, ["/", ["get", grade], ["get", "n"]]]]], 0];
  const size = ["*", 4, ["round", ["/", ["min", 60, ["max", 28, ["+", 20, ["*", 6.2, ["sqrt", ["get", "n"]]]]]], 4]]];
  const badge = ["case", [">", ["get", "asking"], 0], "help", [">=", ["get", "stale"], 3], "old", ""];
  const only = (kind) => ["==", ["get", "kind"], kind];
  const line = (id, kind, paint, layout = {}) => ({ id, type: "line", source: "lines", filter: only(kind), layout, paint });
  const edge = (id, offset) => line(id, "corridor", { "line-color": token("g-intent"), "line-width": 1.2, "line-dasharray": [3, 2], "line-offset": offset });
  const many = [">", ["coalesce", ["get", "n"], 1], 1], lone = ["!", many];
  const one = ["concat", "one|", ["get", "grade"], "|", ["case", ["get", "old"], "old", ""], "|", ["case", ["get", "help"], "help", ""]];
  // A country's edge is thin and whole: dashes along a coast of islands would be one dark patch.
  const edged = { "line-color": token("attention"), "line-width": 1.8, "line-dasharray": [4, 2] }, coast = { "line-color": token("attention"), "line-width": 0.8, "line-opacity": 0.8 };
  const patch = (id, source, more = {}) => [
    { id, type: "fill", source, ...more, paint: { "fill-color": token("attention-line"), "fill-opacity": 0.16 } },
    { id: id.replace("land", "border") + (source === "base" ? "" : "-edge"), type: "line", source, ...more, paint: source === "base" ? coast : edged },
  ];
  return [
    ...patch("area-land", "base", { "source-layer": "countries", filter: land(data.land) }),
    ...patch("area", "area"), ...patch("drawn", "drawn"),
    line(PEOPLE, "corridor", { "line-color": token("g-intent"), "line-width": 16, "line-opacity": dark ? 0.26 : 0.16 }),
    edge("corridor-left", -8), edge("corridor-right", 8),
    line("ahead", "ahead", { "line-color": colour(), "line-width": 1.6, "line-dasharray": [0.1, 2.4] }, { "line-cap": "round" }),
    line("flown", "flown", { "line-color": colour(), "line-width": 1.6 }),
    { id: "discs", type: "circle", source: "people", filter: ["all", lone, [">", ["get", "radius_km"], 0]], paint: { "circle-radius": ground, "circle-color": colour(), "circle-opacity": 0.22, "circle-pitch-alignment": "map" } },
    { id: "pills", type: "symbol", source: "countries", layout: pill("pill", ["step", ["zoom"], counted(), 3, counted(["concat", " in ", ["get", "name"]], {})]), paint: { "text-color": token("ink") } },
    { id: "planes", type: "symbol", source: "planes", layout: {
      ...always, "icon-image": ["case", ["==", ["get", "mode"], "air"], ["concat", "plane|", ["get", "grade"], "|", ["case", ["get", "old"], "old", ""]], one],
      "icon-rotate": ["get", "turn"], "icon-rotation-alignment": "map",
      "text-field": ["case", [">", ["get", "n"], 1], ["to-string", ["get", "n"]], ""], "text-font": STRONG, "text-size": 12, "text-offset": [1.25, -0.7],
    }, paint: { "text-color": colour(), "text-halo-color": token("mark-case"), "text-halo-width": 1.6 } },
    { id: "one", type: "symbol", source: "people", filter: lone, layout: { ...always, "icon-image": one } },
    { id: "groups", type: "symbol", source: "people", filter: many, layout: {
      ...always, "icon-image": ["concat", "group|", ["to-string", size], ...["confirmed", "booked", "intent", "inferred", "unknown"].flatMap((g) => ["|", ["to-string", share(g)]]), "|", badge],
      "text-field": ["to-string", ["get", "n"]], "text-font": STRONG, "text-size": ["step", ["get", "n"], 13, 100, 13.5, 1000, 14], "text-ignore-placement": true,
    }, paint: { "text-color": token("ink") } },
    { id: "chosen-disc", type: "circle", source: "chosen", filter: ["all", only("chosen"), [">", ["get", "radius_km"], 0]], paint: { "circle-radius": ground, "circle-color": colour(), "circle-opacity": 0.22 } },
    { id: "chosen-line", type: "line", source: "chosen", filter: only("link"), paint: { "line-color": colour(), "line-width": 1.4, "line-dasharray": [3, 2] } },
    { id: "chosen-others", type: "symbol", source: "chosen", filter: only("other"), layout: { ...always, "icon-image": "one|intent||", "icon-size": 0.85, "text-field": ["concat", ["get", "label"], " ", ["get", "percent"], " %"], "text-font": TEXT, "text-size": 12, "text-anchor": "left", "text-offset": [0.9, 0] }, paint: { "icon-opacity": 0.75, "text-color": token("ink"), "text-halo-color": token("m-halo"), "text-halo-width": 1.4 } },
    { id: "chosen", type: "symbol", source: "chosen", filter: only("chosen"), layout: { ...always, "icon-image": ["case", ["get", "flying"], "halo", ["concat", "ring|", ["get", "grade"]]] } },
    { id: "chosen-label", type: "symbol", source: "chosen", filter: only("chosen"), layout: {
      ...pill("ink", ["format", ["get", "name"], { "text-font": ["literal", STRONG] }, ["concat", "  ", ["get", "place"], " ", ["get", "percent"], " %"], {}], 2), visibility: innerWidth < 700 ? "none" : "visible",
    }, paint: { "text-color": token("surface") } },
  ];
}

// "◇ 3", from zoom 3 on with what is given: " in Türkiye".
const counted = (...more) => ["format", ["image", "sign|inferred"], {}, ["concat", " ", ["get", "n"]], { "text-font": ["literal", STRONG] }, ...more];

// Where a pill may go: close to its point, else farther out; in em.
const SIDES = [["bottom", 0, -1], ["top", 0, 1], ["left", 1, 0], ["right", -1, 0], ["bottom-left", 0.7, -0.7], ["top-right", -0.7, 0.7], ["bottom-right", -0.7, -0.7], ["top-left", 0.7, 0.7]];
const around = (near) => [near, near + 1.6, near + 3.2].flatMap((far) => SIDES.flatMap(([side, x, y]) => [side, [x * far, y * far]]));

// Text on a ground that grows with it; it goes where no mark is, and is never left out.
function pill(image, text, near = 0.6) {
  return {
    "icon-image": image, "icon-text-fit": "both", "icon-overlap": "always", "text-field": text, "text-font": TEXT, "text-size": 12, "text-max-width": 40,
    "text-overlap": "always", "text-variable-anchor-offset": around(near), "text-justify": "center",
  };
}
