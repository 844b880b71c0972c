// What holds for the pages whatever they show: they hydrate without changing a word, work from the keyboard, are accessible,
// and look right in every size and theme (the pictures in test-results/pictures are for people).

import { accessible, expect, hydrated, mapReady, rememberServed, servedAndNow, signIn, test } from "./test";

test("hydration changes no word that the server said", async ({ page, demo }) => {
  await signIn(page, demo);
  // The tour is the browser's alone.
  await page.addInitScript(() => localStorage.setItem("tour", "seen"));
  // No live changes meanwhile: they would be read at once, and ages with them.
  await page.route("**/live", () => {});
  // Not the live region and the map, which only the browser has.
  const parts = ".sentence, #list tr.line, .time .steps, .time .days, h1, h2";
  await rememberServed(page, parts);
  for (const path of ["/?show=all", "/?show=away&sort=name", "/sign-in"]) {
    await page.goto(demo.address + path);
    await hydrated(page);
    const [served, now] = await servedAndNow(page, parts);
    expect(served.length, path).toBeGreaterThan(0);
    expect(now, path).toEqual(served);
  }
});

test("the time bar is read on the reader's clock, and a link keeps whose it is", async ({ browser, demo }) => {
  const page = await (await browser.newContext({ timezoneId: "Asia/Tokyo", locale: "en-GB" })).newPage();
  await signIn(page, demo);
  await page.goto(demo.address);
  await hydrated(page);
  await expect(page.locator(".histo .flag text")).toContainText("UTC");
  await page.getByRole("button", { name: "Mine" }).click();
  await expect(page).toHaveURL(/[?&]clock=Asia%2FTokyo/);
  await expect(page.locator(".sentence h1")).toContainText("JST (Tokyo)");
  await expect(page.locator(".histo .flag text")).toContainText("JST");
  await page.reload();
  await hydrated(page);
  await expect(page.getByRole("button", { name: "Mine" })).toHaveAttribute("aria-current", "true");
  await page.locator(".clocks").getByRole("link", { name: "UTC" }).click();
  await expect(page).not.toHaveURL(/clock=/);
  await page.goto(`${demo.address}/?area=Tokyo`);
  await hydrated(page);
  await page.locator(".clocks").getByRole("link", { name: "There" }).click();
  await expect(page.locator(".histo .flag text")).toContainText("JST");
  await page.context().close();
});

test("a person can be found and opened without a mouse", async ({ page, demo }) => {
  await signIn(page, demo);
  await page.goto(`${demo.address}/?show=all`);
  await hydrated(page);
  await page.keyboard.press("j");
  await page.keyboard.press("j");
  await page.keyboard.press("k");
  const row = page.locator("#list a.row:focus");
  const name = (await row.textContent()) ?? "";
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { level: 2, name })).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page.locator("aside.panel")).toHaveCount(0);
  await expect(page.locator("#list a.row", { hasText: name }).first()).toBeFocused();
  await page.keyboard.press("?");
  await expect(page.getByRole("dialog")).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog")).toBeHidden();
});

