import { expect, test } from "vitest";
import { LineIndex } from "../../server/src/base/text.ts";
import type { Finding } from "../../server/src/checks/check.ts";
import { rateOfAggregate } from "../../server/src/checks/flow/rate-of-aggregate.ts";
import { nameChecks } from "../../server/src/checks/names/index.ts";
import { runChecks } from "../../server/src/checks/run.ts";
import { SlicedChecks } from "../../server/src/checks/sliced/checks.ts";
import { templateMissingLabel } from "../../server/src/checks/template/missing-label.ts";
import { OpenText } from "../../server/src/lsp/open-text.ts";
import { readDocument } from "../../server/src/model/read.ts";
import { NameIndex, nameIndexOf } from "../../server/src/world/names/index.ts";
import { NamesReader } from "../../server/src/world/names/read.ts";
import type { NamedRule } from "../../server/src/world/names/rule.ts";
import type { Snapshot } from "../../server/src/world/snapshot.ts";
import { emptyWorkspace } from "../../server/src/world/workspace.ts";
import { Random } from "../oracle/random.ts";
import { type Change, EditMaker } from "./slice-edits.ts";

const seed = Number(process.env["SEED"] ?? 20_261_122);
const rounds = process.env["SEED"] === undefined ? 12 : 60;

const checks = [...nameChecks, templateMissingLabel, rateOfAggregate];
const metrics = ["a:x", "a:y", "b:x:sum", "b:y:rate5m", "plain"];
const alerts = ["High", "Hihg", "Low"];
const exprs = [
  "sum by (job) (x_total)",
  "sum by (job, pod) (x_total)",
  "a:x + a:y",
  "a:y offset 5m",
  "rate(a:x[5m])",
  "sum by (job) (rate(x_total[5m]))",
  "b:x:sum > 1",
  'ALERTS{alertname="High"}',
  'ALERTS{alertname="Low"} unless b:y:rate5m',
  "sum by (job) (b:x:sum) / plain",
  "sum(",
];

function ruleText(random: Random): string {
  const isAlert = random.chance(0.5);
  const head = isAlert ? `alert: ${random.pick(alerts)}` : `record: ${random.pick(metrics)}`;
  const labels = random.chance(0.3)
    ? `    labels: {severity: ${random.pick(["warning", "critical"])}}\n`
    : "";
  const summary = isAlert && random.chance(0.5) ? '    annotations: {summary: "{{ $labels.pod }}"}\n' : "";
  return `  - ${head}\n    expr: ${random.pick(exprs)}\n${labels}${summary}`;
}

function fileText(random: Random): string {
  let text = "groups:\n";
  for (let group = 0; group < 1 + random.below(3); group++) {
    text += `- name: g${group}\n  rules:\n`;
    for (let rule = 0; rule < 1 + random.below(5); rule++) text += ruleText(random);
  }
  return text;
}

/** A rule comes, goes or changes, or the file is edited by hand. */
function changeOf(random: Random, maker: EditMaker, text: string): Change {
  const starts = [...text.matchAll(/^ {2}- /gm)].map(({ index }) => index);
  const which = random.below(6);
  if (which < 2 || starts.length < 2) return maker.next(text);
  const at = random.below(starts.length - 1);
  const start = starts[at] ?? 0;
  const end = starts[at + 1] ?? start;
  // What lies between two rules of different groups is more than a rule.
  if (text.slice(start, end).includes("- name")) return maker.next(text);
  if (which === 2) return { start, end: start, text: ruleText(random) };
  if (which === 3) return { start, end, text: "" };
  const third = starts[at + 2];
  if (which === 4 && third !== undefined && !text.slice(end, third).includes("- name"))
    return { start, end: third, text: text.slice(end, third) + text.slice(start, end) };
  return { start, end, text: ruleText(random) };
}

/** What findings say, their places of other rules as they are now. */
function plain(findings: Iterable<Finding>): readonly unknown[] {
  return [...findings].map(({ related, ...finding }) => ({
    ...finding,
    related: related?.map(({ message, uri, span }) => ({ message, uri, span: { ...span } })),
  }));
}

function placesOf(rules: readonly NamedRule[]): readonly unknown[] {
  return rules.map(({ name, kind, series, namePlace, compact }) => [name, kind, series, compact, namePlace]);
}

