import { describe, expect, test } from "vitest";
import type { Operand, Pipeline, TemplateList, TemplateNode } from "../../../server/src/template/ast.ts";
import { parseAlertTemplate } from "../../../server/src/template/prometheus.ts";

/** The tree in brackets, one pair a node. */
function list({ nodes }: TemplateList): string {
  return nodes.map(node).join(" ");
}

function node(of: TemplateNode): string {
  switch (of.kind) {
    case "text":
      return JSON.stringify(of.text);
    case "action":
      return `(action ${pipe(of.pipe)})`;
    case "break":
    case "continue":
      return `(${of.kind})`;
    case "template":
    case "block":
      return `(${of.kind} ${of.name}${of.pipe === undefined ? "" : ` ${pipe(of.pipe)}`})`;
    default: {
      const otherwise = of.otherwise === undefined ? "" : ` else ${list(of.otherwise)}`;
      return `(${of.kind} ${pipe(of.pipe)} then ${list(of.body)}${otherwise})`;
    }
  }
}

function pipe({ declarations, assigns, commands }: Pipeline): string {
  const names = declarations.map(({ name }) => name).join(",");
  const set = names === "" ? "" : `${names}${assigns ? "=" : ":="}`;
  return set + commands.map(({ operands }) => operands.map(operand).join(" ")).join("|");
}

function operand(of: Operand): string {
  const names = (fields: readonly { readonly name: string }[]): string =>
    fields.map(({ name }) => `.${name}`).join("");
  switch (of.kind) {
    case "pipeline":
      return `(${pipe(of)})`;
    case "dot":
      return ".";
    case "nil":
      return "nil";
    case "bool":
      return String(of.value);
    case "field":
      return names(of.fields);
    case "variable":
      return of.name + names(of.fields);
    case "chain":
      return operand(of.of) + names(of.fields);
    case "identifier":
      return of.name;
    case "number":
      return of.text;
    case "string":
      return JSON.stringify(of.value);
  }
}

const tree = (text: string): string => list(parseAlertTemplate(text, "A").tree.root);

describe("the tree of", () => {
  test.each([
    ["no action", '"no action"'],
    ["", ""],
    ["a {{ $labels.job }} b", '"a " (action $labels.job) " b"'],
    ["a  {{- .Value -}}  b", '"a" (action .Value) "b"'],
    ['{{ printf "%.2f" $value | humanize }}', '(action printf "%.2f" $value|humanize)'],
    ["{{ $x := 1 }}{{ $x = 2 }}{{ $x }}", "(action $x:=1) (action $x=2) (action $x)"],
    ['{{ (index $labels "a").b.c }}', '(action (index $labels "a").b.c)'],
    ['{{ (query "up" | first).Value }}', '(action (query "up"|first).Value)'],
    ["{{ if .a }}1{{ else if .b }}2{{ else }}3{{ end }}", '(if .a then "1" else (if .b then "2" else "3"))'],
    [
      "{{ range $i, $v := .a }}{{ break }}{{ else }}-{{ end }}{{ with nil }}{{ end }}",
      '(range $i,$v:=.a then (break) else "-") (with nil then )',
    ],
    ['{{ template "t" . }}{{ block `u` 1 }}x{{ end }}', "(template t .) (block u 1)"],
    [
      "{{ \"\\x41\\u00e9\" }}{{ `a\\n` }}{{ 'x' }}{{ true }}",
      `(action "Aé") (action "a\\\\n") (action 'x') (action true)`,
    ],
  ])("%j", (text, expected) => {
    expect(tree(text)).toBe(expected);
    expect(parseAlertTemplate(text, "A").problems).toEqual([]);
  });
});

test("definitions and comments are told apart from the lists", () => {
  const text =
    '{{/* one */}}{{ define "d" }}body{{ end }}{{- /* two */ -}} {{ block "b" . }}{{ . }}{{ end }}';
  const { definitions, comments } = parseAlertTemplate(text, "A").tree;
  expect(definitions.map(({ name, body }) => `${name}: ${list(body)}`)).toEqual([
    'd: "body"',
    "b: (action .)",
  ]);
  expect(comments.map(({ span }) => text.slice(span.start, span.end))).toEqual(["/* one */", "/* two */"]);
});