test("the alarm and every part of the map page work by keyboard, and the focus is never lost or caught", async ({ page, demo }) => {
  await signIn(page, demo);
  await page.addInitScript(() => localStorage.setItem("tour", "seen"));
  await page.goto(`${demo.address}/?show=all`);
  await hydrated(page);
  const focus = page.locator(":focus");

  // The form of an incident gives the focus back to what opened it.
  await page.keyboard.press("a");
  await expect(page.getByLabel("Where", { exact: true })).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(page.locator("#ask > summary")).toBeFocused();
  await page.keyboard.press("Enter");
  await page.keyboard.press("Tab");
  await page.keyboard.type("country:US");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/area=country%3AUS|area=country:US/);
  await expect(page.locator("#ask > summary")).toBeFocused();
  // The list of the incident, not the one before it.
  await expect(page.locator("#list tr.group").first()).toContainText("there");
  await page.keyboard.press("j");
  await expect(focus).toHaveClass(/row/);
  const row = await focus.textContent();
  await page.keyboard.press("Enter");
  await expect(page.locator("#person-name")).toHaveText(row ?? "");
  await page.keyboard.press("w");
  await page.keyboard.type("Paris");
  await page.keyboard.press("Enter");
  await expect(page.locator(".why-not .because li").first()).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page.locator("aside.panel")).toHaveCount(0);
  await expect(focus).toHaveText(row ?? "");

  // Time: steps, now, play and stop.
  await page.keyboard.press("]");
  await expect(page).toHaveURL(/[?&]at=/);
  await page.keyboard.press("n");
  await expect(page).not.toHaveURL(/[?&]at=/);
  await page.keyboard.press("Space");
  await expect(page.locator(":root")).toHaveAttribute("data-playing", "");
  await expect(page).toHaveURL(/[?&]at=/);
  await page.keyboard.press("Space");
  await expect(page.locator(":root")).not.toHaveAttribute("data-playing", "");

  // Menus and dialogs: opened, left, and the focus is back.
  await page.keyboard.press("e");
  await expect(page.getByRole("link", { name: "Table (CSV)" })).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(page.locator(".export > summary")).toBeFocused();
  await page.keyboard.press("?");
  for (let i = 0; i < 5; i += 1) {
    await page.keyboard.press("Tab");
    // In the dialog, or on the browser's own controls; never on the page below.
    expect(await page.evaluate(() => document.activeElement === document.body || !!document.activeElement?.closest("dialog"))).toBe(true);
  }
  await page.keyboard.press("Escape");
  await expect(page.locator(".export > summary")).toBeFocused();

  // Past three hundred rows in two steps, and through time and map to the end: nothing catches the focus.
  await page.goto(`${demo.address}/?show=all`);
  await hydrated(page);
  await page.keyboard.press("Tab");
  await expect(focus).toHaveText("Skip to the list");
  await page.keyboard.press("Tab");
  await expect(focus).toHaveText("Skip past the list to the time");
  await page.keyboard.press("Enter");
  await expect(page.locator("#time")).toBeFocused();
  const seen = new Set<string>();
  for (let i = 0; i < 60; i += 1) {
    await page.keyboard.press("Tab");
    const [where, ring] = await page.evaluate(() => {
      const at = document.activeElement as HTMLElement;
      const look = getComputedStyle(at);
      return [at === document.body ? "end" : `${at.className} ${at.textContent} in ${at.parentElement?.parentElement?.className} at ${Math.round(at.getBoundingClientRect().left)}`, look.boxShadow !== "none" || look.outlineStyle === "auto"];
    });
    if (where === "end") break;
    expect(ring, `${where} shows that it has the focus`).toBe(true);
    expect(seen.has(where), `${where} has the focus twice`).toBe(false);
    seen.add(where);
  }
  expect([...seen].join("|")).toContain("+");
  expect(seen.size).toBeLessThan(60);
});

test("regression: the time bar is touched while its next data are awaited, and the page lives on", async ({ page, demo }) => {
  await signIn(page, demo);
  await page.goto(`${demo.address}/?show=all`);
  await hydrated(page);
  await page.route("**/api/get_map_page*", async (route) => {
    await new Promise((later) => setTimeout(later, 700));
    await route.continue().catch(() => {});
  });
  const box = (await page.locator(".histo .frame").boundingBox())!;
  const y = box.y + box.height / 2;
  await page.mouse.click(box.x + 200, y);
  await expect(page).toHaveURL(/[?&]at=/);
  // The old bar is under the hand: pointed at, and its flag dragged.
  await page.mouse.move(box.x + 260, y, { steps: 8 });
  await page.mouse.down();
  await page.mouse.move(box.x + 420, y, { steps: 20 });
  await page.mouse.up();
  await expect(page.locator("main")).not.toHaveAttribute("data-awaits");
  await page.getByRole("region", { name: "Time" }).getByRole("link", { name: "Now" }).first().click();
  await expect(page).not.toHaveURL(/[?&]at=/);
  await expect(page.locator("main")).not.toHaveAttribute("data-awaits");
});

