import { functionData } from "../../server/src/promql/functions-data.ts";
import {
  binaryOperators,
  durations,
  foreignNames,
  functionNames,
  junk,
  labelNames,
  metricNames,
  numbers,
  regexes,
  spaces,
  strings,
  words,
} from "./promql-words.ts";
import type { Random } from "./random.ts";

/** Expressions as people write them, with every corner of the language, often a little wrong. */
export class Generator {
  readonly #random: Random;

  constructor(random: Random) {
    this.#random = random;
  }

  #space(): string {
    return this.#random.chance(0.8) ? " " : this.#random.pick(spaces);
  }

  #gap(): string {
    return this.#random.chance(0.9) ? "" : this.#random.pick(spaces);
  }

  #cased(word: string): string {
    if (!this.#random.chance(0.05)) return word;
    return this.#random.chance(0.5) ? word.toUpperCase() : word.charAt(0).toUpperCase() + word.slice(1);
  }

  #rarely(common: string, rare: readonly string[]): string {
    return this.#random.chance(0.85) ? common : this.#random.pick(rare);
  }

  #list(item: () => string, most: number): string {
    const items = Array.from({ length: this.#random.below(most + 1) }, item);
    const comma = this.#random.chance(0.04) ? "," : "";
    return items.join(`${this.#gap()},${this.#gap()}`) + comma;
  }

  /** The inside of a string literal in double quotes that is more or less a regular expression. */
  #regex(): string {
    const random = this.#random;
    if (random.chance(0.5)) return random.pick(regexes);
    const operators = [
      "",
      "",
      "",
      "*",
      "+",
      "?",
      "*?",
      "{2}",
      "{0,5}",
      "{3,}",
      "{500}",
      "|",
      "(",
      ")",
      "[",
      "]",
      "^",
      "$",
    ];
    let text = "";
    for (let parts = random.below(6); parts >= 0; parts--) {
      const part = random.chance(0.8) ? random.pick(regexes) : random.pick([..."abc-^]{},:<>=!0189"]);
      text += random.chance(0.3) ? `(${part})` : part;
      text += random.pick(operators);
    }
    return text;
  }

  #matcher(): string {
    const random = this.#random;
    if (random.chance(0.06)) return random.pick(strings);
    const name = random.chance(0.1)
      ? random.pick(strings)
      : random.pick([...labelNames, ...words, ...foreignNames.slice(0, 2)]);
    const operator = random.pick(["=", "=", "=", "!=", "=~", "=~", "!~", "==", "<"]);
    const value =
      operator.endsWith("~") && random.chance(0.9) ? `"${this.#regex()}"` : random.pick(strings.slice(0, 12));
    return `${name}${this.#gap()}${operator}${this.#gap()}${value}`;
  }

  #selector(): string {
    const random = this.#random;
    const plain = random.chance(0.02) ? random.pick(foreignNames) : random.pick(metricNames);
    const name = random.chance(0.85) ? plain : this.#cased(random.pick(words));
    if (random.chance(0.5)) return name;
    const braces = `{${this.#gap()}${this.#list(() => this.#matcher(), 3)}${this.#gap()}}`;
    return random.chance(0.75) ? `${name}${this.#gap()}${braces}` : braces;
  }

  #duration(depth: number): string {
    const random = this.#random;
    const literal = random.chance(0.8)
      ? random.pick(["5m", "1h", "30s", "10"])
      : random.pick([...durations, ...numbers]);
    if (depth <= 0 || random.chance(0.8)) return random.chance(0.1) ? `-${literal}` : literal;
    const left = this.#duration(depth - 1);
    switch (random.below(6)) {
      case 0:
        return `(${left})`;
      case 1:
        return `${random.pick(["-", "+"])}${left}`;
      case 2:
        return `${this.#cased(random.pick(["step", "range", "start"]))}(${this.#gap()})`;
      case 3:
        return `${random.pick(["max_of", "min_of", "max"])}(${left},${this.#gap()}${this.#duration(depth - 1)})`;
      default:
        return `${left}${this.#gap()}${random.pick([..."+-*/%^"])}${this.#gap()}${this.#duration(depth - 1)}`;
    }
  }

  #modifier(): string {
    const random = this.#random;
    switch (random.below(6)) {
      case 0:
      case 1:
        return `[${this.#gap()}${this.#duration(2)}${this.#gap()}]`;
      case 2: {
        const step = random.chance(0.6) ? this.#duration(1) : "";
        return `[${this.#duration(1)}${this.#gap()}:${this.#gap()}${step}]`;
      }
      case 3:
        return ` ${this.#cased("offset")} ${this.#duration(2)}`;
      case 4: {
        const sign = random.pick(["", "", "-", "+", "--"]);
        return ` @ ${random.pick(["start()", "end()", "end( )", "step()", ...numbers.map((n) => sign + n), "1h"])}`;
      }
      default:
        return ` ${random.pick(["anchored", "smoothed"])}`;
    }
  }

  #labels(): string {
    const random = this.#random;
    const item = () =>
      this.#rarely(random.pick(labelNames), [...words, ...strings, ...foreignNames, "a:b", "5m", "1"]);
    return this.#rarely(`(${this.#list(item, 3)})`, ["", "()", "(,)", "(a b)", "(a", "a", "(a,,b)"]);
  }

  #binary(depth: number): string {
    const random = this.#random;
    let modifiers = random.chance(0.15) ? " bool" : "";
    if (random.chance(0.35))
      modifiers += ` ${this.#cased(random.pick(["on", "ignoring"]))}${this.#gap()}${this.#labels()}`;
    if (random.chance(0.2)) {
      modifiers += ` ${random.pick(["group_left", "group_right"])}`;
      if (random.chance(0.5)) modifiers += `${this.#gap()}${this.#labels()}`;
    }
    for (let i = random.chance(0.1) ? random.below(3) : 0; i > 0; i--) {
      const value = random.pick([...numbers, "-1", "+2", "5m", "", "foo"]);
      modifiers += ` ${random.pick(["fill", "fill_left", "fill_right"])}${this.#gap()}(${value})`;
    }
    const operator = this.#cased(random.pick(binaryOperators.slice(0, random.chance(0.95) ? -3 : undefined)));
    return `${this.#expr(depth)}${this.#space()}${operator}${modifiers} ${this.#expr(depth)}`;
  }

  #aggregate(depth: number): string {
    const random = this.#random;
    const aggregators =
      "sum avg count min max group stddev stdvar topk bottomk count_values quantile limitk limit_ratio";
    const operator = this.#cased(random.pick(aggregators.split(" ")));
    const modifier = `${random.pick(["by", "without", "BY"])}${this.#gap()}${this.#labels()}`;
    const parameterised =
      /^(topk|bottomk|count_values|quantile|limit)/i.test(operator) !== random.chance(0.1);
    const parameter = random.pick(["5", '"x"', "scalar(foo)", this.#expr(depth - 1)]);
    const body = `(${this.#gap()}${parameterised ? `${parameter}, ` : ""}${random.chance(0.95) ? this.#expr(depth) : ""})`;
    switch (random.below(4)) {
      case 0:
        return `${operator} ${modifier} ${body}`;
      case 1:
        return `${operator}${this.#gap()}${body}${this.#space()}${modifier}`;
      default:
        return `${operator}${this.#gap()}${body}`;
    }
  }

  #call(depth: number): string {
    const random = this.#random;
    const known = random.pick(functionData);
    const name = this.#rarely(known.name, ["foo", "Rate", "sum_over", "holt_winters", ...functionNames]);
    const args = known.parameters.map(({ type }) => {
      if (random.chance(0.08)) return this.#expr(depth);
      if (type === "matrix") return `${this.#selector()}[${this.#duration(1)}]`;
      if (type === "string") return random.pick(strings.slice(0, 6));
      return type === "scalar" ? random.pick(numbers.slice(0, 8)) : this.#expr(depth);
    });
    if (random.chance(0.06)) args.pop();
    for (let i = random.chance(0.1) ? random.below(12) : 0; i > 0; i--) args.push(args.at(-1) ?? "1");
    const comma = random.chance(0.02) ? "," : "";
    return `${name}${this.#gap()}(${args.join(`,${this.#gap()}`)}${comma})`;
  }

  #expr(depth: number): string {
    const random = this.#random;
    let text: string;
    const kind = depth <= 0 ? random.below(3) : random.below(12);
    if (kind < 2) text = this.#selector();
    else if (kind === 2)
      text = this.#rarely(random.pick(numbers.slice(0, 8)), [...numbers, ...durations, ...strings]);
    else if (kind < 6) text = this.#call(depth - 1);
    else if (kind < 8) text = this.#aggregate(depth - 1);
    else if (kind < 10) text = this.#binary(depth - 1);
    else if (kind === 10) text = `(${this.#gap()}${this.#expr(depth - 1)}${this.#gap()})`;
    else text = `${random.pick(["-", "+", "- "])}${this.#expr(depth - 1)}`;
    while (random.chance(0.1)) text += this.#modifier();
    return text;
  }

  /** Tokens in any order. */
  #soup(): string {
    const random = this.#random;
    const parts = [
      ...junk,
      ...words,
      ...metricNames,
      ...numbers,
      ...durations,
      ...strings,
      ...binaryOperators,
    ];
    return Array.from({ length: random.below(12) }, () => random.pick(parts) + this.#gap()).join("");
  }

  /** A selector whose one matcher is a regular expression, which alone decides whether it selects everything. */
  regexSelector(): string {
    const operator = this.#random.chance(0.8) ? "=~" : "!~";
    return `{a${operator}"${this.#regex()}"}`;
  }

  #characters(alphabet: string, most: number): string {
    const characters = [...alphabet];
    return Array.from({ length: 1 + this.#random.below(most) }, () => this.#random.pick(characters)).join("");
  }

  /** Few characters in any order, for the corners of the lexers of numbers, strings and regular expressions. */
  #letters(): string {
    const random = this.#random;
    switch (random.below(4)) {
      case 0:
        return (
          this.#rarely("", ["foo[", "foo @ ", "foo offset ", "-"]) +
          this.#characters("0123456789.eE+-xX_smhdwyfa0159", 8)
        );
      case 1:
        return this.#characters("\\\"'`xuU01789abfn\né😀\ufffd\u0000", 10);
      case 2:
        return `"${this.#characters("\\xuUabntv0123789dDfF", 12)}"`;
      default:
        return `{a=~\`${this.#characters("ab()[]{}|*+?^$\\.,-:12<>P=!imsUxQEpLé", 12)}\`}`;
    }
  }

  /** What may stand in brackets, in any order. */
  #brackets(): string {
    const random = this.#random;
    const parts = [
      ..."5m 1 0 : ( ) - + * / % ^ , step() range() STEP min_of( max_of( step range x # { } [ ] é 5m: \n 1h 0s 300y end()".split(
        " ",
      ),
      " ",
      "\t",
    ];
    const inside = Array.from({ length: random.below(8) }, () => random.pick(parts)).join("");
    return `${random.pick(["foo", "(foo)", "sum(foo)", "foo offset 5m", "foo[5m]", "1"])}[${inside}${random.pick(["]", "]", ""])}`;
  }

  /** One expression with many modifiers behind it. */
  #modified(): string {
    const random = this.#random;
    let text = random.pick([
      "foo",
      "foo[5m]",
      "foo[5m:1m]",
      "(foo)",
      "1",
      "rate(foo[5m])",
      "-foo",
      "sum(foo)",
      "{a='b'}",
    ]);
    for (let times = 1 + random.below(4); times > 0; times--) text += this.#modifier();
    return random.chance(0.3)
      ? `${text} ${random.pick(binaryOperators)} ${this.#expr(0)}${this.#modifier()}`
      : text;
  }

  expression(): string {
    const random = this.#random;
    if (random.chance(0.05)) return this.#letters();
    if (random.chance(0.05)) return this.#brackets();
    if (random.chance(0.08)) return this.#modified();
    if (random.chance(0.05)) return this.regexSelector();
    if (random.chance(0.05)) return this.#soup();
    const text = this.#gap() + this.#expr(random.below(4)) + this.#gap();
    return random.chance(0.45) ? this.mutate(text) : text;
  }

  /** Removes, doubles, swaps, replaces or inserts pieces of a text. */
  mutate(text: string): string {
    const random = this.#random;
    for (let times = 1 + random.below(3); times > 0; times--) {
      const pieces = text.match(/[\p{L}\p{N}_:.]+|\s+|./gsu) ?? [];
      const at = random.below(pieces.length + 1);
      const piece = pieces[at] ?? "";
      const any = [...junk, ...words, ...numbers, ...durations, ...strings, ...binaryOperators, "foo", " "];
      switch (random.below(7)) {
        case 0:
          pieces.splice(at, 1);
          break;
        case 1:
          pieces.splice(at, 0, piece);
          break;
        case 2:
          pieces.splice(at, 1, random.pick(any));
          break;
        case 3:
          pieces.splice(at, 0, random.pick(any));
          break;
        case 4:
          pieces.splice(at);
          break;
        case 5:
          pieces.splice(at, 2, pieces[at + 1] ?? "", piece);
          break;
        default:
          pieces.splice(at, 1, piece.slice(0, random.below(piece.length + 1)));
      }
      text = pieces.join("");
    }
    return text;
  }
}
