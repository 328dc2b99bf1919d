import type { Random } from "./random.ts";

const functions = [
  ..."and call eq ge gt html index js le len lt ne not or print printf println slice urlquery".split(" "),
  ..."args externalURL first graphLink humanize humanize1024 humanizeDuration humanizePercentage".split(" "),
  ..."humanizeTimestamp label match now parseDuration pathPrefix query reReplaceAll safeHtml".split(" "),
  ..."sortByLabel stripDomain stripPort strvalue tableLink title toDuration toLower toTime toUpper".split(
    " ",
  ),
  ..."urlQueryEscape value humanise tmpl foo größe break2 t١".split(" "),
];
const variables = [
  ..."$ $labels $value $externalLabels $externalURL $x $y $i $v $label $Values $labels.job".split(" "),
  ..."$labels.größe $x.a.b $1 $_ $é $labels..a $.a".split(" "),
];
const fields = ". .Labels .Labels.job .Value .a.b.c .. .größe ._ .1a .a-b .if .nil".split(" ");
const literals = [
  ...'"x" "" "a b" "\\n" "\\"" "\\x41" "\\xff" "\\xc3\\xa9" "\\u00e9" "\\ud800" "\\U0010ffff" "\\U00110000"'.split(
    " ",
  ),
  ..."\"\\'\" \"\\q\" \"\\400\" \"\\377\" \"\\1\" \"日本\" `raw` `` `a\nb` `\\` 'a' '' 'ab' '\\n' '\\'' '\\\"' 'é'".split(
    " ",
  ),
  ..."'😀' '\\u00e9' '\\xff' '\\400' 'a '\\ \"unterminated `open \"a\nb\" \"\\\n\" \"a\r\nb\" `a\rb` '\n'".split(
    " ",
  ),
  ..."nil true false True".split(" "),
];
const numbers = [
  ..."0 1 42 -1 +1 1.5 .5 5. 1e3 1E+5 1e 1e+ 0x1F 0X_f 0b11 0o17 017 08 1_000 1__0 1_ _1 0x 0b 0o 0b2 0o8".split(
    " ",
  ),
  ..."9223372036854775807 9223372036854775808 -9223372036854775808 -9223372036854775809".split(" "),
  ..."18446744073709551615 18446744073709551616 0xffffffffffffffff 0x10000000000000000 1e999 -1e999".split(
    " ",
  ),
  ..."0x1p4 0x1p-4 0x1.8p1 0x1p 0x.p1 0x.8p1 0x1p1024 0x1p1023 0x1.fffffffffffff8p1023 0x1.fffffffffffff7p1023".split(
    " ",
  ),
  ..."1i 1.5i 0x1i 1_i 1e999i +i 1+2i 1-2i 1+i 1.5+2.5i 1e3+1e4i 0x1+2i 0x1p1+0x2p2i 1_0+2i 1i+2i 1+2 1+2j".split(
    " ",
  ),
  ..."0b1+2i 1+0b1i 1e999+1i 1+1e999i 1+2ii 1++2i - + -. .1.2 1.2.3 0.5_0 0_5 1._5 00 007 1x 0x1g 1é 1_0.5".split(
    " ",
  ),
  ..."1e1_0 1e_1 0x1_p1 0x_1p1 000000000000000000000000000000009 000000000000000000000000000000007".split(
    " ",
  ),
];
const spaces = ["", "  ", "\n", "\t", "\r\n", "\r", "\u00a0", " \n "];
const texts = [
  ..."x hello } }} { {a} {{ $ % é 😀 \\ \" ' ` - -}} /* */ \u0000".split(" "),
  "",
  " ",
  "\n",
  "a\nb\n",
  "  \n\t",
  "\u00a0",
  "\u0085",
  "\u3000",
  "\ufeff",
];
const junk = [
  ..."(){}[],=:|.$\"'`+-*/%@#!?;&<>~^\\_é日😀1a\u0000\u0007\u00a0\u2028\ufffd\ufeff\u{10ffff}\u200b٣",
  "{{",
  "}}",
  "{{-",
  "{{- ",
  " -}}",
  "-}}",
  ":=",
  "{{/*",
  "*/}}",
  "{{- /*",
  "*/ -}}",
  "\n",
  " ",
  "{{end}}",
  "{{else}}",
];
const names = [..."A HighCPU é 日本 a.b A-B".split(" "), "With space", 'Q"uote', "", "x"];
/** Go reads the name as a part of a format. */
const percentNames = [
  ..."90% % %% 100%full %s %d %v %q %x %X %T %p %w %c %U %b %o %O %t %e %! %é".split(" "),
  ..."%5s %-20sx %.2s %05d %+d %+q %#q %#x %+s %[1]s %[2]s %[3]d %[ %[x]s %[1]5d %*d %.*f %10.3q".split(" "),
  ..."%s%s %s%s%s %d%d %v%v %#X %-5d %08.3d %.s %99999999d".split(" "),
  "% d",
  "% x",
  "CPU > 90% for 5m",
];

