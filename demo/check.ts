import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { parse } from "yaml";
import { openBrowser } from "../test/vscode/browser.ts";
import * as editor from "../test/vscode/page.ts";

export interface CheckOptions {
  readonly url: string;
  readonly workspace: string;
  readonly progress: (line: string) => void;
}

/**
 * Does the main job once, as a person would, in a headless browser: sees the finding in a rule, completes a
 * metric, hovers over it, runs the query, mends the monitor, and asks the cluster for a port. Throws at the first thing that is not as promised.
 */
export async function runCheck({ url, workspace, progress }: CheckOptions): Promise<void> {
  const browser = await openBrowser(progress);
  const page = await editor.openWorkbench(browser, url);
  try {
    progress("saw: the workbench with the workspace");
    await seeFinding(page, progress);
    await completeAndHover(page, progress);
    await runQuery(page, progress);
    await mendMonitor(page, workspace, progress);
    await askCluster(page, progress);
  } catch (error) {
    const picture = join(tmpdir(), "promscope-demo-check.png");
    await page.screenshot({ path: picture });
    progress(`failed; the window at that moment is in ${picture}`);
    throw error;
  } finally {
    await browser.close();
  }
}

type Progress = CheckOptions["progress"];

async function seeFinding(page: Page, progress: Progress): Promise<void> {
  await editor.openFile(page, "rules/priority-2/latency.yaml");
  await editor.waitForSquiggle(page, "error");
  const found = await editor.problems(page);
  for (const problem of found) progress(`saw: ${readable(problem)}`);
  assert.ok(
    found.some((text) => text.includes("unclosed left parenthesis")),
    "the unclosed bracket is not found",
  );
  assert.ok(
    found.some((text) => text.includes("histogram_quantil")),
    "the unknown function is not found",
  );
}

/** A row of the Problems panel is message, source, id and place without anything between them. */
function readable(problem: string): string {
  return problem.replace(/promscope([a-z.-]+)\[/, " ($1) [");
}

const queues = "rules/priority-2/queues.yaml";

async function completeAndHover(page: Page, progress: Progress): Promise<void> {
  await editor.openFile(page, queues);
  const text = "        expr: max by (queue) (queue_depth) > 100";
  const end = text.indexOf("queue_depth") + "queue_depth".length + 1;
  await editor.goTo(page, 6, end);
  for (let typed = 0; typed < "_depth".length; typed++) await page.keyboard.press("Backspace");
  const labels = await editor.complete(page);
  progress(`saw: completion offers ${labels.join(", ")}`);
  await (await editor.completionItem(page, "queue_depth")).click();
  await editor.goTo(page, 6, end - 3);
  const hover = await editor.hover(page, "Number of messages waiting in the queue.");
  for (const line of hover.split("\n")) if (line.trim() !== "") progress(`saw: hover says ${line.trim()}`);
  await page.keyboard.press("Escape");
}

async function runQuery(page: Page, progress: Progress): Promise<void> {
  await editor.openFile(page, "rules/recording/services.yaml");
  await editor.runLens(page, "Run on");
  const rows = await editor.resultRows(page);
  for (const row of rows.slice(0, 3)) progress(`saw: result ${row}`);
  assert.ok(
    rows.some((row) => row.includes("checkout")),
    "the query has no result for checkout",
  );
}

async function mendMonitor(page: Page, workspace: string, progress: Progress): Promise<void> {
  const path = "monitors/service-x.yaml";
  await editor.openFile(page, path);
  await editor.waitForSquiggle(page, "error");
  const found = await editor.problems(page);
  for (const problem of found) progress(`saw: ${readable(problem)}`);
  assert.equal(found.filter((text) => text.includes("lost their indentation")).length, 2);
  const file = join(workspace, path);
  for (const key of ["metadata", "spec"]) {
    const lines = (await readFile(file, "utf8")).split("\n");
    await page.locator(".editor-group-container.active .view-line").first().click();
    await editor.goTo(page, lines.indexOf(`${key}:`) + 1, 2);
    await editor.applyFix(page, `Indent the children of \`${key}\``);
    await editor.save(page);
    progress(`did: Indent the children of ${key}`);
  }
  await editor.waitForNoSquiggle(page);
  const mended = parse(await readFile(file, "utf8")) as Record<string, Record<string, unknown>>;
  assert.equal(mended["metadata"]?.["name"], "service-x");
  assert.deepEqual(mended["spec"], {
    endpoints: [{ interval: "15s", path: "/metrics", port: "express" }],
    selector: { matchLabels: { app: "service-x", chart: "service-x-1.0.0" } },
  });
  progress("saw: the monitor is mended, and nothing is underlined any more");
}

/** No file of the workspace has this Service, so what is known of its ports comes from the API server. */
async function askCluster(page: Page, progress: Progress): Promise<void> {
  await editor.openFile(page, "monitors/gateway.yaml");
  await editor.goTo(page, 14, "    - port: http-metrics".length + 1);
  for (let typed = 0; typed < "http-metrics".length; typed++) await page.keyboard.press("Backspace");
  await page.keyboard.press("Control+Space");
  await editor.completionItem(page, "https");
  await editor.completionItem(page, "http-metrics");
  progress("saw: completion of the port offers https and http-metrics, which only the cluster knows");
  await page.keyboard.press("Escape");
  await page.keyboard.type("http-metric");
  await page.keyboard.press("Escape");
  await editor.waitForSquiggle(page, "error");
  const found = (await editor.problems(page)).filter((text) => text.includes("http-metric"));
  for (const problem of found) progress(`saw: ${readable(problem)}`);
  assert.ok(found.length > 0, "a port that the live Service does not have is not found");
}
