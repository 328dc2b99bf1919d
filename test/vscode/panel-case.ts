import assert from "node:assert/strict";
import type { Browser, Page } from "playwright-core";
import type { PanelQuery } from "../../client/src/panel-messages.ts";
import type { Series } from "../../server/src/protocol.ts";
import type { Case } from "./harness.ts";
import { openPanel, type PanelPage } from "./panel-page.ts";

/** A test with a page of its own, in which nothing may fail silently. */
export type PanelTest = (name: string, run: (panel: PanelPage) => Promise<void>) => Case;

/** Makes tests of the panel's page at an address. */
export function panelTests(browser: Browser, url: string): PanelTest {
  return (name, run) => ({
    name,
    async run() {
      const panel = await openPanel(browser, url);
      const errors: string[] = [];
      panel.page.on("pageerror", (error) => errors.push(String(error)));
      panel.page.on("console", (message) => {
        if (message.type() === "error") errors.push(message.text());
      });
      await run(panel);
      assert.deepEqual(errors, []);
      await panel.page.close();
    },
  });
}

/** Series of a vector: their jobs with their values. */
export function vector(values: Readonly<Record<string, string>>): Series[] {
  return Object.entries(values).map(([job, value]) => ({
    labels: { job },
    values: [[1_700_000_000, value]],
  }));
}

/** The text of the first element that a selector finds. */
export async function text(page: Page, selector: string): Promise<string> {
  return (await page.textContent(selector)) ?? "";
}

/** The query that the page asked for last. */
export async function lastRun({ received }: PanelPage): Promise<PanelQuery | undefined> {
  return (await received()).flatMap((message) => (message.type === "run" ? [message.query] : [])).at(-1);
}

/** The texts of a column of the table. */
export function column(page: Page, index: number): Promise<string[]> {
  return page.$$eval(
    "tbody tr[aria-rowindex]",
    (rows, at) => rows.map((row) => row.children[at]?.textContent ?? ""),
    index,
  );
}
