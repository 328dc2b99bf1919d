/** A value of HCL's literals; what needs evaluation is left as its text. */
export type HclValue = string | number | boolean | null | readonly HclValue[] | HclObject;

export interface HclObject {
  readonly [key: string]: HclValue;
}

export interface HclBlock {
  readonly type: string;
  readonly labels: readonly string[];
  readonly body: HclBody;
  /** From 1. */
  readonly line: number;
}

export interface HclBody {
  readonly attributes: ReadonlyMap<string, HclValue>;
  readonly blocks: readonly HclBlock[];
}

export type HclResult =
  | { readonly ok: true; readonly body: HclBody }
  | { readonly ok: false; readonly line: number };

/**
 * Reads HCL as people write pint's configuration: blocks, attributes, texts, numbers, lists, objects, heredocs and
 * comments. Functions, conditions and references to others are refused; `${ENV_X}` in a text stays as it is.
 */
export function parseHcl(text: string): HclResult {
  const reader = new Reader(text);
  try {
    return { ok: true, body: reader.body(undefined, 0) };
  } catch (error) {
    if (error instanceof HclFault) return { ok: false, line: reader.line };
    throw error;
  }
}

class HclFault extends Error {}

/** Deeper than anybody nests. */
const deepest = 50;

const tokens =
  /[ \t\r]+|#.*|\/\/.*|\/\*[\s\S]*?\*\/|(?<newline>\n)|(?<heredoc><<-?(?<tag>\w+)\r?\n)|(?<name>[A-Za-z_][\w-]*)|(?<number>-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?)|(?<string>"(?:[^"\\\n]|\\.)*")|(?<sign>[{}[\]=,:])/y;

interface Token {
  readonly kind: "newline" | "name" | "number" | "string" | "sign" | "end";
  readonly text: string;
}

class Reader {
  readonly #text: string;
  #at = 0;
  #token: Token = { kind: "newline", text: "\n" };

  constructor(text: string) {
    this.#text = text;
    this.#next();
  }

  get line(): number {
    return this.#text.slice(0, this.#at).split("\n").length;
  }

  body(end: "}" | undefined, depth: number): HclBody {
    if (depth > deepest) throw new HclFault();
    const attributes = new Map<string, HclValue>();
    const blocks: HclBlock[] = [];
    for (this.#skip(); !(end === undefined ? this.#token.kind === "end" : this.#isSign(end)); this.#skip()) {
      const name = this.#take("name");
      if (this.#isSign("=")) {
        this.#next();
        attributes.set(name, this.#value(depth));
      } else blocks.push(this.#block(name, depth));
    }
    if (end !== undefined) this.#next();
    return { attributes, blocks };
  }

  #block(type: string, depth: number): HclBlock {
    const { line } = this;
    const labels: string[] = [];
    while (this.#token.kind === "string" || this.#token.kind === "name") {
      labels.push(this.#token.kind === "string" ? unquoted(this.#token.text) : this.#token.text);
      this.#next();
    }
    this.#sign("{");
    return { type, labels, body: this.body("}", depth + 1), line };
  }

  #value(depth: number): HclValue {
    if (depth > deepest) throw new HclFault();
    const { kind, text } = this.#token;
    if (kind === "string" || kind === "number") {
      this.#next();
      return kind === "string" ? unquoted(text) : Number(text);
    }
    if (kind === "name") {
      if (text !== "true" && text !== "false" && text !== "null") throw new HclFault();
      this.#next();
      return text === "null" ? null : text === "true";
    }
    return this.#isSign("[") ? this.#list(depth) : this.#object(depth);
  }

  #list(depth: number): readonly HclValue[] {
    this.#sign("[");
    const items: HclValue[] = [];
    for (this.#skip(); !this.#isSign("]"); this.#skip()) {
      items.push(this.#value(depth + 1));
      this.#skip();
      if (!this.#isSign("]")) this.#sign(",");
    }
    this.#next();
    return items;
  }

  #object(depth: number): HclObject {
    this.#sign("{");
    const entries: [string, HclValue][] = [];
    for (this.#skip(); !this.#isSign("}"); this.#skip()) {
      const { kind, text } = this.#token;
      if (kind !== "string" && kind !== "name") throw new HclFault();
      this.#next();
      if (!this.#isSign("=") && !this.#isSign(":")) throw new HclFault();
      this.#next();
      entries.push([kind === "string" ? unquoted(text) : text, this.#value(depth + 1)]);
      if (this.#isSign(",")) this.#next();
    }
    this.#next();
    return Object.fromEntries(entries);
  }

  #isSign(sign: string): boolean {
    return this.#token.kind === "sign" && this.#token.text === sign;
  }

  #sign(sign: string): void {
    if (!this.#isSign(sign)) throw new HclFault();
    this.#next();
  }

  #take(kind: Token["kind"]): string {
    const { text } = this.#token;
    if (this.#token.kind !== kind) throw new HclFault();
    this.#next();
    return text;
  }

  #skip(): void {
    while (this.#token.kind === "newline") this.#next();
  }

  #next(): void {
    for (;;) {
      if (this.#at >= this.#text.length) {
        this.#token = { kind: "end", text: "" };
        return;
      }
      tokens.lastIndex = this.#at;
      const found = tokens.exec(this.#text);
      if (found === null) throw new HclFault();
      this.#at = tokens.lastIndex;
      const { heredoc, tag, ...kinds } = found.groups ?? {};
      if (heredoc !== undefined) {
        this.#token = {
          kind: "string",
          text: JSON.stringify(this.#heredoc(tag ?? "", heredoc.startsWith("<<-"))),
        };
        return;
      }
      for (const kind of ["newline", "name", "number", "string", "sign"] as const)
        if (kinds[kind] !== undefined) {
          this.#token = { kind, text: kinds[kind] };
          return;
        }
    }
  }

  #heredoc(tag: string, indented: boolean): string {
    const lines: string[] = [];
    while (this.#at < this.#text.length) {
      const stop = this.#text.indexOf("\n", this.#at);
      const end = stop < 0 ? this.#text.length : stop;
      const line = this.#text.slice(this.#at, end).replace(/\r$/, "");
      this.#at = stop < 0 ? end : end + 1;
      if (line.trim() === tag) {
        const least = Math.min(
          ...lines.filter((each) => each.trim() !== "").map((each) => /^\s*/.exec(each)?.[0].length ?? 0),
        );
        return lines.map((each) => `${indented ? each.slice(least) : each}\n`).join("");
      }
      lines.push(line);
    }
    throw new HclFault();
  }
}

const escapes: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t", '"': '"', "\\": "\\" };

/** The text of a quoted token. */
function unquoted(token: string): string {
  return token
    .slice(1, -1)
    .replace(
      /\\(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|(.))/g,
      (_, short, long, letter: string | undefined) => {
        if (letter === undefined)
          return String.fromCodePoint(Math.min(Number.parseInt(short ?? long, 16), 0x10ffff));
        const meant = escapes[letter];
        if (meant === undefined) throw new HclFault();
        return meant;
      },
    );
}
