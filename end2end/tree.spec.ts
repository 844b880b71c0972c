// What a screen reader is given: the tree of each main page, its landmarks, headings and names in their order. Whatever the
// people are called today, this is how one finds them.

import { expect, hydrated, signIn, test } from "./test";

const BAR = `
- banner:
  - link "Whereabouts"
  - navigation "Pages":
    - link "Map"
    - link "Boards"
`;

test("the map page is read as sentence, list, time and map", async ({ page, demo }) => {
  await signIn(page, demo);
  await page.goto(`${demo.address}/?show=all`);
  await hydrated(page);
  await expect(page.getByRole("banner")).toMatchAriaSnapshot(BAR);
  await expect(page.getByRole("searchbox", { name: /^Search people, places, flights/ })).toBeVisible();
  await expect(page.getByRole("region", { name: "Summary" })).toMatchAriaSnapshot(`
- region "Summary":
  - heading /UTC/ [level=1]
  - list:
    - listitem:
      - link /away/
    - listitem:
      - link /in the air/
    - listitem:
      - link /planned, not booked/
    - listitem:
      - link /cannot be placed/
`);
  await expect(page.locator("#list table")).toMatchAriaSnapshot(`
- table:
  - rowgroup:
    - row:
      - columnheader "How we know"
      - columnheader "Person, place"
      - columnheader /Next move/
      - columnheader "Certainty"
`);
  // In the order of the keyboard.
  const regions = await page.locator("main section[aria-label], main section[aria-labelledby]").evaluateAll((all) =>
    all.map((one) => one.getAttribute("aria-label") ?? document.getElementById(one.getAttribute("aria-labelledby") ?? "")?.textContent ?? ""),
  );
  expect(regions.map((name) => name.replace(/^\d+ /, ""))).toEqual(["Incident and call sheet", "Summary", "in all", "Time", "Places", "Map of people"]);
});

test("a person is read as contacts, answer, reasons, timeline, trips and a question", async ({ page, demo }) => {
  await signIn(page, demo);
  await page.goto(`${demo.address}/?show=all`);
  await hydrated(page);
  await page.locator("#list a.row").first().click();
  await expect(page.locator("aside.panel")).toMatchAriaSnapshot(`
- complementary:
  - heading [level=2]
  - region "Contacts":
    - button "Show contacts"
  - region "Where"
  - region "Why here?":
    - heading "Why here?" [level=3]
  - region "Timeline":
    - heading "Timeline" [level=3]
  - region "Why not there?":
    - heading "Why not there?" [level=3]
    - textbox "A city, an airport or a country"
    - button "Ask"
`);
});

test("an incident is read as where and when, and five lists", async ({ page, demo }) => {
  await signIn(page, demo);
  await page.goto(`${demo.address}/?area=country:GB&hours=24`);
  await hydrated(page);
  await expect(page.getByRole("region", { name: "Incident", exact: true })).toMatchAriaSnapshot(`
- region "Incident":
  - heading /United Kingdom/ [level=1]
  - list:
    - listitem:
      - link /probably there/
    - listitem:
      - link /may be there/
    - listitem:
      - link /are coming/
    - listitem:
      - link /left within 24 h/
    - listitem:
      - link /cannot be ruled out/
`);
});

test("the call sheet is a page of tables", async ({ page, demo }) => {
  await signIn(page, demo);
  await page.goto(`${demo.address}/sheet?show=all`);
  await expect(page.locator("body")).toMatchAriaSnapshot(`${BAR}
- main:
  - heading /in all/ [level=1]
  - link "Back to the map"
  - button "Show phones and emergency contacts"
  - table:
    - rowgroup:
      - row:
        - columnheader "Person"
        - columnheader "Where, how sure"
        - columnheader "Next move"
        - columnheader "Call"
        - columnheader "If they do not answer"
`);
});

test("the boards are read as countries and four boards", async ({ page, demo }) => {
  await signIn(page, demo);
  await page.goto(`${demo.address}/boards`);
  await expect(page.locator("main")).toMatchAriaSnapshot(`
- main:
  - heading "Countries and cities" [level=1]
  - region "Countries and cities":
    - table
  - region "Next 24 hours":
    - heading "Next 24 hours" [level=2]
    - navigation "Arrivals or departures"
  - region "No bed tonight":
    - heading "No bed tonight" [level=2]
  - region "Changed today":
    - heading "Changed today" [level=2]
  - region "Not matched to a profile":
    - heading "Not matched to a profile" [level=2]
`);
});

test("search hits say of what kind they are, and the arrow keys reach them", async ({ page, demo }) => {
  await signIn(page, demo);
  await page.goto(`${demo.address}/?show=all`);
  await hydrated(page);
  const name = (await page.locator("#list a.row").first().textContent()) ?? "";
  await page.keyboard.press("/");
  await page.keyboard.type(name.slice(0, 5));
  const hits = page.locator(".hits");
  await expect(hits.getByRole("link", { name: new RegExp(`person ?${name.split(" ")[0]}`) }).first()).toBeVisible();
  await page.keyboard.press("ArrowDown");
  await expect(hits.locator("a").first()).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(hits).toHaveCount(0);
  await page.keyboard.type(name);
  await expect(hits.locator("a").first()).toBeVisible();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await expect(page.locator("#person-name")).toHaveText(name);
});

test("why not there: asked and answered in the panel, with an address", async ({ page, demo }) => {
  await signIn(page, demo);
  await page.goto(`${demo.address}/?show=all`);
  await hydrated(page);
  await page.locator("#list a.row").first().click();
  await expect(page.locator("#person-name")).toBeVisible();
  await page.keyboard.press("w");
  await expect(page.getByLabel("A city, an airport or a country")).toBeFocused();
  await page.keyboard.type("Reykjavik");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/[?&]why=Reykjavik/);
  await expect(page.getByRole("region", { name: "Why not there?" })).toContainText("Reykjav");
  await expect(page.getByRole("region", { name: "Why not there?" }).locator(".because li").first()).toBeVisible();
});
