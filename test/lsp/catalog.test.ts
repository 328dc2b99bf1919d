import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import type { CompletionItem, CompletionList, Hover, MarkupContent } from "vscode-languageserver/node";
import { TestClient, withCursor } from "./client.ts";
import { fakePrometheus } from "./fake-prometheus.ts";

const uri = "file:///workspace/rules/web.yaml";

function temporary(): string {
  const path = mkdtempSync(join(tmpdir(), "promscope-lsp-catalog-"));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

const ruleWith = (expr: string): string =>
  `groups:\n- name: web\n  rules:\n  - alert: A\n    expr: ${expr}\n`;

/** Asks until the list holds the label: the first answers may come before the backend's. */
async function listed(client: TestClient, marked: string, label: string): Promise<CompletionItem> {
  const { text, line, character } = withCursor(marked);
  await client.open(uri, text);
  for (;;) {
    const list = await client.at<CompletionList | null>("textDocument/completion", uri, line, character);
    const item = list?.items.find((candidate) => candidate.label === label);
    if (item !== undefined) return item;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

test("a backend that is gone is known from the last session, and its names are not told as missing", async () => {
  const cacheFolder = temporary();
  const backend = await fakePrometheus();
  const settings = { environments: [{ name: "Dev", backend: backend.url }] };
  const first = await TestClient.start("stdio", { settings, cacheFolder });
  await listed(first, ruleWith("queue_d‸"), "queue_depth");
  const folder = join(cacheFolder, "promscope", "catalogs");
  await expect.poll(() => readdirSync(folder).filter((name) => name.endsWith(".names.gz")).length).toBe(1);
  await first.stop();
  await backend.close();

  const second = await TestClient.start("stdio", { settings, cacheFolder });
  const item = await listed(second, ruleWith("queue_d‸"), "queue_depth");
  expect(item.detail ?? "").not.toContain("found nowhere");
  await second.stop();
});

test("the names are fetched when a file of ours is opened, not before, and not for others", async () => {
  const backend = await fakePrometheus();
  onTestFinished(() => backend.close());
  // Health asks for one name, to tell whether there is any.
  const names = (): number =>
    backend.asked.filter((path) => /^\/api\/v1\/label\/__name__.*limit=1\d/.test(path)).length;
  const settings = { environments: [{ name: "Dev", backend: backend.url }] };
  const client = await TestClient.start("in-band", { settings });
  await client.until(() => (backend.asked.length > 0 ? true : undefined));
  await client.open("file:///workspace/notes.yaml", "a: 1\n");
  expect(await client.pull("file:///workspace/notes.yaml")).toEqual([]);
  expect(names()).toBe(0);
  await client.open(uri, ruleWith("up"));
  await expect.poll(names).toBe(1);
  await client.stop();
});

test("a recording rule of a file that is not open is completed, documented and linked", async () => {
  const folder = temporary();
  mkdirSync(join(folder, "rules"));
  writeFileSync(
    join(folder, "rules", "recorded.yaml"),
    "groups:\n- name: g\n  rules:\n  - record: job:up:sum\n    expr: sum by (job) (up)\n",
  );
  const client = await TestClient.start("in-band", { folder: pathToFileURL(folder).href });
  const item = await listed(client, ruleWith("job:u‸"), "job:up:sum");
  expect(item.detail).toBe("recorded in rules/recorded.yaml");
  const full = await client.connection.sendRequest<CompletionItem>("completionItem/resolve", item);
  expect((full.documentation as MarkupContent).value).toContain("sum by (job) (up)");
  await client.change(uri, ruleWith("job:up:sum > 1"));
  const hover = await client.at<Hover>("textDocument/hover", uri, 4, 14);
  const link = `[rules/recorded.yaml:4](<${pathToFileURL(join(folder, "rules", "recorded.yaml")).href}#L4>)`;
  expect((hover.contents as MarkupContent).value).toContain(link);
  await client.stop();
});

test("a hover shows the course of the last run of a query", async () => {
  const backend = await fakePrometheus();
  onTestFinished(() => backend.close());
  const settings = { environments: [{ name: "Dev", backend: backend.url }] };
  const client = await TestClient.start("in-band", { settings });
  await listed(client, ruleWith("sum(queue_d‸)"), "queue_depth");
  await client.connection.sendRequest("workspace/executeCommand", {
    command: "promscope.query",
    arguments: [{ environment: "Dev", expr: "sum(queue_depth)" }],
  });
  await client.change(uri, ruleWith("sum(queue_depth)"));
  const hover = await client.at<Hover>("textDocument/hover", uri, 4, 16);
  const { value } = hover.contents as MarkupContent;
  expect(value).toContain("`sum(queue_depth)` was `42`, run in Dev just now.");
  await client.stop();
});
