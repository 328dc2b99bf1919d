import { asRead, bytesOf } from "./bytes.ts";
import { Generator } from "./generate-promql.ts";
import { RuleFileGenerator } from "./generate-rules.ts";
import { TemplateGenerator } from "./generate-template.ts";
import type { Random } from "./random.ts";
import { breaks, indicators, numbers, oddCharacters, tags, tokens, units } from "./wide-words.ts";

/** Rule files as an examiner would make them: real ones changed in many ways at once, down to their bytes. */
export class WideGenerator {
  readonly #random: Random;
  readonly #rules: RuleFileGenerator;
  readonly #expressions: Generator;
  readonly #templates: TemplateGenerator;

  constructor(random: Random) {
    this.#random = random;
    this.#rules = new RuleFileGenerator(random);
    this.#expressions = new Generator(random);
    this.#templates = new TemplateGenerator(random);
  }

  /** A file made of one of the given ones, or of none. */
  file(bases: readonly string[]): string {
    const random = this.#random;
    const base = (): string =>
      bases.length === 0 || random.chance(0.4) ? this.#rules.file() : random.pick(bases);
    let text = base();
    const times = random.pick([1, 1, 1, 1, 1, 2, 2, 3, 8]);
    for (let i = 0; i < times; i++) text = this.#changed(text, base);
    return asRead(text);
  }

