import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Frame, Locator } from "playwright-core";
import { parse } from "yaml";
import { serviceXAsMeant } from "../service-x.ts";
import { waitFor } from "../stack/processes.ts";
import { startEditor } from "./editor.ts";
import type { Case } from "./harness.ts";
import * as edit from "./page.ts";
import type { Stage } from "./ui-suite.ts";

/** What a person does with the product, in one window, one thing after the other. */
export function uiCases(stage: Stage): Case[] {
  const { page } = stage;
  return [
    {
      name: "a broken rule is underlined, and the Problems panel says why",
      async run() {
        await edit.openFile(page, "rules/priority-2/latency.yaml");
        await edit.waitForSquiggle(page, "error");
        const found = await edit.problems(page);
        assert.equal(found.length, 2);
        assert.match(found[0] ?? "", /unclosed left parenthesis.*promql\.syntax/);
        assert.match(found[1] ?? "", /unknown function with name "histogram_quantil"/);
      },
    },
    {
      name: "YAML that is none of ours stays untouched",
      async run() {
        await edit.openFile(page, "values.yaml");
        // The status item goes away once the server has said that the file is not ours.
        await page
          .locator('[id="promscope.promscope-vscode.promscope.environment"]')
          .waitFor({ state: "detached" });
        assert.equal(await page.locator(".squiggly-error, .squiggly-warning").count(), 0);
        assert.equal(await page.locator(".codelens-decoration").count(), 0);
      },
    },
    {
      name: "the status bar shows the environment of the file",
      async run() {
        await edit.openFile(page, "rules/prod-na/nodes.yaml");
        await edit.environmentStatus(page, "Prod NA");
        await edit.openFile(page, "rules/recording/services.yaml");
        await edit.environmentStatus(page, "Dev");
      },
    },
    {
      name: "PromQL inside YAML is coloured by what its parts are",
      async run() {
        await edit.openFile(page, "rules/priority-1/checkout.yaml");
        const lines = page.locator(".editor-group-container.active .view-line");
        const colours = async (text: string): Promise<number> => {
          const spans = lines.filter({ hasText: text }).first().locator("span > span");
          return new Set(await spans.evaluateAll((all) => all.map((one) => one.className))).size;
        };
        // The key, the colon, a metric, a label, an operator, a string, a number; brackets have their own colours.
        assert.ok((await colours("expr: service:http_requests:rate5m")) >= 6);
        // The key, the colon and the text.
        assert.ok((await colours("summary: Nobody can check out")) <= 3);
      },
    },
    {
      name: "completion offers metrics that exist, and label values within the matchers",
      async run() {
        await edit.openFile(page, "rules/priority-1/checkout.yaml");
        await edit.goTo(page, 6, 15);
        await page.keyboard.type("sum(http_requests_t");
        await (await edit.completionItem(page, "http_requests_total")).click();
        await page.keyboard.type('{service="sear');
        await (await edit.completionItem(page, "search")).click();
        await page.keyboard.press("Escape");
        const line = page.locator(".editor-group-container.active .view-line", {
          hasText: "http_requests_total",
        });
        assert.match((await line.textContent()) ?? "", /sum\(http_requests_total\{service="search/);
        await undoAll(stage);
      },
    },
    {
      name: "a hover tells a metric's type, help and who holds it",
      async run() {
        await edit.openFile(page, "rules/prod-na/nodes.yaml");
        const lines = (await readFile(join(stage.workspace, "rules/prod-na/nodes.yaml"), "utf8")).split("\n");
        const line = lines.findIndex((text) => text.includes("node_filesystem_avail_bytes"));
        await edit.goTo(page, line + 1, (lines[line]?.indexOf("node_filesystem") ?? 0) + 3);
        const said = await edit.hover(page, "node_filesystem_avail_bytes");
        assert.match(said, /gauge/);
        assert.match(said, /prod-na\/infra/);
        await page.keyboard.press("Escape");
      },
    },
    {
      name: "a lens runs its rule: table, graph and the expression that was sent",
      async run() {
        await edit.openFile(page, "rules/recording/services.yaml");
        await edit.runLens(page, "Run on Dev");
        const rows = await edit.resultRows(page);
        assert.equal(rows.filter((row) => /^shop checkout [\d.e+-]+$/.test(row)).length, 1);
        const frame = await edit.resultsFrame(page);
        await frame.locator(".badge", { hasText: "complete" }).waitFor();
        await frame.locator("summary", { hasText: "Sent with the scope" }).click();
        await frame.locator("details li", { hasText: 'http_requests_total{cluster="dev"}' }).waitFor();
        await frame.locator("button", { hasText: "Range" }).click();
        await frame.locator("th", { hasText: "points" }).waitFor();
        await frame.locator("#tab-Graph").click();
        await frame.locator(".plot canvas").waitFor();
        await frame.locator(".legend .name", { hasText: 'service="checkout"' }).waitFor();
        assert.equal(await page.locator(".notification-toast").count(), 0);
      },
    },
    {
      name: "with deduplication off, the replicas of a pair stand side by side",
      async run() {
        const frame = await edit.resultsFrame(page);
        await frame.locator("#tab-Table").click();
        await frame.locator("button", { hasText: "Instant" }).click();
        const expression = frame.locator("textarea");
        await expression.fill('up{service="checkout"}');
        await expression.press("Enter");
        await frame.locator("th", { hasText: "instance" }).waitFor();
        assert.equal(await frame.locator("th", { hasText: "replica" }).count(), 0);
        await frame.getByLabel("Dedup").uncheck();
        await frame.locator("th", { hasText: "replica" }).waitFor();
        await frame.getByLabel("Dedup").check();
        await frame.locator("th", { hasText: "replica" }).waitFor({ state: "detached" });
      },
    },
    {
      name: "the key runs the expression at the cursor, and the selection alone",
      async run() {
        await edit.openFile(page, "rules/recording/services.yaml");
        await edit.goTo(page, 9, 52);
        await page.keyboard.press("Control+Alt+Enter");
        const expression = (await edit.resultsFrame(page)).locator("textarea");
        const whole = 'sum by (namespace, service) (rate(http_requests_total{code=~"5.."}[5m]))';
        await waitFor(
          async () => (await expression.inputValue()) === whole,
          20,
          () => new Error("whole: not run"),
        );
        await page.locator(".editor-group-container.active .view-line").first().click();
        const part = 'rate(http_requests_total{code=~"5.."}[5m])';
        await edit.goTo(page, 9, 15 + whole.indexOf(part));
        for (let at = 0; at < part.length; at++) await page.keyboard.press("Shift+ArrowRight");
        await page.keyboard.press("Control+Alt+Enter");
        await waitFor(
          async () => (await expression.inputValue()) === part,
          20,
          () => new Error("part: not run"),
        );
      },
    },
    {
      name: "the status item chooses where the key runs, a lens asks for one run",
      async run() {
        await edit.openFile(page, "rules/recording/services.yaml");
        const item = page.locator('[id="promscope.promscope-vscode.promscope.environment"] a');
        const summary = (await edit.resultsFrame(page)).locator(".summary");
        await item.click();
        await edit.pick(page, "Where should queries run?", "Prod NA");
        await edit.environmentStatus(page, "Prod NA");
        await edit.goTo(page, 9, 52);
        await page.keyboard.press("Control+Alt+Enter");
        await summary.filter({ hasText: "Prod NA" }).waitFor();
        await edit.runLens(page, "Run on…");
        await edit.pick(page, "Run on which environment?", "Dev");
        await summary.filter({ hasText: "Dev" }).waitFor();
        await item.click();
        await edit.pick(page, "Where should queries run?", "Dev");
        await edit.environmentStatus(page, "Dev");
      },
    },
    {
      name: "a command runs the expression on all environments side by side",
      async run() {
        await edit.openFile(page, "rules/recording/services.yaml");
        await edit.goTo(page, 9, 52);
        await edit.command(page, "Promscope: Run Query in All Environments");
        const dialog = page.locator(".monaco-dialog-box", { hasText: "Run this query on Prod EU?" });
        await dialog.locator(".dialog-message-detail", { hasText: "It would read about" }).waitFor();
        await dialog.getByRole("button", { name: "Run", exact: true }).click();
        const frame = await edit.resultsFrame(page);
        await frame.locator(".badge.complete").nth(2).waitFor();
        const headings = await frame.locator("th button").allTextContents();
        assert.deepEqual(headings, ["namespace", "service", "Dev", "Prod NA", "Prod EU"]);
        assert.ok((await edit.resultRows(page)).some((row) => /^shop checkout( [\d.e+-]+){3}$/.test(row)));
        await frame.locator("button", { hasText: "Side by Side" }).click();
        await frame.locator("th", { hasText: "value" }).waitFor();
      },
    },
    {
      name: "a heavy query is asked about, with what it would read",
      async run() {
        const frame = await edit.resultsFrame(page);
        await environmentOf(frame).selectOption("Prod NA");
        await frame.locator("textarea").fill('count_over_time({job=~".+"}[30d])');
        await frame.locator("textarea").press("Enter");
        const dialog = page.locator(".monaco-dialog-box", { hasText: "Run this query on Prod NA?" });
        const told = dialog.locator(".dialog-message-detail");
        await told.waitFor();
        assert.match(
          (await told.textContent()) ?? "",
          /It would read about [\d.]+[MG] samples of \d+ series/,
        );
        await dialog.getByRole("button", { name: "Cancel" }).click();
        await dialog.waitFor({ state: "detached" });
        await frame.getByRole("button", { name: "Run", exact: true }).waitFor();
      },
    },
    {
      name: "the history runs an earlier query again",
      async run() {
        const frame = await edit.resultsFrame(page);
        await edit.command(page, "Promscope: Show Query History");
        await edit.pick(page, "Which query should run again?", 'up{service="checkout"}');
        const summary = frame.locator(".summary");
        await summary.filter({ hasText: "Dev" }).waitFor();
        assert.equal(await frame.locator("textarea").inputValue(), 'up{service="checkout"}');
        await frame.locator("#tab-History").click();
        await frame.locator(".history code", { hasText: "sum by (namespace, service)" }).first().waitFor();
        await frame.locator("#tab-Table").click();
      },
    },
    {
      name: "a result is copied as a command, and opens in the backend's own page",
      async run() {
        const frame = await edit.resultsFrame(page);
        await frame.getByRole("button", { name: "Copy", exact: true }).click();
        await frame.getByRole("menuitem", { name: "Copy as curl" }).click();
        await page.locator(".statusbar-item", { hasText: "The command is in the clipboard" }).waitFor();
        const opened = page.context().waitForEvent("page");
        await frame.getByRole("button", { name: "Open in" }).click();
        await frame.getByRole("menuitem", { name: "Thanos" }).click();
        const shown = new URL((await opened).url());
        assert.match(shown.pathname, /\/graph$/);
        assert.equal(shown.searchParams.get("g0.expr"), 'up{service="checkout",cluster="dev"}');
        await (await opened).close();
      },
    },
    {
      name: "results are still there after the panel was hidden",
      async run() {
        const rows = await edit.resultRows(page);
        await edit.command(page, "View: Hide Panel");
        await page.locator(".part.panel").waitFor({ state: "hidden" });
        await edit.command(page, "Promscope: Show Query Results");
        assert.deepEqual(await edit.resultRows(page), rows);
      },
    },
    {
      name: "a query that hangs can be cancelled",
      async run() {
        const frame = await edit.resultsFrame(page);
        stage.federation.freeze("query");
        try {
          await frame.locator("textarea").fill("count(up)");
          await frame.locator("textarea").press("Enter");
          await frame.locator(".running").waitFor();
          await frame.getByRole("button", { name: "Cancel" }).click();
          const told = frame.locator(".failure.note");
          await told.waitFor();
          assert.match((await told.textContent()) ?? "", /cancelled/);
        } finally {
          stage.federation.resume("query");
        }
        await frame.getByRole("button", { name: "Run", exact: true }).click();
        await frame.locator(".badge", { hasText: "complete" }).waitFor();
      },
    },
    {
      name: "a protected environment is asked about first",
      async run() {
        const frame = await edit.resultsFrame(page);
        await frame.locator("textarea").fill("sum(up)");
        await environmentOf(frame).selectOption("Prod EU");
        const dialog = page.locator(".monaco-dialog-box", { hasText: "Run this query on Prod EU?" });
        await dialog.waitFor();
        await dialog.getByRole("button", { name: "Cancel" }).click();
        await dialog.waitFor({ state: "detached" });
        assert.equal(await frame.locator(".summary", { hasText: "Prod EU" }).count(), 0);
        await frame.getByRole("button", { name: "Run", exact: true }).click();
        await dialog.getByRole("button", { name: "Run", exact: true }).click();
        await frame.locator(".summary", { hasText: "Prod EU" }).waitFor();
        await environmentOf(frame).selectOption("Dev");
        await frame.locator(".summary", { hasText: "Dev" }).waitFor();
      },
    },
    {
      name: "what the backend refuses is one sentence, with its place",
      async run() {
        const frame = await edit.resultsFrame(page);
        await frame.locator("textarea").fill("sum(up");
        await frame.locator("textarea").press("Enter");
        const failure = frame.locator(".failure p");
        await failure.waitFor();
        assert.match((await failure.textContent()) ?? "", /unclosed left parenthesis/);
      },
    },
    {
      name: "the light bulb mends the badly indented monitor",
      async run() {
        const path = join(stage.workspace, "monitors/service-x.yaml");
        await edit.openFile(page, "monitors/service-x.yaml");
        await edit.waitForSquiggle(page, "error");
        for (const key of ["metadata", "spec"]) {
          const lines = (await readFile(path, "utf8")).split("\n");
          await edit.goTo(page, lines.indexOf(`${key}:`) + 1, 2);
          await edit.applyFix(page, `Indent the children of \`${key}\``);
          await edit.save(page);
        }
        await edit.waitForNoSquiggle(page);
        assert.deepEqual(parse(await readFile(path, "utf8")), serviceXAsMeant);
      },
    },
    {
      name: "a server that is killed comes back, and its findings with it",
      async run() {
        await edit.openFile(page, "rules/priority-2/latency.yaml");
        await edit.waitForSquiggle(page, "error");
        const pids = languageServers(stage.editor.folder);
        assert.ok(pids.length > 0);
        for (const pid of pids) process.kill(pid, "SIGKILL");
        const back = (): boolean => languageServers(stage.editor.folder).some((pid) => !pids.includes(pid));
        await waitFor(back, 30, () => new Error("the server was not started again"));
        await edit.goTo(page, 17, 15);
        await edit.hover(page, "unknown function");
        await page.keyboard.press("Escape");
        await edit.openFile(page, "rules/recording/services.yaml");
        await edit.lenses(page);
        assert.equal(await page.locator(".notification-toast").count(), 0);
      },
    },
    {
      name: "an answer without one Prometheus is shown as partial and says which is missing",
      async run() {
        const lost = stage.federation.replica("prod-na/infra/a");
        await stage.federation.kill("prod-na/infra/a sidecar");
        const frame = await edit.resultsFrame(page);
        await frame.locator("textarea").fill("count by (prometheus) (up)");
        await environmentOf(frame).selectOption("Prod NA");
        await frame.locator(".badge", { hasText: "partial" }).waitFor();
        const told = await frame.locator(".notices").textContent();
        assert.ok(told?.includes(lost.storeAddress), told ?? "");
        assert.ok(told?.includes('prometheus="infra"'), told ?? "");
      },
    },
    {
      name: "Restricted Mode still checks files",
      async run() {
        const { workspace, vsix, settings, browser } = stage;
        const untrusted = { ...settings, "security.workspace.trust.banner": "always" };
        const restricted = await startEditor({ workspace, vsix, settings: untrusted, trusted: false });
        try {
          const other = await edit.openWorkbench(browser, restricted.url);
          await other.locator(".part.banner", { hasText: "Restricted Mode" }).waitFor();
          await edit.openFile(other, "rules/priority-2/latency.yaml");
          await edit.waitForSquiggle(other, "error");
          await other.context().close();
        } finally {
          await restricted.stop();
        }
      },
    },
  ];
}

function environmentOf(frame: Frame): Locator {
  return frame.getByLabel("Environment", { exact: true });
}

/** The process ids of the language servers that the editor with this folder has started. */
function languageServers(folder: string): number[] {
  const rows = execFileSync("ps", ["-eo", "pid=,args="], { encoding: "utf8" }).split("\n");
  return rows
    .filter((row) => row.includes(folder) && row.includes("promscope.js lsp"))
    .map((row) => Number.parseInt(row, 10));
}

/** Puts the file in the active editor back to what is on disk. */
async function undoAll({ page }: Stage): Promise<void> {
  await edit.command(page, "File: Revert File");
  await page.locator(".tab.active.dirty").waitFor({ state: "detached" });
}
