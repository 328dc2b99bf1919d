import type { Labels } from "../../base/labels.ts";

const maxEntries = 100_000;

/** Makes equal values one, so that 20,000 Pods of 400 templates weigh no more than they must. */
export class Interner {
  readonly #texts = new Map<string, string>();
  readonly #values = new Map<string, unknown>();

  text(text: string): string {
    const known = this.#texts.get(text);
    if (known !== undefined) return known;
    // Names that come and go for weeks must not pile up; what is held elsewhere is not lost.
    if (this.#texts.size >= maxEntries) this.#texts.clear();
    this.#texts.set(text, text);
    return text;
  }

  /** Labels whose values are shared, and as a whole where the same set has been seen. */
  labels(labels: Labels): Labels {
    const key = JSON.stringify(labels);
    const known = this.#values.get(key) as Labels | undefined;
    if (known !== undefined) return known;
    const shared = Object.fromEntries(
      Object.entries(labels).map(([name, value]) => [this.text(name), this.text(value)]),
    );
    this.#keep(key, shared);
    return shared;
  }

  /** Any value of plain data that is never changed. */
  value<T>(value: T): T {
    const key = JSON.stringify(value);
    const known = this.#values.get(key);
    if (known !== undefined) return known as T;
    this.#keep(key, value);
    return value;
  }

  #keep(key: string, value: unknown): void {
    // Sets with a name in them (StatefulSets) are all different: their keys would weigh more than they save.
    if (this.#values.size >= 5_000) this.#values.clear();
    this.#values.set(key, value);
  }
}
