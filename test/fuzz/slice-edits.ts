import type { Random } from "../oracle/random.ts";

/** A replacement in a text. */
export interface Change {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

const rule = "- alert: New\n  expr: up == 0\n  for: 5m\n";
/** What a hand types or pastes into a file of rules; the last ones break most of it. */
const pieces = [
  "x", "a", "1", " ", "  ", "\n", "\n\n", "(", ")", "{", "}", "[", "]", '"', "'", ",", ":", ": ", "#", " # c", "- ", "-",
  "sum(", "rate(x[5m])", "up", " == ", "{{ $x }}", "{{ $labels.job }}", "first_over_time(x[5m])", "{{", "}}", "5mm", "1h30m", "$", "\\", "=~",
  '{job="a"} |= "error" [5m]', "holt_winters(x[5m], 0.5, 0.5)", "é", "😀", "|", ">", "|-\n", ">-\n      x\n", "|+\n\n", "|2\n",
  "    for: 5m\n", "    foo: bar\n", "    labels: {a: b, a: c}\n", "    record: a:b\n", "    debug: true\n", "  interval: 1m\n",
  "  limit: x\n", "  concurrency: 2\n", "- name: g\n", "  rules:\n", "    annotations:\n      summary: 'it''s'\n",
  "# promscope ignore promql.syntax\n", "# promscope ignore-file rule.expr-missing\n", "# pint disable promql/syntax\n",
  "    # promscope ignore yaml.unknown-field\n", " # promscope ignore rule.duration-invalid", "# pint ignore/begin\n",
  "# promscope ignore promql.syntax, rule.duration-invalid why\n", "# promscope ignore promql.syntex\n", "# promscope ignore\n",
  "# pint snooze 2000-01-01 promql/syntax\n", "# pint file/snooze 2099-01-01 alerts/for\n", "# pint disable promql/regexp(x)\n",
  "# pint ignore/end\n", rule, rule.replace(/^/gm, "  "), rule.replace(/^/gm, "    "), "  - alert: B\n", "  -\n", "  - x\n",
  "  - [a, {b: c, b: d}]\n", "  - {alert: A, expr: up}\n",
  "\t", "\r\n", "\r", "\ufeff", "\u0085", "\u2028", "\u0001", "---\n", "\n---\n", "...\n", "%YAML 1.2\n", "&a ", "*a", "!!str ", "!t ", "? ",
  "<<: *a\n", "<<: {for: 5m}\n", "@", "`", "%", "=======\n", "<<<<<<< HEAD\n", "{{ .Values.x }}", "{% if %}", "kind: Service\n",
  '"a\n  b"', "'a\n\n      b'", "groups:\n", "rules:\n", "    rules:\n", "~", "null", "!!binary aGk=",
]; // biome-ignore format: one line for each would hide that they belong together

/** How many of the pieces a hand types most. */
const common = 40;

/** Makes changes such as hands make, and takes most of them back, so that about half of the states are sound. */
export class EditMaker {
  readonly #random: Random;
  readonly #undo: Change[] = [];

  constructor(random: Random) {
    this.#random = random;
  }

  next(text: string): Change {
    const undo = this.#random.chance(0.3 + 0.2 * this.#undo.length) ? this.#undo.pop() : undefined;
    if (undo !== undefined) return undo;
    const change = this.#change(text);
    const { start, end } = change;
    this.#undo.push({ start, end: start + change.text.length, text: text.slice(start, end) });
    return change;
  }

  #piece(): string {
    return this.#random.pick(this.#random.chance(0.6) ? pieces.slice(0, common) : pieces);
  }

