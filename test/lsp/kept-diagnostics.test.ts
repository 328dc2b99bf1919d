import { expect, test } from "vitest";
import {
  CancellationTokenSource,
  type DocumentDiagnosticReport,
  LSPErrorCodes,
} from "vscode-languageserver/node";
import { Random } from "../oracle/random.ts";
import { TestClient } from "./client.ts";

const rule = (index: number): string =>
  `  - alert: A${index}\n    expr: up{job=~"j${index}"}\n    annotations:\n      a: "{{ $labels.x }} ${index}"\n`;

test("what is kept from one version to the next stands where a fresh file has it", async () => {
  const client = await TestClient.start("in-band");
  const random = new Random(7);
  const uri = "file:///kept.yaml";
  let text = `groups:\n- name: g\n  rules:\n${Array.from({ length: 40 }, (_, index) => rule(index)).join("")}`;
  await client.open(uri, text);
  await client.pull(uri);
  for (let version = 0; version < 30; version++) {
    const lines = text.split("\n");
    const at = 3 + random.below(lines.length - 4);
    const line = random.pick(["", "  # a comment", rule(100 + version).trimEnd()]);
    if (random.chance(0.5) && /^ {2}- alert/.test(lines[at] ?? "")) lines.splice(at, 0, line);
    else lines[at] = (lines[at] ?? "").replace(/j(\d)/, "k$1x");
    text = lines.join("\n");
    await client.change(uri, text);
    const kept = await client.pull(uri);
    const other = `file:///fresh-${version}.yaml`;
    await client.open(other, text);
    const fresh = await client.pull(other);
    // Rules that stand in two files are told of in both.
    const own = (all: typeof kept): unknown =>
      all
        .filter(({ code }) => !String(code).startsWith("rule.d"))
        .map(({ range, code, message }) => [range, code, message]);
    expect(own(kept)).toEqual(own(fresh));
    expect(kept.length).toBeGreaterThan(30);
    await client.close(other);
  }
  await client.stop();
});

test("who has all of it already is told no more than that", async () => {
  const client = await TestClient.start("in-band");
  const uri = "file:///same.yaml";
  await client.open(uri, "groups:\n- name: g\n  rules:\n  - record: a:b\n    expr: abs(up\n");
  const pull = (previousResultId?: string): Promise<DocumentDiagnosticReport> =>
    client.connection.sendRequest("textDocument/diagnostic", { textDocument: { uri }, previousResultId });
  const first = await pull();
  expect(first).toMatchObject({ kind: "full", items: [{ code: "promql.syntax" }] });
  expect(await pull(first.resultId)).toEqual({ kind: "unchanged", resultId: first.resultId });
  expect(await pull("of another server")).toMatchObject({ kind: "full" });
  expect(await pull(first.resultId)).toMatchObject({ kind: "full" });
  // Marks move in the editor with their text, so that a new version is told anew.
  const last = await pull();
  await client.change(uri, "# new\ngroups:\n- name: g\n  rules:\n  - record: a:b\n    expr: up\n");
  expect(await pull(last.resultId)).toMatchObject({ kind: "full", items: [] });
  await client.stop();
});

test("of very many findings the gravest are told, wherever they stand, and how many there are", async () => {
  const client = await TestClient.start("in-band");
  const uri = "file:///many.yaml";
  const hinted = (n: number): string =>
    `  - alert: A${n}\n    expr: rate(x_total{n="${n}"}[5m]) > ${n}\n    annotations:\n      summary: "at {{ $value }}"\n`;
  const rules = Array.from({ length: 400 }, (_, n) => hinted(n)).join("");
  await client.open(uri, `groups:\n- name: g\n  rules:\n${rules}  - alert: B\n    expr: "sum("\n`);
  const told = await client.pull(uri);
  expect(told).toHaveLength(201);
  expect(told.map(({ code }) => code)).toContain("promql.syntax");
  expect(told.at(-1)?.message).toMatch(/^Shown are the 200 gravest of [4-9]\d\d findings; /);
  await client.stop();
});

test("others are answered while a large file is checked for the first time, and a cancelled check ends", async () => {
  const client = await TestClient.start("in-band");
  const [uri, small] = ["file:///large.yaml", "file:///small.promql"];
  const hinted = (n: number): string =>
    `  - alert: A${n}\n    expr: sum by (job) (rate(x_total{n="${n}"}[5m])) > ${n}\n    annotations:\n      summary: "at {{ $value }}"\n`;
  const rules = Array.from({ length: 600 }, (_, n) => hinted(n)).join("");
  await client.open(small, "rate(x[5m])", "promql");
  await client.open(uri, `groups:\n- name: g\n  rules:\n${rules}`);
  const answered: string[] = [];
  const pulled = client.pull(uri).then((told) => {
    answered.push("pull");
    return told;
  });
  const hovered = client.at("textDocument/hover", small, 0, 1).then(() => answered.push("hover"));
  expect(await pulled).toHaveLength(201);
  await hovered;
  expect(answered).toEqual(["hover", "pull"]);
  // What is new is checked bit by bit, too; nobody waits for what was cancelled.
  await client.change(uri, `groups:\n- name: h\n  rules:\n${rules.replaceAll("x_total", "y_total")}`);
  const stop = new CancellationTokenSource();
  const cancelled = client.connection.sendRequest(
    "textDocument/diagnostic",
    { textDocument: { uri } },
    stop.token,
  );
  stop.cancel();
  await expect(cancelled).rejects.toMatchObject({ code: LSPErrorCodes.RequestCancelled });
  expect(await client.pull(uri)).toHaveLength(201);
  await client.stop();
});
