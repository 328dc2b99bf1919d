/**
 * An LALR(1) table generator with the choices of goyacc, so that an automaton made here takes the same steps as
 * one made there: precedence and conflict resolution, default reductions, states that need no lookahead.
 */

export interface Production {
  readonly left: string;
  readonly right: readonly string[];
  readonly action: string | undefined;
  /** The token whose precedence the production has. */
  readonly precedence: string | undefined;
}

export interface Row {
  /** Production that is reduced on every token without an entry of its own; 0 means error. */
  readonly fallback: number;
  /** Whether the state acts on its fallback without reading a token. */
  readonly blind: boolean;
  /** By token: positive shifts to that state, negative reduces that production, `"error"` or `"accept"`. */
  readonly actions: ReadonlyMap<number, number | "error" | "accept">;
}

export interface Automaton {
  /** `$end`, `error` and `$unk` are 1, 2 and 3; 0 is nothing. */
  readonly tokens: readonly string[];
  readonly nonterminals: readonly string[];
  readonly productions: readonly Production[];
  readonly rows: readonly Row[];
  /** By state: nonterminal to state. */
  readonly gotos: readonly ReadonlyMap<string, number>[];
}

type Associativity = "left" | "right" | "nonassoc";

/** Reads the notation that `promql-grammar.ts` explains; production 0 is `$accept = <first> $end`. */
export function parseGrammar(text: string): Production[] {
  const productions: Production[] = [];
  let left = "";
  for (const line of text.split("\n")) {
    if (line.trim() === "") continue;
    const [body = "", action] = line.split("->").map((part) => part.trim());
    const words = body.split(/\s+/).filter((word) => word !== "");
    const first = words.shift() ?? "";
    if (first !== "|") {
      left = first;
      if (words.shift() !== "=") throw new Error(`expected "=" after ${first}`);
      if (productions.length === 0)
        productions.push({
          left: "$accept",
          right: [left, "$end"],
          action: undefined,
          precedence: undefined,
        });
    }
    const precedence = words.find((word) => word.startsWith("%"))?.slice(1);
    productions.push({ left, right: words.filter((word) => !word.startsWith("%")), action, precedence });
  }
  return productions;
}

interface Item {
  readonly production: number;
  readonly dot: number;
}

/** Sets of tokens are bit sets. */
class Generator {
  readonly tokens: readonly string[];
  readonly nonterminals: readonly string[];
  readonly productions: readonly Production[];
  readonly #tokenIndex: ReadonlyMap<string, number>;
  readonly #byLeft = new Map<string, number[]>();
  readonly #first = new Map<string, bigint>();
  readonly #empty = new Set<string>();
  readonly #kernels: Item[][] = [];
  readonly #looks: bigint[][] = [];
  readonly #gotos: Map<string, number>[] = [];

  constructor(productions: readonly Production[], tokens: readonly string[]) {
    this.productions = productions;
    this.tokens = ["", "$end", "error", "$unk", ...tokens];
    this.#tokenIndex = new Map(this.tokens.map((name, index) => [name, index]));
    productions.forEach((production, index) => {
      const list = this.#byLeft.get(production.left);
      if (list === undefined) this.#byLeft.set(production.left, [index]);
      else list.push(index);
    });
    this.nonterminals = [...this.#byLeft.keys()];
    for (const production of productions) {
      for (const symbol of production.right) {
        if (!this.#byLeft.has(symbol) && !this.#tokenIndex.has(symbol))
          throw new Error(`unknown symbol ${symbol}`);
      }
    }
  }

  #bit(token: string): bigint {
    return 1n << BigInt(this.#tokenIndex.get(token) ?? 0);
  }

  /** What can begin `symbols`, and `after` where all of them can be empty. */
  #firstOf(symbols: readonly string[], from: number, after: bigint): bigint {
    let set = 0n;
    for (let i = from; i < symbols.length; i++) {
      const symbol = symbols[i] ?? "";
      if (!this.#byLeft.has(symbol)) return set | this.#bit(symbol);
      set |= this.#first.get(symbol) ?? 0n;
      if (!this.#empty.has(symbol)) return set;
    }
    return set | after;
  }

  #findFirst(): void {
    for (let changed = true; changed; ) {
      changed = false;
      for (const { left, right } of this.productions) {
        if (!this.#empty.has(left) && right.every((symbol) => this.#empty.has(symbol))) {
          this.#empty.add(left);
          changed = true;
        }
        const before = this.#first.get(left) ?? 0n;
        const after = before | this.#firstOf(right, 0, 0n);
        if (after !== before) {
          this.#first.set(left, after);
          changed = true;
        }
      }
    }
  }

  /** The items of a state with their lookaheads, its kernel first. */
  #closure(state: number): { item: Item; look: bigint }[] {
    const kernel = this.#kernels[state] ?? [];
    const looks = this.#looks[state] ?? [];
    const entries = kernel.map((item, i) => ({ item, look: looks[i] ?? 0n }));
    const fresh = new Map<number, { item: Item; look: bigint }>();
    const work = [...entries];
    for (let entry = work.pop(); entry !== undefined; entry = work.pop()) {
      const right = this.productions[entry.item.production]?.right ?? [];
      const symbol = right[entry.item.dot];
      const derived = symbol === undefined ? undefined : this.#byLeft.get(symbol);
      if (derived === undefined) continue;
      const look = this.#firstOf(right, entry.item.dot + 1, entry.look);
      for (const production of derived) {
        const known = fresh.get(production);
        if (known === undefined) {
          const added = { item: { production, dot: 0 }, look };
          fresh.set(production, added);
          entries.push(added);
          work.push(added);
        } else if ((known.look | look) !== known.look) {
          known.look |= look;
          work.push(known);
        }
      }
    }
    return entries;
  }

  #generateStates(): void {
    const byKernel = new Map<string, number>();
    const queue: number[] = [0];
    const queued = new Set<number>([0]);
    this.#kernels.push([{ production: 0, dot: 0 }]);
    this.#looks.push([0n]);
    this.#gotos.push(new Map());
    for (let state = queue.shift(); state !== undefined; state = queue.shift()) {
      queued.delete(state);
      const next = new Map<string, { item: Item; look: bigint }[]>();
      for (const { item, look } of this.#closure(state)) {
        const symbol = this.productions[item.production]?.right[item.dot];
        if (symbol === undefined || symbol === "$end") continue;
        const moved = { item: { production: item.production, dot: item.dot + 1 }, look };
        const list = next.get(symbol);
        if (list === undefined) next.set(symbol, [moved]);
        else list.push(moved);
      }
      for (const [symbol, moved] of next) {
        moved.sort((a, b) => a.item.production - b.item.production || a.item.dot - b.item.dot);
        const key = moved.map(({ item }) => `${item.production}.${item.dot}`).join(" ");
        let target = byKernel.get(key);
        let changed = false;
        if (target === undefined) {
          target = this.#kernels.length;
          byKernel.set(key, target);
          this.#kernels.push(moved.map(({ item }) => item));
          this.#looks.push(moved.map(({ look }) => look));
          this.#gotos.push(new Map());
          changed = true;
        } else {
          const looks = this.#looks[target] ?? [];
          moved.forEach(({ look }, i) => {
            const before = looks[i] ?? 0n;
            if ((before | look) === before) return;
            looks[i] = before | look;
            changed = true;
          });
        }
        this.#gotos[state]?.set(symbol, target);
        if (changed && !queued.has(target)) {
          queued.add(target);
          queue.push(target);
        }
      }
    }
  }

