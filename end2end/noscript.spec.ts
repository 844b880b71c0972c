// Everything that matters works without JavaScript.

import { expect, signIn, test } from "./test";

test.use({ javaScriptEnabled: false });

test("sign in, find a person, read why, step in time, sign out", async ({ page, demo }) => {
  await page.goto(`${demo.address}/`);
  await expect(page).toHaveURL(/\/sign-in$/);
  await signIn(page, demo);

  await page.goto(`${demo.address}/?show=all`);
  const rows = page.locator("#list a.row");
  // The demo may only just have begun to read what was booked before.
  await expect.poll(async () => (await page.reload(), rows.count())).toBeGreaterThan(5);
  const name = (await rows.first().textContent()) ?? "";
  await rows.first().click();
  await expect(page.getByRole("heading", { level: 2, name })).toBeVisible();
  await expect(page.getByRole("region", { name: "Why here?" })).toBeVisible();
  await page.locator("aside.panel").getByRole("link", { name: "Close" }).click();
  await expect(page.locator("aside.panel")).toHaveCount(0);

  await page.getByRole("link", { name: "+1 d" }).click();
  await expect(page).toHaveURL(/[?&]at=/);
  expect(await rows.count()).toBeGreaterThan(5);
  // The same people as a table where the map would be.
  await expect(page.locator("section.places table")).toBeVisible();
});

test("a wrong password is refused in words, and the e-mail is not lost", async ({ page, demo }) => {
  await page.goto(`${demo.address}/sign-in`);
  await page.getByLabel(/e-?mail/i).fill(demo.email);
  await page.getByLabel(/password/i).fill("not the password");
  await page.getByRole("button", { name: /sign in/i }).click();
  await expect(page).toHaveURL(/\/sign-in\?error=/);
  await expect(page.getByRole("alert")).toBeVisible();
});
