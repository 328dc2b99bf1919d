import { expect, test } from "vitest";
import {
  dependencyCrossGroup,
  dependencyCycle,
  dependencyOrder,
} from "../../server/src/checks/names/dependency.ts";
import { runChecks } from "../../server/src/checks/run.ts";
import { readDocument } from "../../server/src/model/read.ts";
import { nameIndexOf } from "../../server/src/world/names/index.ts";
import { emptyWorkspace } from "../../server/src/world/workspace.ts";
import { Random } from "../oracle/random.ts";

const seed = Number(process.env["SEED"] ?? 20_261_123);
const files = process.env["SEED"] === undefined ? 1500 : 6000;

interface Read {
  readonly metric: string;
  readonly how: "now" | "range" | "past";
}

interface Rule {
  readonly record: string | undefined;
  readonly group: number;
  readonly line: number;
  readonly reads: readonly Read[];
}

const metrics = ["a:a", "b:b", "c:c", "d:d", "e:e"];

function written({ metric, how }: Read, random: Random): string {
  if (how === "range") return `rate(${metric}[5m])`;
  if (how === "past") return `${metric} ${random.pick(["offset 5m", "@ 100", "offset -1m"])}`;
  return random.pick([metric, `sum(${metric})`, `max_over_time((${metric})[5m:1m])`, `abs(-${metric} > 1)`]);
}

function randomFile(random: Random): { readonly text: string; readonly rules: readonly Rule[] } {
  const lines = ["groups:"];
  const rules: Rule[] = [];
  for (let group = 0; group < 1 + random.below(3); group++) {
    lines.push(`- name: g${group}`, "  rules:");
    for (let n = 0; n < 1 + random.below(4); n++) {
      // Each metric once, for a finding is told at its first place.
      const read = [...metrics, "x"].filter(() => random.chance(0.25));
      const reads = read.map(
        (metric): Read => ({ metric, how: random.pick(["now", "now", "now", "range", "past"]) }),
      );
      const record = random.chance(0.8) ? random.pick(metrics) : undefined;
      // What is always the same number is never old.
      const expr =
        reads.length === 0 ? "vector(time())" : reads.map((one) => written(one, random)).join(" + ");
      rules.push({ record, group, line: lines.length + 1, reads });
      lines.push(record === undefined ? `  - alert: A` : `  - record: ${record}`, `    expr: ${expr}`);
    }
  }
  return { text: `${lines.join("\n")}\n`, rules };
}

/** What happens where the groups are evaluated again and again, each at its own moment of an interval. */
class Simulation {
  readonly #rules: readonly Rule[];
  /** When a metric was last written, in intervals, by the rules of a group. */
  readonly #writes = new Map<string, number>();
  /** Of each rule the metrics of which its last value is made. */
  readonly #made = new Map<Rule, ReadonlySet<string>>();
  readonly late = new Set<string>();
  readonly elsewhere = new Set<string>();

  constructor(rules: readonly Rule[]) {
    this.#rules = rules;
    for (let round = 0; round < rules.length + 3; round++) {
      this.late.clear();
      this.elsewhere.clear();
      for (const rule of rules) this.#evaluate(rule, round + rule.group / 10);
    }
  }

  #evaluate(rule: Rule, now: number): void {
    const made = new Set<string>();
    for (const { metric, how } of rule.reads) {
      const writers = this.#rules.filter(({ record }) => record === metric);
      if (how === "past" || writers.length === 0) continue;
      made.add(metric);
      for (const writer of writers) for (const name of this.#made.get(writer) ?? []) made.add(name);
      if (metric === rule.record) continue;
      const own = this.#writes.get(`${metric} ${rule.group}`);
      const key = `${rule.line} ${metric}`;
      if (own === undefined) this.elsewhere.add(key);
      else if (how === "now" && now - own > 0.5) this.late.add(key);
    }
    this.#made.set(rule, made);
    if (rule.record !== undefined) this.#writes.set(`${rule.record} ${rule.group}`, now);
  }

  /** Whether what a rule writes is made of a metric. */
  isMadeOf(rule: Rule, metric: string): boolean {
    return this.#made.get(rule)?.has(metric) === true;
  }
}

test(`lags and circles of rules are those of a simulation, seed ${seed}`, { timeout: 600_000 }, () => {
  const random = new Random(seed);
  const told = { order: 0, cross: 0, cycle: 0 };
  for (let n = 0; n < files; n++) {
    const { text, rules } = randomFile(random);
    const document = readDocument({ uri: "file:///r.yaml", path: "r.yaml", version: 1, text });
    const problems: string[] = [];
    const snapshot = {
      document,
      workspace: emptyWorkspace,
      environments: [],
      features: [],
      names: nameIndexOf([document]),
    };
    const found = runChecks(snapshot, problems, [dependencyOrder, dependencyCrossGroup, dependencyCycle]);
    expect(problems).toEqual([]);
    const places = (check: string): readonly string[] =>
      found
        .filter((finding) => finding.check === check)
        .map(
          ({ span }) =>
            `${text.slice(0, span.start).split("\n").length - 1} ${text.slice(span.start, span.end)}`,
        )
        .sort();
    const simulation = new Simulation(rules);
    const lineOf = (key: string): Rule | undefined =>
      rules.find(({ line }) => line === Number(key.split(" ")[0]));
    const inCircle = (
      rule: Rule,
      metric: string,
      writers = rules.filter(({ record }) => record === metric),
    ): boolean =>
      rule.record !== undefined && writers.some((writer) => simulation.isMadeOf(writer, rule.record ?? ""));
    // In a circle there is no right order.
    const late = [...simulation.late].filter((key) => {
      const rule = lineOf(key);
      const metric = key.split(" ")[1] ?? "";
      if (rule === undefined) return false;
      const [first] = rules.filter(({ record, group }) => record === metric && group === rule.group);
      return first === undefined || !inCircle(rule, metric, [first]);
    });
    expect(places("rule.dependency-order"), text).toEqual(late.sort());
    const elsewhere = [...simulation.elsewhere].filter((key) => lineOf(key)?.record !== undefined);
    expect(places("rule.dependency-cross-group"), text).toEqual(elsewhere.sort());
    const circles = rules.flatMap((rule) => {
      const read = rule.reads.find(
        ({ metric, how }) => how !== "past" && metric !== rule.record && inCircle(rule, metric),
      );
      return read === undefined ? [] : [`${rule.line} ${read.metric}`];
    });
    expect(places("rule.dependency-cycle"), text).toEqual(circles.sort());
    told.order += late.length;
    told.cross += elsewhere.length;
    told.cycle += circles.length;
  }
  expect(Math.min(told.order, told.cross, told.cycle)).toBeGreaterThan(files / 20);
});
