import { compileAnchored } from "./re2.ts";

/** Groups deeper than this are not followed. */
const maxDepth = 20;
/** Characters that a class may hold, those that read best first. */
const likely = "a1A0-_/.: bzZ9x";

/** Which of several ways to go: the alternative, and whether what may be left out is there. */
interface Way {
  readonly alternative: number;
  readonly optional: boolean;
}

/**
 * Texts that a regular expression of RE2 matches as a whole, those that read best first; few, and none where the
 * pattern is too clever. Each was tried with the real thing.
 */
export function textsMatching(source: string, most = 6): readonly string[] {
  const compiled = compileAnchored(source);
  if (!compiled.ok) return [];
  const found = new Set<string>();
  for (let alternative = 0; alternative < most; alternative++)
    for (const optional of [false, true]) {
      const text = new Sampler(source, { alternative, optional }).text();
      if (text !== undefined && compiled.regex.matches(text)) found.add(text);
    }
  return [...found].sort((a, b) => Number(a === "") - Number(b === "")).slice(0, most);
}

/** Walks a pattern and writes one text that it may match. */
class Sampler {
  readonly #source: string;
  readonly #way: Way;
  #at = 0;
  #depth = 0;

  constructor(source: string, way: Way) {
    this.#source = source;
    this.#way = way;
  }

  /** Nothing where the pattern holds what is not known here. */
  text(): string | undefined {
    const text = this.#alternatives();
    return this.#at < this.#source.length ? undefined : text;
  }

  #alternatives(): string | undefined {
    const branches: (string | undefined)[] = [this.#sequence()];
    while (this.#source.charAt(this.#at) === "|") {
      this.#at++;
      branches.push(this.#sequence());
    }
    return branches[this.#way.alternative % branches.length];
  }

  #sequence(): string | undefined {
    let text = "";
    let known = true;
    while (this.#at < this.#source.length && !"|)".includes(this.#source.charAt(this.#at))) {
      const atom = this.#atom();
      if (atom === undefined) known = false;
      text += (atom ?? "").repeat(this.#times());
    }
    return known ? text : undefined;
  }

  #atom(): string | undefined {
    const source = this.#source;
    const character = source.charAt(this.#at++);
    switch (character) {
      case "(": {
        const flags = /^\?(?:P?<\w+>|[a-zA-Z-]*:|[a-zA-Z-]*(?=\)))/.exec(source.slice(this.#at));
        this.#at += flags?.[0].length ?? 0;
        if (++this.#depth > maxDepth) return undefined;
        const inner = this.#alternatives();
        this.#depth--;
        if (source.charAt(this.#at) !== ")") return undefined;
        this.#at++;
        return inner;
      }
      case "[":
        return this.#class();
      case ".":
        return "a";
      case "^":
      case "$":
        return "";
      case "\\":
        return this.#escape();
      default:
        return character;
    }
  }

  #escape(): string | undefined {
    const character = this.#source.charAt(this.#at++);
    if ("AzbB".includes(character)) return "";
    if (/[a-zA-Z0-9]/.test(character)) return oneOf(`\\${character}`);
    return character;
  }

  #class(): string | undefined {
    const start = this.#at - 1;
    if (this.#source.charAt(this.#at) === "^") this.#at++;
    for (let first = true; ; first = false) {
      const character = this.#source.charAt(this.#at++);
      if (character === "") return undefined;
      if (character === "]" && !first) break;
      if (character === "\\") this.#at++;
      else if (character === "[" && this.#source.charAt(this.#at) === ":") {
        const end = this.#source.indexOf(":]", this.#at);
        if (end >= 0) this.#at = end + 2;
      }
    }
    return oneOf(this.#source.slice(start, this.#at));
  }

  /** How often what stands before is written. */
  #times(): number {
    const rest = this.#source.slice(this.#at);
    const [written, least] = /^(?:[*+?]|\{(\d+)(?:,\d*)?\})\??/.exec(rest) ?? ["", undefined];
    this.#at += written.length;
    if (written === "") return 1;
    if (least !== undefined) return Math.max(Number(least), this.#way.optional ? 1 : 0);
    return written.startsWith("+") || this.#way.optional ? 1 : 0;
  }
}

/** A character that a class matches. */
function oneOf(pattern: string): string | undefined {
  const compiled = compileAnchored(pattern);
  if (!compiled.ok) return undefined;
  const inside = pattern.replaceAll(/[[\]\\^]/g, "");
  return [...likely, ...inside].find((character) => compiled.regex.matches(character));
}
