import { readFileSync } from "node:fs";
import fc from "fast-check";
import { expect, test } from "vitest";
import { parseAllDocuments } from "yaml";
import type { Finding } from "../../server/src/checks/check.ts";
import { isLogQl, isLogQlPath } from "../../server/src/checks/promql/dialect.ts";
import { promqlSyntax } from "../../server/src/checks/promql/syntax.ts";
import { loadChecks } from "../../server/src/checks/registry.ts";
import { unknownField } from "../../server/src/checks/rule/unknown-field.ts";
import { runChecks } from "../../server/src/checks/run.ts";
import type { EmbeddedText, SourceDocument } from "../../server/src/model/document.ts";
import { readDocument } from "../../server/src/model/read.ts";
import { emptyWorkspace } from "../../server/src/world/workspace.ts";
import { corpusFiles, shared } from "../shared.ts";
import { promtoolVerdicts, type Verdict } from "./promtool.ts";

interface Checked {
  readonly document: SourceDocument;
  readonly findings: readonly Finding[];
}

function check(text: string, path: string): Checked {
  const document = readDocument({ uri: `file:///${path}`, path, version: 1, text });
  const problems: string[] = [];
  const snapshot = { document, workspace: emptyWorkspace, environments: [], features: [] };
  const findings = runChecks(snapshot, problems, loadChecks);
  expect(problems).toEqual([]);
  return { document, findings };
}

/** Expressions of rules, in order. */
function expressions({ parts }: SourceDocument): readonly EmbeddedText[] {
  return parts.flatMap(({ model }) =>
    "rules" in model
      ? model.rules.groups.flatMap(({ rules }) =>
          rules.flatMap(({ expr }) => (expr === undefined ? [] : [expr])),
        )
      : [],
  );
}

