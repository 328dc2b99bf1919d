import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

interface Locked {
  readonly version?: string;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

test("npm ci works on every platform: the lock holds all optional packages, wherever it was written", () => {
  const file = join(import.meta.dirname, "..", "..", "package-lock.json");
  const { packages } = JSON.parse(readFileSync(file, "utf8")) as { packages: Record<string, Locked> };
  const wanted = Object.entries(packages).flatMap(([path, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies).map((name) => ({ path, name })),
  );
  expect(wanted.length).toBeGreaterThan(20);
  const absent = wanted.filter(({ path, name }) => {
    // Looked for as Node does: in the package's own node_modules, then upwards.
    for (let folder = path; ; folder = folder.slice(0, Math.max(folder.lastIndexOf("/node_modules/"), 0))) {
      if (packages[`${folder}${folder === "" ? "" : "/"}node_modules/${name}`] !== undefined) return false;
      if (folder === "") return true;
    }
  });
  expect(absent).toEqual([]);
});
