import type { Random } from "./random.ts";

const places = [
  ..."$value .Value $labels.job $labels.instance .Labels.host $labels.empty $labels.none $labels.n $ .".split(
    " ",
  ),
  ...'$labels .Labels .ExternalLabels.cluster .ExternalURL $.Value $.Labels.job $labels.deg (index $labels "a-b")'.split(
    / (?![^(]*\))/,
  ),
];
const literals = [
  ..."1 0 -3 1.5 12.0 1e3 +2 0x1F 0b101 0o17 017 1_000 .5 5. 1e-3 0x1p4 'a' '\\n' 1i 9007199254740993".split(
    " ",
  ),
  ...'"90" "1h30m" "-5m" "" "x" "é" "\\n" "\\t\\"" "%" "10.0.0.1:9100" "0x10" "1e3" "NaN" "inf" "a.b.c:1"'.split(
    " ",
  ),
  ..."`raw` `a\\b` `` true false nil".split(" "),
  ...['"a b&c"', '"<b>"', "`two\nlines`", '"hello world-wide web_page"'],
  ..."$externalLabels.cluster $externalURL now".split(" "),
  ...[
    "(len $labels)",
    '(index $labels "job")',
    "(args 1 2)",
    "(args $labels.job $value).arg1",
    "(print 1 2)",
  ],
];
const ofOne = [
  ..."humanize humanize1024 humanizeDuration humanizePercentage humanizeTimestamp title toUpper toLower".split(
    " ",
  ),
  ..."stripPort stripDomain graphLink tableLink urlQueryEscape html urlquery safeHtml parseDuration len not".split(
    " ",
  ),
  ..."print println externalURL pathPrefix printf now first value strvalue toTime toDuration js call query".split(
    " ",
  ),
];
const formats = [
  ..."%v %s %d %f %.2f %.0f %.1f%% %g %.3g %e %.1e %q %t %8.3f %-6s| %06.2f %+d %5d %x % %% a%vb%v".split(
    " ",
  ),
  ..."%.3s %! %G %T %c %U %o %b %X %#v %+v %-8v| %08v %+.2f %+q %#q %5t %6.2f%% %[1]v %[2]d %*d %.f %.10g".split(
    " ",
  ),
  "% d",
  "%s %s",
  "%d of %d",
];
// biome-ignore lint/suspicious/noTemplateCurlyInString: groups of a regular expression.
const replacements = ["$1", "-", "${a}x", ""];
const words = ["a ", " b", "\n", "  ", "", "é ", "{ } ", "100% ", "# ", "\t"];

/** Templates that parse and do something, whose results one program can be held against the other's. */
export class ExpansionGenerator {
  readonly #random: Random;
  /** Variables in scope, for they must be declared before they are used. */
  #variables: string[] = [];
  #loops = 0;

  constructor(random: Random) {
    this.#random = random;
  }

  /** A value of an alert. */
  number(): number {
    const random = this.#random;
    return random.pick([
      () => 0,
      () => 1,
      () => Number.NaN,
      () => Number.POSITIVE_INFINITY,
      () => Number.NEGATIVE_INFINITY,
      () => random.below(2000) / 2,
      () => -random.below(100_000),
      () => random.below(1_000_000) / 1000,
      () => random.below(1_000_000) * 10 ** (random.below(40) - 25),
      () => 1_750_000_000 + random.below(1_000_000) / 8,
      () => 2 ** (random.below(80) - 30),
    ])();
  }

  template(): string {
    this.#variables = [];
    this.#loops = 0;
    const definitions = this.#random.chance(0.2)
      ? `{{ define "t" }}${this.#list(1)}{{ end }}${this.#random.chance(0.3) ? '{{ define "u" }}{{ template "t" . }}!{{ end }}' : ""}`
      : "";
    // What is declared in a definition is not seen outside of it.
    this.#variables = [];
    return definitions + this.#list(2);
  }

  #list(depth: number): string {
    const outer = [...this.#variables];
    let text = "";
    for (let n = 1 + this.#random.below(3); n > 0; n--)
      text += this.#random.chance(0.3) ? this.#random.pick(words) : this.#action(depth);
    this.#variables = outer;
    return text;
  }

  #braced(inside: string): string {
    const random = this.#random;
    return `{{${random.pick([" ", " ", " ", "", "- "])}${inside}${random.pick([" ", " ", " ", "", " -"])}}}`;
  }

