import type { Labels } from "../../base/labels.ts";

/** Readers of remote JSON: whatever a server sends, they give values of the promised shape. */

export type Bag = Readonly<Record<string, unknown>>;

export const isBag = (value: unknown): value is Bag =>
  typeof value === "object" && value !== null && !Array.isArray(value);

export const bag = (value: unknown): Bag => (isBag(value) ? value : {});

export const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** A text without halves of surrogate pairs, which JSON can carry and editors in other languages refuse. */
export const text = (value: unknown): string => (typeof value === "string" ? value.toWellFormed() : "");

export const texts = (value: unknown): string[] =>
  list(value).flatMap((item) => (typeof item === "string" ? [item.toWellFormed()] : []));

/** The members that are texts, as labels. */
export function labels(value: unknown): Labels {
  const entries = Object.entries(bag(value)).flatMap(([name, one]) =>
    typeof one === "string" ? [[name.toWellFormed(), one.toWellFormed()] as const] : [],
  );
  return Object.fromEntries(entries);
}

/**
 * Milliseconds of a store's time bound; int64's limits, which JSON cannot hold, mean an open end. `open` is the end
 * that is taken where there is none.
 */
export function timeBound(value: unknown, open = Number.POSITIVE_INFINITY): number {
  if (typeof value !== "number" || Number.isNaN(value)) return open;
  if (value >= Number.MAX_SAFE_INTEGER) return Number.POSITIVE_INFINITY;
  return value <= Number.MIN_SAFE_INTEGER ? Number.NEGATIVE_INFINITY : value;
}
