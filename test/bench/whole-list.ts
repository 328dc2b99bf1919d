import { performance } from "node:perf_hooks";

/**
 * A program that does what editors do without a catalog (codemirror-promql, promql-langserver): it fetches the whole
 * list, keeps it as texts and filters it for each letter. It prints what that takes.
 */
const url = process.argv[2] ?? "";
const started = performance.now();
const text = await (await fetch(`${url}/api/v1/label/__name__/values`)).text();
const fetched = performance.now();
const { data } = JSON.parse(text) as { data: string[] };
const parsed = performance.now();
const keys: number[] = [];
for (const typed of [
  "kube_m",
  "kube_me",
  "usage",
  "queue_app1",
  "app77",
  "zzz",
  "log_app5",
  "http_client_app70",
]) {
  const from = performance.now();
  data.filter((name) => name.toLowerCase().includes(typed)).slice(0, 200);
  keys.push(performance.now() - from);
}
console.log(
  JSON.stringify({
    usableMs: parsed - started,
    parseMs: parsed - fetched,
    keyMs: Math.max(...keys),
    residentMb: process.memoryUsage().rss / 1e6,
  }),
);