test("what is awaited has its shape at once, and is said after three seconds", async ({ page, demo }) => {
  await signIn(page, demo);
  await page.goto(`${demo.address}/?show=all`);
  await hydrated(page);
  // Answers that come when they are let go.
  const hold = async (which: string) => {
    let go = () => {};
    const gate = new Promise<void>((open) => (go = open));
    await page.route(`**/api/${which}*`, async (route) => {
      await gate;
      await route.continue().catch(() => {});
    });
    return go;
  };
  const person = await hold("get_person");
  const row = page.locator("#list a.row").first();
  const name = (await row.textContent()) ?? "";
  await row.click();
  const awaited = page.locator("aside.awaited");
  await expect(awaited.locator(".ghosts")).toBeVisible();
  await expect(awaited.getByText("Still reading this person.")).toBeVisible();
  await accessible(page);
  person();
  await expect(page.getByRole("heading", { level: 2, name })).toBeVisible();
  await expect(awaited).toHaveCount(0);

  const list = await hold("get_map_page");
  await page.getByRole("region", { name: "Summary" }).getByRole("link", { name: /away/ }).click();
  await expect(page.locator(".strips")).toContainText("Still reading.");
  await expect(page.locator(".strip.late")).toBeVisible();
  await accessible(page);
  list();
  await expect(page.locator(".strip.late")).toHaveCount(0);
  await expect(page.locator("#list-title")).toContainText("away");
});

test("a map whose people cannot be read says so, and reads them as soon as it can", async ({ page, demo }) => {
  await signIn(page, demo);
  // An answer that is no list of people: a refusal of the network would be a complaint of the page.
  await page.route("**/map/people.geojson*", (route) => route.fulfill({ body: "busy" }));
  await page.goto(`${demo.address}/?show=all`);
  await hydrated(page);
  await expect(page.getByText("The map could not read where people are")).toBeVisible();
  await page.unroute("**/map/people.geojson*");
  await expect(page.getByText("The map could not read where people are")).toBeHidden();
});

test("back at people whom the map has drawn, it no longer says that it lacks others", async ({ page, demo }) => {
  await signIn(page, demo);
  await page.goto(demo.address);
  await hydrated(page);
  await mapReady(page);
  await page.route("**/map/people.geojson*", (route) => route.fulfill({ body: "busy" }));
  await page.getByRole("region", { name: "Summary" }).getByRole("link", { name: /in the air/ }).click();
  await expect(page.getByText("The map could not read where people are")).toBeVisible();
  await page.goBack();
  await expect(page.getByText("The map could not read where people are")).toBeHidden();
});

test("time moves by link: six hours on and back to now", async ({ page, demo }) => {
  await signIn(page, demo);
  await page.goto(`${demo.address}/?show=all`);
  await hydrated(page);
  const said = page.locator(".sentence h1");
  const now = await said.textContent();
  await page.getByRole("link", { name: "+1 d" }).click();
  await expect(page).toHaveURL(/[?&]at=/);
  await expect(said).not.toHaveText(now ?? "");
  await page.getByRole("region", { name: "Time" }).getByRole("link", { name: "Now" }).first().click();
  await expect(page).not.toHaveURL(/[?&]at=/);
});

test("without WebGL the map's place holds a table of the same people", async ({ page, demo }) => {
  await page.addInitScript(() => {
    HTMLCanvasElement.prototype.getContext = () => null;
  });
  await signIn(page, demo);
  await page.goto(`${demo.address}/?show=all`);
  await hydrated(page);
  await expect(page.locator("main.screen")).toHaveAttribute("data-map", "table");
  await expect(page.locator("section.places table")).toBeVisible();
});

for (const colorScheme of ["light", "dark"] as const) {
  for (const [width, height] of [[1440, 900], [1024, 768], [390, 844]]) {
    test(`${colorScheme} at ${width}: accessible, and nothing hangs over the edge`, async ({ page, demo }) => {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width, height });
      const look = async (name: string) => {
        await hydrated(page);
        await accessible(page);
        const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
        expect(over, `${name} scrolls sideways`).toBeLessThanOrEqual(0);
        await page.screenshot({ path: `end2end/test-results/pictures/${name}-${colorScheme}-${width}.png` });
      };
      await page.goto(`${demo.address}/sign-in`);
      await look("sign-in");
      await signIn(page, demo);
      await page.goto(`${demo.address}/?show=all`);
      await hydrated(page);
      if (width >= 700) await mapReady(page);
      await look("map");
      await page.locator("#list a.row").first().click();
      await expect(page.locator("#person-name")).toBeVisible();
      await look("person");
    });
  }
}