/** What makes the structure of a template; a handful of them in any order finds most of its rules. */
const blocks = `
{{end}}
{{end}}
{{end}}
{{end}}
{{else}}
{{break}}
{{continue}}
{{$x}}
{{$y}}
{{$labels}}
{{/*↵*/}}
x
↵
↵
{{if .}}
{{if $y := 1}}
{{with $x := .}}
{{else if .}}
{{else with .}}
{{else range .}}
{{$y := 1}}
{{$y = 2}}
{{range .}}
{{range $x := .}}
{{range $x, $y := .}}
{{range $x,}}
{{range $x, $y}}
{{range ($x, $y)}}
{{define "a"}}
{{define 'b'}}
{{define "__alert_A"}}
{{block "a" .}}
{{block "b" $y := 1}}
{{block ""}}
{{template "a"}}
{{template "c" $x}}
{{"open
{{ (
{{ (.).a }}
{{ (1 |
{{1 | 1}}
{{. |
nil.a}}
{{1.a}}
{{true.a.b}}
{{"a".b}}
{{..b}}
{{nil.b}}
{{$.a.b}}
{{print.a}}
 )
 }}
{{
`
  .trim()
  .split("\n")
  .map((block) => block.replaceAll("↵", "\n").replaceAll("'", "`"));

/** Templates as people write them, with every corner of the language, often a little wrong. */
export class TemplateGenerator {
  readonly #random: Random;

  constructor(random: Random) {
    this.#random = random;
  }