  #row(state: number, levels: ReadonlyMap<string, readonly [number, Associativity]>): Row {
    const actions = new Map<number, number | "error" | "accept">();
    for (const [symbol, target] of this.#gotos[state] ?? []) {
      const token = this.#tokenIndex.get(symbol);
      if (token !== undefined) actions.set(token, target);
    }
    const closure = this.#closure(state);
    if (closure.some(({ item }) => item.production === 0 && item.dot === 1)) actions.set(1, "accept");
    for (const { item, look } of closure) {
      const production = this.productions[item.production];
      if (production === undefined || item.dot < production.right.length) continue;
      for (let token = 0; token < this.tokens.length; token++) {
        if ((look & (1n << BigInt(token))) === 0n) continue;
        const present = actions.get(token);
        if (present === undefined) actions.set(token, -item.production);
        else if (typeof present === "number" && present < 0)
          actions.set(token, -Math.min(-present, item.production));
        else {
          const of = levels.get(production.precedence ?? lastToken(production, this.#tokenIndex) ?? "");
          const against = levels.get(this.tokens[token] ?? "");
          if (of === undefined || against === undefined) continue;
          const choice = of[0] === against[0] ? against[1] : against[0] > of[0] ? "right" : "left";
          if (choice === "left") actions.set(token, -item.production);
          else if (choice === "nonassoc") actions.set(token, "error");
        }
      }
    }
    return withDefault(actions, this.tokens.length);
  }

  generate(precedence: readonly (readonly [Associativity, ...string[]])[]): Automaton {
    const levels = new Map<string, readonly [number, Associativity]>();
    precedence.forEach(([associativity, ...names], level) => {
      for (const name of names) levels.set(name, [level, associativity]);
    });
    this.#findFirst();
    this.#generateStates();
    return {
      tokens: this.tokens,
      nonterminals: this.nonterminals,
      productions: this.productions,
      rows: this.#kernels.map((_, state) => this.#row(state, levels)),
      gotos: this.#gotos.map((gotos) => new Map([...gotos].filter(([symbol]) => this.#byLeft.has(symbol)))),
    };
  }
}

function lastToken(production: Production, tokens: ReadonlyMap<string, number>): string | undefined {
  return production.right.findLast((symbol) => tokens.has(symbol));
}

/**
 * Makes the commonest reduction the default, unless the state catches errors. A state without any shift acts on
 * its default before it reads a token, which decides what the parser names as the unexpected token.
 */
function withDefault(actions: Map<number, number | "error" | "accept">, tokenCount: number): Row {
  let fallback = 0;
  let most = 0;
  for (let token = 0; token < tokenCount; token++) {
    const action = actions.get(token);
    if (typeof action !== "number" || action >= 0 || -action === fallback) continue;
    const count = [...actions.values()].filter((other) => other === action).length;
    if (count > most) {
      fallback = -action;
      most = count;
    }
  }
  const onError = actions.get(2);
  if (typeof onError === "number" && onError > 0) fallback = 0;
  const rest = new Map([...actions].filter(([, action]) => fallback === 0 || action !== -fallback));
  return { fallback, blind: rest.size === 0, actions: rest };
}

/** The automaton of a grammar; see `parseGrammar` for its notation. */
export function generate(
  grammar: string,
  tokens: readonly string[],
  precedence: readonly (readonly [Associativity, ...string[]])[],
): Automaton {
  return new Generator(parseGrammar(grammar), tokens).generate(precedence);
}
