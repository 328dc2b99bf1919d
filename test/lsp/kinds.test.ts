import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import { TestClient } from "./client.ts";

const noRule = "groups:\n- name: g\n  partial: true\n";
const record = "groups:\n- name: g\n  rules:\n  - record: job:up:sum\n    expr: sum by (job) (up)\n";

async function started(project: string): Promise<{ client: TestClient; uriOf: (name: string) => string }> {
  const folder = await mkdtemp(join(tmpdir(), "promscope-kinds-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  for (const name of ["a", "old"]) await mkdir(join(folder, name));
  await writeFile(join(folder, "promscope.yaml"), project);
  await writeFile(join(folder, "old", "r.yaml"), record);
  const client = await TestClient.start("in-band", { folder: pathToFileURL(folder).href });
  onTestFinished(() => client.stop());
  return { client, uriOf: (name) => pathToFileURL(join(folder, name)).href };
}

const refreshes = (client: TestClient): number =>
  client.notifications.filter(({ method }) => method === "workspace/diagnostic/refresh").length;

/** Pulls as an editor does: after each refresh, until the ids of the findings are these. */
async function until(client: TestClient, uri: string, wanted: readonly string[]): Promise<void> {
  for (;;) {
    const seen = refreshes(client);
    const found = (await client.pull(uri)).map(({ code }) => String(code));
    if (JSON.stringify(found) === JSON.stringify(wanted)) return;
    await client.until(() => (refreshes(client) > seen ? true : undefined));
  }
}

test("open files become what promscope.yaml says, at once when it is edited", async () => {
  const { client, uriOf } = await started("kinds: { rules: ['a/**'] }\n");
  await client.open(uriOf("a/x.yaml"), noRule);
  await until(client, uriOf("a/x.yaml"), ["rule.group-empty", "yaml.unknown-field"]);
  await client.open(uriOf("promscope.yaml"), "kinds: { rules: ['a/**'] }\n");
  await client.change(uriOf("promscope.yaml"), "kinds: { none: ['a/**'] }\n");
  await until(client, uriOf("a/x.yaml"), []);
  await client.change(uriOf("promscope.yaml"), "kinds: { tests: ['a/**'] }\n");
  await until(client, uriOf("a/x.yaml"), ["rule.test-schema"]);
  expect(refreshes(client)).toBeGreaterThan(0);
});

test("names in files that are nothing of ours are not known", async () => {
  const { client, uriOf } = await started("");
  const symbols = async (): Promise<number> =>
    (await client.connection.sendRequest<readonly unknown[] | null>("workspace/symbol", { query: "job:up" }))
      ?.length ?? 0;
  await client.open(uriOf("a/x.yaml"), record.replaceAll("up", "down"));
  while ((await symbols()) === 0) await new Promise((resolve) => setImmediate(resolve));
  await client.open(uriOf("promscope.yaml"), "");
  await client.change(uriOf("promscope.yaml"), "kinds: { none: ['old/**'] }\n");
  while ((await symbols()) > 0) await new Promise((resolve) => setImmediate(resolve));
  await client.change(uriOf("promscope.yaml"), "checks: {}\n");
  while ((await symbols()) === 0) await new Promise((resolve) => setImmediate(resolve));
  expect(await symbols()).toBe(1);
});
