import type { Random } from "./random.ts";
import { seriesLabels as labels, seriesMetrics as metrics } from "./random-series.ts";

/** Names that stand without quotes. */
const plain = /^[a-zA-Z_]\w*$/;
const quotedName = (name: string): string => (plain.test(name) ? name : JSON.stringify(name));
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
const scalars = ["0", "1", "2", "-1", "0.5", "NaN", "Inf", "-Inf", "1e3", "0x1F", "5m", "-0"];
const numberCalls = ["step()", "range()", "start()", "end()", "time()", "pi()"];
/** Ranges and offsets, some of them calculated. */
const ranges = [
  "5m",
  "5m",
  "5m",
  "1m",
  "20s",
  "max_of(1m, 3m)",
  "(1m + 2m)",
  "2m * 2",
  "(step() + 3m)",
  "10m",
];
const offsets = ["1m", "-1m", "(2m - 1m)", "30s", "(1m * 2)", "-(1m)", "(range() + 1m)"];
const moments = ["end()", "start()", "600", "-60", "-1e3", "0.5"];
const steps = ["5m:1m", "5m:", "1m:2m", "5m:30s", "3m:(1m + 30s)", "1m:1m", "4m:7m"];

/** Valid expressions over the series of `randomSeries`, with much of what decides about labels. */
export class LabelGenerator {
  readonly #random: Random;

  constructor(random: Random) {
    this.#random = random;
  }

  #label(): string {
    return this.#random.chance(0.06)
      ? this.#random.pick(["__name__", "__type__", "__unit__", "z", "bool", "on"])
      : quotedName(this.#random.pick(labels));
  }

  #labels(most: number): string {
    const names = Array.from({ length: this.#random.below(most + 1) }, () => this.#label());
    return `(${[...new Set(names)].join(", ")})`;
  }

  #matcher(): string {
    const random = this.#random;
    const operator = random.pick(["=", "=", "=", "!=", "=~", "!~"]);
    const value = operator.endsWith("~")
      ? random.pick(regexes)
      : random.pick(["", "1", "1", "2", "p-1:90", "+Inf", "$1"]);
    const name = random.chance(0.05)
      ? random.pick(["__name__", "__name__", "__type__", "__unit__"])
      : random.pick(labels);
    if (name === "__name__")
      return `__name__${operator}"${random.pick([...metrics, "a|b", ".+", "", ".*", "target_.*"])}"`;
    return `${quotedName(name)}${operator}${random.chance(0.1) ? `'${value}'` : `"${value}"`}`;
  }

  #selector(): string {
    const random = this.#random;
    const list = Array.from({ length: random.pick([0, 0, 0, 1, 1, 2, 3]) }, () => this.#matcher());
    // Twice the same label, to contradict or to repeat.
    if (list.length > 0 && random.chance(0.1)) list.push(random.pick(list));
    const matchers = list.join(", ");
    const name = random.pick(metrics);
    // At least one matcher must not match everything.
    if (random.chance(0.1) && !matchers.includes("__name__")) return `{__name__=~"a|${name}", ${matchers}}`;
    if (matchers.includes("__name__")) return `{__name__!="", ${matchers}}`;
    if (random.chance(0.05)) return `{__name__="${name}", ${matchers}}`;
    if (random.chance(0.03)) return `{job!="", ${matchers}}`;
    return plain.test(name) ? `${name}{${matchers}}` : `{"${name}", ${matchers}}`;
  }

