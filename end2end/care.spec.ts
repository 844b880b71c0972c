// The pages of a company beside its connection: backlog and privacy, and codes for the next company; with and without
// JavaScript, in every size and theme (the pictures in test-results/pictures are for people).

import { accessible, expect, hydrated, signIn, test } from "./test";

test("B3 a document is taken, counted and not fetched twice", async ({ page, demo }) => {
  await signIn(page, demo);
  await page.goto(`${demo.address}/company`);
  await page.getByRole("navigation", { name: "Pages of the company" }).getByRole("link", { name: "Backlog" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toContainText("before the connection");
  const ids = ["51aa0000-0000-4000-8000-0000000000aa", "51aa0000-0000-4000-8000-0000000000ab"];
  const file = (text: string) => ({ name: "backlog.json", mimeType: "application/json", buffer: Buffer.from(text) });
  await page.getByLabel("JSON document with the company’s trips").setInputFiles(file("no document at all"));
  await page.getByRole("button", { name: "Read the document" }).click();
  await expect(page.getByRole("alert")).toBeVisible();
  await page.getByLabel("JSON document with the company’s trips").setInputFiles(file(JSON.stringify(ids.map((id) => ({ id })))));
  await page.getByRole("button", { name: "Read the document" }).click();
  await expect(page.getByRole("status")).toBeVisible();
  const first = page.getByRole("list").filter({ hasText: "Document" }).getByRole("listitem").first();
  await expect(first).toContainText("2 entries");
  // SAP Concur has neither of them.
  await expect.poll(async () => (await page.reload(), first.textContent()), { timeout: 60_000 }).toContain("2 gone at SAP Concur");
});

test("P11 P12 P16 choices are kept, refused with a sentence, and said to be whose", async ({ page, demo }) => {
  await signIn(page, demo);
  await page.goto(`${demo.address}/privacy`);
  await hydrated(page);
  await page.getByLabel("Days after a trip’s end").fill("200");
  await page.getByLabel("Only travelers at home in").fill("Atlantis");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByRole("alert")).toBeVisible();
  await page.getByLabel("Days after a trip’s end").fill("200");
  await page.getByLabel("Only travelers at home in").fill("");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toContainText("200 days");
  await expect(page.locator("main")).toContainText(`Chosen by ${demo.email}`);
});

test("Q64 staff issue a code, see it once, and withdraw it, without JavaScript too", async ({ browser, demo }) => {
  const context = await browser.newContext({ javaScriptEnabled: false });
  const page = await context.newPage();
  await signIn(page, demo, await demo.operator());
  await page.goto(`${demo.address}/company`);
  await page.getByLabel("For whom").fill("Fjordline, by phone");
  await page.getByRole("button", { name: "Issue" }).click();
  await expect(page.getByLabel("Code, to be handed on")).toHaveValue(/^[A-Z2-9]{4}(-[A-Z2-9]{4}){3}$/);
  await page.goto(`${demo.address}/company`);
  await expect(page.getByLabel("Code, to be handed on")).toHaveCount(0);
  await page.getByRole("button", { name: "Withdraw the code for Fjordline, by phone" }).click();
  await expect(page.getByRole("status")).toContainText("withdrawn");
  await expect(page.getByText("Fjordline, by phone")).toHaveCount(0);
  await context.close();
});

for (const colorScheme of ["light", "dark"] as const) {
  for (const [width, height] of [[1440, 900], [1024, 768], [390, 844]]) {
    test(`backlog, privacy and companies in ${colorScheme} at ${width}`, async ({ page, demo }) => {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width, height });
      const look = async (path: string, name: string) => {
        await page.goto(demo.address + path);
        await hydrated(page);
        await accessible(page);
        const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
        expect(over, `${name} scrolls sideways`).toBeLessThanOrEqual(0);
        await page.screenshot({ path: `end2end/test-results/pictures/${name}-${colorScheme}-${width}.png`, fullPage: true });
      };
      await signIn(page, demo);
      await look("/backlog", "backlog");
      await look("/privacy", "privacy");
      await look("/contacts", "contacts-seen");
      await look("/company", "company");
      await page.context().clearCookies();
      await signIn(page, demo, await demo.operator());
      await look("/company", "companies");
    });
  }
}
