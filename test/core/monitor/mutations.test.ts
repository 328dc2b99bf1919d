import { describe, expect, test } from "vitest";
import { fingerprint } from "../../../server/src/schema/repaired.ts";
import { parseYaml } from "../../../server/src/yaml/parse.ts";
import { below, type Line, type Sample, sample, write } from "./generate.ts";
import { check, fixed } from "./reading.ts";

type Mutation = (sample: Sample) => readonly Line[] | undefined;

const endpointsOf = ({ lines }: Sample): string =>
  lines.some(({ path }) => path[1] === "endpoints") ? "endpoints" : "podMetricsEndpoints";

const lastIndex = (given: Sample): number =>
  Math.max(...given.lines.map(({ path }) => (path[1] === endpointsOf(given) ? Number(path[2] ?? 0) : 0)));

const flatten = (lines: readonly Line[], ...path: string[]): readonly Line[] =>
  lines.map((line) => (below(line, ...path) ? { ...line, indent: 0 } : line));

const dedent = (lines: readonly Line[], by: number, test: (line: Line) => boolean): readonly Line[] =>
  lines.map((line) => (test(line) ? { ...line, indent: line.indent - by } : line));

/** Cuts the selector and puts it behind the lines that `after` names, at the column of an endpoint's keys. */
function slip(given: Sample, after: (line: Line) => boolean): readonly Line[] | undefined {
  const { lines, style } = given;
  const isSelector = (line: Line): boolean => line.path[1] === "selector";
  const block = lines.filter(isSelector);
  const rest = lines.filter((line) => !isSelector(line));
  const at = rest.findLastIndex(after);
  const column = style.step + style.dash + 2;
  const moved = block.map((line) => ({ ...line, indent: line.indent - style.step + column }));
  return at < 0 ? undefined : rest.toSpliced(at + 1, 0, ...moved);
}

const mutations: Readonly<Record<string, Mutation>> = {
  "all below metadata at column 0": ({ lines }) => flatten(lines, "metadata"),
  "metadata one level to the left": ({ lines, style }) =>
    dedent(lines, style.step, (line) => below(line, "metadata")),
  "spec one level to the left": ({ lines, style }) =>
    dedent(lines, style.step, (line) => below(line, "spec")),
  "metadata and spec one level to the left": ({ lines, style }) =>
    dedent(lines, style.step, (line) => below(line, "spec") || below(line, "metadata")),
  "the last child of metadata at column 0": ({ lines, style }) => {
    const last = lines.findLast((line) => below(line, "metadata"))?.path[1];
    return dedent(lines, style.step, (line) => line.path[0] === "metadata" && line.path[1] === last);
  },
  "labels beside their key": ({ lines, style }) =>
    dedent(lines, style.step, (line) => below(line, "metadata", "labels")),
  "annotations and labels beside their keys": ({ lines, style }) =>
    dedent(
      lines,
      style.step,
      (line) => below(line, "metadata", "labels") || below(line, "metadata", "annotations"),
    ),
  "matchLabels beside their key": ({ lines, style }) =>
    dedent(lines, style.step, (line) => below(line, "spec", "selector", "matchLabels")),
  "selector flattened": ({ lines, style }) =>
    lines.map((line) => (below(line, "spec", "selector") ? { ...line, indent: style.step } : line)),
  "selector at the end of the last endpoint": (given) =>
    slip(given, ({ path }) => path[1] === endpointsOf(given) && path[2] === lastIndex(given)),
  "selector in the middle of the first endpoint": (given) =>
    slip(given, ({ path }) => path[1] === endpointsOf(given) && path[2] === 0 && path[3] === "port"),
  "everything as in the field": (given) => {
    const { lines, style } = given;
    const endpoints = endpointsOf(given);
    if (style.comments || lines.at(-1)?.path[1] !== "selector") return undefined;
    return lines
      .map((line) => {
        const [top, second] = line.path;
        if (top === "metadata" && line.path.length > 1) return { ...line, indent: 0 };
        if (top !== "spec" || line.path.length < 2) return line;
        if (second === "selector") return { ...line, indent: 2 };
        if (second !== endpoints) return line.path.length === 2 ? { ...line, indent: 0 } : undefined;
        return { ...line, indent: line.indent - style.step - (line.path.length > 2 ? style.dash : 0) };
      })
      .filter((line) => line !== undefined);
  },
};

const seeds = Array.from({ length: 20 }, (_, index) => index + 1);

function meaningOf(text: string, document = 0): string {
  const root = parseYaml(text).documents[document]?.root;
  return root === undefined ? "" : fingerprint(root);
}

/** The good and the spoilt text of every seed that the mutation changes. */
function* spoilt(mutate: Mutation): Iterable<{ readonly good: string; readonly bad: string }> {
  for (const seed of seeds) {
    const given = sample(seed);
    const lines = mutate(given);
    const good = write(given.lines);
    const bad = lines === undefined ? good : write(lines);
    if (bad !== good) yield { good, bad };
  }
}

describe.each(Object.entries(mutations))("%s", (_, mutate) => {
  test("is repaired by the safe fixes to what was meant", () => {
    let tried = 0;
    for (const { good, bad } of spoilt(mutate)) {
      tried++;
      const result = fixed(bad);
      expect(meaningOf(result), bad).toBe(meaningOf(good));
      expect(check(result), result).toEqual([]);
    }
    expect(tried).toBeGreaterThan(2);
  });

  test("is repaired in the second document of a file with Windows line ends", () => {
    for (const { good, bad } of spoilt(mutate)) {
      const text = `# first\nkind: Other\nmetadata:\nname: x\n---\n${bad}---\nkind: Other\n`.replaceAll(
        "\n",
        "\r\n",
      );
      expect(meaningOf(fixed(text), 1), bad).toBe(meaningOf(good));
    }
  });

  test("is repaired whichever fix comes first", () => {
    for (const { good, bad } of spoilt(mutate)) {
      let text = bad;
      for (let round = 0; round < 4 && check(text).length > 0; round++) {
        const last = check(text).at(-1);
        text = fixed(text, last === undefined ? [] : [last]);
      }
      expect(meaningOf(text), bad).toBe(meaningOf(good));
    }
  });
});

test("generated monitors that nobody spoilt have no findings", () => {
  for (const seed of seeds) {
    const text = write(sample(seed).lines);
    expect(check(text), text).toEqual([]);
  }
});
