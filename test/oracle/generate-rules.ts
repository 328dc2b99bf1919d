import { Generator } from "./generate-promql.ts";
import { TemplateGenerator } from "./generate-template.ts";
import type { Random } from "./random.ts";
import {
  durations,
  integers,
  junk,
  keys,
  labelNames,
  metrics,
  names,
  oddities,
  pieces,
} from "./rule-words.ts";

/** Rule files as people write them, in every style of YAML, often a little wrong. */
export class RuleFileGenerator {
  readonly #random: Random;
  readonly #expressions: Generator;
  readonly #templates: TemplateGenerator;
  /** How often something is wrong. */
  #wrong = 0;

  constructor(random: Random) {
    this.#random = random;
    this.#expressions = new Generator(random);
    this.#templates = new TemplateGenerator(random);
  }

  /** A rule file; every second one is sound as far as its structure goes. */
  file(): string {
    const random = this.#random;
    this.#wrong = random.pick([0, 0, 0.02, 0.1]);
    const anchors = random.chance(0.2) ? "&l " : "";
    let text = random.chance(0.1)
      ? random.pick(["---\n", "# comment\n", "\n\n", "--- # c\n", "%YAML 1.1\n---\n"])
      : "";
    if (random.chance(0.05)) {
      text += `groups: ${this.#flow(2)}\n`;
    } else {
      const indent = random.pick(["", "  ", "  ", "    ", " "]);
      text += `${this.#key("groups")}:${this.#eol()}`;
      for (let i = random.below(3); i >= 0; i--) text += this.#group(indent, anchors);
    }
    if (random.chance(0.05))
      text += random.pick(["---\n", "...\n", "---\na: b\n", "...\n{", "---\n'", "# end", "\t\n", "  "]);
    if (random.chance(0.1)) text = text.replaceAll("\n", "\r\n");
    if (random.chance(0.03)) text = `\ufeff${text}`;
    if (random.chance(0.1)) text = text.trimEnd();
    return text.toWellFormed();
  }

  /** Pieces of YAML in any order: few of them are any YAML at all. */
  soup(): string {
    const random = this.#random;
    let text = random.chance(0.3) ? "groups:\n- name: a\n  rules:\n" : "";
    for (let i = random.below(random.pick([6, 14, 30])); i >= 0; i--) text += random.pick(pieces);
    return text.toWellFormed();
  }

  /** The text with one to three things cut, doubled, swapped, moved or thrown in. */
  mutated(text: string): string {
    let result = text;
    for (let i = this.#random.below(3); i >= 0; i--) result = this.#mutatedOnce(result);
    return result.toWellFormed();
  }

  #mutatedOnce(text: string): string {
    const random = this.#random;
    const lines = text.split("\n");
    const at = random.below(lines.length);
    const line = lines[at] ?? "";
    const place = random.below(text.length + 1);
    switch (random.below(14)) {
      case 0:
        lines.splice(at, 1);
        break;
      case 1:
        lines.splice(at, 0, line);
        break;
      case 2: {
        const other = random.below(lines.length);
        lines[at] = lines[other] ?? "";
        lines[other] = line;
        break;
      }
      case 3:
        lines[at] = random.pick([" ", "  ", "\t", "    "]) + line;
        break;
      case 4:
        lines[at] = line.replace(random.pick([/^ /, /^ {1,2}/, /^ +/]), "");
        break;
      case 5:
        lines[at] = line.replace(/: .*/, () => `: ${random.pick(oddities)}`);
        break;
      case 6:
        lines[at] = line.replace(/[\w<]+:/, () => `${random.pick(keys)}:`);
        break;
      case 7:
        return text.slice(0, place);
      case 8:
        return text.slice(0, place) + text.slice(place + 1 + random.below(4));
      case 9:
        lines[at] = line.replace(/- /, () => random.pick(["", "-", "  ", "- - ", "-  ", "? ", "-\t"]));
        break;
      case 10:
        lines[at] =
          line + random.pick([" # c", ":", " :", " \\", "\t", " ", "'", '"', ",", " - x", " a: b", "#c"]);
        break;
      default:
        return text.slice(0, place) + random.pick(junk) + text.slice(place);
    }
    return lines.join("\n");
  }

