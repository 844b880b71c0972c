// Quick Connect as an administrator walks through it: refusal, wrong code, spent link, double click, reload, back, disconnect.
// What is on SAP Concur's checklist for landing pages carries its number. Pictures for people are in test-results/pictures.

import { type Page } from "@playwright/test";
import { type Program, issueCode, startService } from "./program";
import { accessible, expect, hydrated, test as base } from "./test";

interface Worker {
  /** A service that no company has connected to yet, with papers and support, as a real one has them. */
  service: Program;
}

const OPTIONS = {
  WHEREABOUTS_TERMS_URL: "https://whereabouts.example/terms",
  WHEREABOUTS_PRIVACY_URL: "https://whereabouts.example/privacy",
  WHEREABOUTS_HELP_URL: "https://whereabouts.example/help",
  WHEREABOUTS_SUPPORT: "support@whereabouts.example",
};

const test = base.extend<object, Worker>({
  service: [
    async ({}, use) => {
      const program = await startService(OPTIONS);
      await use(program);
      await program.stop();
    },
    { scope: "worker", timeout: 240_000 },
  ],
});

const PASSWORD = "quartz-willow-meadow-417";
let number = 0;
const somebody = () => `admin${++number}@fjordline.example`;

async function control(service: Program, path: string, body: object) {
  const answer = await fetch(`${service.sandbox}/control/${path}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as Record<string, string>;
}

/** Presses Connect in the App Center; the landing page is open then. */
async function press(page: Page, service: Program, company = 0) {
  await page.goto(`${service.sandbox}/appcenter`);
  await page.getByRole("button", { name: /^Connect / }).nth(company).click();
  await expect(page).toHaveURL(/\/connect\?/);
  return page.url();
}

async function signUp(page: Page, email: string) {
  await page.getByText("Make an account", { exact: true }).click();
  const form = page.getByRole("form", { name: "Make an account" });
  await form.getByLabel("Work e-mail").fill(email);
  await form.getByLabel("New password").fill(PASSWORD);
  await form.getByRole("button").last().click();
}

const connected = (page: Page) => page.getByRole("heading", { level: 1, name: /is connected$/ });
const problem = (page: Page) => page.getByRole("alert");

/** Nothing is wider than the window. */
async function fits(page: Page) {
  const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  expect(over, "scrolls sideways").toBeLessThanOrEqual(0);
}

/** Q63: no text of the page is smaller than 14 pt. */
async function readable(page: Page) {
  const small = await page.evaluate(() => {
    const walker = document.createTreeWalker(document.querySelector(".door") ?? document.body, NodeFilter.SHOW_TEXT);
    const found: string[] = [];
    while (walker.nextNode()) {
      const element = walker.currentNode.parentElement;
      if (!element?.checkVisibility() || !walker.currentNode.textContent?.trim()) continue;
      const points = (parseFloat(getComputedStyle(element).fontSize) * 72) / 96;
      if (points < 14) found.push(`${points} pt: ${walker.currentNode.textContent.trim().slice(0, 40)}`);
    }
    return found;
  });
  expect(small, "Q63: at least 14 pt").toEqual([]);
}

test.afterEach(async ({ service }) => {
  await control(service, "faults", {});
});

test("q2 q6 q68 q69 an administrator comes from the App Center, makes an account and is told what happens next", async ({ page, service }) => {
  await press(page, service);
  await expect(page.getByText(/App Center to set up its integration/)).toBeVisible();
  await hydrated(page);
  await signUp(page, somebody());
  await expect(connected(page)).toBeVisible();
  await expect(page).toHaveURL(`${service.address}/connect/done`);
  await expect(page.locator("main")).toContainText("Fjordline Energy");
  await expect(page.locator("main")).toContainText("127.0.0.1");
  await expect(page.locator("main")).toContainText(/What next\s*You may close this window/);
  await expect(page.getByRole("link", { name: /^Open the map/ })).toHaveAttribute("target", "_blank");
});

test("q57 reload, back, forward and the button once more find the connection made", async ({ page, service }) => {
  const email = somebody();
  const link = await press(page, service);
  await hydrated(page);
  await signUp(page, email);
  await expect(connected(page)).toBeVisible();
  await page.reload();
  await expect(connected(page)).toBeVisible();
  await page.goBack();
  await expect(page).toHaveURL(/\/connect\?/);
  await page.goForward();
  await expect(connected(page)).toBeVisible();
  await page.goBack();
  await page.getByRole("button", { name: `Connect as ${email}` }).or(page.getByRole("button", { name: "Sign in and connect" })).first().waitFor();
  await page.goto(link);
  await page.getByRole("button", { name: `Connect as ${email}` }).click();
  await expect(connected(page)).toBeVisible();
});

test("q7 a double click connects once", async ({ page, service }) => {
  await press(page, service);
  await hydrated(page);
  await page.getByText("Make an account", { exact: true }).click();
  const form = page.getByRole("form", { name: "Make an account" });
  await form.getByLabel("Work e-mail").fill(somebody());
  await form.getByLabel("New password").fill(PASSWORD);
  await control(service, "faults", { slow_ms: 300 });
  await form.getByRole("button").last().dblclick();
  await expect(connected(page)).toBeVisible();
  await expect(problem(page)).toHaveCount(0);
});

test("q7 q71 a link that was used by somebody else, a made-up one and one that is not complete say what to do", async ({ page, service }) => {
  const link = await press(page, service);
  await page.goto(link.replace(/requestToken=[^&]+/, "requestToken=at-made-up"));
  await hydrated(page);
  await signUp(page, somebody());
  await expect(problem(page)).toContainText("used already or is older than 24 hours");
  await expect(problem(page)).toContainText("must press Connect in SAP Concur's App Center again");
  await expect(page).toHaveTitle(/^Error/);
  await accessible(page);
  await page.goto(`${service.address}/connect`);
  await expect(problem(page)).toContainText("not complete");
  await accessible(page);
});

test("q51 q71 a refusal of SAP Concur's names who can do what, and the same link works afterwards", async ({ page, service }) => {
  await press(page, service);
  await hydrated(page);
  const email = somebody();
  for (const [code, words] of [
    [53, "must allow this application"],
    [134, "Nobody has to do anything but wait"],
    [64, "The operator of this service must correct"],
  ] as const) {
    await control(service, "faults", { token: { code, grant: "password", times: 1 } });
    await signUp(page, email);
    await expect(problem(page)).toContainText(words);
    await expect(problem(page)).toContainText(`Code ${code}`);
    await hydrated(page);
  }
  await signUp(page, email);
  await expect(connected(page)).toBeVisible();
});

test("q65 a wrong verification code is refused in words, the right one connects, and signs nobody in", async ({ page, service }) => {
  await press(page, service);
  await hydrated(page);
  await page.getByText("I have a verification code").click();
  const form = page.getByRole("form", { name: "Connect with a verification code" });
  await form.getByLabel("Verification code").fill("AAAA-BBBB-CCCC-DDDD");
  await form.getByRole("button", { name: "Connect with this code" }).click();
  await expect(problem(page)).toContainText("not right");
  await accessible(page);
  await hydrated(page);
  await expect(form.getByLabel("Verification code")).toBeVisible();
  await form.getByLabel("Verification code").fill(issueCode(service).toLowerCase());
  await form.getByRole("button", { name: "Connect with this code" }).click();
  await expect(connected(page)).toBeVisible();
  await expect(page.locator("main")).toContainText("Whoever gave you the code");
  await accessible(page);
  await page.goto(service.address);
  await expect(page).toHaveURL(/\/sign-in/);
});

test("q63 the landing page is finished with the keyboard alone, and focus is seen", async ({ page, service }) => {
  await press(page, service);
  await hydrated(page);
  const seen = async () =>
    page.evaluate(() => {
      const style = getComputedStyle(document.activeElement ?? document.body);
      return style.boxShadow !== "none" || style.outlineStyle !== "none";
    });
  const until = async (what: () => Promise<boolean>) => {
    for (let i = 0; i < 40; i++) {
      await page.keyboard.press("Tab");
      expect(await seen(), "focus is visible").toBe(true);
      if (await what()) return;
    }
    throw new Error("not reached with Tab");
  };
  const on = (selector: string) => () => page.evaluate((wanted) => document.activeElement?.matches(wanted) ?? false, selector);
  await until(on("details.sign-up > summary"));
  await page.keyboard.press("Enter");
  await until(on("#email-up"));
  await page.keyboard.type(somebody());
  await until(on("#password-up"));
  await page.keyboard.type(PASSWORD);
  await page.keyboard.press("Enter");
  await expect(connected(page)).toBeVisible();
});

test("q53 q52 q54 an administrator sees the connection, disconnects after a second thought, and connects again", async ({ page, service }) => {
  const email = somebody();
  await press(page, service);
  await hydrated(page);
  await signUp(page, email);
  await expect(connected(page)).toBeVisible();

  await page.goto(`${service.address}/company`);
  await hydrated(page);
  await expect(page.getByRole("heading", { level: 1 })).toContainText("Fjordline Energy");
  await expect(page.locator("main")).toContainText("Connected since");
  await accessible(page);
  await page.getByText("Disconnect…").click();
  await page.getByRole("button", { name: "Disconnect now" }).click();
  // The box is not ticked: the browser does not send the form.
  await expect(page.locator("main")).toContainText("Connected since");
  await page.getByLabel("I want to stop reading").check();
  await page.getByRole("button", { name: "Disconnect now" }).click();
  await expect(page.getByRole("status")).toContainText("SAP Concur has confirmed it");
  await expect(page.locator("main")).toContainText("Disconnected since");
  await expect(page.locator("#reason")).toContainText("by an administrator of the company");
  await accessible(page);
  await page.screenshot({ path: "end2end/test-results/pictures/company-disconnected-light-1440.png", fullPage: true });

  await press(page, service);
  await page.getByRole("button", { name: `Connect as ${email}` }).click();
  await expect(connected(page)).toBeVisible();

  // Now the company ends it on the other side, and the service finds out when it asks for something.
  const { companies } = (await (await fetch(`${service.sandbox}/control/state`)).json()) as { companies: { id: string }[] };
  await control(service, "disconnect", { company: companies[0].id });
  await page.goto(`${service.address}/company`);
  await expect(page.getByRole("heading", { level: 1 })).toContainText("Fjordline Energy");
});

test("people are invited with a link that is shown once, choose a password, and are removed", async ({ page, browser, service }) => {
  const email = somebody();
  await press(page, service);
  await hydrated(page);
  await signUp(page, email);
  await expect(connected(page)).toBeVisible();
  await page.goto(`${service.address}/company`);
  await hydrated(page);
  const guest = `guest${number}@fjordline.example`;
  const form = page.getByRole("form", { name: "Add a person" });
  await form.getByLabel("Work e-mail").fill(guest);
  await form.getByLabel("May do").selectOption("manager");
  await form.getByRole("button", { name: "Invite" }).click();
  const link = await page.getByLabel("Invitation, to be handed on").inputValue();
  await accessible(page);
  const other = await browser.newContext();
  const theirs = await other.newPage();
  await theirs.goto(link);
  await hydrated(theirs);
  await expect(theirs.locator("main")).toContainText(guest);
  await accessible(theirs);
  await readable(theirs);
  await theirs.getByLabel("New password").fill(PASSWORD);
  await theirs.getByRole("button", { name: "Choose it and sign in" }).click();
  await expect(theirs).toHaveURL(`${service.address}/`);
  await page.goto(`${service.address}/company`);
  await page.getByRole("button", { name: `Remove ${guest}` }).click();
  await expect(page.getByRole("status")).toContainText("removed");
  await theirs.goto(service.address);
  await expect(theirs).toHaveURL(/\/sign-in/);
  await other.close();
});

test.describe("without JavaScript", () => {
  test.use({ javaScriptEnabled: false });

  test("q57 the whole way works, from the App Center to the disconnect", async ({ page, service }) => {
    await press(page, service, 1);
    await signUp(page, "ole@second.example");
    await expect(connected(page)).toBeVisible();
    await page.goto(`${service.address}/company`);
    await page.getByText("Disconnect…").click();
    await page.getByLabel("I want to stop reading").check();
    await page.getByRole("button", { name: "Disconnect now" }).click();
    await expect(page.getByRole("status")).toContainText("Disconnected");
  });
});

for (const colorScheme of ["light", "dark"] as const) {
  for (const [width, height] of [[1440, 900], [1024, 768], [800, 600], [390, 844]]) {
    test(`q56 q58 q60 q61 q63 ${colorScheme} at ${width}: every page is usable, readable and accessible`, async ({ page, service }) => {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width, height });
      const look = async (name: string, door: boolean) => {
        await hydrated(page);
        await accessible(page);
        await fits(page);
        if (door) await readable(page);
        await page.screenshot({ path: `end2end/test-results/pictures/${name}-${colorScheme}-${width}.png`, fullPage: true });
      };
      const link = await press(page, service);
      for (const name of ["Terms", "Privacy", "Help", "support@whereabouts.example"]) {
        await expect(page.getByRole("link", { name }).first()).toBeVisible();
      }
      await expect(page.locator(".brand").first()).toContainText("for SAP Concur");
      await look("connect", true);
      await page.getByText("Make an account", { exact: true }).click();
      await page.getByText("I have a verification code").click();
      await look("connect-open", true);
      await page.goto(`${link}&error=concur-19`);
      await look("connect-refused", true);
      await signUp(page, somebody());
      await expect(connected(page)).toBeVisible();
      await expect(page.locator(".brand").first()).toContainText("for SAP Concur");
      for (const name of ["Terms", "Privacy", "Help"]) await expect(page.getByRole("link", { name })).toBeVisible();
      await look("connect-done", true);
      await page.goto(`${service.address}/company`);
      await look("company", false);
    });
  }
}
