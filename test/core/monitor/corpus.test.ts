import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { readDocument } from "../../../server/src/model/read.ts";
import { fingerprint } from "../../../server/src/schema/repaired.ts";
import { shared } from "../../shared.ts";
import { check, fixed } from "./reading.ts";

const folder = shared("corpus");

/** Published monitors, one document each, from the collection of real files beside the checkout. */
function* monitors(): Iterable<{ readonly name: string; readonly text: string }> {
  if (folder === undefined) return;
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !/\.ya?ml$/.test(entry.name)) continue;
    const name = join(entry.parentPath, entry.name);
    const text = readFileSync(name, "utf8");
    if (!/kind:\s*(?:ServiceMonitor|PodMonitor)/.test(text)) continue;
    for (const document of text.split(/^---.*\n/m)) {
      const { parts } = readDocument({ uri: name, path: entry.name, version: 1, text: document });
      const kind = parts[0]?.model.kind;
      if (kind === "ServiceMonitor" || kind === "PodMonitor") yield { name, text: document };
    }
  }
}

function meaningOf(text: string): string {
  const { stream } = readDocument({ uri: "x", path: "x.yaml", version: 1, text });
  const root = stream?.documents[0]?.root;
  return root === undefined ? "" : fingerprint(root);
}

/** The children of a top-level key at column 0, all of them. */
function flattened(text: string, key: string): string {
  let inside = false;
  return text
    .split("\n")
    .map((line) => {
      if (/^[^\s#-]/.test(line)) inside = line.startsWith(`${key}:`);
      return inside && !line.startsWith(key) ? line.trimStart() : line;
    })
    .join("\n");
}

/** The selector cut out and put at the end of the last endpoint, where that is the last thing before it or in the file. */
function slipped(text: string): string | undefined {
  const lines = text.trimEnd().split("\n");
  const start = lines.findIndex((line) => /^ +selector:\s*$/.test(line));
  const column = lines[start]?.search(/\S/) ?? 0;
  const length = lines
    .slice(start + 1)
    .findIndex((line) => line.search(/\S/) <= column && line.trim() !== "");
  const end = length < 0 ? lines.length : start + 1 + length;
  const before = lines.slice(0, Math.max(0, start));
  const list = before.findLastIndex((line) => line.search(/\S/) === column && !/^ *-/.test(line));
  const dash = before[list + 1]?.indexOf("-") ?? -1;
  if (end !== lines.length || dash < 0 || !/endpoints:\s*$/i.test(before[list] ?? "")) return undefined;
  const shift = dash + 2 - column;
  return lines.map((line, index) => (index < start ? line : " ".repeat(shift) + line)).join("\n");
}

describe.skipIf(folder === undefined)("published monitors (needs ../shared/corpus)", () => {
  const all = [...monitors()];

  test("have no keys at the wrong level", () => {
    expect(all.length).toBeGreaterThan(40);
    // A page of proposals holds what never became a field.
    const published = all.filter(({ name }) => !name.includes("/proposals/"));
    const wrong = published.flatMap(({ name, text }) =>
      check(text)
        .filter(({ check: id }) => id === "monitor.lost-indent" || id === "monitor.misplaced-key")
        .map(({ message }) => `${name}: ${message}`),
    );
    expect(wrong).toEqual([]);
  });

  test("know every field and have values of the right type", () => {
    const found = all.flatMap(({ name, text }) =>
      check(text)
        .filter(({ check: id }) => id === "monitor.unknown-field" || id === "monitor.wrong-type")
        .map(({ message }) => `${name.split("/").slice(-2).join("/")}: ${message}`),
    );
    // Two real mistakes of documentation, and a proposal that never became a field.
    expect(found.filter((each) => !/scrapeClassName|`status`|running-exporters/.test(each))).toEqual([]);
  });

  test.each(["metadata", "spec"])("with all below %s at column 0 are repaired or left alone", (key) => {
    let tried = 0;
    let exact = 0;
    for (const { name, text } of all) {
      const bad = flattened(text, key);
      if (bad === text || check(text).length > 0) continue;
      tried++;
      const result = fixed(bad);
      if (meaningOf(result) === meaningOf(text)) exact++;
      else expect(result, name).toBe(bad);
    }
    // What is left alone is no YAML any more once nested lists stand at column 0.
    expect(exact / tried).toBeGreaterThan(key === "metadata" ? 0.95 : 0.7);
  });

  test("with the selector in the last endpoint are repaired or left alone", () => {
    let tried = 0;
    let exact = 0;
    for (const { name, text } of all) {
      const bad = slipped(text);
      if (bad === undefined || check(text).length > 0) continue;
      tried++;
      const result = fixed(bad);
      if (meaningOf(result) === meaningOf(text)) exact++;
      else expect(result, name).toBe(bad);
    }
    expect(exact / tried).toBeGreaterThan(0.9);
  });
});
