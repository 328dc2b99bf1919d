import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import type { CompletionList, Diagnostic, Hover } from "vscode-languageserver/node";
import { TestClient } from "./client.ts";

const rules = "groups:\n- name: g\n  rules:\n  - record: job:up:sum\n    expr: sum by (job) (up)\n";
const wants = (label: string): string => `policy:\n  - require: { labels: [${label}] }\n`;

async function started(
  project: string,
): Promise<{ client: TestClient; uri: string; projectUri: string; folder: string }> {
  const folder = await mkdtemp(join(tmpdir(), "promscope-policy-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  await mkdir(join(folder, "rules"));
  await writeFile(join(folder, "promscope.yaml"), project);
  await writeFile(join(folder, "rules", "a.yaml"), rules);
  const client = await TestClient.start("in-band", { folder: pathToFileURL(folder).href });
  onTestFinished(() => client.stop());
  const uriOf = (name: string): string => pathToFileURL(join(folder, name)).href;
  return { client, folder, uri: uriOf("rules/a.yaml"), projectUri: uriOf("promscope.yaml") };
}

const refreshes = (client: TestClient): number =>
  client.notifications.filter(({ method }) => method === "workspace/diagnostic/refresh").length;

/** Pulls as an editor does: after each refresh, until the findings satisfy the test. */
async function pulled(client: TestClient, uri: string, words: string): Promise<readonly Diagnostic[]> {
  for (;;) {
    const seen = refreshes(client);
    const found = (await client.pull(uri)).filter(({ code }) => String(code).startsWith("policy."));
    if (
      found
        .map(({ message }) => message)
        .join("\n")
        .includes(words)
    )
      return found;
    await client.until(() => (refreshes(client) > seen ? true : undefined));
  }
}

test("open rule files follow an edit of promscope.yaml at once, and what is on disk when it is closed", async () => {
  const { client, uri, projectUri } = await started(wants("team"));
  await client.open(uri, rules);
  expect(await pulled(client, uri, "team")).toHaveLength(1);
  await client.open(projectUri, wants("team"));
  await client.change(projectUri, wants("squad"));
  expect(await pulled(client, uri, "squad")).toHaveLength(1);
  // What is no YAML yet leaves what it said before.
  await client.change(projectUri, "policy: [");
  expect(await pulled(client, uri, "squad")).toHaveLength(1);
  await client.change(projectUri, `${wants("owner")}    link: https://wiki.example/x\n`);
  expect(await pulled(client, uri, "owner")).toMatchObject([
    { code: "policy.required-label", codeDescription: { href: "https://wiki.example/x" } },
  ]);
  await client.connection.sendNotification("textDocument/didClose", { textDocument: { uri: projectUri } });
  expect(await pulled(client, uri, "team")).toHaveLength(1);
});

test("a save of promscope.yaml counts, too", async () => {
  const { client, folder, uri, projectUri } = await started(wants("team"));
  await client.open(uri, rules);
  expect(await pulled(client, uri, "team")).toHaveLength(1);
  await writeFile(join(folder, "promscope.yaml"), wants("tier"));
  await client.connection.sendNotification("workspace/didChangeWatchedFiles", {
    changes: [{ uri: projectUri, type: 2 }],
  });
  expect(await pulled(client, uri, "tier")).toHaveLength(1);
});

test("promscope.yaml itself has findings, completion and hover", async () => {
  const { client, projectUri } = await started("");
  const text = "policy:\n  - severity: wrning\n    require:\n      \n";
  await client.open(projectUri, text);
  expect((await client.pull(projectUri)).map(({ code }) => code)).toEqual(["policy.config-invalid"]);
  const list = await client.connection.sendRequest<CompletionList>("textDocument/completion", {
    textDocument: { uri: projectUri },
    position: { line: 3, character: 6 },
  });
  expect(list.items.map(({ label }) => label)).toContain("annotations");
  const hover = await client.connection.sendRequest<Hover>("textDocument/hover", {
    textDocument: { uri: projectUri },
    position: { line: 1, character: 6 },
  });
  expect(JSON.stringify(hover.contents)).toContain("How severe its findings are");
});

test("open rule files follow pint's configuration on disk", async () => {
  const { client, uri, folder } = await started("");
  await rm(join(folder, "promscope.yaml"));
  const pint = join(folder, ".pint.hcl");
  const asks = (label: string): string => `rule {\n  label "${label}" { required = true }\n}\n`;
  await writeFile(pint, asks("team"));
  await client.open(uri, rules);
  expect(await pulled(client, uri, "team")).toHaveLength(1);
  await writeFile(pint, asks("squad"));
  await client.connection.sendNotification("workspace/didChangeWatchedFiles", {
    changes: [{ uri: pathToFileURL(pint).href, type: 2 }],
  });
  expect(await pulled(client, uri, "squad")).toHaveLength(1);
});
