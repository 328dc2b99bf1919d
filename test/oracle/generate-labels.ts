import type { OracleSeries } from "./oracle.ts";
import type { Random } from "./random.ts";

const metrics = ["a", "b", "c_total", "d_bucket", "h", "target_info", "m.é"];
const labels = ["job", "instance", "x", "y", "le", "o.x"];
/** Names that stand without quotes. */
const plain = /^[a-zA-Z_]\w*$/;
const quotedName = (name: string): string => (plain.test(name) ? name : JSON.stringify(name));
const values = ["1", "2", "p-1:90", "0.5", "+Inf"];
const regexes = [
  ".*",
  ".+",
  "",
  "1",
  "1|2",
  "(1|2)",
  "p.*",
  "p-1:90|",
  "(.*)",
  "(.+)",
  "(.*):(.*)",
  "([^:]+):.*",
  "p-(.+):9.",
  "([0-9]+)?.*",
  "([0-9])|p.*",
  "([0-9]?).*",
  "(p-[0-9]:)(.*)",
  "[(](.)|(1)",
  "[0-9]",
  "^1$",
  "()",
  "p-1\\\\:90",
  "1|.*",
];
// biome-ignore lint/suspicious/noTemplateCurlyInString: groups of a regular expression.
const replacements = ["$1", "", "new", "$1-x", "${1}", "$0", "$2", "1", "$$", "$1$2", "$nope", "${1}x"];
const scalars = ["0", "1", "2", "-1", "0.5", "NaN", "Inf", "1e3"];

/** Series with few labels of few values, so that much matches; some are native histograms, none has their `le`. */
export function randomSeries(random: Random): OracleSeries[] {
  const found = new Map<string, OracleSeries>();
  for (let n = 6 + random.below(34); n > 0; n--) {
    const name = random.pick(metrics);
    const own: Record<string, string> = { __name__: name };
    for (const label of labels) {
      if (name === "h" && label === "le") continue;
      if (random.chance(label === "le" ? (name === "d_bucket" ? 0.9 : 0.1) : 0.55))
        own[label] = random.pick(values);
    }
    if (random.chance(0.15)) own["__type__"] = "gauge";
    const base = random.below(4) - 1;
    const rising = random.chance(0.5);
    const length = random.chance(0.1) ? 1 : 41;
    const samples = Array.from({ length }, (_, at) => {
      if (random.chance(0.05)) return null;
      return rising ? base + at : random.below(4) - 1;
    });
    found.set(JSON.stringify(own), { labels: own, values: samples, histogram: name === "h" });
  }
  return [...found.values()];
}

/** Valid expressions over the series of `randomSeries`, with much of what decides about labels. */
export class LabelGenerator {
  readonly #random: Random;

  constructor(random: Random) {
    this.#random = random;
  }

  #label(): string {
    return this.#random.chance(0.06)
      ? this.#random.pick(["__name__", "__type__", "z"])
      : quotedName(this.#random.pick(labels));
  }

  #labels(most: number): string {
    const names = Array.from({ length: this.#random.below(most + 1) }, () => this.#label());
    return `(${[...new Set(names)].join(", ")})`;
  }

  #matcher(): string {
    const random = this.#random;
    const operator = random.pick(["=", "=", "=", "!=", "=~", "!~"]);
    const value = operator.endsWith("~") ? random.pick(regexes) : random.pick(["", "1", "1", "2", "p-1:90"]);
    const name = random.chance(0.05) ? "__name__" : random.pick(labels);
    return `${quotedName(name)}${operator}"${name === "__name__" ? random.pick([...metrics, "a|b", ".+"]) : value}"`;
  }

