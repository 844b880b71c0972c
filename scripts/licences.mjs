// Checks that every crate and npm package carries a licence from deny.toml's list. For machines without cargo-deny.

import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

const rules = readFileSync("deny.toml", "utf8");
const list = rules.match(/\[licenses\][\s\S]*?allow = \[([\s\S]*?)\]/)[1];
// The label font, and what only tests (axe-core).
const general = new Set([...list.matchAll(/"([^"]+)"/g)].map((m) => m[1]).concat("OFL-1.1"));
const exceptions = { "axe-core": "MPL-2.0" };
for (const [, licence, name] of rules.matchAll(/\{ allow = \["([^"]+)"\], crate = "([^"]+)" \}/g)) exceptions[name] = licence;

/** Whether an SPDX expression can be met: OR needs one side, AND both; `/` is an old OR. */
function met(expression, package_) {
  const allowed = { has: (licence) => general.has(licence) || exceptions[package_] === licence };
  const tokens = expression.replaceAll("/", " OR ").match(/\(|\)|[^\s()]+/g) ?? [];
  let at = 0;
  const one = () => {
    if (tokens[at] === "(") {
      at += 1;
      const inner = any();
      at += 1;
      return inner;
    }
    let name = tokens[at++];
    if (tokens[at] === "WITH") {
      name = `${name} WITH ${tokens[at + 1]}`;
      at += 2;
    }
    return allowed.has(name);
  };
  const all = () => {
    let good = one();
    while (tokens[at] === "AND") {
      at += 1;
      good = one() && good;
    }
    return good;
  };
  const any = () => {
    let good = all();
    while (tokens[at] === "OR") {
      at += 1;
      good = all() || good;
    }
    return good;
  };
  return any();
}

const metadata = execFileSync("cargo", ["metadata", "--format-version", "1", "--locked"], { maxBuffer: 1 << 30 });
const crates = JSON.parse(metadata).packages.map((p) => ({ name: p.name, version: p.version, licence: p.license ?? "" }));
const lock = JSON.parse(readFileSync("package-lock.json", "utf8"));
const packages = Object.entries(lock.packages)
  .filter(([path]) => path)
  .map(([path, p]) => ({ name: path.replace(/.*node_modules\//, ""), version: p.version, licence: p.license ?? "" }));

const wrong = [...crates, ...packages].filter(({ name, licence }) => !licence || !met(licence, name));
for (const { name, version, licence } of wrong) console.log(`   ${name} ${version}: ${licence || "no licence named"}`);
console.log(`   ${crates.length} crates and ${packages.length} packages, ${wrong.length} with a licence that deny.toml does not allow`);
process.exit(wrong.length ? 1 : 0);
