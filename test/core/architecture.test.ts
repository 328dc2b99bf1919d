import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));
const source = join(root, "server/src");

/** The floors from the ground up; a floor may import every floor before it, with the exceptions below. */
const floors = "base yaml promql template schema model world checks features adapters lsp cli".split(" ");

/** Floors that may import less than everything below them. */
const narrow: Readonly<Record<string, readonly string[]>> = {
  yaml: ["base"],
  promql: ["base"],
  template: ["base"],
  schema: ["base", "yaml"],
  adapters: ["base", "promql", "model", "world"],
  cli: floors.filter((floor) => floor !== "lsp" && floor !== "cli"),
};

/** Libraries a floor may import; Node's own modules are allowed from `adapters` on. */
const libraries: Readonly<Record<string, readonly string[]>> = {
  base: ["re2js", "picomatch/posix.js"],
  yaml: ["yaml"],
  adapters: ["undici", "yaml"],
  lsp: ["vscode-languageserver/node"],
  // Of sarif there are types alone.
  cli: ["commander", "sarif"],
};

/** Files that hold data, not decisions. */
const isData = (file: string): boolean =>
  /(\.generated\.ts|-data\.ts)$/.test(file) || file.includes("/data/");

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".ts"))
    .map((entry) => join(entry.parentPath, entry.name));
}

function importsOf(text: string): string[] {
  const found = text.matchAll(
    /(?:^|\n)\s*(?:import|export)\b[^"';]*?from\s*["']([^"']+)["']|import\(\s*["']([^"']+)["']/g,
  );
  return [...found].map((match) => match[1] ?? match[2] ?? "");
}

const serverFiles = filesBelow(source);
const clientFiles = filesBelow(join(root, "client/src"));
const nameOf = (file: string): string => relative(root, file);
const floorOf = (file: string): string | undefined => {
  const first = relative(source, file).split("/")[0] ?? "";
  return floors.includes(first) ? first : undefined;
};

/** What is wrong with one import of a file; nothing if it is allowed. */
function objection(file: string, specifier: string): string | undefined {
  const floor = floorOf(file);
  if (floor === undefined) return undefined;
  if (specifier.startsWith(".")) {
    const target = resolve(dirname(file), specifier);
    if (relative(source, target) === "protocol.ts")
      return floor === "lsp" ? undefined : "only lsp speaks the protocol";
    const other = floorOf(target);
    if (other === undefined) return "leaves the floors";
    if (other === floor) return undefined;
    const allowed = narrow[floor] ?? floors.slice(0, floors.indexOf(floor));
    return allowed.includes(other) ? undefined : `${floor} may not import ${other}`;
  }
  const outer = floors.indexOf(floor) >= floors.indexOf("adapters");
  if (specifier.startsWith("node:")) return outer ? undefined : `${floor} knows no Node`;
  return libraries[floor]?.includes(specifier) ? undefined : `${floor} may not use the library ${specifier}`;
}

describe("the floors of the house", () => {
  test("imports go down only", () => {
    const wrong = serverFiles.flatMap((file) =>
      importsOf(readFileSync(file, "utf8")).flatMap((specifier) => {
        const reason = objection(file, specifier);
        return reason === undefined ? [] : [`${nameOf(file)} imports ${specifier}: ${reason}`];
      }),
    );
    expect(wrong).toEqual([]);
  });

  test("the client takes nothing from the server but the protocol and what lies below YAML", () => {
    const wrong = clientFiles.flatMap((file) =>
      [
        ...readFileSync(file, "utf8").matchAll(
          /^import (type )?[^;]*?from\s*["']([^"']*server\/src[^"']*)["']/gm,
        ),
      ]
        .filter((match) => !/server\/src\/(?:protocol\.ts|base\/|promql\/)/.test(match[2] ?? ""))
        .map((match) => `${nameOf(file)} imports ${match[2]}`),
    );
    expect(wrong).toEqual([]);
  });

  test("the check notices a floor that reaches up", () => {
    expect(objection(join(source, "yaml/parse.ts"), "../checks/run.ts")).toBe("yaml may not import checks");
    expect(objection(join(source, "promql/lex.ts"), "node:fs")).toBe("promql knows no Node");
    expect(objection(join(source, "checks/run.ts"), "../yaml/node.ts")).toBeUndefined();
  });

  test("modules keep no mutable state outside of lsp and client", () => {
    const wrong = serverFiles
      .filter((file) => floorOf(file) !== "lsp")
      .flatMap((file) =>
        readFileSync(file, "utf8")
          .split("\n")
          .flatMap((line, index) =>
            /^(export )?(let|var)\s/.test(line) ? [`${nameOf(file)}:${index + 1}`] : [],
          ),
      );
    expect(wrong).toEqual([]);
  });

  test("files stay small", () => {
    const lengths = [...serverFiles, ...clientFiles]
      .filter((file) => !isData(file))
      .map((file) => ({ file: nameOf(file), lines: readFileSync(file, "utf8").split("\n").length - 1 }));
    expect(lengths.filter(({ lines }) => lines > 500)).toEqual([]);
    const sorted = lengths.map(({ lines }) => lines).sort((a, b) => a - b);
    expect(sorted[Math.floor(sorted.length / 2)]).toBeLessThanOrEqual(90);
  });
});
