import type { Facts } from "../check.ts";

/** All that findings rest on but the file: it is another one where anything changed that was looked at. */
export interface Epoch {
  readonly facts: Facts;
  /** The same, noting what is looked at. */
  readonly tracked: Facts;
  readonly asked: ReadonlySet<string>;
}

/** Facts that note which of them were looked at. */
export function epochOf(facts: Facts): Epoch {
  const asked = new Set<string>();
  const tracked = {};
  for (const [key, value] of Object.entries(facts))
    Object.defineProperty(tracked, key, {
      enumerable: true,
      get() {
        asked.add(key);
        return value;
      },
    });
  return { facts, tracked: tracked as Facts, asked };
}

/** Whether what was looked at is still so. */
export function stillHolds({ facts, asked }: Epoch, now: Facts): boolean {
  const before = new Map<string, unknown>(Object.entries(facts));
  return Object.entries(now).every(
    ([key, value]) => (before.has(key) && !asked.has(key)) || same(before.get(key), value),
  );
}

function same(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (!Array.isArray(a) || !Array.isArray(b) || a.length !== b.length) return false;
  return a.every((item: unknown, index) => item === b[index]);
}
