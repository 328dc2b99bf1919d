import { performance } from "node:perf_hooks";
import { fileURLToPath } from "node:url";
import { allChecks } from "../../server/src/checks/registry.ts";
import { SlicedChecks } from "../../server/src/checks/sliced/checks.ts";
import { OpenText } from "../../server/src/lsp/open-text.ts";
import { NameIndex } from "../../server/src/world/names/index.ts";
import { NamesReader } from "../../server/src/world/names/read.ts";
import { emptyWorkspace } from "../../server/src/world/workspace.ts";
import { percentile } from "./measure.ts";

/** Every fourth rule records a metric, which the three behind it and one far away read. */
function rule(n: number): string {
  const record = `job:requests_${n - (n % 4)}:rate5m`;
  if (n % 4 === 0)
    return `  - record: ${record}\n    expr: sum by (job) (rate(http_requests_total{service="s${n}"}[5m]))\n`;
  const far = `job:requests_${((n * 7919) % 10_000) & ~3}:rate5m`;
  const expr = n % 4 === 3 ? `${record} / on (job) ${far} > ${n % 9}` : `${record} > ${n}`;
  return `  - alert: Alert${n}\n    expr: ${expr}\n    for: 5m\n    labels:\n      severity: warning\n    annotations:\n      summary: "{{ $labels.job }} is at {{ $value }}"\n`;
}

/** Files of rules that feed each other; `count` rules in `files` files. */
function relatedFiles(count: number, files: number): readonly string[] {
  return Array.from({ length: files }, (_, file) => {
    let text = "groups:\n";
    for (let n = (file * count) / files; n < ((file + 1) * count) / files; n++)
      text += `${n % 20 === 0 ? `- name: group-${n}\n  rules:\n` : ""}${rule(n)}`;
    return text;
  });
}

export interface NameTimes {
  /** Milliseconds until all names are indexed. */
  readonly index: number;
  /** Milliseconds from an edit of one rule until all findings of its file are there, those across files included. */
  readonly p50: number;
  readonly p95: number;
}

const edits = 260;
const warmUp = 60;

/** Edits rules all over a workspace of 10,000: their expressions, and every eighth time the name of a recording rule. */
function measureNames(files: number): NameTimes {
  const index = new NameIndex();
  const reader = new NamesReader();
  const texts = relatedFiles(10_000, files);
  const open = texts.map((text, at) => {
    const path = `rules/${at}.yaml`;
    return new OpenText({ uri: `file:///${path}`, path, version: 0, text, languageId: "yaml" });
  });
  const take = (of: OpenText): void => {
    const names = reader.read(of.document, index.file(of.uri));
    if (names !== undefined) index.set(names);
  };
  const began = performance.now();
  for (const each of open) take(each);
  const indexed = performance.now() - began;
  const checks = new Map<OpenText, SlicedChecks>();
  const find = (of: OpenText): number => {
    const kept = checks.get(of) ?? new SlicedChecks(allChecks);
    checks.set(of, kept);
    if (of.sliced === undefined) throw new Error("the file is not kept in slices");
    const snapshot = {
      document: of.document,
      workspace: emptyWorkspace,
      names: index,
      environments: [],
      features: [],
    };
    const problems: string[] = [];
    let found = 0;
    for (const _ of kept.run(of.sliced, snapshot, problems)?.findings() ?? []) if (++found >= 500) break;
    return found;
  };
  const times: number[] = [];
  for (let edit = 0; edit < edits; edit++) {
    const file = open[(edit * 31) % open.length];
    if (file === undefined) continue;
    if (!checks.has(file)) find(file);
    const text = file.getText();
    const what = edit % 8 === 0 ? "- record: " : "    expr: ";
    const places = [...text.matchAll(new RegExp(what, "g"))];
    const at = (places[(edit * 7919) % places.length]?.index ?? 0) + what.length;
    const before = text.slice(0, at);
    const line = before.split("\n").length - 1;
    const character = at - before.lastIndexOf("\n") - 1;
    const started = performance.now();
    const start = { line, character };
    file.update([{ range: { start, end: start }, text: "x" }], edit + 1);
    take(file);
    find(file);
    if (edit >= warmUp) times.push(performance.now() - started);
  }
  return { index: indexed, p50: percentile(times, 0.5), p95: percentile(times, 0.95) };
}

/** `node test/bench/names.ts`: the rows of `npm run bench` alone. */
export function benchNames(row: (name: string, figure: string) => void): void {
  for (const files of [500, 1]) {
    const { index, p50, p95 } = measureNames(files);
    const where = files === 1 ? "1 file" : `${files} files`;
    row(
      `one edited rule of 10,000 in ${where}, checks across files included, p50 / p95`,
      `${p50.toFixed(1)} / ${p95.toFixed(1)} ms`,
    );
    row(`– the index of names of all of them`, `${index.toFixed(0)} ms`);
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  benchNames((name, figure) => console.log(`| ${name} | ${figure} |`));
