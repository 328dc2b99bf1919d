import { readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const source = fileURLToPath(new URL("../../../server/src", import.meta.url));

/** All that is read with a file, imports of types alone aside. */
function loadedWith(file: string, seen = new Set<string>()): ReadonlySet<string> {
  if (seen.has(file)) return seen;
  seen.add(file);
  const text = readFileSync(file, "utf8");
  for (const [, specifier = ""] of text.matchAll(/^(?:import|export) (?!type )[^;]*?from "(\.[^"]+)";/gm))
    loadedWith(resolve(dirname(file), specifier), seen);
  return seen;
}

test("an environment with a cluster loads nothing that leads to it before somebody asks", () => {
  const loaded = [...loadedWith(join(source, "adapters/connect.ts"))].map((file) => relative(source, file));
  expect(loaded.filter((file) => file.startsWith("adapters/kubernetes/")).toSorted()).toEqual([
    "adapters/kubernetes/cluster.ts",
    "adapters/kubernetes/pool.ts",
  ]);
});
