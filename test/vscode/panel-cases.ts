import assert from "node:assert/strict";
import type { Browser, Page } from "playwright-core";
import { defaultQuery, type PanelQuery } from "../../client/src/panel-messages.ts";
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

async function lastRun({ received }: PanelPage): Promise<PanelQuery | undefined> {
  return (await received()).flatMap((message) => (message.type === "run" ? [message.query] : [])).at(-1);
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
        await answer({ resultType: "matrix", series: [{ labels: { a: image }, values }] }, "up", {
          mode: "range",
        });
        await page.getByRole("tab", { name: "Graph" }).click();
        await page.waitForSelector(".legend .name");
        assert.equal(await text(page, ".legend .name"), `{a=${JSON.stringify(image)}}`);
        const query = { ...defaultQuery, expr: image };
        const failure = {
          backend: "",
          reason: "bad_data",
          message: image,
          position: 3,
          elapsedMs: 1,
        } as const;
        const results = [
          { environment: "", params: { expr: image }, outcome: { ok: false, failure } },
        ] as const;
        await send({ type: "results", query, results, done: true });
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

    withPanel("shows several environments side by side, and what is missing in one", async (panel) => {
      const { page, send, answers } = panel;
      const shared = { health: "ok", message: "", version: "Thanos 0.42.4" } as const;
      await send({
        type: "environments",
        grafana: true,
        environments: ["dev", "na", "eu"].map((name) => ({ name, ...shared, scope: { cluster: name } })),
      });
      const of = (cluster: string, jobs: Readonly<Record<string, string>>): Series[] =>
        Object.entries(jobs).map(([job, value]) => ({ labels: { cluster, job }, values: [[1, value]] }));
      const missing = [{ store: "10.0.0.1:1", labels: [], reason: "connection refused" }];
      await answers({
        dev: { series: of("dev", { web: "1", api: "2" }) },
        na: { series: of("na", { web: "3" }), completeness: { status: "partial", missing } },
        eu: "10.0.0.9 does not answer.",
      });
      const headings = await page.$$eval("th button", (all) => all.map((one) => one.textContent));
      assert.deepEqual(headings, ["job", "dev", "na"]);
      assert.deepEqual(await column(page, 1), ["1", "2"]);
      assert.deepEqual(await column(page, 2), ["3", "–"]);
      assert.equal(await page.locator("td.missing").count(), 1);
      const badges = await page.$$eval(".badge", (all) => all.map((one) => one.textContent));
      assert.deepEqual(badges, ["complete", "partial, 1 missing", "failed"]);
      const told = await text(page, ".notices");
      assert.match(told, /na.*10\.0\.0\.1:1: connection refused/);
      assert.match(told, /eu.*10\.0\.0\.9 does not answer\./);
      // Without the labels of the scopes nothing would stand side by side.
      await page.getByLabel("Without").fill("");
      await page.getByLabel("Without").press("Enter");
      await page.waitForSelector('th:has-text("cluster")');
      assert.equal((await column(page, 0)).length, 3);
      await page.getByRole("button", { name: "Copy", exact: true }).click();
      assert.deepEqual(await page.getByRole("menuitem").allTextContents(), [
        "Copy as CSV",
        "Copy as JSON",
        "Save as CSV…",
        "Save as JSON…",
        "Copy as curl for dev",
        "Copy as curl for na",
        "Copy as curl for eu",
      ]);
      await page.keyboard.press("Escape");
      assert.equal(await text(page, ":focus"), "Copy");
      await page.getByRole("button", { name: "Side by Side" }).click();
      await page.getByLabel("Expression").fill("up");
      await page.locator('.chip[data-name="na"]').click();
      assert.deepEqual((await lastRun(panel))?.compare, ["dev", "eu"]);
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

    withPanel("filters rows by words and by a column", async ({ page, answer }) => {
      const series = ["web", "api", "webhook"].map(
        (job, index): Series => ({ labels: { job, zone: index === 0 ? "a" : "web" }, values: [[1, "1"]] }),
      );
      await answer({ series });
      await page.getByLabel("Filter the rows").fill("WEB");
      assert.deepEqual(await column(page, 0), ["web", "api", "webhook"]);
      await page.getByLabel("Filter the rows").fill("job=web");
      assert.deepEqual(await column(page, 0), ["web", "webhook"]);
      assert.equal(await text(page, ".shown"), "2 of 3 rows");
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

    withPanel("draws a hundred lines of many, and says so", async ({ page, answer }) => {
      const series = Array.from(
        { length: 250 },
        (_, index): Series => ({ labels: { job: `job-${index}` }, values: [[1_700_000_000, String(index)]] }),
      );
      await answer({ resultType: "matrix", series }, "up", { mode: "range" });
      await page.getByRole("tab", { name: "Graph" }).click();
      assert.match(await text(page, ".legend .note"), /^100 of 250 series are drawn/);
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