  #selector(): string {
    const random = this.#random;
    const matchers = Array.from({ length: random.pick([0, 0, 0, 1, 1, 2, 3]) }, () => this.#matcher()).join(
      ", ",
    );
    const name = random.pick(metrics);
    // At least one matcher must not match everything.
    if (random.chance(0.1) && !matchers.includes("__name__")) return `{__name__=~"a|${name}", ${matchers}}`;
    if (matchers.includes("__name__")) return `{__name__!="", ${matchers}}`;
    return plain.test(name) ? `${name}{${matchers}}` : `{"${name}", ${matchers}}`;
  }

  #modified(selector: string): string {
    const random = this.#random;
    if (random.chance(0.07)) return `${selector} offset ${random.pick(["1m", "-1m", "(2m - 1m)"])}`;
    return random.chance(0.05) ? `${selector} @ ${random.pick(["end()", "start()", "600"])}` : selector;
  }

  #matrix(depth: number): string {
    const random = this.#random;
    if (random.chance(0.7))
      return `${this.#selector()}[${random.pick(["5m", "5m", "1m", "max_of(1m, 3m)"])}]`;
    return `(${this.expression(depth - 1)})[${random.pick(["5m:1m", "5m:", "1m:2m"])}]`;
  }

  #aggregate(depth: number): string {
    const random = this.#random;
    const operator = random.pick(
      "sum sum avg count min max group stddev quantile topk bottomk limitk limit_ratio count_values".split(
        " ",
      ),
    );
    const parameter: Record<string, string> = {
      quantile: "0.5, ",
      topk: `${random.pick(["1", "2", "0", "3"])}, `,
      bottomk: "1, ",
      limitk: `${random.pick(["1", "0"])}, `,
      limit_ratio: `${random.pick(["0.5", "0", "1"])}, `,
      count_values: `"${random.pick(["v", "job", "x", "o.x", "__name__"])}", `,
    };
    const modifier = random.chance(0.75) ? ` ${random.pick(["by", "by", "without"])} ${this.#labels(3)}` : "";
    return `${operator}${modifier} (${parameter[operator] ?? ""}${this.expression(depth - 1)})`;
  }

  #matching(set: boolean, fills: boolean): string {
    const random = this.#random;
    let text = random.chance(0.65) ? ` ${random.pick(["on", "on", "ignoring"])} ${this.#labels(3)}` : "";
    if (set) return text;
    if (text !== "" && random.chance(0.4)) {
      const used = text.includes("on (") ? text : "";
      const include = [...labels.map(quotedName), "__name__"].filter(
        (name) => !used.includes(name) && random.chance(0.3),
      );
      text += ` ${random.pick(["group_left", "group_right"])} (${include.join(", ")})`;
    }
    if (fills && random.chance(0.2))
      text += ` ${random.pick(["fill", "fill_left", "fill_right"])} (${random.pick(scalars)})`;
    return text;
  }

  #binary(depth: number): string {
    const random = this.#random;
    const left = this.expression(depth - 1);
    const operator = random.pick("+ - * / % ^ atan2 == != > < >= <= > </ >/ and and or or unless".split(" "));
    const set = ["and", "or", "unless"].includes(operator);
    if (set && random.chance(0.3)) {
      const always = random.pick(["vector(1)", "vector(0) > bool 1", "absent(vector(1) > 2)", "hour()"]);
      const on = random.pick(["", " on ()", " on (job)", " ignoring (x)"]);
      return random.chance(0.8) ? `${left} ${operator}${on} ${always}` : `${always} ${operator}${on} ${left}`;
    }
    const compares = /^[=!<>]=?$/.test(operator);
    const bool = compares && random.chance(0.25) ? " bool" : "";
    if (!set && random.chance(0.35)) {
      const scalar = random.chance(0.85) ? random.pick(scalars) : this.#scalar(depth - 1);
      if (random.chance(0.8)) return `${left} ${operator}${bool} ${scalar}`;
      return `${scalar} ${operator}${bool} ${left}`;
    }
    return `${left} ${operator}${bool}${this.#matching(set, !set)} ${this.expression(depth - 1)}`;
  }

  #scalar(depth: number): string {
    const random = this.#random;
    const operator = random.pick(["+", "-", "*", "/", "==bool", ">bool"]);
    if (random.chance(0.3)) return `(${random.pick(scalars)} ${operator} ${random.pick(scalars)})`;
    return random.chance(0.7) ? `scalar(${this.expression(depth)})` : "time()";
  }

  #call(depth: number): string {
    const random = this.#random;
    const inner = (): string => this.expression(depth - 1);
    switch (random.below(14)) {
      case 0:
      case 1: {
        const dst = random.pick(["job", "x", "y", "z", "o.x", "__name__"]);
        const src = random.pick(["job", "instance", "x", "y", "z", "o.x", ""]);
        return `label_replace(${inner()}, "${dst}", "${random.pick(replacements)}", "${src}", "${random.pick(regexes)}")`;
      }
      case 2: {
        const sources = Array.from(
          { length: random.below(3) },
          () => `, "${random.pick(["job", "x", "y", "z", "o.x"])}"`,
        );
        return `label_join(${inner()}, "${random.pick(["job", "x", "z", "o.x"])}", "${random.pick(["", "-"])}"${sources.join("")})`;
      }
      case 3:
        return `absent(${random.chance(0.6) ? this.#selector() : inner()})`;
      case 4:
        return `absent_over_time(${this.#matrix(depth)})`;
      case 5:
        return `vector(${random.pick([...scalars, "time()"])})`;
      case 6:
        return `histogram_quantile(0.5, ${inner()})`;
      case 7:
        return random.pick([
          `histogram_quantiles(${inner()}, "q", 0.5, 0.9)`,
          `histogram_fraction(0, 1, ${inner()})`,
          `histogram_count(${inner()})`,
          `histogram_sum(${inner()})`,
          `histogram_avg(${inner()})`,
          `histogram_stddev(${inner()})`,
          `histogram_stdvar(${inner()})`,
        ]);
      case 8: {
        const selector = random.pick([
          "",
          ", {}",
          ', {x=~".+"}',
          ", {y!='1'}",
          ', {__name__="target_info"}',
          ', {x=~".*", y="1"}',
          ', {z="1"}',
          ', {"o.x"=~".+"}',
          ', {"o.x"="1", __name__="target_info"}',
          ', {__name__!="target_info"}',
          ', {__name__=~"target_info|h", x=~".+"}',
          ', {__name__=~"target_.*", x=~"1|2"}',
        ]);
        return `info(${inner()}${selector})`;
      }
      case 9:
        return `${random.pick("sort sort_desc timestamp abs ceil floor sgn sqrt exp ln log2 log10 sin acos tanh deg rad hour month day_of_week day_of_month day_of_year days_in_month minute year start_timestamp".split(" "))}(${inner()})`;
      case 10:
        return random.pick([
          `sort_by_label(${inner()}, "x")`,
          `sort_by_label_desc(${inner()}, "o.x", "job")`,
          `round(${inner()}, 0.5)`,
          "vector(pi())",
          `vector(scalar(${inner()}))`,
          `clamp(${inner()}, 0, 1)`,
          `clamp_min(${inner()}, 1)`,
          `round(${inner()})`,
          "hour()",
          `clamp_max(${inner()}, 0)`,
        ]);
      case 11:
        return `last_over_time(${this.#matrix(depth)})`;
      default: {
        const parameter = random.below(8);
        if (parameter === 0) return `predict_linear(${this.#matrix(depth)}, 60)`;
        if (parameter === 1)
          return `quantile_over_time(${random.pick(["0.5", "-1", "2", "NaN"])}, ${this.#matrix(depth)})`;
        if (parameter === 2) return `double_exponential_smoothing(${this.#matrix(depth)}, 0.5, 0.5)`;
        if (parameter === 3)
          return `${random.pick(["rate", "increase", "delta", "resets"])}(${this.#selector()}[5m] ${random.pick(["anchored", "smoothed"])})`;
        const name = random.pick(
          "idelta min_over_time stdvar_over_time mad_over_time ts_of_max_over_time ts_of_min_over_time ts_of_last_over_time ts_of_first_over_time rate increase irate delta sum_over_time count_over_time max_over_time first_over_time present_over_time changes stddev_over_time avg_over_time resets deriv".split(
            " ",
          ),
        );
        return `${name}(${this.#matrix(depth)})`;
      }
    }
  }

  /** An expression of the type instant vector. */
  expression(depth: number): string {
    const random = this.#random;
    if (depth <= 0) return this.#modified(this.#selector());
    switch (random.below(10)) {
      case 0:
      case 1:
        return this.#modified(this.#selector());
      case 2:
      case 3:
        return this.#aggregate(depth);
      case 4:
      case 5:
        return `(${this.#binary(depth)})`;
      case 6:
        return `${random.pick(["-", "+", ""])}(${this.expression(depth - 1)})`;
      default:
        return this.#call(depth);
    }
  }
}
