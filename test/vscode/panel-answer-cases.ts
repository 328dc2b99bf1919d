import assert from "node:assert/strict";
import { defaultQuery } from "../../client/src/panel-messages.ts";
import type { Series } from "../../server/src/protocol.ts";
import type { Case } from "./harness.ts";
import { column, lastRun, type PanelTest, text, vector } from "./panel-case.ts";

const hostile = [
  "<img src=x onerror=alert(1)>",
  "<script>alert(1)</script>",
  '"><svg onload=alert(1)>',
  "javascript:alert(1)",
  "[a](command:workbench.action.terminal.new)",
];

/** How the panel shows what came, whatever it is. */
export function answerCases(withPanel: PanelTest): Case[] {
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
  ];
}
