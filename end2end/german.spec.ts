// Every page in German: no English text of ours is left on it, it is accessible, nothing hangs over the edge (the pictures in
// test-results/pictures are for people). The switch works without JavaScript and is remembered; both halves say the same.

import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { accessible, expect, hydrated, rememberServed, servedAndNow, test } from "./test";
import type { BrowserContext, Page } from "@playwright/test";
import type { Program } from "./program";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "..");
/** Shorter pieces of English may be a name, or a part of a German word. */
const TELLING = 9;

/** The English of every text in the sources (`t!` and `tf!`), cut at its placeholders; without what its German says too. */
function english(): string[] {
  const pieces = new Set<string>();
  for (const folder of ["app/src", "src/web"]) {
    for (const name of readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })) {
      if (!name.endsWith(".rs")) continue;
      const text = readFileSync(join(root, folder, name), "utf8");
      for (const [, said, german] of text.matchAll(/\btf?!\(\s*"((?:[^"\\]|\\.)*)",\s*"((?:[^"\\]|\\.)*)"/g)) {
        for (const piece of said.split(/\{[^{}]*\}/).map((p) => p.trim())) {
          if (piece.length >= TELLING && !german.includes(piece)) pieces.add(piece);
        }
      }
    }
  }
  return [...pieces];
}

/** What of it can be read on the page, or is read out. */
async function left(page: Page): Promise<string[]> {
  return page.evaluate((pieces) => {
    const attributes = ["title", "aria-label", "placeholder", "aria-description", "data-hide"];
    // A trip is called as its document calls it.
    for (const name of document.querySelectorAll(".trips [translate=no]")) name.textContent = "";
    const said = [document.title, document.body.innerText];
    for (const element of document.querySelectorAll("body *")) for (const name of attributes) said.push(element.getAttribute(name) ?? "");
    for (const hidden of document.querySelectorAll("body .sr-only, body details, body option")) said.push(hidden.textContent ?? "");
    const all = said.join("\n");
    // Not as a part of a longer word, such as the code of a notice.
    const alone = (piece: string) => new RegExp(`(?<![\\w-])${piece.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}(?![\\w-])`);
    return pieces.filter((piece) => all.includes(piece) && alone(piece).test(all));
  }, english());
}

const speak = (context: BrowserContext, program: Program, language = "de") =>
  context.addCookies([{ name: "language", value: language, url: program.address }]);

/** Signs in on the German page. */
async function anmelden(page: Page, program: Program, email = program.email) {
  await page.goto(`${program.address}/sign-in`);
  await page.getByLabel("Dienstliche E-Mail").fill(email);
  await page.getByLabel("Passwort").fill(program.password);
  await page.getByRole("button", { name: "Anmelden" }).click();
  await page.waitForURL((url) => !url.pathname.startsWith("/sign-in"));
}

const PAGES: [string, string][] = [
  ["map", "/?show=all"],
  ["columns", "/?show=all&cols=next,since,source,contact"],
  ["incident", "/?area=London&hours=24"],
  ["sheet", "/sheet?area=London&hours=24"],
  ["boards", "/boards"],
  ["quality", "/quality?span=next30"],
  ["notices", "/notices"],
  ["company", "/company"],
  ["backlog", "/backlog"],
  ["privacy", "/privacy"],
  ["contacts", "/contacts"],
];

test("the language is the browser's until one is chosen, also without JavaScript", async ({ browser, demo }) => {
  const context = await browser.newContext({ locale: "de-DE", javaScriptEnabled: false });
  const page = await context.newPage();
  await anmelden(page, demo);
  await page.goto(`${demo.address}/?show=all`);
  await expect(page.locator("html")).toHaveAttribute("lang", "de");
  await expect(page.locator(".sentence")).toContainText("auf Reisen");
  await page.getByRole("button", { name: "English" }).first().click();
  await expect(page).toHaveURL(/[?&]show=all/);
  await expect(page.locator("html")).toHaveAttribute("lang", "en");
  await expect(page.locator(".sentence")).toContainText("in the air");
  await page.goto(`${demo.address}/company`);
  await page.getByRole("button", { name: "Deutsch" }).first().click();
  await expect(page).toHaveURL(/\/company$/);
  await expect(page.getByRole("link", { name: "Unternehmen" })).toBeVisible();
  await context.close();
});

