// What every browser test stands on: a running demo, a page that must not complain, sign-in, hydration, accessibility.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { type Page, test as base, expect } from "@playwright/test";
import { type Program, startDemo } from "./program";

interface Worker {
  /** A connected company, fed by the simulated SAP Concur. */
  demo: Program;
}

export const test = base.extend<object, Worker>({
  demo: [
    async ({}, use) => {
      const program = await startDemo("--travelers", "60", "--seed", "7");
      await use(program);
      await program.stop();
    },
    { scope: "worker", timeout: 240_000 },
  ],
  // Any error in the console, any uncaught exception, any policy violation fails the test: a dead hydration looks like this.
  page: async ({ page }, use) => {
    const complaints: string[] = [];
    page.on("console", (message) => {
      if (message.type() === "error") complaints.push(`console: ${message.text()} (${message.location().url})`);
    });
    page.on("pageerror", (error) => complaints.push(`exception: ${error.message}`));
    await use(page);
    expect(complaints, "the page complained").toEqual([]);
  },
});

export { expect };

/** Waits until the wasm has taken over the page. */
export async function hydrated(page: Page) {
  await page.locator("html[data-hydrated]").waitFor({ state: "attached", timeout: 20_000 });
}

/** Waits until the map is drawn: there is a canvas, and its picture no longer changes. */
export async function mapReady(page: Page) {
  const map = page.locator(".map");
  await map.locator("canvas").waitFor();
  let before = Buffer.alloc(0);
  await expect
    .poll(async () => {
      const now = await map.screenshot();
      const same = now.equals(before);
      before = now;
      return same;
    }, { intervals: [400] })
    .toBe(true);
}

/** Signs in through the form, as a person does; works without JavaScript too. */
export async function signIn(page: Page, program: Program, email = program.email) {
  await page.goto(`${program.address}/sign-in`);
  await page.getByLabel(/e-?mail/i).fill(email);
  await page.getByLabel(/password/i).fill(program.password);
  await page.getByRole("button", { name: /sign in/i }).click();
  await page.waitForURL((url) => !url.pathname.startsWith("/sign-in"));
}

/** Remembers what the server said before the browser's half begins. Call before `goto`. */
export async function rememberServed(page: Page, selector: string) {
  await page.addInitScript((wanted) => {
    document.addEventListener("DOMContentLoaded", () => {
      const served = [...document.querySelectorAll(wanted)].map((element) => element.textContent);
      Object.assign(window, { served });
    });
  }, selector);
}

/** What the server said, and what stands there now. */
export async function servedAndNow(page: Page, selector: string): Promise<[string[], string[]]> {
  return page.evaluate(
    (wanted) => [
      (window as unknown as { served: string[] }).served,
      [...document.querySelectorAll(wanted)].map((element) => element.textContent ?? ""),
    ],
    selector,
  );
}

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** Fails on what WCAG 2.2 A and AA forbid. */
export async function accessible(page: Page) {
  await page.evaluate(axe);
  const violations = await page.evaluate(async () => {
    const run = (window as unknown as { axe: { run: (options: object) => Promise<{ violations: Violation[] }> } }).axe.run;
    interface Violation {
      id: string;
      help: string;
      nodes: { html: string; failureSummary: string }[];
    }
    const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
    const found = await run({ runOnly: { type: "tag", values: tags } });
    return found.violations.map((v) => `${v.id}: ${v.help}\n  ${v.nodes.slice(0, 3).map((n) => n.html).join("\n  ")}`);
  });
  expect(violations, "accessibility").toEqual([]);
}
