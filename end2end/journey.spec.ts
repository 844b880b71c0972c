// The main job, from the App Center to a traveler who moves on the map while somebody looks.

import { LONDON, NEW_YORK, REYKJAVIK, changeTrip, hours, plan, putTrip, stranger } from "./concur";
import { startDemo } from "./program";
import { expect, hydrated, mapReady, test } from "./test";

test("connect in the App Center, and see a traveler arrive and move without a reload", async ({ page }) => {
  test.setTimeout(300_000);
  // The world stands still, so that only what this test does can change anything.
  const program = await startDemo("--unconnected", "--travelers", "60", "--seed", "7", "--speed", "0.001");
  try {
    await test.step("press Connect, and make an account on the landing page", async () => {
      await page.goto(`${program.sandbox}/appcenter`);
      await page.getByRole("button", { name: /^Connect / }).first().click();
      await expect(page).toHaveURL(/\/connect\?/);
      await hydrated(page);
      await page.getByText("Make an account", { exact: true }).click();
      const form = page.getByRole("form", { name: "Make an account" });
      await form.getByLabel("Work e-mail").fill("ingrid.lund@fjordline.example");
      await form.getByLabel("New password").fill("quartz-willow-meadow-417");
      await form.getByRole("button", { name: "Make an account and connect" }).click();
      await expect(page.getByRole("heading", { level: 1, name: /is connected$/ })).toBeVisible();
    });

    await test.step("trips arrive by themselves", async () => {
      // The map opens in a window of its own (Q69); here it is looked at in this one.
      await expect(page.getByRole("link", { name: /^Open the map/ })).toHaveAttribute("target", "_blank");
      await page.goto(program.address);
      await hydrated(page);
      await expect(page.locator("#list a.row").first()).toBeVisible();
      await mapReady(page);
    });

    const person = await stranger(program, "NYC");
    const name = `${person.given_name} ${person.family_name}`;
    const mine = page.locator("#list tr.line", { hasText: person.family_name });

    await test.step("somebody unknown until now plans a trip: they appear in London, planned", async () => {
      await page.goto(`${program.address}/?q=${person.family_name}&show=all`);
      await hydrated(page);
      await expect(mine.filter({ hasText: person.given_name })).toHaveCount(0);
      await page.evaluate(() => Object.assign(window, { notReloaded: true }));

      const trip = await putTrip(program, person, plan(NEW_YORK, LONDON, hours(-20), person));
      const row = mine.filter({ hasText: person.given_name });
      await expect(row).toContainText("London");
      await expect(row.getByText(/planned/i).first()).toBeAttached();

      await row.getByRole("link", { name }).click();
      await expect(page.getByRole("heading", { level: 2, name })).toBeVisible();
      const why = page.getByRole("region", { name: "Why here?" });
      await expect(why).toContainText("London");
      await expect(why).toContainText("R25");
      await expect(why).toContainText("PLAN01");

      await changeTrip(program, trip, plan(NEW_YORK, REYKJAVIK, hours(-20), person));
      await expect(row).toContainText("Reykjav");
      await expect(page.getByRole("region", { name: "Where" })).toContainText("Reykjav");
      await expect(why).toContainText("Reykjav");
      expect(await page.evaluate(() => "notReloaded" in window), "the page was not loaded again").toBe(true);
    });

    await test.step("they are on the map where the list says", async () => {
      // A view with Reykjavík in its middle, as the page keeps it for its visitor: a click there must find the person.
      await page.evaluate(() => sessionStorage.setItem("map-view", JSON.stringify({ center: [-21.94, 64.14], zoom: 7 })));
      const people = page.waitForResponse(/\/map\/people\.geojson/);
      await page.goto(`${program.address}/?show=all`);
      await hydrated(page);
      await people;
      await mapReady(page);
      const panel = page.getByRole("heading", { level: 2, name });
      await expect(async () => {
        await page.locator(".map canvas").click();
        await expect(panel).toBeVisible({ timeout: 2_000 });
      }).toPass();
    });
  } finally {
    await program.stop();
  }
});
