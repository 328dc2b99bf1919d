import type { Finding } from "../../server/src/checks/check.ts";
import { loadChecks } from "../../server/src/checks/registry.ts";
import { runChecks } from "../../server/src/checks/run.ts";
import type { EmbeddedText } from "../../server/src/model/document.ts";
import { readDocument } from "../../server/src/model/read.ts";
import { emptyWorkspace } from "../../server/src/world/workspace.ts";
import { valueAt } from "../../server/src/yaml/access.ts";
import type { YamlNode } from "../../server/src/yaml/node.ts";
import { corpusFiles } from "../shared.ts";
import { asRead, bytesOf } from "./bytes.ts";
import type { Oracle, RuleError } from "./oracle.ts";

/** A path that says that the file holds Prometheus' rules. */
const rulePath = "rules/x.rules.yaml";

export interface RulesMismatch {
  readonly text: string;
  /** Of what kind the difference is; a shrunk text keeps it. */
  readonly what: "accepted" | "refused" | "words" | "line" | "failed";
  readonly theirs: string;
  readonly ours: string;
}

interface Judged {
  readonly findings: readonly Finding[];
  readonly problems: readonly string[];
  readonly lineAt: (offset: number) => number;
  /** Each with the alias that brings it, where one does: there it is judged. */
  readonly expressions: readonly { readonly expr: EmbeddedText; readonly alias: YamlNode | undefined }[];
}

function judge(text: string): Judged {
  const document = readDocument({ uri: rulePath, path: rulePath, version: 0, text });
  const problems: string[] = [];
  const snapshot = { document, workspace: emptyWorkspace, environments: [], features: [] };
  const findings = runChecks(snapshot, problems, loadChecks);
  // go-yaml also counts the line breaks of Unicode.
  const lineAt = (offset: number): number =>
    text.slice(0, offset).split(/\r\n|[\r\n\x85\u2028\u2029]/).length;
  const expressions = document.parts.flatMap(({ model }) =>
    "rules" in model
      ? model.rules.groups.flatMap(({ rules }) =>
          rules.flatMap(({ expr, node }) => {
            const value = valueAt(node, "expr");
            return expr === undefined ? [] : { expr, alias: value?.kind === "alias" ? value : undefined };
          }),
        )
      : [],
  );
  return { findings, problems, lineAt, expressions };
}

/** One error of Prometheus taken apart. */
export interface Told {
  readonly words: string;
  /** Where it stands, where Prometheus says so: one of these, from 1. */
  readonly lines: readonly number[];
  /** Line and byte column in an expression, from 1. */
  readonly inner?: readonly [line: number, column: number];
  /** `syntax` for what is no YAML, whose lines are those of a scanner that has lost its way. */
  readonly kind: "syntax" | "decode" | "expression" | "semantic";
}

/** The first thing that an error says. */
function toldBy({ message, group }: RuleError): Told {
  const decode = /^yaml: unmarshal errors:\n {2}line (\d+): ([^\n]*)/.exec(message);
  if (decode !== null) return { words: decode[2] ?? "", lines: [Number(decode[1])], kind: "decode" };
  if (message.startsWith("yaml: ")) return { words: message.slice(6), lines: [], kind: "syntax" };
  const [, places = "", rest = ""] = /^((?:\d+:\d+: )*)([\s\S]*)$/.exec(message) ?? [];
  const lines = [...places.matchAll(/(\d+):\d+: /g)]
    .map(([, line]) => Number(line))
    .filter((line) => line > 0);
  // The names in front of the words may hold anything, quotes and colons included.
  const words =
    group === undefined ? rest : rest.replace(/^group "(?:[^"\\]|\\.)*", rule \d+, "(?:[^"\\]|\\.)*": /, "");
  const expression = /^could not parse expression: (\d+):(\d+): ([\s\S]*)$/.exec(words);
  if (expression === null)
    return { words, lines, kind: group === undefined && lines.length === 0 ? "decode" : "semantic" };
  const inner = [Number(expression[1]), Number(expression[2])] as const;
  return { words: expression[3] ?? "", lines, inner, kind: "expression" };
}

/** The UTF-16 offset of Go's line and byte column. */
function offsetOf(text: string, line: number, column: number): number {
  const before = text.split("\n", line - 1).reduce((length, row) => length + row.length + 1, 0);
  const bytes = Buffer.from(text.slice(before)).subarray(0, column - 1);
  return before + bytes.toString().length;
}

/** How our answer differs from that of Prometheus' loader; nothing where it does not. */
async function rulesMismatch(oracle: Oracle, text: string): Promise<RulesMismatch | undefined> {
  const { findings, problems, lineAt, expressions } = judge(text);
  const { errors } = await oracle.rules(text.isWellFormed() ? text : bytesOf(text));
  const refusals = findings.filter(({ refusedBy }) => refusedBy === "prometheus");
  const [first] = errors;
  const ours = [...problems, ...findings.map((finding) => described(finding, lineAt))].join("\n        ");
  const theirs = first?.message ?? "";
  // What makes Prometheus itself fall over is neither loaded nor refused.
  if (findings.some(isOtherRuler) || theirs.startsWith("panic: ")) return undefined;
  if (problems.length > 0) return { text, what: "failed", theirs, ours };
  if (first === undefined) return refusals.length === 0 ? undefined : { text, what: "refused", theirs, ours };
  if (refusals.length === 0) return { text, what: "accepted", theirs, ours };
  const told = toldBy(first);
  const same = refusals.filter(({ message }) => message.includes(told.words));
  // An alias inside of its own anchor is told at once; go-yaml tells only those that it comes to decode.
  const holdsItself = refusals.some(({ message }) => message.endsWith(" value contains itself"));
  // A percent sign in an alert's name makes Go print addresses, which are others in every run.
  const printsPointers = /0x[0-9a-f]{6,}/.test(told.words) && told.words.includes("%!");
  if (same.length === 0)
    return holdsItself || printsPointers ? undefined : { text, what: "words", theirs, ours };
  if (told.lines.length === 0 || told.kind === "syntax") return undefined;
  // A range in a text of several lines starts where the fault is, not where the text does.
  // What Prometheus says of a rule's name is shown at the field that does not belong there.
  const isThere = same.some(({ span, related = [] }) =>
    told.inner === undefined
      ? [span, ...related.map((one) => one.span)].some(({ start }) => isPlace(text, start, told, lineAt))
      : expressions.some(({ expr, alias }) => {
          const [line, column] = told.inner ?? [1, 1];
          const at = alias?.span.start ?? expr.map.toSource(offsetOf(expr.text, line, column));
          return at === span.start;
        }),
  );
  return isThere ? undefined : { text, what: "line", theirs, ours };
}

