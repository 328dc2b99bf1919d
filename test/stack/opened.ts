import { expect } from "vitest";
import { type Backend, createBackend } from "../../server/src/adapters/prometheus/backend.ts";
import type { Known } from "../../server/src/base/known.ts";
import type { Federation } from "./federation.ts";

/** What the tests of a file have opened, to be closed behind them all. */
export class Opened {
  readonly #all: { dispose(): void }[] = [];

  add<T extends { dispose(): void }>(one: T): T {
    this.#all.push(one);
    return one;
  }

  close(): void {
    for (const one of this.#all) one.dispose();
  }
}

/** The ports of an environment of the federation, or of all of it: fresh ones, that know nothing yet. */
export function openEnvironment(federation: Federation, name?: string): Backend {
  const environment = federation.environments.find((one) => one.name === name);
  return createBackend(environment ?? { name: "All", backend: federation.thanosUrl });
}

/** The value of a fact that must be whole. */
export function value<T>(fact: Known<T>): T {
  expect(fact).toMatchObject({ status: "ok" });
  if (fact.status === "unavailable") throw new Error(fact.message);
  return fact.value;
}
