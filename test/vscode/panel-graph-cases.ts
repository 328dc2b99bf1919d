import assert from "node:assert/strict";
import { defaultQuery } from "../../client/src/panel-messages.ts";
import type { Series } from "../../server/src/protocol.ts";
import type { Case } from "./harness.ts";
import { column, lastRun, type PanelTest, text, vector } from "./panel-case.ts";

/** Graphs and heat maps of the panel. */
export function graphCases(withPanel: PanelTest): Case[] {
  return [
    withPanel("draws a range with gaps, and chooses lines by the legend", async ({ page, answer }) => {
      const line = (job: string, from: number): Series => ({
        labels: { __name__: "up", cluster: "dev", job },
        values: [0, 15, 45].map((second) => [1_700_000_000 + second, String(from + second)]),
      });
      await answer({ resultType: "matrix", series: [line("a", 1), line("b", 100)] }, "up", { mode: "range" });
      assert.deepEqual(await column(page, 1), ["46", "145"]);
      assert.equal(await text(page, ".common"), 'all: __name__="up", cluster="dev"');
      await page.getByRole("tab", { name: "Graph" }).click();
      await page.waitForSelector(".plot canvas");
      const names = await page.$$eval(".legend .name", (found) => found.map((one) => one.textContent));
      assert.deepEqual(names, ['{job="a"}', '{job="b"}']);
      const pressed = () =>
        page.$$eval(".legend button", (all) => all.map((one) => one.getAttribute("aria-pressed")));
      const entry = page.locator(".legend button").first();
      await entry.click();
      assert.deepEqual(await pressed(), ["true", "false"]);
      await entry.click();
      assert.deepEqual(await pressed(), ["true", "true"]);
      await entry.click({ modifiers: ["Control"] });
      assert.deepEqual(await pressed(), ["false", "true"]);
    }),

    withPanel("zooms where a part of the graph is dragged over, and goes back", async (panel) => {
      const { page, answer } = panel;
      const values: Series["values"] = [-60, 0, 60].map((second) => [1_700_000_000 + second, String(second)]);
      await page.getByLabel("Expression").fill("up");
      await answer({ resultType: "matrix", series: [{ labels: {}, values }] }, "up", { mode: "range" });
      await page.getByRole("tab", { name: "Graph" }).click();
      const over = await page.locator(".u-over").boundingBox();
      assert.ok(over !== null);
      await page.mouse.move(over.x + over.width / 4, over.y + 10);
      await page.mouse.down();
      await page.mouse.move(over.x + over.width / 2, over.y + 20, { steps: 4 });
      await page.mouse.up();
      const zoomed = await lastRun(panel);
      assert.equal(zoomed?.mode, "range");
      assert.ok(Math.abs((zoomed?.startSeconds ?? 0) - 1_699_999_970) <= 2, String(zoomed?.startSeconds));
      assert.ok(Math.abs((zoomed?.endSeconds ?? 0) - 1_700_000_000) <= 2, String(zoomed?.endSeconds));
      await answer({ resultType: "matrix", series: [{ labels: {}, values }] }, "up", { mode: "range" });
      await page.getByRole("button", { name: "Back", exact: true }).click();
      assert.deepEqual(await lastRun(panel), { ...defaultQuery, expr: "up" });
      await answer({ resultType: "matrix", series: [{ labels: {}, values }] }, "up", { mode: "range" });
      await page.locator(".plot").focus();
      await page.keyboard.press("ArrowLeft");
      await page.keyboard.press("+");
      assert.equal((await lastRun(panel))?.startSeconds, 1_700_000_000 - 30);
    }),

    withPanel("offers the heat map of buckets, and none without them", async ({ page, answer }) => {
      const bucket = (le: string, counts: readonly number[]): Series => ({
        labels: { le },
        values: counts.map((value, index) => [1_700_000_000 + index * 15, String(value)]),
      });
      const series = [bucket("0.1", [1, 2]), bucket("1", [3, 2]), bucket("+Inf", [3, 6])];
      await answer({ resultType: "matrix", series }, "up", { mode: "range" });
      await page.getByRole("tab", { name: "Heat map" }).click();
      await page.locator(".heat canvas").focus();
      await page.keyboard.press("ArrowUp");
      assert.match(await text(page, ".table-bar"), /0\.1 to 1: 2/);
      await page.keyboard.press("ArrowRight");
      assert.match(await text(page, ".table-bar"), /0\.1 to 1: 0/);
      await answer({ series: vector({ a: "1" }) });
      assert.equal(await page.getByRole("tab", { name: "Heat map" }).count(), 0);
      assert.equal(await page.getAttribute("#tab-Table", "aria-selected"), "true");
    }),

    withPanel("draws a hundred lines of many, and says so", async ({ page, answer }) => {
      const series = Array.from(
        { length: 250 },
        (_, index): Series => ({ labels: { job: `job-${index}` }, values: [[1_700_000_000, String(index)]] }),
      );
      await answer({ resultType: "matrix", series }, "up", { mode: "range" });
      await page.getByRole("tab", { name: "Graph" }).click();
      assert.match(await text(page, ".legend .note"), /^100 of 250 series are drawn/);
    }),
  ];
}
