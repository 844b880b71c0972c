// The map page in a browser that has never seen it: how long until the list can be used, until the map is drawn, and how
// many bytes went over the wire. Started by the benchmark `pages`: node benches/browser.mjs ADDRESS COOKIE. Prints JSON.

import { existsSync } from "node:fs";
import { chromium } from "@playwright/test";

const [address, cookie] = process.argv.slice(2);
const [name, value] = cookie.split("=");
const executablePath = [process.env.CHROME, "/usr/bin/chromium", "/usr/bin/chromium-browser"].find((path) => path && existsSync(path));
const browser = await chromium.launch({ executablePath, args: ["--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"] });
const runs = [];
for (let run = 0; run < 5; run++) {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  await context.addCookies([{ name, value, url: new URL(address).origin }]);
  const page = await context.newPage();
  const network = await context.newCDPSession(page);
  await network.send("Network.enable");
  let bytes = 0;
  network.on("Network.loadingFinished", ({ encodedDataLength }) => (bytes += encodedDataLength));
  const began = Date.now();
  await page.goto(address, { waitUntil: "commit" });
  await page.locator("#list a.row").first().waitFor();
  await page.locator("html[data-hydrated]").waitFor({ state: "attached" });
  const list_ms = Date.now() - began;
  await page.locator('main[data-map="drawn"]').waitFor({ state: "attached", timeout: 60_000 });
  runs.push({ list_ms, map_ms: Date.now() - began, bytes });
  await context.close();
}
await browser.close();
const middle = (key) => runs.map((run) => run[key]).sort((a, b) => a - b)[Math.floor(runs.length / 2)];
console.log(JSON.stringify({ list_ms: middle("list_ms"), map_ms: middle("map_ms"), bytes: middle("bytes") }));
