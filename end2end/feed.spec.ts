// The page of events and feeds, as the service's staff use it: subscriptions, keys, the log, replay; with and without JavaScript.

import { accessible, expect, hydrated, signIn, test } from "./test";

test("staff see what is subscribed, remove it and subscribe again", async ({ page, demo }) => {
  await signIn(page, demo, await demo.operator());
  await page.goto(`${demo.address}/feed`);
  await hydrated(page);
  const centre = page.locator("section.card").first();
  await expect(centre).toContainText("1 company");
  await accessible(page);
  await page.getByText("Remove…").click();
  await centre.getByRole("checkbox").check();
  await centre.getByRole("button", { name: "Remove now" }).click();
  await expect(page.getByRole("status")).toContainText("marked for deletion");
  await expect(centre).toContainText("Nothing is subscribed here");
  await expect(centre).toContainText("No events come of");
  await centre.getByRole("button", { name: "Subscribe" }).click();
  await expect(page.getByRole("status")).toContainText("saved");
  await expect(centre).toContainText("1 company");
});

test("the log is filtered and replayed, all in the address", async ({ page, demo }) => {
  await signIn(page, demo, await demo.operator());
  await page.goto(`${demo.address}/feed`);
  const rows = page.locator("table.events tbody tr");
  await expect.poll(async () => (await page.reload(), rows.count()), { timeout: 60_000 }).toBeGreaterThan(1);
  await rows.first().getByRole("link").click();
  await expect(page).toHaveURL(/[?&]trip=/);
  await page.getByText(/^Replay these/).click();
  await page.getByRole("button", { name: "Replay now" }).click();
  await expect(page, "the box was not ticked: the form is not sent").toHaveURL(/[?&]trip=(?!.*said)/);
  await page.getByRole("checkbox").check();
  await page.getByRole("button", { name: "Replay now" }).click();
  await expect(page.getByRole("status")).toContainText("1 event is queued again");
});

test("nobody but staff sees the page", async ({ page, demo }) => {
  await signIn(page, demo);
  const answer = await page.request.get(`${demo.address}/feed`);
  expect(answer.status()).toBe(403);
  expect(await answer.text()).not.toContain("Keys of signatures");
});

for (const colorScheme of ["light", "dark"] as const) {
  for (const [width, height] of [[1440, 900], [1024, 768], [390, 844]]) {
    test(`events and feeds in ${colorScheme} at ${width}`, async ({ page, demo }) => {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width, height });
      await signIn(page, demo, await demo.operator());
      await page.goto(`${demo.address}/feed`);
      await hydrated(page);
      await accessible(page);
      const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      expect(over, "it scrolls sideways").toBeLessThanOrEqual(0);
      await page.screenshot({ path: `end2end/test-results/pictures/feed-${colorScheme}-${width}.png`, fullPage: true });
    });
  }
}
