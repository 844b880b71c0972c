// Drawing an area on the map by hand: a circle by pressing and dragging, an area by its corners. Used by map.js.
// What is drawn is said as the page's address says it: `area=point:lon,lat&km=50`, `area=polygon:lon,lat,…`.

const MOST = 60;
const round = (n) => Math.round(n * 10_000) / 10_000;

/** Longitude and latitude as the address holds them. */
export const corner = ({ lng, lat }) => [round(((((lng + 180) % 360) + 360) % 360) - 180), round(lat)].join();

const km = (a, b) => a.distanceTo(b) / 1000;

/** Starts drawing; `show(ring)` draws what is there so far, `done(area)` takes the area, or nothing. Returns how to stop. */
export function draw(map, shape, show, done) {
  const canvas = map.getCanvas();
  const listeners = [];
  const on = (what, act) => (map.on(what, act), listeners.push([what, act]));
  const stop = () => {
    for (const [what, act] of listeners) map.off(what, act);
    for (const gesture of [map.dragPan, map.doubleClickZoom]) gesture.enable();
    canvas.style.cursor = "";
    show([]);
  };
  const end = (area) => (stop(), done(area));
  map.dragPan.disable();
  map.doubleClickZoom.disable();
  canvas.style.cursor = "crosshair";
  if (shape === "circle") {
    let center;
    const reach = (to) => Math.max(1, Math.min(2000, Math.round(km(center, to))));
    const press = (e) => (e.preventDefault(), (center = e.lngLat));
    const drag = (e) => center && show(circle(center, reach(e.lngLat)));
    const release = (e) => center && end(`area=point:${corner(center)}&km=${reach(e.lngLat)}`);
    on("mousedown", press), on("mousemove", drag), on("mouseup", release);
    on("touchstart", press), on("touchmove", drag), on("touchend", release);
  } else {
    const corners = [];
    const near = (a, b) => a && Math.hypot(map.project(a).x - map.project(b).x, map.project(a).y - map.project(b).y) < 12;
    const ring = (more) => [...corners, ...more, corners[0]].filter(Boolean).map(({ lng, lat }) => [lng, lat]);
    const close = () => (corners.length >= 3 ? end(`area=polygon:${corners.map(corner).join()}`) : end(""));
    on("click", (e) => {
      if ((corners.length >= 3 && near(corners[0], e.lngLat)) || corners.length >= MOST) return close();
      if (!near(corners.at(-1), e.lngLat)) corners.push(e.lngLat);
      show(ring([]));
    });
    on("mousemove", (e) => corners.length && show(ring([e.lngLat])));
    on("dblclick", close);
  }
  return stop;
}

// A circle on the ground as a ring.
function circle({ lng, lat }, radius) {
  const rad = Math.PI / 180, d = radius / 6371, at = lat * rad;
  return Array.from({ length: 65 }, (_, i) => {
    const b = (i / 32) * Math.PI;
    const there = Math.asin(Math.sin(at) * Math.cos(d) + Math.cos(at) * Math.sin(d) * Math.cos(b));
    const east = Math.atan2(Math.sin(b) * Math.sin(d) * Math.cos(at), Math.cos(d) - Math.sin(at) * Math.sin(there));
    return [lng + east / rad, there / rad];
  });
}
