import { expect, test } from "vitest";
import { applyEdits, type Span } from "../../server/src/base/text.ts";
import { refactorings } from "../../server/src/features/refactor/index.ts";
import { fileMeaning, printed } from "../../server/src/features/refactor/proof.ts";
import type { Refactoring } from "../../server/src/features/refactor/refactoring.ts";
import { readDocument } from "../../server/src/model/read.ts";
import { commentsOf } from "../../server/src/promql/comments.ts";
import { parseExpr } from "../../server/src/promql/parse.ts";
import { printExpr } from "../../server/src/promql/print.ts";
import type { Snapshot } from "../../server/src/world/snapshot.ts";
import { emptyWorkspace } from "../../server/src/world/workspace.ts";
import { Generator } from "../oracle/generate-promql.ts";
import { Random } from "../oracle/random.ts";
import { corpusFiles } from "../shared.ts";

/** `SEED` repeats a run. */
const seed = Number(process.env["SEED"] ?? 1);
const options = { experimentalFunctions: true, fillModifiers: true, thanosFunctions: true };

function read(text: string): Snapshot {
  const document = readDocument({ uri: "file:///r.yaml", path: "r.yaml", version: 1, text });
  return { document, workspace: emptyWorkspace, environments: [], features: [] };
}

/** The expressions of a file in order. */
function expressions({ document }: Snapshot): readonly string[] {
  return document.parts.flatMap(({ model }) =>
    "rules" in model
      ? model.rules.groups.flatMap(({ rules }) => rules.map(({ expr }) => expr?.text ?? ""))
      : [],
  );
}

/** Two rules with the expression in a random style, and a group to move to. */
function fileWith(expr: string, random: Random): string {
  const indented = expr.split("\n").map((line) => `      ${line}`);
  const style = random.pick([
    `|${random.pick(["", "-", "+"])}\n${indented.join("\n")}`,
    `|2\n${indented.join("\n")}`,
    `>-\n${expr
      .split(" ")
      .map((word) => `      ${word}`)
      .join("\n")}`,
    JSON.stringify(expr),
    `'${expr.replaceAll("'", "''").replaceAll("\n", "\n\n      ")}'`,
    expr,
  ]);
  const lines = random.chance(0.5) ? "  # about it\n" : "";
  const text = `groups:\n- name: g\n  rules:\n${lines}  - alert: r\n    expr: ${style}\n    labels:\n      a: b\n  # next\n  - record: s\n    expr: ${JSON.stringify(expr)}\n- name: h\n  rules:\n  - record: t\n    expr: up\n`;
  return random.chance(0.2) ? text.replaceAll("\n", "\r\n") : text;
}

function comments(texts: readonly string[]): readonly string[] {
  return texts.flatMap((text) => commentsOf(text).map((comment) => comment.text)).sort();
}

/** Comments that stand in the text of an expression, which is sound. */
function withComments(text: string, random: Random): string {
  let result = text;
  for (let i = 0; i < 2; i++) {
    const at = random.below(result.length + 1);
    const candidate = `${result.slice(0, at)} # c${i}\n${result.slice(at)}`;
    if (
      parseExpr(candidate, options).errors.length === 0 &&
      commentsOf(candidate).length > commentsOf(result).length
    )
      result = candidate;
  }
  return result;
}

/** What people write: of the corpus where it is there, and a few that are always. */
function written(): readonly string[] {
  const few = [
    'sum by (job) (rate(http_requests_total{code=~"5.."}[5m])) / sum by (job) (rate(http_requests_total[5m])) > 0.05',
    "histogram_quantile(0.99, sum by (le, job) (rate(request_duration_seconds_bucket[5m]))) > 1",
    'up{job="api"} == 0 unless on (instance) maintenance == 1',
    "(node_filesystem_avail_bytes / node_filesystem_size_bytes) * 100 < 10 and node_filesystem_readonly == 0",
    "avg without (cpu) (irate(node_cpu_seconds_total[1m])) * on (instance) group_left (nodename) node_uname_info",
    "sum(x offset 5m) + max_over_time(y[1h:5m]) - -z",
  ];
  const found = new Set(few);
  for (const { path, text } of corpusFiles()) {
    if (!/\.ya?ml$/.test(path) || text.length > 100_000) continue;
    for (const expr of expressions(read(text)))
      if (expr.length < 2_000 && parseExpr(expr, options).errors.length === 0) found.add(expr.trim());
    if (found.size > 3_000) break;
  }
  return [...found];
}

