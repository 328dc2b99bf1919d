import { expect, test } from "vitest";
import { type Automaton, generate } from "../../scripts/lalr.ts";
import { grammar, precedence, tokens } from "../../scripts/promql-grammar.ts";
import { type GoyaccTables, goyaccTables, type Step } from "../oracle/goyacc.ts";
import { startOracle } from "../oracle/oracle.ts";

const ERROR = 2;

/** What a state of ours does on a token. */
function ownStep(ours: Automaton, state: number, token: number): Step {
  const row = ours.rows[state];
  const action = row?.actions.get(token) ?? -(row?.fallback ?? 0);
  if (action === "error" || action === "accept") return { kind: action };
  if (action > 0) return { kind: "shift", to: action };
  return action === 0 ? { kind: "error" } : { kind: "reduce", production: -action };
}

/** Pairs of ours and theirs that must not contradict each other. */
class Pairing {
  readonly #theirs = new Map<number, number>();
  readonly #ours = new Map<number, number>();

  /** Whether the pair is new; throws where one of the two has another partner. */
  add(own: number, their: number, what: string): boolean {
    const known = this.#theirs.get(own);
    if (known !== undefined || this.#ours.has(their)) {
      if (known !== their) throw new Error(`${what}: ours ${own} is ${known}, not ${their}`);
      return false;
    }
    this.#theirs.set(own, their);
    this.#ours.set(their, own);
    return true;
  }

  partner(own: number): number | undefined {
    return this.#theirs.get(own);
  }

  get size(): number {
    return this.#theirs.size;
  }
}

/** Walks both automata side by side from their first states; throws where they part. */
function pair(ours: Automaton, theirs: GoyaccTables): { states: number; productions: number } {
  const states = new Pairing();
  const productions = new Pairing();
  const nonterminals = new Pairing();
  const work = [0];
  states.add(0, 0, "state");
  const reach = (own: number, their: number): void => {
    if (states.add(own, their, "state")) work.push(own);
  };
  const compare = (own: number, their: number): void => {
    expect(ours.rows[own]?.blind, `state ${own}`).toBe(theirs.isBlind(their));
    ours.tokens.forEach((name, token) => {
      const theirToken = theirs.tokens.get(name);
      if (theirToken === undefined) return;
      const a = ownStep(ours, own, token);
      const b = theirs.step(their, theirToken);
      // The error token is never read, only shifted.
      if (token === ERROR && a.kind !== "shift" && b.kind !== "shift") return;
      expect(a.kind, `state ${own} on ${name}`).toBe(b.kind);
      if (a.kind === "shift" && b.kind === "shift") reach(a.to, b.to);
      if (a.kind !== "reduce" || b.kind !== "reduce") return;
      productions.add(a.production, b.production, "production");
      const { left = "", right = [] } = ours.productions[a.production] ?? {};
      expect(right.length, `production ${a.production}`).toBe(theirs.length(b.production));
      nonterminals.add(ours.nonterminals.indexOf(left), theirs.nonterminal(b.production), left);
    });
  };
  for (let before = -1; before !== states.size; ) {
    before = states.size;
    for (let own = work.pop(); own !== undefined; own = work.pop()) compare(own, states.partner(own) ?? -1);
    ours.gotos.forEach((gotos, own) => {
      const their = states.partner(own);
      if (their === undefined) return;
      for (const [name, to] of gotos) {
        const nonterminal = nonterminals.partner(ours.nonterminals.indexOf(name));
        if (nonterminal !== undefined) reach(to, theirs.goto(their, nonterminal));
      }
    });
  }
  return { states: states.size, productions: productions.size };
}

test("our automaton is the one that goyacc made for Prometheus, state for state", async () => {
  // The oracle's build has fetched the module.
  await (await startOracle()).close();
  const ours = generate(grammar, tokens, precedence);
  // All productions but the one that goyacc adds for itself.
  expect(pair(ours, await goyaccTables())).toEqual({
    states: ours.rows.length,
    productions: ours.productions.length - 1,
  });
});
