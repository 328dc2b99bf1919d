import fc from "fast-check";
import { expect, test } from "vitest";
import { completeMonitor } from "../../server/src/features/completion-monitor.ts";
import { fingerprint } from "../../server/src/schema/repaired.ts";
import { parseYaml } from "../../server/src/yaml/parse.ts";
import { random, sample, write } from "../core/monitor/generate.ts";
import { check, fixed, snapshotOf } from "../core/monitor/reading.ts";

/** A good monitor with lines moved, cut, doubled, or shifted to the left and right. */
const spoilt = fc
  .record({ seed: fc.integer({ min: 1, max: 1_000_000 }), changes: fc.integer({ min: 1, max: 5 }) })
  .map(({ seed, changes }) => {
    const next = random(seed);
    const lines = write(sample(seed).lines).split("\n");
    for (let change = 0; change < changes; change++) {
      const at = Math.floor(next() * lines.length);
      const line = lines[at] ?? "";
      const how = Math.floor(next() * 6);
      if (how === 0) lines.splice(at, 1);
      else if (how === 1) lines.splice(at, 0, line);
      else if (how === 2) lines[at] = `${" ".repeat(Math.floor(next() * 4))}${line}`;
      else if (how === 3) lines[at] = line.trimStart();
      else if (how === 4) lines[at] = line.slice(0, Math.floor(next() * line.length));
      else
        lines.splice(Math.floor(next() * lines.length), 0, ...lines.splice(at, 1 + Math.floor(next() * 3)));
    }
    return lines.join("\n");
  });

function isReadable(text: string): boolean {
  return parseYaml(text).documents.every(({ problems }) => !problems.some(({ fatal }) => fatal));
}

test("no text makes the checks or completion fail, and no safe fix makes a readable file unreadable", () => {
  fc.assert(
    fc.property(spoilt, fc.nat(), (text, at) => {
      const findings = check(text);
      completeMonitor(snapshotOf(text), at % (text.length + 1));
      if (isReadable(text)) expect(isReadable(fixed(text, findings))).toBe(true);
    }),
    { seed: 7, numRuns: 400 },
  );
});

test("safe fixes of the layout lose no value, and what they leave is not faulty any more", () => {
  const values = (text: string): string[] =>
    (parseYaml(text).documents[0]?.root === undefined ? "" : text)
      .split("\n")
      .map((line) => line.trim())
      .filter((line) => line !== "")
      .toSorted();
  fc.assert(
    fc.property(spoilt, (text) => {
      const layout = check(text).filter(({ check: id }) => /lost-indent|misplaced/.test(id));
      if (layout.length === 0 || !layout.every(({ fixes }) => fixes?.some(({ safe }) => safe))) return;
      const result = fixed(text, layout);
      expect(values(result)).toEqual(values(text));
      expect(check(result).filter(({ check: id }) => /lost-indent|misplaced/.test(id))).toEqual([]);
      expect(
        fingerprint(
          parseYaml(result).documents[0]?.root ?? {
            kind: "map",
            flow: false,
            pairs: [],
            span: { start: 0, end: 0 },
          },
        ),
      ).not.toBe("{}");
    }),
    { seed: 11, numRuns: 400 },
  );
});

test("a block that was shifted goes back where it was, or stays: safe fixes never guess", () => {
  const meaning = (text: string): string => {
    const root = parseYaml(text).documents[0]?.root;
    return root === undefined ? "" : fingerprint(root);
  };
  let exact = 0;
  for (let seed = 1; seed <= 400; seed++) {
    const { lines, style } = sample((seed % 100) + 1);
    const next = random(seed * 7919);
    const head = lines[Math.floor(next() * lines.length)];
    const by = [-style.step, style.step, -2 * style.step, -100][Math.floor(next() * 4)] ?? 0;
    const withHead = next() < 0.5;
    const isShifted = (path: readonly (string | number)[]): boolean =>
      head?.path.every((step, index) => path[index] === step) === true &&
      (withHead || path.length > head.path.length);
    const good = write(lines);
    const bad = write(
      lines.map((line) => (isShifted(line.path) ? { ...line, indent: Math.max(0, line.indent + by) } : line)),
    );
    if (!isReadable(bad) || meaning(bad) === meaning(good)) continue;
    const layout = check(bad).filter(({ check: id }) => /lost-indent|misplaced/.test(id));
    const result = fixed(bad, layout);
    if (meaning(result) === meaning(good)) exact++;
    else expect(result, good).toBe(bad);
  }
  expect(exact).toBeGreaterThan(30);
});
