// A large company: more people than are sent one by one, of whom most are doubles of those whom the simulated SAP Concur told of (benches/crowd.sql).
// The list can be read to its end, the map counts by cells, list, map and incident agree, and memory stays flat.

import { execFileSync } from "node:child_process";
import { dirname, join } from "node:path";
import { type APIRequestContext, type Page, request as requests } from "@playwright/test";
import { type Program, binary, startDemo } from "./program";
import { expect, hydrated, mapReady, signIn, test as base } from "./test";

/** Enough for cells, with those who are not on the map; WHEREABOUTS_CROWD=50000 asks for more, which takes a program built for tests minutes. */
const PEOPLE = Number(process.env.WHEREABOUTS_CROWD ?? 24_000);
/** Rows that the document may hold, however long the list is. */
const MOST_ROWS = 400;

interface Feature {
  geometry: { type: string; coordinates: [number, number] };
  properties: { kind: string; n?: number; id?: string };
}

const test = base.extend<object, { crowd: Program }>({
  crowd: [
    async ({}, use) => {
      const program = await startDemo("--travelers", "120", "--seed", "7", "--speed", "0.001");
      await settled(program);
      const began = Date.now();
      execFileSync(join(dirname(binary), "examples", "crowd"), [program.database.replace("sqlite://", ""), String(PEOPLE)]);
      console.log(`${PEOPLE} people are in the store after ${((Date.now() - began) / 1000).toFixed(1)} s`);
      await use(program);
      await program.stop();
    },
    { scope: "worker", timeout: 240_000 },
  ],
});

test.describe.configure({ timeout: 300_000 });

/** Waits until what was booked before is read: the map stays as it is for some seconds. */
async function settled(program: Program) {
  const api = await requests.newContext({ baseURL: program.address, extraHTTPHeaders: { origin: program.address } });
  await api.post("/sign-in", { form: { email: program.email, password: program.password, next: "/" } });
  let [before, same] = [0, 0];
  await expect
    .poll(
      async () => {
        const now = counted(await drawn(api, "show=all"));
        same = now > 10 && now === before ? same + 1 : 0;
        before = now;
        return same;
      },
      { timeout: 120_000, intervals: [1_000] },
    )
    .toBeGreaterThanOrEqual(3);
  await api.dispose();
}

async function drawn(api: APIRequestContext, query: string, address = ""): Promise<Feature[]> {
  return (await (await api.get(`${address}/map/people.geojson?${query}`)).json()).features;
}

const people = (feature: Feature) => (feature.properties.kind === "area" ? 0 : (feature.properties.n ?? 1));
const counted = (features: Feature[]) => features.reduce((sum, feature) => sum + people(feature), 0);
const number = (text: string | null) => Number((text ?? "").replace(/\D/g, ""));

/** Which rows are there: first, how many, of how many. */
async function rows(page: Page): Promise<{ first: number; shown: number; total: number }> {
  const table = page.locator(".rows table[data-total]");
  const [first, shown, total] = await Promise.all(["data-first", "data-shown", "data-total"].map((name) => table.getAttribute(name)));
  return { first: Number(first), shown: Number(shown), total: Number(total) };
}

async function heap(page: Page): Promise<number> {
  const chrome = await page.context().newCDPSession(page);
  await chrome.send("Performance.enable");
  for (let i = 0; i < 3; i++) await chrome.send("HeapProfiler.collectGarbage");
  const { metrics } = await chrome.send("Performance.getMetrics");
  await chrome.detach();
  return metrics.find((m) => m.name === "JSHeapUsedSize")?.value ?? 0;
}

test("a list of tens of thousands is read to its end and back with few rows in the document", async ({ page, crowd }) => {
  await signIn(page, crowd);
  await page.goto(`${crowd.address}/?show=all&sort=name`);
  await hydrated(page);
  await expect(page.locator("#list-title")).toContainText(PEOPLE.toLocaleString("en-GB"));
  expect(await rows(page)).toMatchObject({ first: 0, total: PEOPLE });
  const first = await page.locator("#list a.row").first().textContent();
  const before = await heap(page);
  const to = (share: number) => page.locator(".rows").evaluate((el, share) => el.scrollTo(0, (el.scrollHeight - el.clientHeight) * share), share);
  // By leaps, and the end twice: the room below is as high as the rows that are not there.
  for (const share of [0.5, 1, 1]) {
    const start = (await rows(page)).first;
    await to(share);
    if (share < 1 || start + 600 < PEOPLE) await expect.poll(async () => (await rows(page)).first).toBeGreaterThan(start);
    expect(await page.locator("#list a.row").count()).toBeLessThanOrEqual(MOST_ROWS);
  }
  await expect.poll(async () => { const at = await rows(page); return at.first + at.shown; }).toBe(PEOPLE);
  await to(1);
  const last = page.locator("#list a.row").last();
  await expect(last).toBeInViewport();
  expect((await last.textContent())! > first!, "in the order of names").toBe(true);
  await to(0);
  await expect.poll(async () => (await rows(page)).first).toBe(0);
  await expect(page.locator("#list a.row").first()).toHaveText(first!);
  const after = await heap(page);
  console.log(`to the end and back: heap ${Math.round(before / 1e3)} → ${Math.round(after / 1e3)} kB`);
  expect(after, "JavaScript heap").toBeLessThan(before * 1.5 + 4_000_000);
});

