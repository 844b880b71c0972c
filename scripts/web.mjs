// Builds what browsers load into target/site: the app's wasm and its glue, the map library, fonts, styles, public files,
// with brotli and gzip beside whatever they make smaller, and manifest.json with the addresses.
// Called by `make`; does nothing that an unchanged input has already paid for. The server embeds the folder (src/web/assets.rs).
//
// A file whose address holds the hash of its content never changes: it lies in /<kind>/<16 hex digits>/. Sources write the
// map library's plain address (/vendor/maplibre-gl/…); the build puts the hashed one into our scripts and style, and the
// server answers both. Fonts keep their plain address, which pages name before any script or style is there.

import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "..");
const site = join(root, "target/site");
const target = resolve(root, process.env.CARGO_TARGET_DIR ?? "target");
const cache = join(target, "web");
const npm = join(root, "node_modules");

const hash = (...parts) => {
  const sum = createHash("sha256");
  for (const part of parts) sum.update(part);
  return sum.digest("hex").slice(0, 16);
};
const say = (text) => console.log(`   ${text}`);

/** Runs a program in the repository's root; its failure is this build's, and it has already said why. */
function run(program, options, output = "inherit") {
  const { status, stdout, error } = spawnSync(program, options, { cwd: root, encoding: "utf8", stdio: ["ignore", output, "inherit"] });
  if (error) say(`${program}: ${error.message}`);
  if (status !== 0) process.exit(status ?? 1);
  return stdout;
}

function filesUnder(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.startsWith("."))
    .map((entry) => relative(folder, join(entry.parentPath ?? entry.path, entry.name)).replaceAll("\\", "/"))
    .sort();
}

/** Calls `make(folder)` unless a folder made from the same key is there; returns it. Older ones of the kind are removed. */
function cached(kind, key, make) {
  const folder = join(cache, `${kind}-${key}`);
  if (!existsSync(folder)) {
    const fresh = `${folder}.new`;
    rmSync(fresh, { recursive: true, force: true });
    mkdirSync(fresh, { recursive: true });
    make(fresh);
    for (const old of readdirSync(cache)) {
      if (old.startsWith(`${kind}-`) && join(cache, old) !== fresh) rmSync(join(cache, old), { recursive: true });
    }
    renameSync(fresh, folder);
  }
  return folder;
}

/** A folder's files under the address that holds their common hash. */
function hashed(kind, files) {
  const id = hash(...Object.entries(files).sort(([a], [b]) => (a < b ? -1 : 1)).flatMap(([name, data]) => [name, "\0", data]));
  const base = `${kind}/${id}`;
  return { base, files: Object.fromEntries(Object.entries(files).map(([name, data]) => [`${base}/${name}`, data])) };
}

// --- the app: Rust → wasm → glue → smaller wasm

function buildApp() {
  run("cargo", ["build", "--package", "app", "--lib", "--target", "wasm32-unknown-unknown", "--profile", "wasm-release", "--features", "hydrate"]);
  const wasm = join(target, "wasm32-unknown-unknown/wasm-release/app.wasm");
  const bindgen = run(join(root, "scripts/wasm-bindgen"), [], "pipe").trim();
  const optimiser = join(npm, "binaryen/bin/wasm-opt");
  // What counts is the size on the wire. Measured in brotli: 317 kB with -O1, 322 without, 341 with -Oz, which is the smallest
  // unpacked (1.30 MB, not 1.50) but compresses worse, and takes five times as long.
  const level = "-O1";
  const key = hash(readFileSync(wasm), bindgen, readFileSync(join(npm, "binaryen/package.json")), level);
  const folder = cached("pkg", key, (out) => {
    say("wasm-bindgen: JavaScript around the wasm");
    run(bindgen, ["--target", "web", "--no-typescript", "--remove-name-section", "--remove-producers-section",
      "--out-name", "whereabouts", "--out-dir", out, wasm]);
    const large = join(out, "whereabouts_bg.wasm");
    say("wasm-opt: a smaller wasm");
    const small = join(out, "small.wasm");
    const { status, stderr, error } = spawnSync(process.execPath, [optimiser, level, large, "-o", small], { encoding: "utf8" });
    if (status === 0) renameSync(small, large);
    else {
      rmSync(small, { force: true });
      say(`wasm-opt failed, the wasm stays as it is: ${(stderr || String(error)).trim().split("\n")[0]}`);
    }
  });
  return Object.fromEntries(filesUnder(folder).map((name) => [name, readFileSync(join(folder, name))]));
}

// --- what others made: only the files that a browser needs, with their licences

function mapLibrary() {
  const dist = join(npm, "maplibre-gl/dist");
  const files = Object.fromEntries(
    ["maplibre-gl.mjs", "maplibre-gl-worker.mjs", "maplibre-gl.css"].map((name) => [name, withoutSourceMap(readFileSync(join(dist, name)))]),
  );
  files["LICENSE.txt"] = readFileSync(join(npm, "maplibre-gl/LICENSE.txt"));
  return files;
}

