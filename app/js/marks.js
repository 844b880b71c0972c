// Draws the marks of people as images for the map, after design.md "Map marks". Used by map.js, told of a new theme by
// the page. Every colour is a token of style/tokens.css; an image is drawn once per theme and name and shared by all who need it.

const SCALE = Math.min(3, Math.max(2, Math.ceil(globalThis.devicePixelRatio || 1)));
const PLANE = "M8 .8c.75 0 1.25.95 1.25 2.05v3.1l5.55 3.5v1.65L9.25 9.5v3.05l1.85 1.4v1.2L8 14.3l-3.1.85v-1.2l1.85-1.4V9.5L1.2 11.1V9.45l5.55-3.5v-3.1C6.75 1.75 7.25.8 8 .8z";
const GRADES = ["confirmed", "booked", "intent", "inferred", "unknown"];
const drawn = new Map();

/** The theme changed: what was drawn has old colours. */
export function forget() {
  drawn.clear();
}

/** The value of a token: `token("g-intent")`. */
export function token(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}

/** The image called `id`, as addImage takes it: `[data, options]`; null for a name that is none of ours. */
export function image(id) {
  const [kind, ...rest] = id.split("|");
  if (!DRAWINGS[kind]) return null;
  if (!drawn.has(id)) drawn.set(id, DRAWINGS[kind](...rest));
  return drawn.get(id);
}

const DRAWINGS = {
  // one|grade|old|help: a person. The help octagon is larger than any other badge.
  one: (grade, old, help) => canvas(24, 24, (c) => {
    c.translate(4, 4);
    cased(c, grade, () => shape(c, grade, old));
    if (help) octagon(c, 13.5, 2.5, 5.5);
  }),
  // ring|grade: the person whose panel is open; the disc keeps the mark readable on anything.
  ring: (grade) => canvas(36, 36, (c) => {
    disc(c, 18, 18, 16.5, token("mark-case"));
    circle(c, 18, 18, 14.2, 2.2, token("ink"));
    disc(c, 18, 18, 11, token(`g-${grade}-soft`));
    c.translate(10, 10);
    shape(c, grade, "");
  }),
  // halo: the same for somebody who has a plane already.
  halo: () => canvas(40, 40, (c) => {
    circle(c, 20, 20, 16, 5.2, token("mark-case"));
    circle(c, 20, 20, 16, 2.2, token("ink"));
  }),
  // plane|grade|old: points north; the map turns it.
  plane: (grade, old) => canvas(26, 26, (c) => {
    c.translate(3, 3);
    c.scale(1.25, 1.25);
    const path = new Path2D(PLANE);
    Object.assign(c, { lineJoin: "round", lineWidth: 2.6, strokeStyle: token("mark-case"), fillStyle: token(old ? "mark-case" : `g-${grade}`) });
    c.stroke(path);
    c.fill(path);
    if (!old) return;
    stripes(c, path, `g-${grade}`);
    Object.assign(c, { lineWidth: 0.9, strokeStyle: token(`g-${grade}`) });
    c.stroke(path);
  }),
  // group|size|confirmed|booked|intent|inferred|unknown|badge: ring split by grade; the count is the map's text.
  group: (size, ...rest) => group(+size, rest.slice(0, 5).map(Number), rest[5]),
  // sign|grade: inside a line of text.
  sign: (grade) => canvas(13, 13, (c) => {
    c.scale(13 / 16, 13 / 16);
    shape(c, grade, "");
  }),
  hatch: () => canvas(8, 8, (c) => {
    Object.assign(c, { strokeStyle: token("g-inferred"), lineWidth: 1.3, lineCap: "square", globalAlpha: 0.75 });
    for (const x of [-8, 0, 8]) c.stroke(new Path2D(`M${x} 8 L${x + 8} 0`));
  }),
  pill: () => pill("surface", "line-strong"),
  ink: () => pill("ink", "ink"),
};

function group(size, shares, badge) {
  const room = 5, box = size + 2 * room, middle = box / 2, width = 5.5, r = size / 2 - 2 - width / 2;
  return canvas(box, box, (c) => {
    disc(c, middle, middle, size / 2, token("mark-case"));
    const all = shares.reduce((a, b) => a + b, 0) || 1;
    const gap = shares.filter(Boolean).length > 1 ? 1.6 / r : 0;
    let from = -Math.PI / 2;
    shares.forEach((share, i) => {
      if (!share) return;
      const to = from + (2 * Math.PI * share) / all;
      c.lineWidth = width * [1, 1, 1, 0.6, 0.4][i];
      c.strokeStyle = token(`g-${GRADES[i]}`);
      c.setLineDash(GRADES[i] === "intent" ? [3.3, 2.2] : []);
      c.beginPath();
      c.arc(middle, middle, r, from + gap / 2, to - gap / 2);
      c.stroke();
      from = to;
    });
    c.setLineDash([]);
    const at = [middle + size * 0.35, middle - size * 0.35];
    if (badge === "help") octagon(c, ...at, 7.5);
    if (badge === "old") clock(c, ...at);
  });
}

