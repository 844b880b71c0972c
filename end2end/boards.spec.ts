// The boards: whole without JavaScript, accessible, and the way from a number to the people behind it.

import { accessible, expect, hydrated, signIn, test } from "./test";

test("from a country to its cities to its people", async ({ page, demo }) => {
  await signIn(page, demo);
  await page.getByRole("navigation", { name: "Pages" }).getByRole("link", { name: "Boards" }).click();
  await expect(page).toHaveURL(/\/boards$/);
  await hydrated(page);
  const country = page.locator("tr.country").first();
  await country.getByRole("link").first().click();
  await expect(page).toHaveURL(/[?&]open=[A-Z]{2}/);
  await expect(page.locator("tr.city").first()).toBeVisible();
  await accessible(page);
  const name = (await country.getByRole("rowheader").textContent())?.trim() ?? "";
  const now = Number(await country.locator("td.num").first().textContent());
  await country.getByTitle("List them").click();
  await expect(page).toHaveURL((url) => url.searchParams.get("q") === name);
  expect(await page.locator("#list a.row").count()).toBeGreaterThanOrEqual(now);
});

test.describe("without JavaScript", () => {
  test.use({ javaScriptEnabled: false });
  test("the boards are whole, and departures are a link", async ({ page, demo }) => {
    await signIn(page, demo);
    await page.goto(`${demo.address}/boards`);
    await expect(page.locator("tr.country").first()).toBeVisible();
    await page.getByRole("link", { name: "Departures" }).click();
    await expect(page.getByRole("link", { name: "Departures" })).toHaveAttribute("aria-current", "true");
    for (const title of ["Next 24 hours", "No bed tonight", "Changed today", "Not matched to a profile"])
      await expect(page.getByRole("heading", { name: title })).toBeVisible();
  });
});

for (const theme of ["light", "dark"] as const) {
  for (const width of [1440, 1024, 390]) {
    test(`the boards look right at ${width} in ${theme}`, async ({ page, demo }) => {
      await page.emulateMedia({ colorScheme: theme });
      await page.setViewportSize({ width, height: 900 });
      await signIn(page, demo);
      await page.goto(`${demo.address}/boards`);
      await hydrated(page);
      await accessible(page);
      const wide = await page.evaluate(() => document.documentElement.scrollWidth);
      expect(wide, "nothing sticks out").toBeLessThanOrEqual(width);
      await page.screenshot({ path: `end2end/test-results/pictures/boards-${theme}-${width}.png`, fullPage: true });
    });
  }
}