test("German pages hydrate without changing a word, and the keyboard reaches everything", async ({ page, demo, context }) => {
  await speak(context, demo);
  await anmelden(page, demo);
  await page.addInitScript(() => localStorage.setItem("tour", "seen"));
  await page.route("**/live", () => {});
  const parts = ".sentence, #list tr.line, #list h2, .time .steps, .time .days, h1, h2, .bar .pages";
  await rememberServed(page, parts);
  await page.goto(`${demo.address}/?show=all&cols=next,since,source,contact`);
  await hydrated(page);
  const [served, now] = await servedAndNow(page, parts);
  expect(served.length).toBeGreaterThan(0);
  expect(now).toEqual(served);
  await page.keyboard.press("j");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { name: "Warum hier?" })).toBeVisible();
  await page.keyboard.press("w");
  await page.keyboard.type("Paris");
  await page.keyboard.press("Enter");
  await expect(page.locator(".why-not .because li").first()).toBeVisible();
  expect(await left(page), "English in the panel").toEqual([]);
  await page.keyboard.press("Escape");
  await page.locator("h1").click();
  await page.keyboard.press("?");
  await expect(page.getByRole("dialog", { name: "Tasten" })).toBeVisible();
  expect(await left(page), "English among the keys").toEqual([]);
});

test("what can be taken along is in the reader's language; machines are answered in English", async ({ page, demo, context }) => {
  await speak(context, demo);
  await anmelden(page, demo);
  const csv = await (await page.request.get(`${demo.address}/map/people.csv?show=all`)).text();
  expect(csv.split("\r\n")[0]).toContain("Nächste Etappe");
  const answer = await page.request.get(`${demo.address}/`);
  expect(answer.headers()["content-language"]).toBe("de");
  expect(answer.headers()["vary"]).toContain("accept-language");
  const notices = await (await page.request.get(`${demo.address}/notices.json`)).text();
  expect(notices).toContain("Flight without a number");
});

test("the basemap speaks German, with the names of the lists", async ({ page, demo, context }) => {
  await speak(context, demo);
  await anmelden(page, demo);
  const asked = page.waitForRequest((request) => request.url().endsWith("/map/names/de"));
  await page.goto(`${demo.address}/?show=all`);
  // Asked again, not read from the page: the page after sign-in may be the one that asked, and what it was answered is gone with it.
  const names = await (await page.request.get((await asked).url())).json();
  expect([names.lands.US, names.towns["IT Rome"]]).toEqual(["Vereinigte Staaten", "Rom"]);
});

test("the bar has room for every page in German", async ({ page, demo, context }) => {
  await speak(context, demo);
  await anmelden(page, demo, await demo.operator());
  for (const width of [1440, 1280, 1024, 900]) {
    await page.setViewportSize({ width, height: 768 });
    for (const path of ["/?show=all", "/boards", "/feed"]) {
      await page.goto(demo.address + path);
      await hydrated(page);
      const over = await page.evaluate(() => {
        const boxes = [...document.querySelectorAll(".bar .company, .bar .pages a, .bar .search, .bar .live, .bar .account")].map((part) => part.getBoundingClientRect());
        return boxes.filter((box) => box.width > 0).some((box, i, all) => box.right > innerWidth || (i > 0 && box.left < all[i - 1].right - 1));
      });
      expect(over, `${path} at ${width}`).toBe(false);
    }
  }
});

for (const theme of ["light", "dark"] as const) {
  for (const width of [1440, 390]) {
    test(`German pages in ${theme} at ${width}: no English is left, accessible, nothing hangs over the edge`, async ({ page, demo, context }) => {
      test.setTimeout(300_000);
      await page.emulateMedia({ colorScheme: theme });
      await page.setViewportSize({ width, height: 900 });
      await page.addInitScript(() => localStorage.setItem("tour", "seen"));
      await speak(context, demo);
      const look = async (name: string, path: string) => {
        await page.goto(demo.address + path);
        await hydrated(page);
        await page.screenshot({ path: `end2end/test-results/pictures/german-${name}-${theme}-${width}.png`, fullPage: width === 390 });
        expect.soft(await left(page), `English on ${path}`).toEqual([]);
        expect.soft(await page.evaluate(() => document.documentElement.scrollWidth), `${path} is too wide`).toBeLessThanOrEqual(width);
        await accessible(page);
      };
      await look("sign-in", "/sign-in?error=credentials");
      await look("connect", "/connect?error=incomplete");
      await anmelden(page, demo);
      // A phone shows person, place and certainty, whatever the address asks for.
      for (const [name, path] of PAGES) if (name !== "columns" || width > 1000) await look(name, path);
      const first = page.locator("#list a.row").first();
      await page.goto(`${demo.address}/?show=all`);
      await look("person", (await first.getAttribute("href")) ?? "");
      await page.getByRole("button", { name: "Kontakte zeigen" }).click();
      await expect(page.getByText("Wenn niemand abhebt")).toBeVisible();
      await page.goto(`${demo.address}/robots.txt`); // Nothing of a page that was signed in goes on asking.
      await context.clearCookies();
      await speak(context, demo);
      await anmelden(page, demo, await demo.operator());
      await look("feed", "/feed");
      await look("companies", "/company");
    });
  }
}