  #changed(text: string, other: () => string): string {
    switch (this.#random.below(12)) {
      case 0:
      case 1:
        return this.#bytes(text);
      case 2:
      case 3:
        return this.#tokens(text, other);
      case 4:
      case 5:
      case 6:
        return this.#value(text);
      case 7:
        return this.#key(text);
      case 8:
        return this.#whole(text, other);
      case 9:
        return this.#lines(text, other);
      case 10:
        return this.#rules.mutated(text);
      default:
        return this.#character(text);
    }
  }

  /** Bits turned, bytes cut, doubled, or put in. */
  #bytes(text: string): string {
    const random = this.#random;
    let bytes = [...bytesOf(text)];
    for (let i = random.below(4); i >= 0; i--) {
      const at = random.below(bytes.length + 1);
      switch (random.below(6)) {
        case 0:
          bytes[at] = (bytes[at] ?? 0) ^ (1 << random.below(8));
          break;
        case 1:
          bytes[at] = random.below(256);
          break;
        case 2:
          bytes.splice(at, 1 + random.below(8));
          break;
        case 3:
          bytes.splice(at, 0, random.below(128));
          break;
        case 4:
          bytes.splice(at, 0, ...bytes.slice(at, at + random.below(40)));
          break;
        default: {
          const from = random.below(bytes.length + 1);
          bytes.splice(at, 0, ...bytes.slice(from, from + random.below(60)));
        }
      }
    }
    if (random.chance(0.05)) bytes = bytes.slice(0, random.below(bytes.length + 1));
    return asRead(
      Array.from(bytes, (byte) => String.fromCharCode(byte < 0x80 ? byte : 0xdc00 + byte)).join(""),
    );
  }

  #tokens(text: string, other: () => string): string {
    const random = this.#random;
    const parts = text.match(tokens) ?? [];
    for (let i = random.below(4); i >= 0; i--) {
      const at = random.below(parts.length + 1);
      switch (random.below(7)) {
        case 0:
          parts.splice(at, 1 + random.below(3));
          break;
        case 1:
          parts.splice(at, 0, parts[at] ?? "");
          break;
        case 2:
          parts.splice(at, 1, random.pick(indicators));
          break;
        case 3:
          parts.splice(at, 0, random.pick(indicators));
          break;
        case 4: {
          const from = random.below(parts.length + 1);
          parts.splice(at, 0, ...parts.slice(from, from + random.below(12)));
          break;
        }
        case 5: {
          const [one = "", two = ""] = parts.slice(at, at + 2);
          parts.splice(at, 2, two, one);
          break;
        }
        default: {
          const foreign = other().match(tokens) ?? [];
          const from = random.below(foreign.length + 1);
          parts.splice(at, random.below(3), ...foreign.slice(from, from + random.below(8)));
        }
      }
    }
    return parts.join("");
  }

  duration(): string {
    const random = this.#random;
    const number = (): string =>
      random.pick([
        "0",
        "1",
        "5",
        "30",
        "01",
        "100000",
        "292",
        "293",
        "15250",
        "15251",
        "106751",
        "106752",
        "2562047",
        "2562048",
        "153722867",
        "9223372036",
        "9223372037",
        "9223372036854",
        "9223372036855",
        "9223372036854775807",
        "9223372036854775808",
        "99999999999999999999",
        "1.5",
        "1e3",
        "0x5",
        "1_0",
        "٣",
      ]);
    let text = random.pick(["", "", "", "", "-", "+", " "]);
    const ordered = ["y", "w", "d", "h", "m", "s", "ms"];
    let from = 0;
    for (let i = random.below(3); i >= 0; i--) {
      const sound = random.chance(0.8);
      const at = Math.min(ordered.length - 1, from + random.below(ordered.length - from + 1));
      text += number() + (sound ? (ordered[at] ?? "s") : random.pick(units));
      from = at + 1;
      if (from >= ordered.length) break;
    }
    return text + random.pick(["", "", "", "", " ", "x"]);
  }

  #plain(): string {
    const random = this.#random;
    switch (random.below(8)) {
      case 0:
      case 1:
        return random.pick(numbers);
      case 2:
        return this.duration();
      case 3:
      case 4:
        return this.#expressions.expression();
      case 5:
        return this.#templates.template();
      case 6:
        return random.pick(oddCharacters) + random.pick(["", "a", " "]) + random.pick(oddCharacters);
      default:
        return "x".repeat(random.pick([0, 1, 500, 1020, 1030, 5000]));
    }
  }

  /** The text in any style, with properties in front and a comment behind. */
  #node(text: string, indent: string): string {
    const random = this.#random;
    const deeper = `${indent}${random.pick([" ", "  ", "    "])}`;
    const properties = random.chance(0.25)
      ? `${random.chance(0.6) ? random.pick(tags) : ""} ${random.chance(0.4) ? random.pick(["&a", "&l", "&é", "&a-b", "&"]) : ""} `.trimStart()
      : "";
    const comment = random.chance(0.1) ? random.pick([" # c", " #", "# c", "\t# c", " # é\r"]) : "";
    const folded = (): string =>
      text.replaceAll(" ", () =>
        random.chance(0.25) ? `\n${random.pick([deeper, indent, "", "\n", `\n${deeper}`, "\t"])}` : " ",
      );
    const style = random.below(9);
    if (style === 0) return `${properties}'${folded().replaceAll("'", "''")}'${comment}`;
    if (style === 1) return `${properties}"${folded().replaceAll(/[\\"]/g, "\\$&")}"${comment}`;
    if (style === 2) return `${properties}${JSON.stringify(text)}${comment}`;
    if (style === 3)
      return `${properties}"${Array.from(text, (char) => this.#escaped(char)).join("")}"${comment}`;
    if (style === 4 || style === 5) {
      const header = `${random.pick(["|", ">"])}${random.pick(["", "", "-", "+", "2", "-4", "1+", "0", "10", "--"])}`;
      const body = text.replaceAll(
        "\n",
        () => `\n${random.pick([deeper, deeper, `${deeper} `, "", indent])}`,
      );
      return `${properties}${header}${comment}\n${random.pick([deeper, deeper, deeper, "", `\n${deeper}`, `${deeper}  \n${deeper}`])}${style === 4 ? body : body.replaceAll(" ", () => (random.chance(0.2) ? `\n${deeper}` : " "))}`;
    }
    if (style === 6)
      return `${properties}${random.pick(["[", "{", "[[", "- ", "? ", "*", "&x ", "{a: ", "- - "])}${text}${random.pick(["]", "}", ": b}", ",", ""])}`;
    return `${properties}${style === 7 ? folded() : text}${comment}`;
  }

  #escaped(char: string): string {
    const random = this.#random;
    const code = char.codePointAt(0) ?? 0;
    if (random.chance(0.03))
      return random.pick([
        "\\q",
        "\\x4",
        "\\u12",
        "\\U00110000",
        "\\ud800",
        "\\\n  ",
        "\\",
        "\\/",
        "\\e",
        "\\_",
        "\\N",
        "\\L",
        "\\P",
        "\\0",
        "\\ ",
        "\\\t",
        '\\"',
        "\n",
        "\n\n  ",
      ]);
    if (code < 0x100 && random.chance(0.15)) return `\\x${code.toString(16).padStart(2, "0")}`;
    if (code < 0x10000 && random.chance(0.1)) return `\\u${code.toString(16).padStart(4, "0")}`;
    if (random.chance(0.05)) return `\\U${code.toString(16).padStart(8, "0")}`;
    return JSON.stringify(char).slice(1, -1);
  }

  /** Another value behind a key, in another style. */
  #value(text: string): string {
    const random = this.#random;
    const found = [...text.matchAll(/^([ \t]*(?:- )*)([\w"']+)(:[ ]+)([^\n]*)/gm)];
    if (found.length === 0) return text + this.#node(this.#plain(), "");
    const [line, before = "", key = "", colon = "", value = ""] = random.pick(found);
    const indent = before.replaceAll("-", " ");
    const suited = random.chance(0.7);
    const next = !suited
      ? this.#plain()
      : /for|interval|offset/.test(key)
        ? this.duration()
        : /limit/.test(key)
          ? random.pick(numbers)
          : /expr/.test(key)
            ? this.#expressions.expression()
            : /labels|annotations/.test(key)
              ? `{${random.pick(["a", "__name__", "a-b", "1", '""', "é", "a: b, c", "<<"])}: ${this.#node(this.#plain(), indent)}}`
              : random.chance(0.5)
                ? this.#templates.template()
                : value;
    const at = text.indexOf(line);
    return `${text.slice(0, at)}${before}${key}${colon}${this.#node(next, indent)}${text.slice(at + line.length)}`;
  }

  /** A field more, or one under another name. */
  #key(text: string): string {
    const random = this.#random;
    const lines = text.split("\n");
    const at = random.below(lines.length);
    const [line = ""] = lines.slice(at, at + 1);
    const indent = /^[ \t]*(?:- )*/.exec(line)?.[0].replaceAll("-", " ") ?? "";
    const key = random.pick(
      "name interval query_offset limit labels rules record alert expr for keep_firing_for annotations groups <<".split(
        " ",
      ),
    );
    const value = /for|interval|offset/.test(key)
      ? this.duration()
      : key === "<<"
        ? random.pick(["*l", "{a: b}", "[*l]", "{expr: up}", "~", "[{for: 5m}, {for: 1h}]", "[[]]", "x"])
        : this.#plain();
    const written = random.pick([
      key,
      key,
      key,
      `"${key}"`,
      `? ${key}\n${indent}`,
      `!!str ${key}`,
      `&k ${key}`,
      key.toUpperCase(),
      `${key} `,
    ]);
    const field = `${indent}${written}:${random.pick([" ", " ", "", "\n"])}${key === "<<" ? value : this.#node(value, indent)}`;
    lines.splice(at + random.below(2), 0, field);
    return lines.join("\n");
  }

  /** Something that concerns the whole file. */
  #whole(text: string, other: () => string): string {
    const random = this.#random;
    switch (random.below(11)) {
      case 0:
        return `\ufeff${text}`;
      case 1:
        return text.replaceAll("\n", random.pick(breaks));
      case 2:
        return text.replaceAll("\n", () => (random.chance(0.1) ? random.pick(breaks) : "\n"));
      case 3:
        return text.replace(/^/gm, random.pick([" ", "  ", "\t"]));
      case 4:
        return `${text}${random.pick(["\n", ""])}---${random.pick(["\n", " ", " # c\n", ""])}${other()}`;
      case 5:
        return `${random.pick(["%YAML 1.1\n---\n", "%YAML 1.3\n---\n", "%YAML 2.0\n---\n", "%TAG !e! tag:x,2000:\n---\n", "--- ", "---\n---\n", "...\n", "# c\n", "\n \n", "--- |\n", "--- !!map\n", "--- &a\n"])}${text}`;
      case 6:
        return (
          text +
          random.pick([
            "...",
            "\n...\n{",
            "\n...\n---\n",
            "\n# c",
            "\n\t",
            "\n  ",
            "\n}",
            "\n'",
            "\n-",
            "\n--",
            "\0",
          ])
        );
      case 7:
        return text.slice(0, random.below(text.length + 1));
      case 8:
        return text.replaceAll(/ +/g, (blanks) =>
          random.chance(0.02) ? random.pick([`${blanks} `, "\t", blanks.slice(1)]) : blanks,
        );
      case 9: {
        const position = random.below(text.length + 1);
        return `${text.slice(0, position)}${random.pick(["#", " #", "\n#", "x", " ", "\n"]).repeat(random.pick([1, 2, 300, 600, 1100]))}${text.slice(position)}`;
      }
      default:
        return text.replaceAll(
          /"([^"\n]*)"|'([^'\n]*)'/g,
          (quoted, double: string | undefined, single: string | undefined) =>
            random.chance(0.2)
              ? `${random.pick(["", "'", '"'])}${double ?? single ?? ""}${random.pick(["", "'", '"'])}`
              : quoted,
        );
    }
  }

  /** Lines of one file among those of another. */
  #lines(text: string, other: () => string): string {
    const random = this.#random;
    const lines = text.split("\n");
    const foreign = other().split("\n");
    const from = random.below(foreign.length);
    const indent = random.pick(["", "", " ", "  ", "    "]);
    const taken = foreign.slice(from, from + 1 + random.below(6)).map((line) => indent + line);
    const at = random.below(lines.length + 1);
    // As git leaves them.
    if (random.chance(0.1)) taken.unshift("<<<<<<< HEAD", ...lines.slice(at, at + 2), "=======");
    const isConflict = taken[0] === "<<<<<<< HEAD" && random.chance(0.9);
    lines.splice(at, random.below(3), ...taken, ...(isConflict ? [">>>>>>> b"] : []));
    return lines.join("\n");
  }

  #character(text: string): string {
    const random = this.#random;
    const at = random.below(text.length + 1);
    return `${text.slice(0, at)}${random.pick(random.chance(0.6) ? oddCharacters : indicators)}${text.slice(at + random.below(2))}`;
  }
}