function shape(c, grade, old) {
  const colour = token(`g-${grade}`);
  Object.assign(c, { strokeStyle: colour, fillStyle: old ? token("mark-case") : colour });
  const paths = { inferred: "M8 2.2 13.8 8 8 13.8 2.2 8z", unknown: "M4.6 2.6h6.8a2 2 0 0 1 2 2v6.8a2 2 0 0 1-2 2H4.6a2 2 0 0 1-2-2V4.6a2 2 0 0 1 2-2z" };
  const round = new Path2D();
  round.arc(8, 8, { confirmed: old ? 5.2 : 6, booked: 4.9, intent: 5.2 }[grade] ?? 5, 0, 2 * Math.PI);
  const path = paths[grade] ? new Path2D(paths[grade]) : round;
  if (grade === "confirmed" && !old) return c.fill(path);
  c.fillStyle = token("mark-case");
  c.fill(path);
  if (old) stripes(c, path, `g-${grade}`);
  c.lineWidth = { confirmed: 1.6, booked: old ? 1.6 : 2.4, intent: 2 }[grade] ?? 1.8;
  c.setLineDash(grade === "intent" ? [3.3, 2.145] : []);
  c.stroke(path);
  c.setLineDash([]);
}

// The casing keeps a mark apart from land, sea and other marks.
function cased(c, grade, draw) {
  disc(c, 8, 8, grade === "inferred" ? 8.2 : 7.8, token("mark-case"));
  draw();
}

function stripes(c, path, colour) {
  c.save();
  c.clip(path);
  Object.assign(c, { strokeStyle: token(colour), lineWidth: 1.9 });
  for (let x = -16; x < 16; x += 5.1) c.stroke(new Path2D(`M${x} 16 L${x + 16} 0`));
  c.restore();
}

function octagon(c, x, y, r) {
  const side = r * Math.tan(Math.PI / 8);
  const path = new Path2D(`M${x - side} ${y - r}h${2 * side}L${x + r} ${y - side}v${2 * side}L${x + side} ${y + r}h${-2 * side}L${x - r} ${y + side}v${-2 * side}z`);
  Object.assign(c, { fillStyle: token("h-help"), strokeStyle: token("mark-case"), lineWidth: 2 });
  c.stroke(path);
  c.fill(path);
  Object.assign(c, { strokeStyle: token("on-help"), lineWidth: r / 3.4, lineCap: "round" });
  c.stroke(new Path2D(`M${x} ${y - r * 0.5}V${y + r * 0.1}M${x} ${y + r * 0.5}v.01`));
}

function clock(c, x, y) {
  disc(c, x, y, 6.6, token("mark-case"));
  circle(c, x, y, 4.9, 1.6, token("attention"));
  Object.assign(c, { strokeStyle: token("attention"), lineWidth: 1.4, lineCap: "round" });
  c.stroke(new Path2D(`M${x} ${y - 2.6}V${y}l1.9 1.2`));
}

function pill(ground, line) {
  const [data, options] = canvas(24, 24, (c) => {
    Object.assign(c, { fillStyle: token(ground), strokeStyle: token(line), lineWidth: 1 });
    c.beginPath();
    c.roundRect(0.5, 0.5, 23, 23, 3);
    c.fill();
    c.globalAlpha = 0.5;
    c.stroke();
  });
  const across = [[6 * SCALE, 18 * SCALE]];
  return [data, { ...options, stretchX: across, stretchY: across, content: [6, 4, 18, 20].map((n) => n * SCALE) }];
}

function disc(c, x, y, r, colour) {
  c.fillStyle = colour;
  c.beginPath();
  c.arc(x, y, r, 0, 2 * Math.PI);
  c.fill();
}

function circle(c, x, y, r, width, colour) {
  Object.assign(c, { strokeStyle: colour, lineWidth: width });
  c.beginPath();
  c.arc(x, y, r, 0, 2 * Math.PI);
  c.stroke();
}

function canvas(width, height, draw) {
  const el = Object.assign(document.createElement("canvas"), { width: width * SCALE, height: height * SCALE });
  const c = el.getContext("2d", { willReadFrequently: true });
  c.scale(SCALE, SCALE);
  draw(c);
  return [c.getImageData(0, 0, el.width, el.height), { pixelRatio: SCALE }];
}
