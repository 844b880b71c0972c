// A page that is left open: an hour of changes, one a minute, as fast as the page takes them in. Memory stays flat.

import { expect, hydrated, mapReady, signIn, test } from "./test";

const READS = 60;

test("an hour of changes leaves no trace in memory", async ({ page, demo }) => {
  test.setTimeout(240_000);
  await signIn(page, demo);
  // Every connection for live changes says one change and ends; the page connects again at once and reads again.
  await page.route("**/live", (route) =>
    route.fulfill({ contentType: "text/event-stream", body: 'retry: 50\nevent: change\ndata: {"travelers":["nobody"]}\n\n' }),
  );
  let reads = 0;
  page.on("response", (response) => {
    if (response.url().includes("get_map_page")) reads += 1;
  });
  await page.goto(`${demo.address}/?show=all`);
  await hydrated(page);
  await mapReady(page);
  await page.locator("#list a.row").first().click();
  await expect(page.locator("#person-name")).toBeVisible();
  const chrome = await page.context().newCDPSession(page);
  await chrome.send("Performance.enable");
  const used = async () => {
    for (let i = 0; i < 3; i++) await chrome.send("HeapProfiler.collectGarbage");
    const { metrics } = await chrome.send("Performance.getMetrics");
    const metric = (name: string) => metrics.find((m) => m.name === name)?.value ?? 0;
    return { heap: metric("JSHeapUsedSize"), nodes: metric("Nodes"), listeners: metric("JSEventListeners") };
  };
  const until = async (n: number) => expect.poll(() => reads, { timeout: 120_000 }).toBeGreaterThanOrEqual(n);
  await until(10);
  const before = await used();
  await until(10 + READS);
  const after = await used();
  console.log(`after ${READS} reads: heap ${Math.round(before.heap / 1e3)} → ${Math.round(after.heap / 1e3)} kB, nodes ${before.nodes} → ${after.nodes}`);
  expect(after.heap, "JavaScript heap").toBeLessThan(before.heap * 1.15 + 1_000_000);
  expect(after.nodes, "nodes").toBeLessThan(before.nodes * 1.1 + 500);
  expect(after.listeners, "listeners").toBeLessThan(before.listeners * 1.1 + 50);
});
