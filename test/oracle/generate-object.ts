import type { Random } from "./random.ts";

/** Values that stand where they should not. */
const oddities = [
  ..."5 '5' true null 1.5 [] {} [a] '' abc 5m 0 -1 10 1e3 '5x' yes 'yes' warn Abort 1d12h".split(" "),
  ...["{a: b}", "{a: 5}", "{a: null}", "{1: a}", "[null]", "[{}]", "{__name__: a}", "{'': a}"],
  ..."5000000000 -2147483649 0x10 010 1_000 1e30 99999999999999999999 ~ .inf 2026-01-01 1m1h '5m1'".split(
    " ",
  ),
  ..."99999999999y 300y ABORT [5] [null]".split(" "),
];
const expressions = ["up", "'rate(foo[5m])'", "rate(foo)", "up +", "5", "'1'", "sum by (a) (b)"];

/** What follows `kind: PrometheusRule`: objects with a fault here and there, which the API server or the operator finds. */
export class RuleObjectGenerator {
  readonly #random: Random;

  constructor(random: Random) {
    this.#random = random;
  }

  /** `metadata` and `spec`, in flow style. */
  object(): string {
    const random = this.#random;
    const labels = random.chance(0.05) ? `, labels: ${random.pick(oddities)}` : "";
    return `metadata: {name: x${labels}}\nspec: ${random.chance(0.03) ? random.pick(oddities) : this.#spec()}\n`;
  }

  #spec(): string {
    const random = this.#random;
    if (random.chance(0.03)) return "{}";
    const groups = Array.from({ length: random.below(3) }, (_, index) => this.#group(index));
    return `{groups: ${random.chance(0.03) ? random.pick(oddities) : `[${groups.join(", ")}]`}}`;
  }

  #group(index: number): string {
    const random = this.#random;
    const fields: string[] = [];
    const some = (chance: number, name: string, good: string): void => {
      if (random.chance(chance)) fields.push(`${name}: ${this.#value(good)}`);
    };
    some(0.96, "name", random.pick([`a${index}`, `b${index}`, "a"]));
    some(0.25, "interval", "1m");
    some(0.15, "query_offset", "1m");
    some(0.15, "limit", "5");
    some(0.2, "partial_response_strategy", random.pick(["warn", "abort", "''", "WARN", "foo"]));
    some(0.15, "labels", "{a: b}");
    some(0.03, random.pick(["foo", "rule", "source_tenants"]), random.pick(oddities));
    const rules = Array.from({ length: random.below(3) }, () => this.#rule());
    if (random.chance(0.96))
      fields.push(`rules: ${random.chance(0.05) ? random.pick(oddities) : `[${rules.join(", ")}]`}`);
    return `{${fields.join(", ")}}`;
  }

  #rule(): string {
    const random = this.#random;
    const isAlert = random.chance(0.6);
    const fields: string[] = [isAlert ? `alert: ${this.#value("A")}` : `record: ${this.#value("a:b")}`];
    const some = (chance: number, name: string, good: string): void => {
      if (random.chance(chance)) fields.push(`${name}: ${this.#value(good)}`);
    };
    some(0.95, "expr", random.pick(expressions));
    some(isAlert ? 0.3 : 0.03, "for", "5m");
    some(isAlert ? 0.2 : 0.02, "keep_firing_for", "5m");
    some(isAlert ? 0.3 : 0.03, "annotations", "{a: 'b {{ $value }}'}");
    some(0.3, "labels", "{a: b}");
    some(0.05, random.pick(["foo", "exprr", "severity", "query_offset", "name"]), random.pick(oddities));
    return `{${fields.join(", ")}}`;
  }

  #value(good: string): string {
    return this.#random.chance(0.1) ? this.#random.pick(oddities) : good;
  }
}