/** Without the pointer to a source map that is not shipped: developer tools would ask for it. */
function withoutSourceMap(data) {
  return Buffer.from(data.toString("utf8").replace(/\n?(\/\/# sourceMappingURL=\S+|\/\*# sourceMappingURL=\S+ \*\/)\s*$/, "\n"));
}

function fonts() {
  const from = join(npm, "@fontsource/noto-sans");
  const names = ["latin", "latin-ext"].flatMap((script) => [400, 600].map((weight) => `noto-sans-${script}-${weight}-normal.woff2`));
  const files = Object.fromEntries(names.map((name) => [name, readFileSync(join(from, "files", name))]));
  files["LICENSE"] = readFileSync(join(from, "LICENSE"));
  return files;
}

// --- styles: one file, every `@import "x.css" layer(…) …` replaced by what it names

function bundleStyle(file, seen = new Set()) {
  if (seen.has(file)) return "";
  seen.add(file);
  const text = readFileSync(file, "utf8").replace(/\/\*[\s\S]*?\*\//g, "");
  return text.replace(
    /@import\s+(?:url\(\s*)?["']([^"']+)["']\s*\)?\s*(layer\(([^)]*)\)|layer)?\s*([^;]*);/g,
    (_, name, layered, layer, media) => {
      let inner = bundleStyle(resolve(dirname(file), name), seen);
      if (media.trim()) inner = `@media ${media.trim()} {\n${inner}\n}`;
      return layered ? `@layer ${layer ?? ""} {\n${inner}\n}` : inner;
    },
  ).replace(/\n\s*\n+/g, "\n");
}

// --- compressed beside the file, once for each content

const compressible = /\.(wasm|m?js|css|svg|json|txt|html|webmanifest|ico)$/;
const brotliAsync = promisify(brotliCompress);
const gzipAsync = promisify(gzip);

async function compressed(data) {
  const folder = join(cache, "compressed");
  mkdirSync(folder, { recursive: true });
  const id = hash(data);
  const both = await Promise.all(
    [
      ["br", () => brotliAsync(data, { params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: data.length } })],
      ["gz", () => gzipAsync(data, { level: 9 })],
    ].map(async ([ending, squeeze]) => {
      const file = join(folder, `${id}.${ending}`);
      if (!existsSync(file)) {
        writeFileSync(`${file}.new`, await squeeze());
        renameSync(`${file}.new`, file);
      }
      return [ending, readFileSync(file)];
    }),
  );
  used.add(id);
  return both.filter(([, small]) => small.length < data.length * 0.95);
}
const used = new Set();

// --- everything together

const folders = {};
const all = {};
function put(plain, kind, files) {
  const made = hashed(kind, files);
  Object.assign(all, made.files);
  if (plain) folders[plain] = made.base;
  return made.base;
}

mkdirSync(cache, { recursive: true });
const vendor = put("vendor/maplibre-gl", "vendor", mapLibrary());
const withHashes = (text) => text.replaceAll("/vendor/maplibre-gl/", `/${vendor}/`);
for (const [name, data] of Object.entries(fonts())) all[`fonts/${name}`] = data;

const app = buildApp();
for (const name of Object.keys(app)) {
  if (name.startsWith("snippets/")) app[name] = Buffer.from(withHashes(app[name].toString("utf8")));
}
const pkg = put(null, "pkg", app);

// The same scripts for pages without the wasm: page.js, and what it asks for.
const scripts = join(root, "app/js");
const plain = put(null, "js", Object.fromEntries(
  ["page.js", "quiet.js", "style.js", "marks.js"].map((name) => [name, Buffer.from(withHashes(readFileSync(join(scripts, name), "utf8")))]),
));

const mainStyle = join(root, "style/main.css");
const style = existsSync(mainStyle) ? put(null, "style", { "main.css": Buffer.from(withHashes(bundleStyle(mainStyle))) }) : null;
if (!style) say("there is no style/main.css: pages will be without style");

for (const name of filesUnder(join(root, "public"))) all[name] = readFileSync(join(root, "public", name));

const manifest = {
  js: `/${pkg}/whereabouts.js`,
  wasm: `/${pkg}/whereabouts_bg.wasm`,
  css: style ? `/${style}/main.css` : "",
  page: `/${plain}/page.js`,
  maplibre_js: `/${vendor}/maplibre-gl.mjs`,
  maplibre_css: `/${vendor}/maplibre-gl.css`,
  folders,
};
all["manifest.json"] = Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`);

let wireSize = 0;
for (const [name, data] of Object.entries({ ...all })) {
  if (!compressible.test(name) || name === "manifest.json" || data.length < 512) continue;
  for (const [ending, small] of await compressed(data)) {
    all[`${name}.${ending}`] = small;
    if (ending === "br" && name.endsWith(".wasm")) wireSize = small.length;
  }
}
for (const name of readdirSync(join(cache, "compressed"))) {
  if (!used.has(name.split(".")[0])) rmSync(join(cache, "compressed", name));
}

// Only what differs is written, so that a build of the server sees a change only where there is one. The manifest comes last.
let written = 0;
const order = Object.keys(all).sort((a, b) => (a === "manifest.json") - (b === "manifest.json"));
for (const name of order) {
  const file = join(site, name);
  if (existsSync(file) && statSync(file).size === all[name].length && readFileSync(file).equals(all[name])) continue;
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, all[name]);
  written += 1;
}
for (const name of filesUnder(site)) if (!(name in all)) rmSync(join(site, name));
const folder = (name) => name.split("/").slice(0, 2).join("/");
const kept = new Set(order.map(folder));
for (const kind of ["pkg", "js", "style", "vendor"]) {
  for (const id of existsSync(join(site, kind)) ? readdirSync(join(site, kind)) : []) {
    if (!kept.has(`${kind}/${id}`)) rmSync(join(site, kind, id), { recursive: true });
  }
}
say(`${Object.keys(all).length} files, ${written} new; the wasm is ${Math.round(wireSize / 1000)} kB in brotli`);

// What a phone loads over a bad line grows one kilobyte at a time: a change that needs more says so in this file.
const agreed = JSON.parse(readFileSync(join(root, "scripts/web-size.json"), "utf8")).wasm_brotli_kb;
if (wireSize > agreed * 1000 * 1.05) {
  say(`that is more than 5 % over the ${agreed} kB of scripts/web-size.json: make it smaller, or raise the number in the same change and say why`);
  process.exitCode = 1;
}