/** What the index answers to everything that can be asked. */
function answers(index: NameIndex): readonly unknown[] {
  const all = [...index.files()].sort((a, b) => (a.uri < b.uri ? -1 : 1));
  return [
    ...metrics.map((name) => [
      placesOf(index.records(name)),
      placesOf(index.users("metric", name)),
      index.otherUses("metric", name).map(({ use }) => use),
      [...(index.recorded(name)?.labels ?? [])]
        .map(([label, { presence, values }]) => [label, presence, values])
        .sort(),
      exprs.map((expr) => placesOf(index.recordsPrinted(expr))),
    ]),
    ...alerts.map((name) => [
      placesOf(index.alerts(name)),
      placesOf(index.users("alert", name)),
      index.nearestAlert(name),
    ]),
    ...all.map(({ path, rules, groups, groupSpans }) => [
      path,
      placesOf(rules),
      groups.map(({ name }) => name),
      groupSpans(),
      rules.map((rule) => [placesOf(index.twins(rule)), placesOf(index.alike(rule))]),
    ]),
  ];
}

test(`an index that follows edits answers as one that is made anew, and so do the checks, seed ${seed}`, {
  timeout: 600_000,
}, () => {
  const random = new Random(seed);
  let compared = 0;
  let told = 0;
  for (let round = 0; round < rounds; round++) {
    const index = new NameIndex();
    const reader = new NamesReader();
    const dashboard = readDocument({
      uri: "file:///d.json",
      path: "d.json",
      version: 0,
      text: `{"panels":[{"expr":"${random.pick(metrics)}"}]}`,
    });
    const files = ["a.yaml", "b.yaml", "c.yaml"].map((path) => {
      const text = fileText(random);
      const open = new OpenText({ uri: `file:///${path}`, path, version: 0, text, languageId: "yaml" });
      return { path, open, checks: new SlicedChecks(checks), maker: new EditMaker(random) };
    });
    const take = (document: Snapshot["document"]): void => {
      const names = reader.read(document, index.file(document.uri));
      if (names === undefined) index.delete(document.uri);
      else index.set(names);
    };
    if (random.chance(0.5)) take(dashboard);
    for (const { open } of files) take(open.document);
    const history: string[] = [];
    for (let version = 1; version <= 40; version++) {
      const file = random.pick(files);
      const text = file.open.getText();
      const change = changeOf(random, file.maker, text);
      const lines = new LineIndex(text);
      const range = { start: lines.positionAt(change.start), end: lines.positionAt(change.end) };
      const isExact =
        lines.offsetAt(range.start) === change.start && lines.offsetAt(range.end) === change.end;
      const next = text.slice(0, change.start) + change.text + text.slice(change.end);
      file.open.update(isExact ? [{ range, text: change.text }] : [{ text: next }], version);
      history.push(`${file.path} ${JSON.stringify(change)}`);
      take(file.open.document);
      // A rule that is no valid YAML for the moment is kept by what reads the whole file, or by none.
      if (files.some(({ open }) => open.sliced !== undefined && !open.sliced.isSound)) continue;
      const fresh = files.map(({ path, open }) =>
        readDocument({ uri: `file:///${path}`, path, version, text: open.getText(), languageId: "yaml" }),
      );
      const anew = nameIndexOf(index.file("file:///d.json") === undefined ? fresh : [...fresh, dashboard]);
      const where = `round ${round}, after ${history.slice(-4).join("\n")}\nin ${files.map(({ open }) => open.getText()).join("\n=====\n")}`;
      expect(answers(index), where).toEqual(answers(anew));
      compared++;
      for (const [at, { open, checks: kept }] of files.entries()) {
        const [sliced, document] = [open.sliced, fresh[at]];
        if (sliced === undefined || document === undefined) continue;
        const base = { workspace: emptyWorkspace, environments: [], features: [] };
        const problems: string[] = [];
        const found = kept
          .run(sliced, { ...base, document: open.document, names: index }, problems)
          ?.findings();
        if (found === undefined) continue;
        const expected = plain(runChecks({ ...base, document, names: anew }, problems, checks));
        told += expected.length;
        expect(plain(found), where).toEqual(expected);
        expect(problems).toEqual([]);
      }
    }
  }
  expect(compared).toBeGreaterThan(rounds * 10);
  expect(told).toBeGreaterThan(compared);
});
