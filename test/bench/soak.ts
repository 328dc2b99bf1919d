import { readFileSync } from "node:fs";
import type { QueryOutcome, StatusParams } from "../../server/src/protocol.ts";
import { TestClient } from "../lsp/client.ts";
import { fakePrometheus } from "../lsp/fake-prometheus.ts";

/**
 * `node test/bench/soak.ts [EDITS]`: types into a large rule file of the built server over standard input and output,
 * asks for all that editors ask for in between, and prints what the process holds. Its heap is limited, so that a leak
 * ends it; it fails where the last quarter holds a quarter more than the second one.
 */
const edits = Number(process.argv[2] ?? 10_000);
const heapMb = 192;
const uri = "file:///workspace/rules/large.yaml";
const head = "groups:\n- name: web\n  rules:\n";
const rule = (at: number): string =>
  `  - alert: Rule${at}\n    expr: sum by (job) (rate(http_requests_total{code="500"}[5m])) > ${at}\n    for: 5m\n`;
const lines = 600;

const backend = await fakePrometheus();
const client = await TestClient.start("stdio", {
  settings: { environments: [{ name: "Dev", backend: backend.url }] },
  execArgv: [`--max-old-space-size=${heapMb}`],
});
const pid = client.process?.pid;
await client.until(() => {
  const last = client.notifications.findLast(({ method }) => method === "promscope/status");
  return (last?.params as StatusParams | undefined)?.environments[0]?.health === "ok" ? true : undefined;
});
await client.open(uri, head + Array.from({ length: lines / 3 }, (_, at) => rule(at)).join(""));

/** Megabytes that the server's process holds. */
function held(): number {
  const [, kilobytes = "0"] = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
  return Number(kilobytes) / 1024;
}

const typed = 'sum(rate(http_requests_total{job="web"}[5m]))';
const seen: number[] = [];
const started = performance.now();
let version = 1;
let queries = 0;
for (let edit = 0; edit < edits; edit++) {
  const line = 4 + 3 * (Math.floor(edit / typed.length) % (lines / 3));
  const character = 10 + (edit % typed.length);
  const text = typed[edit % typed.length] ?? "";
  await client.connection.sendNotification("textDocument/didChange", {
    textDocument: { uri, version: ++version },
    contentChanges: [{ range: { start: { line, character }, end: { line, character } }, text }],
  });
  if (edit % 5 === 0) await client.pull(uri);
  if (edit % 5 === 1) await client.at("textDocument/completion", uri, line, character + 1);
  if (edit % 25 === 2) await client.at("textDocument/hover", uri, line, 25);
  if (edit % 100 === 3) {
    for (const method of ["documentSymbol", "foldingRange", "codeLens", "semanticTokens/full"])
      await client.connection.sendRequest(`textDocument/${method}`, { textDocument: { uri } });
    const other = `file:///workspace/rules/other-${edit}.yaml`;
    await client.open(other, head + rule(edit));
    await client.pull(other);
    await client.close(other);
  }
  if (edit % 10 === 4) {
    const outcome = await client.connection.sendRequest<QueryOutcome>("workspace/executeCommand", {
      command: "promscope.query",
      arguments: [{ expr: `up > ${edit}`, confirmed: true }],
    });
    if (!outcome.ok) throw new Error(outcome.failure.message);
    queries++;
  }
  if ((edit + 1) % (edits / 20) === 0) seen.push(held());
}
const seconds = (performance.now() - started) / 1000;
await client.stop();
await backend.close();
const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
const [second, last] = [median(seen.slice(5, 10)), median(seen.slice(15))];
console.log(`${edits} edits and ${queries} queries in ${seconds.toFixed(0)} s, heap limited to ${heapMb} MB`);
console.log(`resident, MB: ${seen.map((one) => one.toFixed(0)).join(" ")}`);
console.log(`second quarter ${second.toFixed(0)} MB, last quarter ${last.toFixed(0)} MB`);
process.exitCode = last > second * 1.25 ? 1 : 0;
