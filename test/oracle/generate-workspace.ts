import { Marked } from "./marked.ts";
import type { Random } from "./random.ts";

/** Names of recording rules and alerts; some begin with another, so that none may be found in part. */
export const recordNames = ["a:x", "a:x:sum", "b:y:rate5m", "level:a:x", "job:z"];
export const alertNames = ["High", "HighLoad", "Low", "A-b", "Ärger"];

/** A rule that was written, and which of the marks of its file are its own. */
export interface MarkedRule {
  readonly kind: "alert" | "record";
  readonly name: string;
  readonly start: number;
  readonly end: number;
}

export interface MarkedFile {
  readonly path: string;
  readonly content: Marked;
  readonly rules: readonly MarkedRule[];
}

const metric = (name: string): Marked => Marked.name("metric", name);
const alert = (name: string): Marked => Marked.name("alert", name);

/** Files of a workspace as people write them, with the truth of where each name stands. */
export class WorkspaceGenerator {
  readonly #random: Random;

  constructor(random: Random) {
    this.#random = random;
  }

  /** A file of a kind that the path tells. */
  file(path: string): MarkedFile {
    if (path.endsWith(".json")) return { path, content: this.#dashboard(), rules: [] };
    if (path.endsWith(".promql")) return { path, content: this.#expression(2, false), rules: [] };
    if (path.startsWith("alertmanager")) return { path, content: this.#alertmanager(), rules: [] };
    if (path.startsWith("test")) return { path, content: this.#test(), rules: [] };
    const written = this.#rules(path.startsWith("object"));
    // A file of Windows has other offsets in it.
    return this.#random.chance(0.2) ? { path, ...withCarriageReturns(written) } : { path, ...written };
  }

  #selector(isDashboard: boolean): Marked {
    const random = this.#random;
    const name = random.pick([...recordNames, ...recordNames, "up"]);
    const own = metric(name);
    const variable = isDashboard ? random.pick(['{job=~"$job"}', "{x='[[x:csv]]'}", ""]) : "";
    return random.pick<() => Marked>([
      () => Marked.join([own, variable]),
      () => Marked.join([own, '{job="a:x"}']),
      () => Marked.join([own, random.pick([" offset 5m", " @ end()", "[5m:1m]".slice(7)])]),
      () => Marked.join(['{__name__="', own, '"}']),
      () => Marked.join(["{", random.pick(['job="b", ', ""]), '__name__="', own, '", x!="a:x"}']),
      () => Marked.join(['{"', own, '"}']),
      () => new Marked('{__name__=~"a:x.*|b:y:rate5m"}'),
      () => Marked.join([metric("ALERTS"), this.#alertMatcher()]),
      () => Marked.join([own, variable, ""]),
    ])();
  }

  #alertMatcher(): Marked {
    const random = this.#random;
    const name = random.pick(alertNames);
    return random.pick<() => Marked>([
      () => Marked.join(['{alertname="', alert(name), '"}']),
      () => Marked.join(["{alertname!='", alert(name), '\', alertstate="firing"}']),
      () => Marked.join(['{alertstate="firing", alertname=~"', alert("High"), "|", alert("Low"), '"}']),
      () => new Marked('{alertname=~"High.*"}'),
      () => new Marked(`{instance="${name}"}`),
    ])();
  }

  #expression(depth: number, isDashboard: boolean): Marked {
    const random = this.#random;
    if (depth <= 0) return this.#selector(isDashboard);
    const inner = (): Marked => this.#expression(depth - 1, isDashboard);
    return random.pick<() => Marked>([
      () => this.#selector(isDashboard),
      () => Marked.join([inner(), random.pick([" + ", " / on (job) ", "\nunless ", " > bool "]), inner()]),
      () => Marked.join(["sum by (job, a:x) (".replace("a:x", "x"), inner(), ")"]),
      () => Marked.join(["max_over_time((", inner(), ")[1h:1m])"]),
      () => Marked.join(["label_replace(", inner(), ', "a", "a:x", "b", "High")']),
      () => Marked.join([inner(), " > 0.5"]),
      () => Marked.join(["(", inner(), " or ", inner(), ")"]),
      () => Marked.join([inner(), isDashboard ? " " : " # a:x and High\n", "+ 1"]),
    ])();
  }

  /** A value in one of the styles of YAML; `key` stands at the indentation before. */
  #value(value: Marked, indent: string): Marked {
    const random = this.#random;
    const style = random.below(5);
    const broken = value.text.includes("\n");
    const isPlain = !/[#{}[\]&*!|>'"%@`,]|: |:$|^[-?]/.test(value.text) && !broken;
    if (style === 0 && isPlain) return Marked.join([" ", value]);
    if (style === 1 && !broken) return Marked.join([" '", value.escaped((c) => (c === "'" ? "''" : c)), "'"]);
    if (style === 2)
      return Marked.join([
        ' "',
        value.escaped((c) => (c === '"' || c === "\\" ? `\\${c}` : c === "\n" ? "\\n" : c)),
        '"',
      ]);
    // Folding would join what a comment ends.
    const header = broken ? "|" : random.pick(["|", "|-", ">", ">-"]);
    return Marked.join([` ${header}\n${indent}  `, value.escaped((c) => (c === "\n" ? `\n${indent}  ` : c))]);
  }

  #name(name: Marked): Marked {
    const random = this.#random;
    return random.pick<() => Marked>([
      () => name,
      () => name,
      () => Marked.join(['"', name, '"']),
      () => Marked.join(["'", name, "'"]),
    ])();
  }

  #rule(indent: string): Marked {
    const random = this.#random;
    const isAlert = random.chance(0.5);
    const name = isAlert
      ? Marked.name("alert", random.pick(alertNames), true)
      : Marked.name("metric", random.pick(recordNames), true);
    const head = Marked.join([isAlert ? "alert: " : "record: ", this.#name(name)]);
    if (random.chance(0.12)) {
      const expr = this.#expression(1, true).escaped((c) => (c === "'" ? "''" : c === "\n" ? " " : c));
      return Marked.join([`${indent}- {`, head, ", expr: '", expr, "', labels: {a: High}}\n"]);
    }
    const parts: (Marked | string)[] = [`${indent}- `, head, "\n"];
    if (random.chance(0.2)) parts.push(`${indent}  # a:x is not High\n`);
    parts.push(`${indent}  expr:`, this.#value(this.#expression(2, false), `${indent}  `), "\n");
    if (isAlert && random.chance(0.4)) parts.push(`${indent}  for: 5m\n`);
    if (random.chance(0.3)) parts.push(`${indent}  labels: {severity: High, x: "a:x"}\n`);
    if (isAlert && random.chance(0.4))
      parts.push(
        `${indent}  annotations:\n${indent}    summary: 'a:x {{ $labels.job }} {{ with query "`,
        metric(random.pick(recordNames)),
        "\" }}{{ . | first | value }}{{ end }}'\n",
      );
    return Marked.join(parts);
  }

  #rules(isObject: boolean): Omit<MarkedFile, "path"> {
    const random = this.#random;
    const indent = isObject ? "    " : "";
    const head = isObject
      ? "apiVersion: monitoring.coreos.com/v1\nkind: PrometheusRule\nmetadata: {name: a}\nspec:\n  groups:\n"
      : "groups:\n";
    let all = new Marked(head);
    const rules: MarkedRule[] = [];
    for (let group = 0; group < 1 + random.below(3); group++) {
      // Objects may stand one behind the other in a file.
      if (isObject && group > 0 && random.chance(0.4)) all = Marked.join([all, `---\n${head}`]);
      all = Marked.join([all, `${indent}- name: g${group}\n${indent}  rules:\n`]);
      for (let n = 0; n < 1 + random.below(4); n++) {
        const rule = this.#rule(`${indent}  `);
        const start = all.text.length;
        all = Marked.join([all, rule]);
        const [named] = rule.marks;
        if (named !== undefined)
          rules.push({
            kind: named.kind === "alert" ? "alert" : "record",
            name: named.name,
            start,
            end: all.text.length,
          });
      }
    }
    return { content: all, rules };
  }

  #dashboard(): Marked {
    const json = (expr: Marked): Marked =>
      Marked.join([
        '"',
        expr.escaped((c) => (c === '"' || c === "\\" ? `\\${c}` : c === "\n" ? "\\n" : c)),
        '"',
      ]);
    const targets = Array.from({ length: 1 + this.#random.below(3) }, () =>
      Marked.join(['{ "title": "a:x", "targets": [{ "expr": ', json(this.#expression(1, true)), " }] }"]),
    );
    return Marked.join([
      '{\n  "title": "High",\n  "panels": [\n    ',
      Marked.join(targets, ",\n    "),
      "\n  ]\n}\n",
    ]);
  }

  #alertmanager(): Marked {
    const random = this.#random;
    const one = (): Marked => {
      const name = alert(random.pick(alertNames));
      return random.pick<() => Marked>([
        () => Marked.join(["    - matchers: ['alertname=\"", name, "\"', team=High]\n"]),
        () => Marked.join(["    - matchers:\n        - alertname = ", name, "\n        - severity!=High\n"]),
        () => Marked.join(["    - match: {alertname: ", name, "}\n"]),
        () => Marked.join(["    - match_re:\n        alertname: ", alert("High"), "|", alert("Low"), "\n"]),
        () => new Marked("    - match: {team: High}\n"),
        () =>
          Marked.join(['    - matchers: ["alertname=~\\"', alert("HighLoad"), "|", alert("Low"), '\\""]\n']),
      ])();
    };
    const routes = Array.from({ length: 1 + random.below(3) }, one);
    const inhibit = random.chance(0.5)
      ? Marked.join([
          "inhibit_rules:\n  - source_matchers: ['alertname=",
          alert(random.pick(["High", "Low"])),
          "']\n    target_match: {alertname: ",
          alert(random.pick(["High", "Low"])),
          "}\n    equal: [a]\n",
        ])
      : "";
    return Marked.join([
      "# High\nroute:\n  receiver: High\n  routes:\n",
      ...routes,
      inhibit,
      "receivers: [{name: High}]\n",
    ]);
  }

  #test(): Marked {
    const random = this.#random;
    const series = metric(random.pick(recordNames));
    const queried = metric(random.pick(recordNames));
    return Marked.join([
      "rule_files: [a.yaml]\ntests:\n  - interval: 1m\n    input_series:\n      - series: '",
      series,
      `{job="a:x"}'\n        values: 1 2\n    alert_rule_test:\n      - eval_time: 1m\n        alertname: `,
      this.#name(alert(random.pick(alertNames))),
      "\n        exp_alerts:\n          - exp_labels: {a: High}\n    promql_expr_test:\n      - expr:",
      this.#value(this.#expression(1, false), "        "),
      "\n        eval_time: 1m\n        exp_samples:\n          - labels: '",
      queried,
      `{x="High"}'\n            value: 1\n`,
    ]);
  }
}

function withCarriageReturns({ content, rules }: Omit<MarkedFile, "path">): Omit<MarkedFile, "path"> {
  const before = (offset: number): number =>
    offset + (content.text.slice(0, offset).match(/\n/g) ?? []).length;
  return {
    content: content.escaped((c) => (c === "\n" ? "\r\n" : c)),
    rules: rules.map((rule) => ({ ...rule, start: before(rule.start), end: before(rule.end) })),
  };
}
