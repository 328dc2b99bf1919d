import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

/** What a state does on a token. */
export type Step =
  | { readonly kind: "shift"; readonly to: number }
  | { readonly kind: "reduce"; readonly production: number }
  | { readonly kind: "error" | "accept" };

/** The automaton in Prometheus' generated parser, read from its tables as its driver reads them. */
export class GoyaccTables {
  readonly #arrays: ReadonlyMap<string, readonly number[]>;
  readonly #flag: number;
  readonly #last: number;
  readonly #exceptions = new Map<number, (readonly [token: number, action: number])[]>();
  readonly tokens: ReadonlyMap<string, number>;

  constructor(source: string) {
    const arrays = new Map<string, number[]>();
    for (const [, name = "", body = ""] of source.matchAll(/var yy(\w+) = \[\.\.\.\]u?int\d*\{([^}]*)\}/g))
      arrays.set(name, (body.match(/-?\d+/g) ?? []).map(Number));
    this.#arrays = arrays;
    const constant = (name: string): number =>
      Number(new RegExp(`const yy${name} = (-?\\d+)`).exec(source)?.[1] ?? Number.NaN);
    this.#flag = constant("Flag");
    this.#last = constant("Last");
    const names = /yyToknames = \[\.\.\.\]string\{([^}]*)\}/.exec(source)?.[1]?.match(/"[^"]*"/g) ?? [];
    this.tokens = new Map(names.map((name, index) => [name.slice(1, -1), index + 1]));
    const packed = this.#array("Exca");
    for (let i = 0; i < packed.length; ) {
      const state = packed[i + 1] ?? 0;
      const list: (readonly [number, number])[] = [];
      this.#exceptions.set(state, list);
      for (let token = 0; token >= 0; ) {
        i += 2;
        token = packed[i] ?? -2;
        list.push([token, packed[i + 1] ?? 0]);
      }
      i += 2;
    }
  }

  #array(name: string): readonly number[] {
    const found = this.#arrays.get(name);
    if (found === undefined) throw new Error(`the generated parser has no table yy${name}`);
    return found;
  }

  #at(name: string, index: number): number {
    return this.#array(name)[index] ?? Number.NaN;
  }

  /** Whether a state acts without reading a token. */
  isBlind(state: number): boolean {
    return this.#at("Pact", state) <= this.#flag && this.#at("Def", state) !== -2;
  }

  step(state: number, token: number): Step {
    const slot = this.#at("Pact", state) + token;
    if (this.#at("Pact", state) > this.#flag && slot >= 0 && slot < this.#last) {
      const to = this.#at("Act", slot);
      if (this.#at("Chk", to) === token) return { kind: "shift", to };
    }
    let action = this.#at("Def", state);
    if (action === -2) {
      const exception = this.#exceptions.get(state)?.find(([of]) => of < 0 || of === token);
      action = exception?.[1] ?? 0;
      if (action < 0) return { kind: "accept" };
    }
    return action === 0 ? { kind: "error" } : { kind: "reduce", production: action };
  }

  length(production: number): number {
    return this.#at("R2", production);
  }

  /** The number of the nonterminal that a production makes. */
  nonterminal(production: number): number {
    return this.#at("R1", production);
  }

  goto(state: number, nonterminal: number): number {
    const base = this.#at("Pgo", nonterminal);
    const to = this.#at("Act", base + state + 1);
    const hit = base + state + 1 < this.#last && this.#at("Chk", to) === -nonterminal;
    return hit ? to : this.#at("Act", base);
  }
}

/** The tables of the very parser that the oracle links. */
export async function goyaccTables(): Promise<GoyaccTables> {
  const cwd = fileURLToPath(new URL("./program/", import.meta.url));
  const module = "github.com/prometheus/prometheus";
  const env = { ...process.env, GOFLAGS: "-mod=readonly", GOWORK: "off" };
  const { stdout } = await promisify(execFile)("go", ["list", "-m", "-f", "{{.Dir}}", module], { cwd, env });
  const path = join(stdout.trim(), "promql/parser/generated_parser.y.go");
  return new GoyaccTables(await readFile(path, "utf8"));
}