  #action(depth: number): string {
    const random = this.#random;
    const body = (): string => this.#list(depth - 1);
    if (depth <= 0) return this.#braced(this.#pipeline(1));
    switch (random.below(14)) {
      case 0:
        return `${this.#braced(`if ${this.#pipeline(1)}`)}${body()}${this.#otherwise(depth)}{{ end }}`;
      case 1: {
        const outer = [...this.#variables];
        const declares = random.chance(0.4) ? `$w := ` : "";
        const open = this.#braced(`with ${declares}${this.#pipeline(1)}`);
        if (declares !== "") this.#variables.push("$w");
        const text = `${open}<{{ . }}>${body()}${this.#otherwise(depth)}{{ end }}`;
        this.#variables = outer;
        return text;
      }
      case 2:
      case 3:
        return this.#range(depth);
      case 4: {
        const name = random.pick(["$x", "$y", "$labels", "$value"]);
        const text = this.#braced(`${name} := ${this.#pipeline(1)}`);
        this.#variables.push(name);
        return `${text}{{ ${name} }}`;
      }
      case 5: {
        const known = this.#variables.at(-1);
        return known === undefined ? "{{/* nothing */}}" : this.#braced(`${known} = ${this.#pipeline(1)}`);
      }
      case 6:
        return `{{ with query ${this.#query()} }}some{{ else with ${this.#pipeline(1)} }}{{ . }}{{ else }}nothing{{ end }}`;
      case 7:
        return `{{ range query ${this.#query()} }}{{ .Value }}{{ else }}none{{ end }}`;
      case 8:
        return random.pick([
          '{{ template "t" . }}',
          `{{ template "t" ${this.#operand(1)} }}`,
          '{{ template "t" (args 1 $labels.job) }}',
          '{{ template "t" }}',
          '{{ template "u" . }}',
          `{{ block "v" ${this.#operand(1)} }}[{{ . }}]{{ end }}`,
        ]);
      case 9:
        return random.pick([
          "{{/* a comment */}}",
          "{{- /* a\ncomment */ -}}",
          `{{ query ${this.#query()} | first | value }}`,
          `{{ query ${this.#query()} | sortByLabel "job" | len }}`,
          `{{ with query ${this.#query()} }}{{ . | first | label "job" }}{{ end }}`,
          "{{ $labels.job.x }}",
          "{{ .Nope }}",
          "{{ $value.x }}",
          '{{ "{{" }}{{ `{{ $labels.x }}` }}',
        ]);
      case 10:
        return this.#loops > 0
          ? `{{ if ${this.#pipeline(1)} }}${random.pick(["{{ break }}", "{{ continue }}"])}{{ end }}`
          : "x";
      default:
        return this.#braced(this.#pipeline(depth));
    }
  }

  #query(): string {
    return this.#random.pick([
      '"up"',
      "`up`",
      '(printf "up{job=%q}" $labels.job)',
      '"a" | query',
      "$labels.job",
    ]);
  }

  #range(depth: number): string {
    const random = this.#random;
    const outer = [...this.#variables];
    const over = random.pick([
      "$labels",
      ".Labels",
      "$externalLabels",
      "(args 1 2 3)",
      "3",
      "(len $labels)",
      "0",
      "nil",
      '"abc"',
      "$value",
      '(query "up")',
      this.#operand(1),
    ]);
    const [open, names] = random.pick([
      [`range ${over}`, []],
      [`range $i := ${over}`, ["$i"]],
      [`range $k, $v := ${over}`, ["$k", "$v"]],
      [`range $x = ${over}`, []],
    ] as const);
    // What is assigned must be there.
    const start = open.includes("$x =") ? "{{ $x := 0 }}" : "";
    this.#variables.push(...names);
    this.#loops++;
    const shown = names.length === 0 ? "{{ . }}," : `${names.map((name) => `{{ ${name} }}`).join("=")};`;
    const body = this.#list(depth - 1);
    this.#loops--;
    this.#variables = outer;
    const otherwise = random.chance(0.3) ? `{{ else }}${this.#list(depth - 1)}` : "";
    return `${start}${this.#braced(open)}${shown}${body}${otherwise}{{ end }}`;
  }

  #otherwise(depth: number): string {
    const random = this.#random;
    let text = "";
    while (random.chance(0.25))
      text += `${this.#braced(`else ${random.pick(["if", "with"])} ${this.#pipeline(1)}`)}${this.#list(depth - 1)}`;
    return random.chance(0.4) ? `${text}{{ else }}${this.#list(depth - 1)}` : text;
  }

  #operand(depth: number): string {
    const random = this.#random;
    if (depth <= 0 || random.below(3) > 0) {
      if (this.#variables.length > 0 && random.chance(0.3)) return random.pick(this.#variables);
      return random.pick(random.below(2) === 0 ? places : literals);
    }
    return `(${this.#pipeline(depth - 1)})`;
  }

  #command(depth: number): string {
    const random = this.#random;
    const one = (): string => this.#operand(depth);
    switch (random.below(12)) {
      case 0:
      case 1: {
        const args = Array.from({ length: random.pick([1, 1, 1, 2, 0, 3]) }, one);
        return ["printf", JSON.stringify(random.pick(formats)), ...args].join(" ");
      }
      case 2:
        return `${random.pick(["eq", "ne", "lt", "le", "gt", "ge"])} ${one()} ${one()}`;
      case 3:
        return `${random.pick(["and", "or", "eq"])} ${one()} ${one()} ${one()}`;
      case 4:
        return `${random.pick(["print", "println", "args", "html", "urlquery"])} ${one()} ${one()}`;
      case 5:
        return random.pick([
          `match ${JSON.stringify(random.pick(["^n", "no.e", "(", "x"]))} ${one()}`,
          `reReplaceAll ${JSON.stringify(random.pick(["n(.)", "[0-9]+", "", "(?P<a>o)"]))} ${JSON.stringify(random.pick(replacements))} ${one()}`,
          `index $labels ${one()}`,
          `index ${one()} ${one()}`,
          `slice ${one()} 0 1`,
          `index (args 1 ${one()}) "arg1"`,
        ]);
      case 6:
      case 7:
        return one();
      default:
        return `${random.pick(ofOne)} ${one()}`;
    }
  }

  #pipeline(depth: number): string {
    let text = this.#command(depth);
    while (this.#random.chance(0.25))
      text += ` | ${this.#random.pick([...ofOne, 'printf "%v-%v" 1', "printf `%.1f`", "eq 1", "and true", "or false"])}`;
    return text;
  }
}
