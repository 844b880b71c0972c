import { test } from "@playwright/test";
import { startDemo } from "./program";
test("dbg", async ({ page }) => {
  const demo = await startDemo("--travelers", "60", "--seed", "7", "--speed", "0.001");
  page.on("console", (m) => console.log("CONSOLE", m.type(), m.text(), m.location().url));
  page.on("pageerror", (e) => console.log("EXC", e.message));
  page.on("requestfailed", (r) => console.log("FAILED", r.url(), r.failure()?.errorText));
  page.on("response", (r) => console.log(r.status(), r.url()));
  await page.goto(demo.address + "/sign-in");
  await page.waitForTimeout(5000);
  console.log(await page.evaluate(() => document.documentElement.outerHTML.slice(0, 3000)));
  await demo.stop();
});
