import { afterEach, beforeEach, expect, test } from "vitest";
import { Sandbox } from "./run.ts";
import { objections } from "./sarif-schema.ts";

interface Region {
  readonly startLine: number;
  readonly startColumn: number;
  readonly endLine: number;
  readonly endColumn: number;
}
interface Place {
  readonly id?: number;
  readonly message?: { readonly text: string };
  readonly physicalLocation: {
    readonly artifactLocation: { readonly uri: string; readonly uriBaseId?: string };
    readonly region: Region;
  };
}
interface Run {
  readonly columnKind: string;
  readonly tool: { readonly driver: { readonly rules: { id: string; helpUri: string }[] } };
  readonly results: {
    readonly ruleId: string;
    readonly ruleIndex: number;
    readonly level: string;
    readonly message: { readonly text: string };
    readonly locations: Place[];
    readonly relatedLocations?: Place[];
    readonly fixes?: {
      artifactChanges: {
        replacements: { deletedRegion: Region; insertedContent?: { text: string } }[];
      }[];
    }[];
    readonly partialFingerprints: Readonly<Record<string, string>>;
  }[];
}

let box: Sandbox;
beforeEach(() => {
  box = new Sandbox();
});
afterEach(() => box.dispose());

async function sarif(...paths: readonly string[]): Promise<Run> {
  const { out } = await box.run(["check", ...paths, "--format", "sarif", "--min-severity", "hint"]);
  const log = JSON.parse(out) as { $schema: string; version: string; runs: Run[] };
  expect(Object.keys(log).sort()).toEqual(["$schema", "runs", "version"]);
  const [run] = log.runs;
  if (run === undefined || log.runs.length !== 1) throw new Error("not one run");
  return run;
}

const text = `groups:
- name: g
  rules:
  - alert: 😀
    expr: sum by (job) (up{a="😀", x=~"y"}) == 0
    annotations: {summary: "{{ $labels.instance }}"}
  - record: r:x
    expr: abs(up
  - record: r:x
    expr: abs(up
`;

test("the official schema has nothing against it", async () => {
  box.write({
    "a b#1.yaml": text,
    "broken.yaml": "groups:\n- name: a\n  rules: [\n",
    "rules/none.yaml": "groups: []\n",
  });
  for (const paths of [["."], ["rules"]])
    for (const more of [[], ["--min-severity", "hint"], ["--baseline", "old.json"]]) {
      const { out } = await box.run(["check", ...paths, "--format", "sarif", ...more]);
      if (out !== "") expect(objections(JSON.parse(out))).toEqual([]);
    }
  const { out } = await box.run(["check", ".", "--format", "sarif"]);
  const log = JSON.parse(out) as { runs: { results: unknown[] }[] };
  const [run] = log.runs;
  expect(run?.results.length).toBeGreaterThan(3);
  const spoilt = { ...log, runs: [{ ...run, results: [{ level: "fatal" }] }] };
  expect(objections(spoilt)).not.toEqual([]);
});

test("what the schema of SARIF 2.1.0 demands beyond its types", async () => {
  box.write({ "a b#1.yaml": text });
  const { results, tool, columnKind } = await sarif(".");
  expect(columnKind).toBe("utf16CodeUnits");
  expect(results.length).toBeGreaterThan(3);
  const ids = tool.driver.rules.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  for (const { helpUri } of tool.driver.rules) expect(new URL(helpUri).protocol).toBe("https:");
  for (const result of results) {
    expect(ids[result.ruleIndex]).toBe(result.ruleId);
    expect(["none", "note", "warning", "error"]).toContain(result.level);
    expect(result.message.text).not.toBe("");
    const places = [...result.locations, ...(result.relatedLocations ?? [])];
    const regions = [
      ...places.map(({ physicalLocation }) => physicalLocation.region),
      ...(result.fixes ?? []).flatMap(({ artifactChanges }) => {
        expect(artifactChanges.length).toBeGreaterThan(0);
        return artifactChanges.flatMap(({ replacements }) => {
          expect(replacements.length).toBeGreaterThan(0);
          return replacements.map(({ deletedRegion }) => deletedRegion);
        });
      }),
    ];
    for (const { startLine, startColumn, endLine, endColumn } of regions) {
      expect(startLine).toBeGreaterThan(0);
      expect(startColumn).toBeGreaterThan(0);
      expect(endLine).toBeGreaterThanOrEqual(startLine);
      if (endLine === startLine) expect(endColumn).toBeGreaterThanOrEqual(startColumn);
    }
    for (const { physicalLocation } of places)
      expect(physicalLocation.artifactLocation).toEqual({ uri: "a%20b%231.yaml", uriBaseId: "%SRCROOT%" });
    for (const value of Object.values(result.partialFingerprints)) expect(value).toMatch(/^[0-9a-f]{32}$/);
  }
});

test("columns count UTF-16 units, related places and fixes are there", async () => {
  box.write({ "a.yaml": text });
  const { results } = await sarif("a.yaml");
  const regexp = results.find(({ ruleId }) => ruleId === "promql.regexp-literal");
  expect(regexp?.locations[0]?.physicalLocation.region).toEqual({
    startLine: 5,
    startColumn: 36,
    endLine: 5,
    endColumn: 42,
  });
  expect(regexp?.fixes?.[0]?.artifactChanges[0]?.replacements[0]?.insertedContent?.text).toContain("=");
  const template = results.find(({ ruleId }) => ruleId === "template.missing-label");
  expect(template?.relatedLocations?.[0]?.physicalLocation.region.startLine).toBe(5);
});

test("fingerprints stay where lines above change, and tell equal findings apart", async () => {
  box.write({ "a.yaml": text });
  const prints = ({ results }: Run): readonly string[] =>
    results.map(({ partialFingerprints }) => partialFingerprints["promscope/v1"] ?? "");
  const before = prints(await sarif("a.yaml"));
  expect(new Set(before).size).toBe(before.length);
  box.write({ "a.yaml": `# one\n\n# two\n${text.replace("  rules:\n", "  rules:\n  # three\n")}` });
  expect(prints(await sarif("a.yaml"))).toEqual(before);
});

test("a file elsewhere has an absolute address", async () => {
  box.write({ "in/x.yaml": "", "out/a.yaml": text });
  const { out } = await box.run(["check", `${box.folder}/out/a.yaml`, "--format", "sarif"]);
  expect(out).toContain('"uri": "out/a.yaml"');
});

test("checkstyle, with what XML cannot hold escaped", async () => {
  box.write({ "a&b.yaml": text, "clean.yaml": "groups: []\n" });
  const { out, code } = await box.run(["check", ".", "--format", "checkstyle"]);
  expect(code).toBe(1);
  expect(out).toContain('<file name="a&amp;b.yaml">');
  expect(out).not.toContain("clean.yaml");
  expect(out).toContain('<error line="8" column="17" severity="error" message="parse error: ');
  expect(out).toContain('source="promql.syntax"/>');
});

test("GitHub annotates ten of each level: the rest is counted", async () => {
  const many = Array.from({ length: 13 }, (_, n) => `  - record: r${n}\n    expr: abs(up) +\n`).join("");
  box.write({ "a,b:c%.yaml": `groups:\n- name: g\n  rules:\n${many}` });
  const { out } = await box.run(["check", ".", "--format", "github", "--min-severity", "error"]);
  const lines = out.trimEnd().split("\n");
  expect(lines[0]).toMatch(/^::error file=a%2Cb%3Ac%25\.yaml,line=5,/);
  expect(lines.at(-1)).toBe("3 more findings are in this log; GitHub annotates ten of each level.");
});
