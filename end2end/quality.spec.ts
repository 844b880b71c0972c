// The page of quality: what it counts is what the interface counts, erasing a person takes everything of them along, and
// limits and acknowledgements are plain forms.

import { hours, LONDON, plan, putTrip, stranger } from "./concur";
import { accessible, expect, hydrated, signIn, test } from "./test";
import type { Page } from "@playwright/test";
import type { Program } from "./program";

interface Report {
  summary: { notices: number; segments: number };
  sources: {
    source: string;
    trips: number;
    notices: { code: string; totalNotices: number; sampleNotices: { trip: string }[] }[];
  }[];
}

/** The report that a company hands on, as the browser downloads it. */
async function report(page: Page, demo: Program, query: string): Promise<Report> {
  const answer = await page.request.get(`${demo.address}/quality/report.json?${query}`);
  expect(answer.status()).toBe(200);
  return answer.json();
}

const number = (text: string | null) => Number((text ?? "").replace(/\D/g, ""));

/** Counts by notice as the page shows them. */
async function shown(page: Page, demo: Program, query: string): Promise<Record<string, number>> {
  await page.goto(`${demo.address}/quality?${query}`);
  const rows = await page.locator("tr[data-code]").all();
  const counts: Record<string, number> = {};
  for (const row of rows) {
    counts[(await row.getAttribute("data-code")) ?? ""] = number(await row.locator(".count").textContent());
  }
  return counts;
}

test("the counts on the page are the counts of the report, of all sources and of each", async ({ page, demo }) => {
  await signIn(page, demo);
  const query = "span=next30";
  await expect.poll(async () => (await report(page, demo, query)).summary.notices, { timeout: 60_000 }).toBeGreaterThan(0);
  const told = await report(page, demo, query);
  const all: Record<string, number> = {};
  for (const notice of told.sources.flatMap((one) => one.notices)) {
    all[notice.code] = (all[notice.code] ?? 0) + notice.totalNotices;
  }
  expect(await shown(page, demo, query)).toEqual(all);
  expect(number(await page.locator("[data-notices]").getAttribute("data-notices"))).toBe(told.summary.notices);
  for (const source of told.sources) {
    const own = Object.fromEntries(source.notices.map((notice) => [notice.code, notice.totalNotices]));
    expect(await shown(page, demo, `${query}&source=${source.source}`), source.source).toEqual(own);
  }
});

test("erasing a person changes the counts and leaves no sample", async ({ page, demo }) => {
  await signIn(page, demo);
  const query = "span=next30&source=OpenBookingEmail";
  const of = async () => {
    const { sources } = await report(page, demo, query);
    const missing = sources[0]?.notices.find((notice) => notice.code === "flight_number_missing");
    const trips = missing?.sampleNotices.map((sample) => sample.trip) ?? [];
    return { count: missing?.totalNotices ?? 0, samples: [...new Set(trips)] };
  };
  const somebody = await stranger(demo, "OSL");
  const trip = await putTrip(demo, somebody, plan({ code: "OSL", zone: "Europe/Oslo" }, LONDON, hours(100), somebody));
  await expect.poll(async () => (await of()).samples, { timeout: 30_000 }).toContain(trip);
  const during = await of();

  await page.goto(`${demo.address}/quality?${query}&code=flight_number_missing&trip=${trip}`);
  await hydrated(page);
  const document = page.locator(".look-body > div").nth(1);
  await expect(document).toContainText(trip);
  await expect(document.locator("article.marked .marked dt").first()).toContainText("FlightNumber");
  await expect(document.locator("article.marked .missing").first()).toHaveText("not there");
  await accessible(page);

  // No anonymized document is to be had: else it would take the place of the erased one (P3).
  const faults = (which: object) =>
    fetch(`${demo.sandbox}/control/faults`, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(which) });
  await faults({ trip: { status: 404, id: trip } });
  await fetch(`${demo.sandbox}/control/trips/${trip}/anonymize`, { method: "POST" });
  // Both of its flights; other trips come and go meanwhile, but have their numbers.
  await expect
    .poll(of, { timeout: 30_000 })
    .toEqual({ count: during.count - 2, samples: during.samples.filter((one) => one !== trip) });
  await page.reload();
  await expect(page.getByText(trip)).toHaveCount(0);
  await faults({});
});

test("a limit and an acknowledgement are set and taken back without JavaScript", async ({ browser, demo }) => {
  const context = await browser.newContext({ javaScriptEnabled: false, locale: "en-GB", timezoneId: "UTC" });
  const page = await context.newPage();
  await signIn(page, demo);
  await page.goto(`${demo.address}/quality?span=next30`);
  await page.locator("tr[data-code] th a").first().click();
  await page.getByLabel("Warn above").fill("12.5");
  await page.getByLabel("Error above").fill("5");
  await page.getByRole("button", { name: "Set" }).click();
  await expect(page.getByRole("alert")).toContainText("Nothing was changed");
  await page.getByLabel("Warn above").fill("12.5");
  await page.getByLabel("Error above").fill("40");
  await page.getByRole("button", { name: "Set" }).click();
  await expect(page.getByRole("status")).toContainText("The limit is set");
  await expect(page.getByLabel("Warn above")).toHaveValue("12.5");

  const tomorrow = hours(24).toISOString().slice(0, 10);
  await page.getByLabel("Note").fill("The agency mends it.");
  await page.getByLabel("Until").fill(tomorrow);
  await page.getByRole("button", { name: "Acknowledge", exact: true }).click();
  await expect(page.getByRole("status")).toContainText("acknowledged");
  await expect(page.locator(".look")).toContainText("The agency mends it.");
  await page.getByRole("button", { name: /Take the acknowledgement back/ }).click();
  await expect(page.getByRole("status")).toContainText("taken back");
  await context.close();
});

test("the catalogue of notices is a page", async ({ page, demo }) => {
  await signIn(page, demo);
  await page.goto(`${demo.address}/notices`);
  await hydrated(page);
  await expect(page.locator("#flight_number_missing")).toContainText("Flight without a number");
  await accessible(page);
});

for (const colorScheme of ["light", "dark"] as const) {
  for (const [width, height] of [[1440, 900], [1024, 768], [390, 844]]) {
    test(`quality in ${colorScheme} at ${width}`, async ({ page, demo }) => {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width, height });
      await signIn(page, demo);
      await page.goto(`${demo.address}/quality?span=next30&source=ConcurTravel`);
      await hydrated(page);
      await accessible(page);
      const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      expect(over, "it scrolls sideways").toBeLessThanOrEqual(0);
      await page.screenshot({ path: `end2end/test-results/pictures/quality-${colorScheme}-${width}.png`, fullPage: true });
    });
  }
}