const same: ReadonlySet<string> = new Set([
  "format",
  "style.plain",
  "style.single",
  "style.double",
  "style.literal",
  "style.folded",
]);

function checkOne(text: string, before: Snapshot, { id, edits }: Refactoring, at: Span): boolean {
  const found = edits();
  const why = `${id} at ${at.start}–${at.end} of\n${text}`;
  // What is written in a way that no edit of it could keep is left alone; the end counts how often.
  if (found === undefined || found.length === 0) return false;
  const after = read(applyEdits(text, found));
  expect(fileMeaning(after.document).sound, why).toBe(true);
  for (const expr of expressions(after))
    expect(parseExpr(expr, options).errors, `${why}\n→ ${expr}`).toEqual([]);
  if (id !== "inline") expect(comments(expressions(after)), why).toEqual(comments(expressions(before)));
  if (same.has(id)) expect(expressions(after).map(printed), why).toEqual(expressions(before).map(printed));
  if (id.startsWith("move."))
    expect(fileMeaning(after.document).groups.flat().sort(), why).toEqual(
      fileMeaning(before.document).groups.flat().sort(),
    );
  if (id.startsWith("extract")) backAgain(after, before, why);
  return true;
}

/** Inlining what was extracted gives what was there. */
function backAgain(after: Snapshot, before: Snapshot, why: string): void {
  let now = after;
  const name = now.document.text.match(/record: '?([\w:]+:[\w:]+)'?/)?.[1] ?? "";
  expect(name, why).not.toBe("");
  for (let i = 0; i < 20; i++) {
    const { text } = now.document;
    const use = [...text.matchAll(new RegExp(`(?<=\\\\n|(?<![\\w:]))${name}(?![\\w:])`, "g"))].map(
      ({ index }) => index,
    );
    const inline = use
      .flatMap((index) => refactorings(now, { start: index + 1, end: index + 1 }))
      .find(({ id, refused }) => id === "inline" && refused === undefined);
    const edits = inline?.edits();
    if (edits === undefined) break;
    now = read(applyEdits(text, edits));
  }
  const flat = (text: string): string => {
    const { expr } = parseExpr(text, options);
    return expr === undefined ? text : printExpr(expr, options).replaceAll(/[()\s]/g, "");
  };
  const left = expressions(now).filter((text) => !text.includes(name));
  for (const expr of expressions(before))
    expect(left.map(flat), `${why}\n→\n${now.document.text}`).toContain(flat(expr));
}

test(`every refactoring gives a file that loads and says what it should, seed ${seed}`, () => {
  const random = new Random(seed);
  const generator = new Generator(random);
  const pool = written();
  const done = new Map<string, number>();
  const offered = new Map<string, number>();
  for (let i = 0; i < 300; i++) {
    const plain = random.chance(0.7) ? random.pick(pool) : generator.expression();
    const { expr, errors } = parseExpr(plain, options);
    if (expr === undefined || errors.length > 0 || printed(printExpr(expr, options)) !== printed(plain))
      continue;
    const text = fileWith(random.chance(0.2) ? withComments(plain, random) : plain, random);
    const snapshot = read(text);
    if (!fileMeaning(snapshot.document).sound) continue;
    if (expressions(snapshot).some((one) => parseExpr(one, options).errors.length > 0)) continue;
    const [first, end] = [text.indexOf("expr:"), random.chance(0.8) ? text.indexOf("labels:") : text.length];
    const from = first + random.below(end - first);
    const at = {
      start: from,
      end: random.chance(0.5) ? from : Math.min(text.length, from + random.below(30)),
    };
    for (const one of refactorings(snapshot, at)) {
      const word = one.id.split(".")[0] ?? "";
      offered.set(word, (offered.get(word) ?? 0) + 1);
      if (checkOne(text, snapshot, one, at)) done.set(word, (done.get(word) ?? 0) + 1);
    }
  }
  for (const word of ["wrap", "sum", "extract", "format", "style", "move"])
    expect(done.get(word), word).toBeGreaterThan(0);
  // Nothing is offered that then cannot be done, but for what is formatted already.
  for (const [word, count] of offered)
    if (word !== "format" && count >= 20)
      expect(done.get(word) ?? 0, word).toBeGreaterThanOrEqual(0.9 * count);
});