test("spans hold actions, names and operands", () => {
  const text = "é {{- if (eq $labels.größe `x`) }}😀{{ else -}} {{ .a.b }}{{ end }}";
  const [, branch] = parseAlertTemplate(text, "A").tree.root.nodes;
  if (branch?.kind !== "if") throw new Error("no branch");
  const cut = ({ start, end }: { start: number; end: number }): string => text.slice(start, end);
  expect(cut(branch.action.span)).toBe("{{- if (eq $labels.größe `x`) }}");
  expect([branch.action.trimsLeft, branch.action.trimsRight]).toEqual([true, false]);
  expect(branch.elseAction).toMatchObject({ trimsLeft: false, trimsRight: true });
  expect(cut(branch.endAction?.span ?? { start: 0, end: 0 })).toBe("{{ end }}");
  const inner = branch.pipe.commands[0]?.operands[0];
  if (inner?.kind !== "pipeline") throw new Error("no pipeline");
  expect(cut(inner.span)).toBe("(eq $labels.größe `x`)");
  const [, variable, string] = inner.commands[0]?.operands ?? [];
  if (variable?.kind !== "variable" || string === undefined) throw new Error("no operands");
  expect(
    [variable.span, variable.nameSpan, variable.fields[0]?.span, string.span].map((of) => of && cut(of)),
  ).toEqual(["$labels.größe", "$labels", ".größe", "`x`"]);
});

describe("the faulty token of", () => {
  /** The template has the token between « and ». */
  test.each([
    ["{{ «$label».job }}", 'undefined variable "$label"'],
    ["{{ $value | «humanise» }}", 'function "humanise" not defined'],
    ["x «{{» $labels.job", "unclosed action"],
    ['{{ «"abc »', "unterminated quoted string"],
    ["{{ «(» 1 }}", "unclosed left paren"],
    ["{{ 1 «)» }}", "unexpected right paren"],
    ["{{ $labels.a«-»b }}", "bad character U+002D '-'"],
    ["«{{ if .a }}» {{ range .b }}{{ end }}", "unexpected EOF"],
    ["x «{{ end }}»", "unexpected {{end}}"],
    ["{{if .}}{{else}}«{{ else }}»{{end}}", "expected end; found {{else}}"],
    ["«{{ }}»", "missing value for command"],
    ['{{ 1 | «"x"» }}', "non executable command in pipeline stage 2"],
    ["{{ «0x1g» }}", 'bad number syntax: "0x1g"'],
    ["{{ «08» }}", 'integer overflow: "08"'],
    ["{{ «'ab'» }}", "malformed character constant: 'ab'"],
    ['{{ «"\\q"» }}', "invalid syntax"],
    ["{{ true«.a.b» }}", 'unexpected . after term "true"'],
    ["{{«/*» x }}", "unclosed comment"],
    ["{{ print «,» }}", 'unexpected "," in operand'],
    ['{{define "a"}}1{{end}}{{define «"a"»}}2{{end}}', 'template: multiple definition of template "a"'],
    ['{{define "x"}}{{«$labels»}}{{end}}', 'undefined variable "$labels"'],
    ["{{ «😀» }}", "unrecognized character in action: U+1F600 '😀'"],
    ["«{{- else }}»", "unexpected {{else}}"],
  ])("%j", (marked, reason) => {
    const text = marked.replace(/[«»]/g, "");
    const [problem] = parseAlertTemplate(text, "A").problems;
    expect(problem?.message).toBe(`template: __alert_A:1: ${reason}`);
    expect(problem?.span).toEqual({ start: marked.indexOf("«"), end: marked.indexOf("»") - 1 });
  });
});

test("an unfinished action stays in the tree", () => {
  expect(tree("a {{ if .x }}{{ $labels.job | humanize (print 1 ")).toBe(
    '"a " (if .x then (action $labels.job|humanize (print 1)))',
  );
});

test("a percent sign in the name of the alert is a verb for Go, which says so", () => {
  expect(parseAlertTemplate("{{ $x }}", "Disk>90%").problems[0]?.message).toBe(
    "template: __alert_Disk>90%!:(string=$x)1: undefined variable %!q(MISSING)",
  );
});

describe("hostile depth is no danger:", () => {
  const many = 100_000;
  test.each([
    ["parentheses", `{{${"(".repeat(many)}1${")".repeat(many)}}}`, "max expression depth exceeded"],
    ["open parentheses", `{{${"(".repeat(9000)}`, "unclosed action"],
    ["branches", `${"{{if 1}}".repeat(many)}${"{{end}}".repeat(many)}`, undefined],
    ["open branches", "{{if 1}}".repeat(many), "unexpected EOF"],
    ["else ifs", `{{if 1}}${"{{else if 1}}".repeat(many)}{{end}}`, undefined],
    [
      "blocks",
      `${'{{block "a" 1}}'.repeat(many)}${"{{end}}".repeat(many)}`,
      'template: multiple definition of template "a"',
    ],
    ["fields", `{{${".a".repeat(many)}}}`, undefined],
    ["digits of a float without its exponent", `{{0x${"e1".repeat(many)}i}}`, "illegal number syntax"],
  ])("%s", (_name, text, reason) => {
    const [problem] = parseAlertTemplate(text, "A").problems;
    if (reason === undefined) expect(problem).toBeUndefined();
    else expect(problem?.message).toContain(`template: __alert_A:1: ${reason}`);
  });
});
