// SAP Concur on a bad day: documents nobody can read are given up with a reason, shown to staff and fetched again by a button;
// refusals that name a time are waited for; a wave of anonymizations empties what it names. Nothing is lost meanwhile.

import { type Program, startDemo } from "./program";
import { accessible, expect, hydrated, signIn, test as base } from "./test";

const test = base.extend<object, { own: Program }>({
  own: [
    async ({}, use) => {
      const program = await startDemo("--travelers", "15", "--seed", "5");
      await use(program);
      await program.stop();
    },
    { scope: "worker", timeout: 240_000 },
  ],
});

async function control<T>(program: Program, path: string, method = "GET", body?: object): Promise<T> {
  const answer = await fetch(`${program.sandbox}/control/${path}`, {
    method,
    headers: { "content-type": "application/json" },
    body: body && JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
  return answer.json() as Promise<T>;
}

const faults = (program: Program, which: object) => control(program, "faults", "POST", which);

/** Some trip of the demo, and its company. */
async function someTrip(program: Program, n: number) {
  const { trips } = await control<{ trips: string[] }>(program, "trips");
  const { companies } = await control<{ companies: { id: string }[] }>(program, "state");
  return { trip: trips[n], company: companies[0].id };
}

async function announce(program: Program, { trip, company }: { trip: string; company: string }, eventType = "ItineraryUpdated") {
  const facts = { id: trip, companyId: company };
  const body = { id: crypto.randomUUID(), eventType, topic: "public.concur.travel.itinerary", timeStamp: new Date().toISOString(), facts };
  await control(program, "events", "POST", { body, signature: "good" });
}

test.beforeEach(async ({ own }) => {
  await control(own, "pause", "POST");
  await faults(own, {});
});

for (const [fault, reason] of [
  ["garbled_trips", "unreadable"],
  ["oversize_trips", "too large"],
  ["deep_trips", "unreadable"],
] as const) {
  test(`L16 T65 ${fault}: given up with a reason after three tries, and fetched again by a button`, async ({ page, own }) => {
    test.setTimeout(120_000);
    const which = await someTrip(own, ["garbled_trips", "oversize_trips", "deep_trips"].indexOf(fault));
    await faults(own, { [fault]: true });
    await announce(own, which);
    await signIn(page, own, await own.operator());
    const row = page.getByRole("row").filter({ has: page.getByRole("button", { name: `Replay trip ${which.trip}` }) });
    await expect.poll(async () => (await page.goto(`${own.address}/feed`), row.count()), { timeout: 60_000 }).toBe(1);
    await expect(row).toContainText(reason);
    await hydrated(page);
    await accessible(page);
    await faults(own, {});
    await row.getByRole("button").click();
    await expect(page.getByRole("status")).toContainText("queued again");
    await expect.poll(async () => (await page.goto(`${own.address}/feed`), row.count()), { timeout: 60_000 }).toBe(0);
  });
}

test("L4 a refusal that names a time is waited for, then the trip is fetched", async ({ page, own }) => {
  const which = await someTrip(own, 3);
  await faults(own, { trip: { status: 429, id: which.trip, times: 1, retry_after: 3 } });
  const begun = Date.now();
  await announce(own, which);
  await signIn(page, own, await own.operator());
  // Until the event is there, the table has no row that could be waited for.
  const log = page.getByRole("table").last().locator("tbody");
  const state = async () => {
    await page.goto(`${own.address}/feed?trip=${which.trip}`);
    return (await log.textContent()) ?? "";
  };
  await expect.poll(state, { timeout: 60_000 }).toContain("processed");
  expect(Date.now() - begun, "it came back too early").toBeGreaterThan(2_500);
});

test("P1 P4 P5 a wave of anonymizations takes every name off the map, and no log ever had one", async ({ page, own }) => {
  test.setTimeout(120_000);
  await signIn(page, own);
  const rows = page.locator("#list tr.line");
  await expect.poll(async () => (await page.goto(`${own.address}/?show=all`), rows.count()), { timeout: 60_000 }).toBeGreaterThan(2);
  const { trips } = await control<{ trips: string[] }>(own, "trips?limit=100000");
  const { company } = await someTrip(own, 0);
  await faults(own, { trip: { status: 404 } });
  for (const trip of trips) await announce(own, { trip, company }, "ItineraryAnonymized");
  await expect.poll(async () => (await page.goto(`${own.address}/?show=all`), rows.count()), { timeout: 60_000 }).toBe(0);
  const { people } = await control<{ people: { login: string; family_name: string; given_name: string }[] }>(own, "people?limit=1000");
  const log = own.log().replaceAll(own.email, "");
  for (const { login, given_name, family_name } of people) {
    for (const name of [login, `${given_name} ${family_name}`, `${family_name}/${given_name}`.toUpperCase()]) expect(log).not.toContain(name);
  }
});
