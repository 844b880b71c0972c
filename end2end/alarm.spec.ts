// The alarm: from sign-in to the printed call sheet in at most twelve actions, with the clock running; and what it rests on.

import type { Page } from "@playwright/test";
import { accessible, expect, hydrated, signIn, test } from "./test";

/** The city with the most people in it now, at home or away. */
async function crowded(page: Page, address: string): Promise<string> {
  const people = async () => {
    const map = await (await page.request.get(`${address}/map/people.geojson?show=all`)).json();
    return map.features.filter((f: { properties: { kind: string } }) => f.properties.kind === "person");
  };
  // The demo may only just have begun to read what was booked before.
  await expect.poll(async () => (await people()).length).toBeGreaterThan(8);
  const cities = new Map<string, number>();
  for (const { properties } of await people()) {
    const city = properties.place.replace(/, home$/, "");
    if (properties.radius_km > 0) cities.set(city, (cities.get(city) ?? 0) + 1);
  }
  return [...cities].sort((a, b) => b[1] - a[1])[0][0];
}

test("from sign-in to the printed call sheet in at most twelve actions", async ({ page, demo }) => {
  await signIn(page, demo);
  const city = await crowded(page, demo.address);
  await page.goto("about:blank");
  await page.context().clearCookies();
  await page.addInitScript(() => Object.assign(window, { print: () => Object.assign(window, { printed: true }) }));

  let actions = 0;
  const act = async (what: () => Promise<unknown>) => {
    actions += 1;
    await what();
  };
  const began = Date.now();
  await act(() => page.goto(`${demo.address}/sign-in`));
  await act(() => page.getByLabel(/e-?mail/i).fill(demo.email));
  await act(() => page.getByLabel(/password/i).fill(demo.password));
  await act(() => page.getByRole("button", { name: /sign in/i }).click());
  await page.waitForURL((url) => !url.pathname.startsWith("/sign-in"));
  await hydrated(page);
  await act(() => page.keyboard.press("a"));
  await act(() => page.getByLabel("Where", { exact: true }).fill(city));
  await act(() => page.keyboard.press("Enter"));
  const incident = page.getByRole("region", { name: "Incident", exact: true });
  await expect(incident.getByRole("heading", { level: 1 })).toContainText(city);
  const there = Number(await incident.locator("li.present b").textContent());
  expect(there).toBeGreaterThan(0);
  await expect(page.locator("#list tr.group").first()).toContainText("Probably there");
  await act(() => page.getByRole("link", { name: "Call sheet" }).click());
  await expect(page.getByRole("heading", { level: 1 })).toContainText(city);
  await hydrated(page);
  await expect(page.getByText("not shown").first()).toBeVisible();
  await act(() => page.getByRole("button", { name: "Show phones and emergency contacts" }).click());
  await expect(page.getByRole("button", { name: "Show phones and emergency contacts" })).toHaveCount(0);
  await hydrated(page);
  await expect(page.locator("td.call a[href^='tel:']").first()).toBeVisible();
  await act(() => page.getByRole("button", { name: "Print" }).click());
  expect(await page.evaluate(() => "printed" in window)).toBe(true);
  const took = Date.now() - began;
  expect(actions).toBeLessThanOrEqual(12);
  console.log(`alarm to printed call sheet: ${actions} actions, ${(took / 1000).toFixed(1)} s`);

  // What is printed says what, when, as known when, how old, and for whom.
  for (const said of [city, "UTC", "as known", "old", demo.email]) await expect(page.locator(".page-head")).toContainText(said);
  await accessible(page);
  await page.emulateMedia({ media: "print" });
  await page.pdf({ path: "end2end/test-results/pictures/call-sheet.pdf", format: "A4", landscape: true });
  await expect(page.locator(".actions")).toBeHidden();
});

test("an area drawn by hand on the map asks about the people in it", async ({ page, demo }) => {
  await signIn(page, demo);
  await page.goto(`${demo.address}/?show=all`);
  await hydrated(page);
  await expect(page.locator(".map canvas")).toBeVisible();
  const draw = async (shape: string) => {
    await page.locator("#ask > summary").click();
    await page.locator(".drawing").getByRole("button", { name: shape }).click();
  };
  await expect(async () => {
    await page.locator("#ask > summary").click();
    await expect(page.locator(".drawing")).toBeVisible({ timeout: 500 });
  }).toPass();
  await page.keyboard.press("Escape");
  const box = (await page.locator(".map canvas").boundingBox())!;
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];

  await draw("Circle");
  await expect(page.locator(".drawing-hint")).toContainText("Esc");
  await page.mouse.move(x, y);
  await page.mouse.down();
  await page.mouse.move(x + 60, y + 20, { steps: 5 });
  await page.mouse.up();
  await expect(page).toHaveURL(/area=point:/);
  await expect(page).toHaveURL(/km=\d+/);

  await draw("Area");
  for (const [dx, dy] of [[-80, -60], [80, -60], [80, 60], [-80, -60]]) await page.mouse.click(x + dx, y + dy, { delay: 20 });
  await expect(page).toHaveURL(/area=polygon:/);
  await expect(page.getByRole("region", { name: "Incident", exact: true })).toContainText("Drawn area");
  await page.getByRole("link", { name: /End the incident/ }).click();
  await expect(page).not.toHaveURL(/area=/);
});

test.describe("without JavaScript", () => {
  test.use({ javaScriptEnabled: false });
  test("an incident is asked about, called and ended with forms and links", async ({ page, demo }) => {
    await signIn(page, demo);
    await page.goto(`${demo.address}/?show=all`);
    await page.locator("#ask > summary").click();
    await page.getByLabel("Where", { exact: true }).fill("Europe/nowhere");
    await page.getByRole("button", { name: "Show who may be there" }).click();
    await expect(page.getByRole("heading", { name: "Nothing is called so" }).first()).toBeVisible();
    await page.goto(`${demo.address}/?area=GB&hours=24`);
    await expect(page.getByRole("region", { name: "Incident", exact: true })).toContainText("United Kingdom");
    await page.getByRole("link", { name: "Call sheet" }).click();
    await expect(page.getByRole("heading", { level: 1 })).toContainText("United Kingdom");
  });
});

for (const theme of ["light", "dark"] as const) {
  for (const width of [1440, 1024, 390]) {
    test(`an incident and its call sheet look right at ${width} in ${theme}`, async ({ page, demo }) => {
      await page.emulateMedia({ colorScheme: theme });
      await page.setViewportSize({ width, height: 900 });
      await signIn(page, demo);
      for (const [name, path] of [["incident", "/?area=country:US&hours=24"], ["sheet", "/sheet?area=country:US&hours=24"]]) {
        await page.goto(demo.address + path);
        await hydrated(page);
        await accessible(page);
        const wide = await page.evaluate(() => document.documentElement.scrollWidth);
        expect(wide, "nothing sticks out").toBeLessThanOrEqual(width);
        await page.screenshot({ path: `end2end/test-results/pictures/${name}-${theme}-${width}.png` });
      }
    });
  }
}