  #isWrong(): boolean {
    return this.#random.chance(this.#wrong);
  }

  #eol(): string {
    return this.#random.chance(0.04)
      ? this.#random.pick([" # c\n", "\n\n", "  \n", "\n# c\n", "\n    # c\n"])
      : "\n";
  }

  #key(name: string): string {
    if (this.#isWrong()) return this.#random.pick(keys);
    return this.#random.chance(0.03)
      ? this.#random.pick([`"${name}"`, `'${name}'`, `? ${name}\n`, `!!str ${name}`])
      : name;
  }

  #group(indent: string, anchor: string): string {
    const random = this.#random;
    const inner = `${indent}  `;
    const fields: string[] = [
      `${this.#key("name")}: ${this.#scalar(random.pick(names.slice(0, this.#isWrong() ? 99 : 3)), inner)}`,
    ];
    if (random.chance(0.2)) fields.push(`${this.#key("interval")}: ${this.#duration()}`);
    if (random.chance(0.1)) fields.push(`${this.#key("query_offset")}: ${this.#duration()}`);
    if (random.chance(0.1))
      fields.push(`${this.#key("limit")}: ${random.pick(this.#isWrong() ? integers : ["0", "10"])}`);
    if (random.chance(0.15)) fields.push(`${this.#key("labels")}: ${anchor}${this.#labels(inner, false)}`);
    const more = random.chance(0.3) ? "" : "  ";
    const count = random.below(4);
    let rules = `${this.#key("rules")}:${count === 0 ? random.pick(["", " []", " ~"]) : ""}\n`;
    for (let i = 0; i < count; i++) rules += this.#rule(inner + more);
    return `${indent}- ${fields.map((field) => field + this.#eol() + inner).join("")}${rules}`;
  }

  #duration(): string {
    return this.#isWrong()
      ? this.#random.pick([...durations, ...oddities])
      : this.#random.pick(["5m", "1h30m", "10s", "0", "1d", "'5m'"]);
  }

  #rule(indent: string): string {
    const random = this.#random;
    const inner = `${indent}  `;
    const isAlert = random.chance(0.6);
    const fields: string[] = [];
    fields.push(
      isAlert
        ? `${this.#key("alert")}: ${this.#scalar(random.chance(0.05) ? this.#templates.name() : random.pick(names.slice(0, this.#isWrong() ? 99 : 5)), inner)}`
        : `${this.#key("record")}: ${this.#scalar(random.pick(metrics.slice(0, this.#isWrong() ? 99 : 3)), inner)}`,
    );
    fields.push(`${this.#key("expr")}: ${this.#scalar(this.#expression(), inner)}`);
    if (isAlert || this.#isWrong()) {
      if (random.chance(0.3)) fields.push(`${this.#key("for")}: ${this.#duration()}`);
      if (random.chance(0.1)) fields.push(`${this.#key("keep_firing_for")}: ${this.#duration()}`);
      if (random.chance(0.3)) fields.push(`${this.#key("annotations")}: ${this.#labels(inner, true)}`);
    }
    if (random.chance(0.3)) fields.push(`${this.#key("labels")}: ${this.#labels(inner, isAlert)}`);
    if (this.#isWrong()) fields.push(`${random.pick(keys)}: ${random.pick(oddities)}`);
    if (random.chance(0.1)) fields.reverse();
    return `${indent}- ${fields.join(this.#eol() + inner)}${this.#eol()}`;
  }

  #expression(): string {
    const random = this.#random;
    if (random.chance(0.5))
      return random.pick(["up == 0", "sum by (job) (rate(x[5m]))", 'x{a="b"} > 1', "vector(1)", "1"]);
    return this.#expressions.expression();
  }

  #labels(indent: string, templates: boolean): string {
    const random = this.#random;
    if (this.#isWrong()) return random.pick(oddities);
    const text = (): string =>
      templates && random.chance(0.2)
        ? this.#templates.template()
        : random.pick(["page", "x y", "{{ $labels.job }} is down", "1", "a: b", "größe", ""]);
    const pair = (): readonly [string, string] => [
      random.pick(labelNames.slice(0, this.#isWrong() ? 99 : 2)) || '""',
      text(),
    ];
    if (random.chance(0.3))
      return `{${[pair()].map(([name, value]) => `${name}: ${this.#quoted(value)}`).join(", ")}}`;
    const inner = `${indent}  `;
    let out = "";
    for (let i = random.below(3); i >= 0; i--) {
      const [name, value] = pair();
      out += `\n${inner}${i > 0 ? name : `${name}${i}x`}: ${this.#scalar(value, inner)}`;
    }
    return out;
  }

  #flow(groups: number): string {
    const rule = (): string =>
      `{record: a, expr: ${this.#quoted(this.#expression())}${this.#isWrong() ? `, ${this.#random.pick(keys)}: ${this.#random.pick(oddities)}` : ""}}`;
    const items = Array.from({ length: groups }, (_, i) => `{name: g${i}, rules: [${rule()}, ${rule()}]}`);
    return `[${items.join(", ")}]`;
  }

  #quoted(text: string): string {
    return this.#random.chance(0.5) ? `'${text.replaceAll("'", "''")}'` : JSON.stringify(text);
  }

  /** A text in a style of its own, or thoughtlessly plain. */
  #scalar(text: string, indent: string): string {
    const random = this.#random;
    const inner = `${indent}  `;
    switch (random.below(10)) {
      case 0:
      case 1:
        return `'${text.replaceAll("'", "''")}'`;
      case 2:
        return JSON.stringify(text);
      case 3:
        return `${random.pick(["|", "|-", "|+", "|2", "| # c"])}\n${inner}${text.replaceAll("\n", `\n${inner}`)}`;
      case 4:
        return `${random.pick([">", ">-", ">+", ">2-"])}\n${inner}${text.replaceAll("\n", `\n${inner}`).replaceAll(" ", () => (random.chance(0.2) ? `\n${inner}` : " "))}`;
      case 5:
        return `'${text.replaceAll("'", "''").replaceAll(" ", () => (random.chance(0.2) ? `\n${random.pick([inner, "", "\n", "  "])}` : " "))}'`;
      case 6:
        return `"${JSON.stringify(text)
          .slice(1, -1)
          .replaceAll(" ", () =>
            random.chance(0.2) ? random.pick([`\n${inner}`, `\\\n${inner}`, " ", "\\x20"]) : " ",
          )}"`;
      case 7:
        return text.replaceAll(" ", () => (random.chance(0.1) ? `\n${inner}` : " "));
      default:
        return text === "" || /^[\s'"{}[\]&*!|>%@`#,?:-]|: |:$| #|\n/.test(text)
          ? JSON.stringify(text)
          : text;
    }
  }
}
