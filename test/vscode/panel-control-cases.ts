import assert from "node:assert/strict";
import { defaultQuery } from "../../client/src/panel-messages.ts";
import type { Case } from "./harness.ts";
import { lastRun, type PanelTest, text, vector } from "./panel-case.ts";

/** What a person does in the panel, with the mouse or without. */
export function controlCases(withPanel: PanelTest): Case[] {
  return [
    withPanel("runs, and asks again when a control changes", async ({ page, send, received }) => {
      const health = { health: "ok", message: "", version: "" } as const;
      await send({
        type: "environments",
        environments: ["Dev", "Prod NA"].map((name) => ({ name, ...health })),
        grafana: false,
      });
      await send({ type: "open", expr: "sum(up)", environment: "Prod NA" });
      const runs = async () =>
        (await received()).flatMap((message) => (message.type === "run" ? [message.query] : []));
      assert.deepEqual((await runs()).at(-1), { ...defaultQuery, expr: "sum(up)", environment: "Prod NA" });
      await page.getByRole("button", { name: "Range" }).click();
      await page.getByLabel("Time range").selectOption("last 6h");
      await page.getByLabel("Step").fill("5m");
      await page.getByLabel("Step").press("Enter");
      await page.getByLabel("Dedup").uncheck();
      await page.getByLabel("Strict").check();
      await page.getByLabel("Environment", { exact: true }).selectOption("Dev");
      const last = (await runs()).at(-1);
      assert.deepEqual(last, {
        ...defaultQuery,
        expr: "sum(up)",
        environment: "Dev",
        mode: "range",
        rangeSeconds: 21600,
        stepSeconds: 300,
        dedup: false,
        strict: true,
      });
    }),

    withPanel("turns Run into Cancel while a query runs", async ({ page, send, received, answer }) => {
      await page.getByLabel("Expression").fill("up");
      await page.getByLabel("Expression").press("Enter");
      const query = (await received()).flatMap((message) =>
        message.type === "run" ? [message.query] : [],
      )[0];
      assert.ok(query !== undefined);
      await send({ type: "started", query });
      await page.getByRole("button", { name: "Cancel" }).click();
      assert.ok((await received()).some(({ type }) => type === "cancel"));
      assert.match(await text(page, ".summary"), /^Running, \d+\.\d s$/);
      await answer({ series: vector({ a: "1" }) });
      await page.getByRole("button", { name: "Run", exact: true }).waitFor();
    }),

    withPanel("can be worked with the keyboard alone", async ({ page, answer, received }) => {
      await answer({ series: vector({ a: "1", b: "2" }) });
      await page.getByRole("tab", { name: "Table" }).focus();
      await page.keyboard.press("ArrowRight");
      assert.equal(await page.getAttribute("#tab-Graph", "aria-selected"), "true");
      await page.keyboard.press("End");
      assert.equal(await page.getAttribute("#tab-History", "aria-selected"), "true");
      await page.keyboard.press("Home");
      // The grid is one stop of the Tab key; in it the arrows move, and above the first row are the headings.
      await page.locator("tbody td").first().focus();
      await page.keyboard.press("ArrowRight");
      assert.equal(await text(page, ":focus"), "1");
      await page.keyboard.press("ArrowDown");
      assert.equal(await text(page, ":focus"), "2");
      await page.keyboard.press("Control+C");
      assert.deepEqual((await received()).at(-1), { type: "copy", text: "2" });
      await page.getByRole("button", { name: "Copy Row" }).click();
      assert.deepEqual((await received()).at(-1), { type: "copy", text: "b\t2" });
      await page.locator("tbody td").first().focus();
      await page.keyboard.press("ArrowUp");
      await page.keyboard.press("Enter");
      assert.equal(await page.getAttribute("th:nth-child(1)", "aria-sort"), "ascending");
      assert.equal(await page.locator("table [tabindex='0']").count(), 1);
    }),

    withPanel("runs over times that are written, and marks what it cannot read", async (panel) => {
      const { page } = panel;
      await page.getByLabel("Expression").fill("up");
      await page.getByLabel("At", { exact: true }).fill("2026-11-22 10:00");
      await page.getByLabel("At", { exact: true }).press("Enter");
      const moment = new Date(2026, 10, 22, 10).getTime() / 1000;
      assert.equal((await lastRun(panel))?.endSeconds, moment);
      await page.getByRole("button", { name: "Range" }).click();
      await page.getByLabel("Time range").selectOption("Custom…");
      await page.getByLabel("From").fill("2026-11-22 09:00");
      await page.getByLabel("From").press("Enter");
      assert.equal((await lastRun(panel))?.startSeconds, moment - 3600);
      await page.getByLabel("To", { exact: true }).fill("soon");
      await page.getByLabel("To", { exact: true }).press("Enter");
      assert.equal(await page.getByLabel("To", { exact: true }).getAttribute("aria-invalid"), "true");
      assert.equal((await lastRun(panel))?.endSeconds, moment);
      await page.getByLabel("To", { exact: true }).fill("now");
      await page.getByLabel("To", { exact: true }).press("Enter");
      assert.equal((await lastRun(panel))?.endSeconds, null);
      await page.getByLabel("Time range").selectOption("last 30d");
      assert.equal((await lastRun(panel))?.rangeSeconds, 2_592_000);
      assert.equal((await lastRun(panel))?.startSeconds, null);
    }),

    withPanel("lists what was run, and runs it again", async (panel) => {
      const { page, send } = panel;
      const query = { ...defaultQuery, expr: "sum(up)", mode: "range", strict: true } as const;
      await send({
        type: "history",
        entries: [{ query, at: 1_700_000_000_000, summary: "3 series, complete" }],
      });
      await panel.answer({ series: vector({ a: "1" }) });
      await page.getByRole("tab", { name: "History" }).click();
      assert.match(await text(page, ".history"), /sum\(up\).*last 1h, 3 series, complete/);
      await page.locator(".history button").click();
      assert.deepEqual(await lastRun(panel), query);
    }),

    withPanel("cancels with Escape, and takes an answer out in several forms", async (panel) => {
      const { page, send, received, answer } = panel;
      await send({ type: "started", query: { ...defaultQuery, expr: "up" } });
      await page.getByLabel("Expression").press("Escape");
      assert.deepEqual((await received()).at(-1), { type: "cancel" });
      await answer({ series: vector({ "=1+1": "2" }), expression: 'up{cluster="dev"}' });
      const choose = async (menu: string, item: string): Promise<unknown> => {
        await page.getByRole("button", { name: menu, exact: true }).click();
        await page.getByRole("menuitem", { name: item }).click();
        return (await received()).at(-1);
      };
      assert.deepEqual(await choose("Copy", "Copy as CSV"), {
        type: "copy",
        text: "job,time,value\r\n'=1+1,2023-11-14T22:13:20.000Z,2\r\n",
      });
      const params = { expr: "up", time: 1_700_000_000 };
      const expression = 'up{cluster="dev"}';
      assert.deepEqual(await choose("Copy", "Copy as curl"), { type: "copyCurl", params, expression });
      const open = { type: "openIn", target: "backend", params, expression };
      assert.deepEqual(await choose("Open in", "Prometheus"), open);
      assert.deepEqual(await choose("Open in", "Grafana"), { ...open, target: "grafana" });
    }),

    withPanel(
      "keeps the expression and the options over a reload of the window",
      async ({ page, send, answer }) => {
        await send({ type: "open", expr: "sum(up)", environment: "" });
        await answer({ series: [] });
        await page.getByLabel("Strict").check();
        await page.reload();
        await page.waitForSelector(".toolbar");
        assert.equal(await page.getByLabel("Expression").inputValue(), "sum(up)");
        assert.equal(await page.getByLabel("Strict").isChecked(), true);
      },
    ),
  ];
}