  name(): string {
    if (this.#random.chance(0.85)) return this.#random.pick(names);
    return this.#random.pick(names) + this.#random.pick(percentNames) + this.#random.pick(names);
  }

  /** A template, one in three of them with something cut out, doubled or thrown in. */
  template(): string {
    if (this.#random.chance(0.25)) return this.#soup();
    let text = this.#list(3);
    if (this.#random.chance(0.6)) return text;
    for (let i = this.#random.below(3); i >= 0; i--) text = this.mutated(text);
    return text;
  }

  #soup(): string {
    let out = "";
    for (let i = 1 + this.#random.below(12); i > 0; i--) out += this.#random.pick(blocks);
    return out;
  }

  mutated(text: string): string {
    const at = this.#random.below(text.length + 1);
    const end = Math.min(text.length, at + 1 + this.#random.below(6));
    const how = this.#random.below(4);
    if (how === 0) return (text.slice(0, at) + text.slice(end)).toWellFormed();
    if (how === 1) return (text.slice(0, end) + text.slice(at)).toWellFormed();
    if (how === 2) return text.slice(0, at).toWellFormed();
    return (text.slice(0, at) + this.#random.pick(junk) + text.slice(at)).toWellFormed();
  }

  #rarely(common: string, rare: readonly string[]): string {
    return this.#random.chance(0.92) ? common : this.#random.pick(rare);
  }

  #space(): string {
    return this.#rarely(" ", spaces);
  }

  #gap(): string {
    return this.#rarely("", spaces);
  }

  #list(depth: number): string {
    let out = "";
    for (let i = this.#random.below(4); i > 0; i--)
      out += this.#random.chance(0.4) ? this.#random.pick(texts) : this.#action(depth);
    return out;
  }

  #delimited(inside: string): string {
    const open = this.#rarely("{{", ["{{- ", "{{-\n", "{{ ", "{{-", "{{\n"]);
    const close = this.#rarely("}}", [" -}}", "\n-}}", " }}", "-}}", "  -}}", " - }}"]);
    return `${open}${this.#gap()}${inside}${this.#gap()}${close}`;
  }

  #action(depth: number): string {
    const random = this.#random;
    const simple = depth === 0 || random.chance(0.55);
    if (simple) {
      const kind = random.below(20);
      if (kind === 0)
        return random.pick(["{{/* c */}}", "{{- /* c\n */ -}}", "{{ /* c */}}", "{{/* c */ }}", "{{/**/}}"]);
      if (kind === 1)
        return this.#delimited(random.pick(["break", "continue", "end", "else", "nil", "define"]));
      if (kind === 2) return this.#delimited(`template ${this.#string()}${random.chance(0.5) ? " ." : ""}`);
      return this.#delimited(this.#pipeline(2, ""));
    }
    const body = this.#list(depth - 1);
    const end = this.#rarely(this.#delimited("end"), ["", "{{end}}{{end}}", "{{end x}}", "{{ends}}"]);
    const kind = random.below(10);
    if (kind === 0) return `${this.#delimited(`define ${this.#string()}`)}${body}${end}`;
    if (kind === 1)
      return `${this.#delimited(`block ${this.#string()} ${this.#pipeline(1, "")}`)}${body}${end}`;
    const keyword = random.pick(["if", "with", "range"]);
    const inRange =
      keyword === "range" && random.chance(0.3) ? random.pick(["{{break}}", "{{continue}}"]) : "";
    return `${this.#delimited(`${keyword} ${this.#pipeline(2, keyword)}`)}${body}${inRange}${this.#elses(keyword, depth)}${end}`;
  }

  #elses(keyword: string, depth: number): string {
    let out = "";
    while (this.#random.chance(0.3)) {
      const next = this.#random.pick([keyword, keyword, "if", "with", "range", ""]);
      const inside = next === "" ? "else" : `else ${next} ${this.#pipeline(1, next)}`;
      out += this.#delimited(inside) + this.#list(depth - 1);
    }
    return out;
  }

  #string(): string {
    return this.#rarely(this.#random.pick(['"a"', "`b`", '"__alert_A"', '"\\x61"']), literals);
  }

  #pipeline(depth: number, context: string): string {
    const random = this.#random;
    let out = "";
    if (random.chance(context === "range" ? 0.5 : 0.2)) {
      const first = random.pick(["$x", "$y", "$i", "$labels"]);
      const second = random.chance(context === "range" ? 0.5 : 0.1) ? `,${this.#gap()}$v` : "";
      out = `${first}${this.#gap()}${second}${this.#space()}${this.#rarely(":=", ["=", ":", ","])}${this.#space()}`;
    }
    out += this.#command(depth);
    while (random.chance(0.25)) out += `${this.#space()}|${this.#space()}${this.#command(depth)}`;
    return out;
  }

  #command(depth: number): string {
    const random = this.#random;
    let out = random.chance(0.5) ? random.pick(functions) : this.#operand(depth);
    while (random.chance(0.35)) out += this.#space() + this.#operand(depth);
    return this.#rarely(out, ["", ","]);
  }

  #operand(depth: number): string {
    const random = this.#random;
    const kind = random.below(10);
    if (kind < 3) return random.chance(0.6) ? "$labels.instance" : random.pick(variables);
    if (kind < 4) return random.pick(fields);
    if (kind < 6) return this.#rarely(random.pick(['"%.2f"', '"x"', "`y`"]), literals);
    if (kind < 7) return random.pick(literals);
    if (kind < 8) return random.pick(numbers);
    if (kind < 9 && depth > 0)
      return `(${this.#gap()}${this.#pipeline(depth - 1, "")}${this.#gap()})${random.chance(0.2) ? ".a" : ""}`;
    return random.pick(functions) + (random.chance(0.2) ? ".x" : "");
  }
}