  #modified(selector: string): string {
    const random = this.#random;
    const smoothed = random.chance(0.03) ? " smoothed" : "";
    const offset = random.chance(0.07) ? ` offset ${random.pick(offsets)}` : "";
    const at = random.chance(0.06) ? ` @ ${random.pick(moments)}` : "";
    return selector + smoothed + (random.chance(0.5) ? offset + at : at + offset);
  }

  #matrix(depth: number): string {
    const random = this.#random;
    const modifiers = this.#modified("").replace(" smoothed", "");
    if (random.chance(0.7)) return `${this.#selector()}[${random.pick(ranges)}]${modifiers}`;
    return `(${this.expression(depth - 1)})[${random.pick(steps)}]${modifiers}`;
  }

  #aggregate(depth: number): string {
    const random = this.#random;
    const operator = random.pick(
      "sum sum avg count min max group stddev quantile topk bottomk limitk limit_ratio count_values".split(
        " ",
      ),
    );
    const parameter: Record<string, string> = {
      quantile: `${random.pick(["0.5", "0", "1", "-1", "NaN"])}, `,
      topk: `${this.#count(depth)}, `,
      bottomk: `${this.#count(depth)}, `,
      limitk: `${this.#count(depth)}, `,
      limit_ratio: `${random.pick(["0.5", "0", "1", "-0.5", "-1", "-0", "(0 * 2)"])}, `,
      count_values: `"${random.pick(["v", "job", "x", "o.x", "le", "__name__", "__type__"])}", `,
    };
    const modifier = random.chance(0.75) ? ` ${random.pick(["by", "by", "without"])} ${this.#labels(3)}` : "";
    return `${operator}${modifier} (${parameter[operator] ?? ""}${this.expression(depth - 1)})`;
  }

  #count(depth: number): string {
    const random = this.#random;
    if (random.chance(0.85)) return random.pick(["1", "2", "0", "3", "0.9", "-1", "1.5", "(2 - 1)"]);
    return random.chance(0.5)
      ? this.#scalar(depth - 1)
      : random.pick(["max_of(0, 1)", "min_of(0, 1)", "100"]);
  }

  #matching(set: boolean, fills: boolean): string {
    const random = this.#random;
    let text = random.chance(0.65) ? ` ${random.pick(["on", "on", "ignoring"])} ${this.#labels(3)}` : "";
    if (set) return text;
    if (text !== "" && random.chance(0.4)) {
      const used = text.includes("on (") ? text : "";
      const include = [...labels.map(quotedName), "__name__", "__type__", "z"].filter(
        (name) => !used.includes(name) && random.chance(0.3),
      );
      text += ` ${random.pick(["group_left", "group_right"])} (${include.join(", ")})`;
    }
    if (fills && random.chance(0.2))
      text += random.pick([
        ` fill (${random.pick(scalars)})`,
        ` fill_left (${random.pick(scalars)})`,
        ` fill_right (${random.pick(scalars)})`,
        ` fill_left (${random.pick(scalars)}) fill_right (${random.pick(scalars)})`,
      ]);
    return text;
  }

  #binary(depth: number): string {
    const random = this.#random;
    const left = this.expression(depth - 1);
    const operator = random.pick("+ - * / % ^ atan2 == != > < >= <= > </ >/ and and or or unless".split(" "));
    const set = ["and", "or", "unless"].includes(operator);
    if (set && random.chance(0.3)) {
      const always = random.pick([
        "vector(1)",
        "vector(0) > bool 1",
        "absent(vector(1) > 2)",
        "hour()",
        "(vector(1) == 1)",
        "vector(NaN)",
        "sum(vector(time()))",
        "label_replace(vector(1), 'job', '1', '', '')",
        "last_over_time(vector(1)[5m:1m])",
      ]);
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
    const operator = random.pick([
      "+",
      "-",
      "*",
      "/",
      "%",
      "^",
      "atan2",
      "==bool",
      ">bool",
      "!=bool",
      "<=bool",
    ]);
    const number = (): string => (random.chance(0.8) ? random.pick(scalars) : random.pick(numberCalls));
    if (random.chance(0.3)) return `(${number()} ${operator} ${number()})`;
    if (random.chance(0.2)) return `${random.pick(["max_of", "min_of"])}(${number()}, ${number()})`;
    return random.chance(0.7) ? `scalar(${this.expression(depth)})` : random.pick(numberCalls);
  }

  #call(depth: number): string {
    const random = this.#random;
    const inner = (): string => this.expression(depth - 1);
    switch (random.below(14)) {
      case 0:
      case 1: {
        const dst = random.pick(["job", "x", "y", "z", "le", "o.x", "__name__", "__name__", "__type__"]);
        const src = random.pick(["job", "instance", "x", "y", "z", "o.x", "", "__name__", dst]);
        return `label_replace(${inner()}, "${dst}", "${random.pick(replacements)}", "${src}", "${random.pick(regexes)}")`;
      }
      case 2: {
        const sources = Array.from(
          { length: random.below(4) },
          () => `, "${random.pick(["job", "x", "y", "z", "o.x", "__name__", "__type__"])}"`,
        );
        return `label_join(${inner()}, "${random.pick(["job", "x", "z", "o.x", "le", "__name__", "__unit__"])}", "${random.pick(["", "-"])}"${sources.join("")})`;
      }
      case 3: {
        const selector = this.#modified(this.#selector());
        return `absent(${random.chance(0.6) ? random.pick([selector, `(${selector})`, `((${selector}))`]) : inner()})`;
      }
      case 4:
        return `absent_over_time(${this.#matrix(depth)})`;
      case 5:
        return `vector(${random.chance(0.7) ? random.pick([...scalars, ...numberCalls]) : this.#scalar(depth - 1)})`;
      case 6:
        return `histogram_quantile(${random.pick(["0.5", "0.5", "2", "NaN", "scalar(a)"])}, ${random.chance(0.4) ? this.#histogram() : inner()})`;
      case 7: {
        const native = random.chance(0.5) ? this.#histogram() : inner();
        return random.pick([
          `histogram_quantiles(${native}, "q", 0.5, 0.9)`,
          `histogram_quantiles(${native}, "${random.pick(["le", "job", "x", "__name__", "__type__"])}", ${random.pick(["0.5", "NaN", "0.5, NaN", "-1, 2"])})`,
          `histogram_fraction(0, 1, ${native})`,
          `histogram_count(${native})`,
          `histogram_sum(${native})`,
          `histogram_avg(${native})`,
          `histogram_stddev(${native})`,
          `histogram_stdvar(${native})`,
        ]);
      }
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
          ', {__name__=~".+_info"}',
          ', {__name__=~"target_info|build_info", x!="", y=~".*"}',
          ', {x="1", x=~".+"}',
          ', {job="1"}',
          ', {__name__="build_info", instance=~".+"}',
          ', {__name__!~"target.*", x=""}',
          ', {__name__=~".*", x!=""}',
          ', {__type__="gauge"}',
        ]);
        return `info(${inner()}${selector})`;
      }
      case 9:
        return `${random.pick("sort sort_desc timestamp abs ceil floor sgn sqrt exp ln log2 log10 sin acos tanh deg rad hour month day_of_week day_of_month day_of_year days_in_month minute year start_timestamp".split(" "))}(${inner()})`;
      case 10:
        return random.pick([
          `sort_by_label(${inner()}, "x")`,
          `sort_by_label_desc(${inner()}, "o.x", "job")`,
          `round(${inner()}, ${random.pick(["0.5", "0", "NaN", "-1"])})`,
          "vector(pi())",
          `vector(scalar(${inner()}))`,
          `clamp(${inner()}, ${random.pick(["0, 1", "0, 1", "1, 0", "NaN, 1", "0, NaN", "-Inf, Inf", "1, 1"])})`,
          `clamp_min(${inner()}, ${random.pick(["1", "NaN", "scalar(b)"])})`,
          `sort_by_label(${inner()}, "x", "y", "__name__")`,
          `${random.pick(["hour", "month", "year", "minute", "day_of_month"])}()`,
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
          return `${random.pick(["rate", "increase", "delta", "resets", "changes"])}(${this.#modified(`${this.#selector()}[${random.pick(ranges)}] ${random.pick(["anchored", "smoothed"])}`).replace(/(ed) smoothed/, "$1")})`;
        if (parameter === 4) return `integral(${this.#matrix(depth)})`;
        const name = random.pick(
          "idelta min_over_time stdvar_over_time mad_over_time ts_of_max_over_time ts_of_min_over_time ts_of_last_over_time ts_of_first_over_time rate increase irate delta sum_over_time count_over_time max_over_time first_over_time present_over_time changes stddev_over_time avg_over_time resets deriv".split(
            " ",
          ),
        );
        return `${name}(${this.#matrix(depth)})`;
      }
    }
  }

  /** What is most likely a histogram, classic or native. */
  #histogram(): string {
    const random = this.#random;
    const name = random.pick(["d_bucket", "d_bucket", "h", "n", "mix", '{__name__=~"d_bucket|h"}']);
    return random.pick([
      name,
      `rate(${name}[5m])`,
      `sum by (le, job) (${name})`,
      `sum by (le) (rate(${name}[5m]))`,
      `sum by (x) (${name})`,
      `sum without (x) (rate(${name}[3m]))`,
      `avg(${name})`,
    ]);
  }

  /** An expression of any type that can be evaluated at one moment. */
  anything(depth: number): string {
    const random = this.#random;
    if (random.chance(0.97)) return this.expression(depth);
    return random.chance(0.5) ? this.#scalar(depth) : this.#matrix(depth);
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