  #change(text: string): Change {
    const random = this.#random;
    const at = random.below(text.length + 1);
    const line = text.lastIndexOf("\n", at - 1) + 1;
    const newline = text.indexOf("\n", at);
    const next = newline < 0 ? text.length : newline + 1;
    switch (random.below(9)) {
      case 0:
        return { start: at, end: Math.min(text.length, at + 1 + random.below(12)), text: "" };
      case 1:
        return { start: line, end: next, text: "" };
      case 2: {
        const from = text.lastIndexOf("\n", random.below(text.length + 1) - 1) + 1;
        const lines = text
          .slice(from)
          .split("\n")
          .slice(0, 1 + random.below(6));
        return { start: line, end: line, text: `${lines.join("\n")}\n` };
      }
      case 3: {
        const indent = /^ */.exec(text.slice(line))?.[0].length ?? 0;
        const more = " ".repeat(Math.max(0, indent + random.below(5) - 2));
        return { start: line, end: line + indent, text: more };
      }
      case 4:
        return { start: line, end: line, text: this.#piece() };
      case 5:
        return { start: next, end: next, text: this.#piece() };
      case 6: {
        const end = newline < 0 ? text.length : newline;
        return { start: end, end, text: this.#piece() };
      }
      case 7:
        return { start: at, end: Math.min(text.length, at + random.below(3)), text: this.#piece() };
      default:
        return { start: at, end: at, text: this.#piece() };
    }
  }
}

const rules: readonly string[] = [
  "- alert: A\n  expr: up == 0\n  for: 5m\n  labels:\n    severity: page\n",
  "- record: job:up:sum\n  expr: sum by (job) (up)\n",
  "- record: a\n  expr: |\n    sum(\n      up\n    )\n  for: 5m\n",
  "- alert: B\n  expr: rate(x[5m]\n  annotations:\n    summary: '{{ $x }} at {{ $value }}'\n",
  "# promscope ignore promql.syntax\n- alert: C\n  expr: x y\n",
  "- alert: D\n  expr: x y # promscope ignore promql.syntax\n  for: 5mm\n",
  '- alert: E\n  expr: "up == 0\n    and x"\n',
  "- alert: F\n  foo: bar\n  expr: >\n    up\n\n    or down\n\n",
  "- alert: G\n  expr: up\n  expr: down\n  labels: {a: b, a: c}\n",
  "- {record: h, expr: 1.5}\n",
  "- record: i\n  debug: true\n  expr: holt_winters(x[5m], 0.5, 0.5)\n",
  "# promscope ignore rule.for-redundant\n- alert: K\n  # promscope ignore promql.syntax\n  expr: |\n    x\n    y\n",
  "- alert: O\n  # promscope ignore nothing.here\n  expr: up # promscope ignore promql.syntax, rule.no-comparison\n",
  "-\n  alert: J\n  # pint disable promql/syntax\n  expr: x y\n",
  "- x\n",
  "-\n",
  "- record: k\n  expr: |+\n    up\n\n",
  "- alert: L\n  expr: &a up\n  labels: *a\n",
  "- alert: M\n  expr: up\n  annotations:\n    a: yes\n    b: 1\n    ? c\n    : d\n",
];

/** A file of rules of many forms, some of them wrong. */
export function madeUpFile(random: Random): string {
  const isObject = random.chance(0.3);
  const inner = isObject ? "  " : "";
  let text = random.pick(["", "", "# a\n", "---\n"]);
  if (isObject)
    text += "apiVersion: monitoring.coreos.com/v1\nkind: PrometheusRule\nmetadata:\n  name: a\nspec:\n";
  text += `${inner}groups:\n`;
  const plain = rules.slice(0, random.chance(0.7) ? 11 : rules.length);
  for (let group = 1 + random.below(4); group > 0; group--) {
    const indent = inner + random.pick(["", "  "]);
    text += `${indent}- name: ${random.pick(["a", "b", "'c'", ""])}\n`;
    text += random.pick([
      "",
      "",
      `${indent}  interval: 5mm\n`,
      `${indent}  labels: {__name__: x}\n`,
      `${indent}  # c\n`,
    ]);
    text += random.pick(["", "", "", `${indent}  concurrency: 1\n`, `${indent}  limit: 1.5\n`]);
    text += `${indent}  rules:${random.pick(["", "", " # c"])}\n`;
    const below = indent + random.pick(["  ", "  ", "    "]);
    for (let count = 1 + random.below(6); count > 0; count--) {
      text += random.pick(plain).replace(/^(?=.)/gm, below);
      text += random.pick(["", "", "", "\n", "# c\n", `${below}# promscope ignore rule.duration-invalid\n`]);
    }
    text += random.pick(["", "", "", `${indent}  query_offset: 1x\n`]);
  }
  text += random.pick(["", "", "", "---\n", "x: y\n", "...\n"]);
  if (random.chance(0.2)) text = text.replaceAll("\n", "\r\n");
  return random.chance(0.2) ? text.trimEnd() : text;
}