/** What is said of a key without a value, which may stand behind `? ` and have no line of its own. */
const emptyKeyWords: ReadonlySet<string> = new Set([
  "field 'expr' must be set in rule",
  "one of 'record' or 'alert' must be set",
]);

/**
 * Whether a place is the one that Prometheus names, or a better one: it names the target of an alias, the anchor or
 * tag before a value, and for a key without a value whatever comes next.
 */
function isPlace(text: string, start: number, told: Told, lineAt: (offset: number) => number): boolean {
  const line = lineAt(start);
  if (told.lines.includes(line) || text[start] === "*") return true;
  if (emptyKeyWords.has(told.words) && told.lines.some((other) => other > line)) return true;
  const before = text.slice(0, start).replace(/(?<=^|\s)#.*$/gm, (comment) => " ".repeat(comment.length));
  for (const word of [...before.matchAll(/[^\s\x85]+/g)].slice(-2).toReversed()) {
    if (!/^[&!]/.test(word[0])) return false;
    if (told.lines.includes(lineAt(word.index))) return true;
  }
  return false;
}

/** Whether the file is clearly meant for another program, which Prometheus does not judge. */
function isOtherRuler({ check, severity }: Finding): boolean {
  return check === "yaml.unknown-field" && severity === "info";
}

function described({ check, message, span, refusedBy }: Finding, lineAt: (offset: number) => number): string {
  return `${lineAt(span.start)}: ${check} ${refusedBy ?? "-"}: ${message}`;
}

export interface RulesResult {
  readonly mismatches: readonly RulesMismatch[];
  /** How many Prometheus refuses, by the kind of its first error. */
  readonly refused: Readonly<Record<Told["kind"], number>>;
  readonly refusedAlike: Readonly<Record<Told["kind"], number>>;
}

/** Judges many files. */
export async function judgeRules(oracle: Oracle, texts: readonly string[]): Promise<RulesResult> {
  const mismatches: RulesMismatch[] = [];
  const refused = { syntax: 0, decode: 0, expression: 0, semantic: 0 };
  const refusedAlike = { ...refused };
  for (let at = 0; at < texts.length; at += 200) {
    const batch = texts.slice(at, at + 200);
    const found = await Promise.all(batch.map((text) => rulesMismatch(oracle, text)));
    const answers = await Promise.all(
      batch.map((text) => oracle.rules(text.isWellFormed() ? text : bytesOf(text))),
    );
    for (const [index, mismatch] of found.entries()) {
      const error = answers[index]?.errors[0];
      const kind = error === undefined ? undefined : toldBy(error).kind;
      if (kind !== undefined) refused[kind]++;
      if (mismatch !== undefined) mismatches.push(mismatch);
      else if (kind !== undefined) refusedAlike[kind]++;
    }
  }
  return { mismatches, refused, refusedAlike };
}

/** The shortest text that still differs in the same way, found by leaving out ever smaller parts. */
export async function shrinkRules(oracle: Oracle, mismatch: RulesMismatch): Promise<RulesMismatch> {
  let found = mismatch;
  for (let size = Math.ceil(found.text.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let at = 0; at < found.text.length; ) {
      const text = asRead(found.text.slice(0, at) + found.text.slice(at + size));
      const still = await rulesMismatch(oracle, text);
      if (still === undefined || still.what !== found.what) at += size;
      else found = still;
    }
  }
  return found;
}

/** The mismatches for a person to read, the first few of them. */
export function rulesReport(found: readonly RulesMismatch[]): string {
  return found
    .slice(0, 10)
    .map(
      ({ what, text, theirs, ours }) =>
        `${what}: ${JSON.stringify(text)}\n  theirs: ${theirs}\n  ours: ${ours}`,
    )
    .join("\n\n");
}

/** Verdicts that differ: the file loads for one and not for the other. */
export function isVerdict({ what }: RulesMismatch): boolean {
  return what === "accepted" || what === "refused" || what === "failed";
}

/** How much is alike, for a person to read. */
export function rulesRates({ mismatches, refused, refusedAlike }: RulesResult): string {
  const rates = (["syntax", "decode", "expression", "semantic"] as const).map(
    (kind) => `${kind} ${refusedAlike[kind]}/${refused[kind]}`,
  );
  const verdicts = mismatches.filter(isVerdict).length;
  return `verdicts that differ: ${verdicts}; refusals with the same words and lines: ${rates.join(", ")}`;
}

/** Rule files of the corpus to change at random; none where it is absent. Comments for pint hide findings. */
export function mutationBases(): readonly string[] {
  return corpusFiles(["rules"])
    .map(({ text }) => text)
    .filter(
      (text) => text.length < 6000 && /\b(?:alert|record): /.test(text) && !/pint|promscope/.test(text),
    );
}