test("the map counts by cells, and list, sentence, table and map agree", async ({ page, crowd }) => {
  await signIn(page, crowd);
  await page.goto(`${crowd.address}/?show=all`);
  await hydrated(page);
  await mapReady(page);
  const features = await drawn(page.request, "show=all", crowd.address);
  const cells = features.filter((f) => f.properties.kind === "cell");
  expect(cells.length).toBeGreaterThan(0);
  expect(cells.length).toBeLessThanOrEqual(5_000);
  expect(features.filter((f) => f.properties.kind === "person")).toEqual([]);
  // Whoever is not on the map cannot be placed, or is at home and nobody knows where that is.
  await page.keyboard.press("m");
  const table = page.locator("section.places tbody tr");
  await expect(table.first()).toBeVisible();
  const places = await table.evaluateAll((lines) => lines.map((line) => [...line.children].map((cell) => cell.textContent ?? "")));
  expect(places.reduce((sum, [, n]) => sum + number(n), 0), "the table has everybody").toBe(PEOPLE);
  const of = (name: string) => number(places.find(([label]) => label === name)?.[1] ?? "0");
  expect(counted(features)).toBeLessThanOrEqual(PEOPLE - of("Cannot be placed"));
  expect(counted(features)).toBeGreaterThanOrEqual(PEOPLE - of("Cannot be placed") - of("At home"));
  // The numbers of the sentence are those of the lists behind them.
  for (const show of ["away", "air", "planned", "unplaced"]) {
    await page.goto(`${crowd.address}/?show=${show}`);
    const said = number(await page.locator(`.sentence a[href*="show=${show}"] b, .sentence a[aria-current] b`).first().textContent());
    if (said > 0) expect((await rows(page)).total, show).toBe(said);
    else await expect(page.locator(".rows table[data-total]"), show).toHaveCount(0);
  }
});

test("whoever is open is drawn apart from the cells and counted once", async ({ page, crowd }) => {
  await signIn(page, crowd);
  const before = await drawn(page.request, "show=all", crowd.address);
  await page.goto(`${crowd.address}/?show=all&sort=name`);
  await hydrated(page);
  await mapReady(page);
  const answers: Feature[][] = [];
  page.on("response", async (response) => {
    if (response.url().includes("people.geojson") && response.url().includes("person=")) answers.push((await response.json()).features);
  });
  // Somebody at a place: who is on the way is in no cell.
  const row = page.locator("#list tr.line").filter({ hasText: /home/ }).first().locator("a.row");
  const id = await row.getAttribute("data-id");
  await row.click();
  await expect(page.locator("#person-name")).toBeVisible();
  await expect.poll(() => answers.length).toBeGreaterThan(0);
  const apart = answers.at(-1)!.filter((f) => f.properties.kind === "person");
  expect(apart.map((f) => f.properties.id)).toEqual([id]);
  expect(counted(answers.at(-1)!)).toBe(counted(before));
});

test("an incident among tens of thousands has its five lists", async ({ page, crowd }) => {
  await signIn(page, crowd);
  // Where most people are.
  const features = await drawn(page.request, "show=away", crowd.address);
  const fullest = features.filter((f) => f.geometry.type === "Point").sort((a, b) => people(b) - people(a))[0];
  const [lon, lat] = fullest.geometry.coordinates;
  await page.goto(`${crowd.address}/?show=away`);
  await hydrated(page);
  await page.keyboard.press("a");
  await page.getByLabel("Where", { exact: true }).fill(`${lat.toFixed(3)}, ${lon.toFixed(3)}`);
  await page.keyboard.press("Enter");
  const incident = page.getByRole("region", { name: "Incident", exact: true });
  // Everybody's episodes are read for it: seconds in a program built for tests, more on a busy machine.
  const patient = { timeout: 120_000 };
  await expect(incident.locator("li")).toHaveCount(5, patient);
  const lists = await Promise.all(["present", "possible", "inbound", "left", "open"].map(async (group) => number(await incident.locator(`li.${group} b`).textContent())));
  console.log(`an incident where most are: ${lists.join(", ")}`);
  expect(lists[0]).toBeGreaterThan(100);
  await expect.poll(async () => (await rows(page)).total, patient).toBe(lists.reduce((a, b) => a + b, 0));
  await incident.locator("li.present a").click();
  await expect.poll(async () => (await rows(page)).total, patient).toBe(lists[0]);
});
