import { refusal } from "./event.ts";
import type { Mark } from "./reader.ts";
import type { Token } from "./token.ts";
import type { TokenStream } from "./token-stream.ts";

/** The directives of a document, and the tags that its handles stand for (`parserc.go`). */
export class Tags {
  readonly #prefixes = new Map<string, string>();

  /** Takes the directives that stand next; throws GoYamlError. */
  read(tokens: TokenStream): void {
    let hasVersion = false;
    let token = tokens.peek();
    while (token.type === "version-directive" || token.type === "tag-directive") {
      if (token.type === "version-directive") {
        if (hasVersion) throw refusal("found duplicate %YAML directive", token.start);
        if (token.value !== "1.1") throw refusal("found incompatible YAML document", token.start);
        hasVersion = true;
      } else {
        const handle = token.value ?? "";
        if (this.#prefixes.has(handle)) throw refusal("found duplicate %TAG directive", token.start);
        this.#prefixes.set(handle, token.suffix ?? "");
      }
      token = tokens.after();
    }
    if (!this.#prefixes.has("!")) this.#prefixes.set("!", "!");
    if (!this.#prefixes.has("!!")) this.#prefixes.set("!!", "tag:yaml.org,2002:");
  }

  /** The whole tag; undefined for `!` alone. Throws GoYamlError. */
  resolve({ value = "", suffix = "", start }: Token, context: Mark): string | undefined {
    if (value === "") return suffix === "" ? undefined : suffix;
    const prefix = this.#prefixes.get(value);
    if (prefix === undefined) throw refusal("found undefined tag handle", start, context);
    const tag = prefix + suffix;
    if (tag === "") throw refusal("found undefined tag handle", start, context);
    return tag;
  }

  /** Each document has directives of its own. */
  clear(): void {
    this.#prefixes.clear();
  }
}
