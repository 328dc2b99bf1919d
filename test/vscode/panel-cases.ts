import assert from "node:assert/strict";
import type { Browser, Page } from "playwright-core";
import type { Series } from "../../server/src/protocol.ts";
import type { Case } from "./harness.ts";
import { openPanel, type PanelPage } from "./panel-page.ts";

const hostile = [
  "<img src=x onerror=alert(1)>",
  "<script>alert(1)</script>",
  '"><svg onload=alert(1)>',
  "javascript:alert(1)",
  "[a](command:workbench.action.terminal.new)",
];

function vector(values: Readonly<Record<string, string>>): Series[] {
  return Object.entries(values).map(([job, value]) => ({
    labels: { job },
    values: [[1_700_000_000, value]],
  }));
}

async function text(page: Page, selector: string): Promise<string> {
  return (await page.textContent(selector)) ?? "";
}

function column(page: Page, index: number): Promise<string[]> {
  return page.$$eval(
    "tbody tr[aria-rowindex]",
    (rows, at) => rows.map((row) => row.children[at]?.textContent ?? ""),
    index,
  );
}

/** Tests of the panel's page alone, with answers that no server would give on demand. */
export function panelCases(browser: Browser, url: string): Case[] {
  const withPanel = (name: string, run: (panel: PanelPage) => Promise<void>): Case => ({
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

  return [
    withPanel(
      "shows hostile texts of a server as text, wherever they come from",
      async ({ page, answer }) => {
        const all = hostile.join(" ");
        const labels = Object.fromEntries(hostile.map((value, index) => [`l${index}`, value]));
        const series: Series[] = [{ labels: { ...labels, [all]: all }, values: [[1, all]] }];
        const parts = { series, warnings: [all], infos: [all], environment: all };
        const missing = [{ store: all, labels: [{ cluster: all }], reason: all }];
        await answer({ ...parts, expression: all, completeness: { status: "partial", missing } });
        for (const tab of ["Graph", "JSON", "Table"]) {
          await page.getByRole("tab", { name: tab }).click();
          assert.equal(await page.$$eval("img, svg, iframe, a", (found) => found.length), 0, tab);
          assert.equal(await page.$$eval("body script", (found) => found.length), 2, tab);
        }
        assert.ok(
          (await column(page, 1)).includes(hostile[0] ?? "") || (await column(page, 0)).includes(all),
        );
        const shown = (await page.locator("body > div").allTextContents()).join(" ");
        for (const one of hostile) assert.ok(shown.includes(one), one);
      },
    ),

    withPanel(
      "shows hostile texts in a failure and in a graph's legend as text",
      async ({ page, send, answer }) => {
        const [image = ""] = hostile;
        const values: Series["values"] = [
          [1, "1"],
          [2, "2"],
        ];
        await answer({ resultType: "matrix", series: [{ labels: { a: image }, values }] });
        await page.getByRole("tab", { name: "Graph" }).click();
        await page.waitForSelector(".legend .name");
        assert.equal(await text(page, ".legend .name"), `{a=${JSON.stringify(image)}}`);
        const query = {
          expr: image,
          environment: "",
          mode: "instant",
          rangeSeconds: 1,
          stepSeconds: null,
        } as const;
        await send({
          type: "finished",
          query: { ...query, dedup: true, strict: false },
          params: { expr: image },
          outcome: {
            ok: false,
            failure: { backend: "", reason: "bad_data", message: image, position: 3, elapsedMs: 1 },
          },
        });
        assert.equal(await text(page, ".failure p"), image);
        assert.equal(await text(page, ".failure pre"), image);
        assert.equal(await page.$$eval("img", (found) => found.length), 0);
      },
    ),

    withPanel("sorts numbers by value, NaN last, and texts by reading order", async ({ page, answer }) => {
      await answer({ series: vector({ a10: "9", a9: "NaN", b: "+Inf", c: "1e+03", d: "-2" }) });
      await page.getByRole("button", { name: "value" }).click();
      assert.deepEqual(await column(page, 1), ["+Inf", "1e+03", "9", "-2", "NaN"]);
      assert.equal(await page.getAttribute("th:nth-child(2)", "aria-sort"), "descending");
      await page.getByRole("button", { name: "value" }).click();
      assert.deepEqual(await column(page, 1), ["-2", "9", "1e+03", "+Inf", "NaN"]);
      await page.getByRole("button", { name: "job" }).click();
      assert.deepEqual(await column(page, 0), ["a9", "a10", "b", "c", "d"]);
    }),

    withPanel(
      "keeps only the rows in view of a long answer, and reaches the last one",
      async ({ page, answer }) => {
        const many = 5000;
        const entries = Array.from({ length: many }, (_, index) => [`job-${index}`, String(index)]);
        await answer({ series: vector(Object.fromEntries(entries)) });
        const drawn = (): Promise<number> => page.$$eval("tbody tr[aria-rowindex]", (rows) => rows.length);
        assert.ok((await drawn()) < 300);
        assert.equal(await page.getAttribute("table", "aria-rowcount"), String(many + 1));
        await page.$eval(".scroller", (scroller) => {
          scroller.scrollTop = scroller.scrollHeight;
        });
        await page.waitForSelector(`text="job-${many - 1}"`);
        assert.ok((await drawn()) < 300);
        await page.getByRole("button", { name: "value" }).click();
        await page.$eval(".scroller", (scroller) => {
          scroller.scrollTop = 0;
        });
        await page.waitForSelector(`tr[aria-rowindex="2"] >> text="job-${many - 1}"`);
      },
    ),

    withPanel(
      "says plainly that nothing matches, and that an answer is partial",
      async ({ page, answer }) => {
        await answer({ series: [] });
        assert.equal(await text(page, ".hint"), "The query ran and no series matches it.");
        assert.equal(await text(page, ".badge"), "complete");
        const missing = [
          { store: "10.0.0.1:10901", labels: [{ cluster: "prod-eu" }], reason: "connection refused" },
        ];
        await answer({ series: vector({ a: "1" }), completeness: { status: "partial", missing } });
        assert.equal(await text(page, ".badge"), "partial, 1 missing");
        const told = await text(page, ".notices");
        assert.ok(told.includes("1 store did not answer"));
        assert.ok(told.includes('10.0.0.1:10901 {cluster="prod-eu"}: connection refused'));
      },
    ),

    withPanel("says which expression was sent when a scope was added", async ({ page, answer }) => {
      await answer({ series: vector({ a: "1" }), expression: 'up{cluster="dev"}' }, "up");
      await page.click("summary");
      assert.equal(await text(page, "details li"), 'up{cluster="dev"}');
    }),

    withPanel("runs, and asks again when a control changes", async ({ page, send, received }) => {
      const health = { health: "ok", message: "", version: "" } as const;
      await send({
        type: "environments",
        environments: ["Dev", "Prod NA"].map((name) => ({ name, ...health })),
      });
      await send({ type: "open", expr: "sum(up)", environment: "Prod NA" });
      const runs = async () =>
        (await received()).flatMap((message) => (message.type === "run" ? [message.query] : []));
      assert.deepEqual((await runs()).at(-1), {
        expr: "sum(up)",
        environment: "Prod NA",
        mode: "instant",
        rangeSeconds: 3600,
        stepSeconds: null,
        dedup: true,
        strict: false,
      });
      await page.getByRole("button", { name: "Range" }).click();
      await page.getByLabel("Time range").selectOption("last 6h");
      await page.getByLabel("Step between points").selectOption("5m");
      await page.getByLabel("Dedup").uncheck();
      await page.getByLabel("Strict").check();
      await page.getByLabel("Environment").selectOption("Dev");
      const last = (await runs()).at(-1);
      assert.deepEqual(last, {
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

    withPanel("can be worked with the keyboard alone", async ({ page, answer }) => {
      await answer({ series: vector({ a: "1", b: "2" }) });
      await page.getByRole("tab", { name: "Table" }).focus();
      await page.keyboard.press("ArrowRight");
      assert.equal(await page.getAttribute("#tab-Graph", "aria-selected"), "true");
      await page.keyboard.press("ArrowLeft");
      await page.keyboard.press("Tab");
      assert.equal(await page.getAttribute(":focus", "class"), "scroller");
      await page.keyboard.press("Tab");
      await page.keyboard.press("Enter");
      assert.equal(await page.getAttribute("th:nth-child(1)", "aria-sort"), "ascending");
    }),

    withPanel("draws a range with gaps, and switches lines by the legend", async ({ page, answer }) => {
      const line = (job: string, from: number): Series => ({
        labels: { __name__: "up", cluster: "dev", job },
        values: [0, 15, 45].map((second) => [1_700_000_000 + second, String(from + second)]),
      });
      await answer({ resultType: "matrix", series: [line("a", 1), line("b", 100)] });
      assert.deepEqual(await column(page, 3), ["46", "145"]);
      await page.getByRole("tab", { name: "Graph" }).click();
      await page.waitForSelector(".plot canvas");
      const names = await page.$$eval(".legend .name", (found) => found.map((one) => one.textContent));
      assert.deepEqual(names, ['{job="a"}', '{job="b"}']);
      const entry = page.locator(".legend button").first();
      await entry.click();
      assert.equal(await entry.getAttribute("aria-pressed"), "false");
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
