import { describe, expect, test } from "vitest";
import { neverCancelled } from "../../../server/src/base/cancellation.ts";
import { complete } from "../../../server/src/features/completion.ts";
import { hover } from "../../../server/src/features/hover.ts";
import { readDocument } from "../../../server/src/model/read.ts";
import type { Snapshot } from "../../../server/src/world/snapshot.ts";
import { emptyWorkspace } from "../../../server/src/world/workspace.ts";

function at(marked: string): { readonly snapshot: Snapshot; readonly offset: number } {
  const offset = marked.indexOf("|");
  const text = marked.slice(0, offset) + marked.slice(offset + 1);
  const document = readDocument({
    uri: "file:///a/promscope.yaml",
    path: "a/promscope.yaml",
    version: 1,
    text,
  });
  return { snapshot: { document, workspace: emptyWorkspace, environments: [], features: [] }, offset };
}

async function offered(marked: string): Promise<readonly string[]> {
  const { snapshot, offset } = at(marked);
  return ((await complete(snapshot, offset, neverCancelled))?.items ?? []).map(({ label }) => label);
}

async function inserted(marked: string, label: string): Promise<string | undefined> {
  const { snapshot, offset } = at(marked);
  const list = await complete(snapshot, offset, neverCancelled);
  return list?.items.find((item) => item.label === label)?.insertText;
}

describe("completion", () => {
  test.each([
    ["keys of the file", "|", ["environments", "checks", "enableFeatures", "kinds", "vendored", "policy"]],
    [
      "those that are there are left out",
      "checks: {}\n|",
      ["environments", "enableFeatures", "kinds", "vendored", "policy"],
    ],
    ["kinds of files", "kinds:\n  tests: t/**\n  |", ["none", "rules"]],
    [
      "keys of a policy",
      "policy:\n  - |",
      [
        "name",
        "match",
        "severity",
        "require",
        "forbid",
        "typos",
        "message",
        "link",
        "locked",
        "silence",
        "override",
      ],
    ],
    [
      "keys within a match",
      "policy:\n  - match:\n      k|",
      ["files", "kinds", "groups", "names", "labels", "annotations", "for", "keep_firing_for", "not"],
    ],
    [
      "keys in flow style",
      "policy:\n  - match: { kinds: alert, |",
      ["files", "groups", "names", "labels", "annotations", "for", "keep_firing_for", "not"],
    ],
    ["keys of bounds", "policy:\n  - require:\n      for: { |", ["min", "max", "required"]],
    ["severities", "policy:\n  - severity: |", ["error", "warning", "info", "hint", "off"]],
    ["kinds in a list", "policy:\n  - match:\n      kinds:\n        - |", ["alert", "record"]],
    ["kinds in flow style", "policy:\n  - match: { kinds: [al|", ["alert", "record"]],
    ["severities of checks", "checks:\n  promql.syntax: |", ["off", "hint", "info", "warning", "error"]],
    ["true or false", "policy:\n  - require:\n      limit:\n        required: |", ["true", "false"]],
    ["labels", "policy:\n  - require:\n      labels:\n        |", ["severity", "team", "priority"]],
    ["names of policies", "policy:\n  - name: Pages\n  - override: |", ["Pages"]],
    [
      "durations",
      "policy:\n  - require:\n      for:\n        min: |",
      ["30s", "1m", "5m", "15m", "1h", "1d"],
    ],
    [
      "styles of names",
      "policy:\n  - require:\n      name: { style: l|",
      ["PascalCase", "camelCase", "snake_case", "kebab-case", "level:metric", "level:metric:operations"],
    ],
  ])("%s", async (_what, marked, labels) => {
    expect(await offered(marked)).toEqual(labels);
  });

  test("ids of all checks, and functions", async () => {
    expect(await offered("checks:\n  pol|")).toEqual(expect.arrayContaining(["policy.for", "promql.syntax"]));
    expect(await offered("policy:\n  - forbid:\n      functions: |")).toEqual(
      expect.arrayContaining(["irate", "stddev"]),
    );
  });

  test("a key brings what opens its value", async () => {
    expect(await inserted("|", "policy")).toBe("policy:\n  - $0");
    expect(await inserted("policy:\n  - |", "require")).toBe("require:\n    $0");
    expect(await inserted("policy:\n  - match: { |", "kinds")).toBe("kinds: $0");
    expect(await inserted("policy:\n  - |", "severity")).toBe("severity: $0");
  });

  test("nothing in comments", async () => {
    expect(await offered("# |")).toEqual([]);
  });
});

describe("hover", () => {
  const contents = async (marked: string): Promise<string> => {
    const { snapshot, offset } = at(marked);
    return (await hover(snapshot, offset, neverCancelled))?.contents ?? "";
  };

  test("keys and ids of checks", async () => {
    expect(await contents("pol|icy: []")).toContain("All policies that match a rule count");
    expect(await contents("policy:\n  - require: { f|or: { min: 1m } }")).toContain("Bounds of");
    expect(await contents("checks: { promql.syn|tax: off }")).toContain("Prometheus cannot parse");
    expect(await contents("policy:\n  - name: x|")).toBe("");
  });
});