/** Files of other programs are not judged by Prometheus' loader. */
function isOutside({ document, findings }: Checked): boolean {
  if (findings.some(({ check: id, severity }) => id === unknownField.id && severity === "info")) return true;
  if (document.parts.some(({ standing }) => standing === "nested" || standing === "embedded")) return true;
  if (/#\s*pint\s+(?:ignore|disable|file\/disable)/.test(document.text)) return true;
  // What has lost its `groups:`, or is no mapping at all, may be anything's.
  const hasGroups = /^["']?groups["']?\s*:/m.test(document.text);
  if (document.parts.length === 0 && (!hasGroups || document.stream?.documents[0]?.root?.kind === "scalar"))
    return true;
  return isLogQlPath(document.path) || expressions(document).some(({ text }) => isLogQl(text));
}

/** How we disagree with promtool about one file; nothing where we do not. */
function disagreement(checked: Checked, verdict: Verdict): string | undefined {
  if (isOutside(checked)) return undefined;
  const { document, findings } = checked;
  const errors = findings.filter(({ severity }) => severity === "error");
  const refused = errors.filter(({ refusedBy }) => refusedBy === "prometheus");
  const ours = errors.map(({ check: id, message }) => `${id}: ${message}`).join("\n");
  if (verdict === undefined && errors.length > 0) return `promtool accepts what we refuse: ${ours}`;
  if (verdict !== undefined && refused.length === 0) return `promtool refuses what we accept: ${verdict}`;
  for (const [, line, column, words] of (verdict ?? "").matchAll(
    /could not parse expression: (\d+):(\d+): parse error: (.*)/g,
  )) {
    const starts = expressions(document).map(({ text, map }) =>
      map.toSource(offsetOf(text, Number(line), Number(column))),
    );
    const same = findings.some(
      ({ check: id, message, span }) =>
        id === promqlSyntax.id && message.includes(words ?? "") && starts.includes(span.start),
    );
    if (!same) return `promtool says ${line}:${column} ${words}, we say\n${ours}`;
  }
  return undefined;
}

/** The UTF-16 offset of Go's line and byte column in an expression. */
function offsetOf(text: string, line: number, column: number): number {
  const before = text.split("\n", line - 1).reduce((length, row) => length + row.length + 1, 0);
  const bytes = Buffer.from(text.slice(before)).subarray(0, column - 1);
  return before + bytes.toString().length;
}

async function disagreements(
  files: readonly { readonly path: string; readonly text: string }[],
): Promise<string[]> {
  const verdicts = await promtoolVerdicts(files.map(({ text }) => text));
  const found: string[] = [];
  for (const [index, { path, text }] of files.entries()) {
    const difference = disagreement(check(text, path), verdicts[index]);
    if (difference !== undefined) found.push(`${path}: ${difference}\n${text.length < 1500 ? text : ""}`);
  }
  return found;
}

const corpus = corpusFiles(["rules", "pint-test"]);
const ours = corpus.filter(({ path, text }) =>
  readDocument({ uri: path, path, version: 0, text }).parts.some(({ model }) => model.kind === "rules"),
);

test.skipIf(corpus.length === 0)(
  "rule files of the corpus (needs ../shared/corpus) are judged as promtool judges them",
  async () => {
    expect(ours.length).toBeGreaterThan(300);
    expect(await disagreements(ours)).toEqual([]);
  },
);

test.skipIf(corpus.length === 0)(
  "PrometheusRules of the corpus (needs ../shared/corpus) are refused where promtool refuses their spec",
  async () => {
    const files = corpusFiles(["PrometheusRule"]).flatMap(({ path, text }) => {
      const checked = check(text, path);
      if (checked.document.parts.length !== 1 || checked.document.stream?.documents.length !== 1) return [];
      const spec: unknown = parseAllDocuments(text)[0]?.toJS({ maxAliasCount: 100 })?.spec;
      return spec === undefined ? [] : [{ path, checked, spec: JSON.stringify(spec) }];
    });
    expect(files.length).toBeGreaterThan(20);
    const verdicts = await promtoolVerdicts(files.map(({ spec }) => spec));
    for (const [index, { path, checked }] of files.entries()) {
      if (isOutside(checked)) continue;
      const refused = checked.findings.some(({ refusedBy }) => refusedBy === "prometheus");
      expect(`${path} ${refused}`).toBe(`${path} ${verdicts[index] !== undefined}`);
    }
  },
);

const expected = shared("cases", "expected-errors.json");

test.skipIf(expected === undefined)(
  "the loader's own bad files (needs ../shared/cases) are refused in its words",
  () => {
    const cases = JSON.parse(readFileSync(expected ?? "", "utf8")) as {
      repo: string;
      file: string;
      fails: boolean;
      errMsg?: string;
    }[];
    const rules = cases.filter(
      ({ file }) => file.includes("rulefmt/") && !file.includes("legacy_validation"),
    );
    expect(rules.length).toBeGreaterThan(9);
    for (const { repo, file, fails, errMsg } of rules) {
      const full = shared("corpus", repo.replace("/", "+"), ...file.split("/"));
      if (full === undefined) continue;
      const refusals = check(readFileSync(full, "utf8"), file).findings.filter(
        ({ refusedBy }) => refusedBy !== undefined,
      );
      if (fails) expect(refusals.map(({ message }) => message).join("\n")).toContain(errMsg);
      else expect(refusals).toEqual([]);
    }
  },
);

const sound = `groups:
  - name: a
    interval: 1m
    limit: 3
    labels: {team: x}
    rules:
      - alert: A
        expr: 'up
          == 0'
        for: 5m
        keep_firing_for: 1h
        labels: &l {severity: page, x: "y\\n"}
        annotations:
          summary: >-
            hello
            world
      # a comment
      - record: a:b
        expr: |
          sum(x)
            by (y)
        labels: *l
  - name: b
    rules:
      - record: c
        expr: "rate(x[5m])\\
          + 1"
      - record: d
        expr: >
          max by (z)
          (w)
`;

const token = fc.constantFrom(
  "'",
  '"',
  "{",
  "}",
  "[",
  "]",
  ":",
  "#",
  "-",
  "|",
  ">",
  "\t",
  " ",
  "\n",
  "&",
  "*",
  "!",
  "%",
  "@",
  "`",
  ",",
  "?",
  "0",
  "true",
  "~",
  " #",
  "- ",
  ": ",
  "\n\n",
  "\r\n",
  "<<: *l",
  "\\",
  "é",
  "(",
  ")",
  "by",
  "[5m]",
  "\u0007",
);
const value = fc.constantFrom(
  "",
  "~",
  "true",
  "1",
  "1.5",
  "[a]",
  "{a: b}",
  "'x",
  '"x',
  "a: b",
  "- a",
  "5m",
  "5mm",
  "1h1d",
  "''",
  "|",
  "> x",
  "*l",
  "*a",
  "&a b",
  "!!int 3",
  "!x y",
  "@a",
  "%a",
  "`a",
  "sum(",
  "foo bar",
  "r{a='b'}",
  ".nan",
  "-3",
  "1e3",
  "9223372036854775808",
);
const key = fc.constantFrom(
  "name",
  "alert",
  "record",
  "expr",
  "for",
  "labels",
  "annotations",
  "rules",
  "fo",
  "limit",
  "interval",
  "__name__",
  "''",
  "? x",
);

type Edit = (lines: string[]) => void;
const place = fc.nat({ max: 10_000 });
const edit: fc.Arbitrary<Edit> = fc.oneof(
  fc.tuple(place, place, token).map(
    ([at, column, text]): Edit =>
      (lines) => {
        const line = lines[at % lines.length] ?? "";
        const split = column % (line.length + 1);
        lines[at % lines.length] = line.slice(0, split) + text + line.slice(split);
      },
  ),
  fc.tuple(place, place).map(
    ([at, column]): Edit =>
      (lines) => {
        const line = lines[at % lines.length] ?? "";
        const split = column % (line.length + 1);
        lines[at % lines.length] = line.slice(0, split) + line.slice(split + 1);
      },
  ),
  fc.tuple(place, fc.constantFrom(-2, -1, 1, 2)).map(
    ([at, by]): Edit =>
      (lines) => {
        const line = lines[at % lines.length] ?? "";
        lines[at % lines.length] =
          by > 0 ? " ".repeat(by) + line : line.replace(new RegExp(`^ {0,${-by}}`), "");
      },
  ),
  place.map(
    (at): Edit =>
      (lines) =>
        void lines.splice(at % lines.length, 1),
  ),
  place.map(
    (at): Edit =>
      (lines) =>
        void lines.splice(at % lines.length, 0, lines[at % lines.length] ?? ""),
  ),
  fc.tuple(place, value).map(
    ([at, text]): Edit =>
      (lines) => {
        lines[at % lines.length] = (lines[at % lines.length] ?? "").replace(/: .*/, `: ${text}`);
      },
  ),
  fc.tuple(place, key).map(
    ([at, text]): Edit =>
      (lines) => {
        lines[at % lines.length] = (lines[at % lines.length] ?? "").replace(/[\w<]+:/, `${text}:`);
      },
  ),
);

/** Texts one or two edits away from a sound file: what people have on their screens. */
function edited(bases: readonly string[], count: number): readonly string[] {
  const arbitrary = fc.tuple(fc.constantFrom(...bases), fc.array(edit, { minLength: 1, maxLength: 2 }));
  return fc.sample(arbitrary, { numRuns: count, seed: 20_261_122 }).map(([base, edits]) => {
    const lines = base.split("\n");
    for (const apply of edits) apply(lines);
    return lines.join("\n");
  });
}

test("a sound rule file and 1,500 edits of it are judged as promtool judges them", async () => {
  const texts = [sound, sound.replaceAll("\n", "\r\n"), `\ufeff${sound}`, ...edited([sound], 1500)];
  expect(await disagreements(texts.map((text) => ({ path: "a.rules.yml", text })))).toEqual([]);
});

test.skipIf(corpus.length === 0)(
  "edits of the corpus' rule files (needs ../shared/corpus) are judged as promtool judges them",
  async () => {
    // With two rules, one edit leaves enough to know a rule file by.
    const hasRules = (text: string): boolean => (text.match(/\b(?:alert|record): /g) ?? []).length > 1;
    const bases = ours
      .map(({ text }) => text)
      .filter((text) => text.length < 5000 && hasRules(text) && !text.includes("pint"));
    const texts = edited(bases, 2000);
    expect(await disagreements(texts.map((text) => ({ path: "a.rules.yml", text })))).toEqual([]);
  },
);
