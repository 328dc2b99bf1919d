import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { versions } from "../../server/src/model/versions.ts";
import { builtFolder } from "./tools/locate.ts";
import { buildSteps, toolNames } from "./tools/table.ts";

function goMod(module: string): string {
  return readFileSync(join(import.meta.dirname, "tools", module, "go.mod"), "utf8");
}

/** The version that a go.mod requires of a module, direct or not. */
function required(module: string, path: string): string | undefined {
  const line = goMod(module)
    .split("\n")
    .map((text) =>
      text
        .trim()
        .replace(/^require /, "")
        .split(" "),
    )
    .find(([name]) => name === path);
  return line?.[1];
}

test("the go.mod files of the test servers hold the versions that Promscope promises", () => {
  // Prometheus 3.16.0 is the Go module v0.316.0, Kubernetes' libraries are v0.36.2 for 1.36.2.
  const prometheus = /^3\.(\d+)\.(\d+)$/.exec(versions.prometheus);
  expect(required("prometheus", "github.com/prometheus/prometheus")).toBe(
    `v0.3${prometheus?.[1]}.${prometheus?.[2]}`,
  );
  expect(required("victoriametrics", "github.com/VictoriaMetrics/VictoriaMetrics")).toBe(
    `v${versions.victoriametrics}`,
  );
  expect(required("thanos", "github.com/thanos-io/thanos")).toBe(`v${versions.thanos}`);
  expect(required("kubernetes", "k8s.io/kubernetes")).toBe(`v${versions.kubernetes}`);
  expect(required("kubernetes", "go.etcd.io/etcd/server/v3")).toBe(`v${versions.etcd}`);
  const libraries = [...goMod("kubernetes").matchAll(/^replace k8s\.io\/\S+ => \S+ (\S+)$/gm)];
  expect(libraries.length).toBeGreaterThan(30);
  for (const [, version] of libraries) expect(version).toBe(`v0.${versions.kubernetes.slice(2)}`);
});

test("every program is made by exactly one step, from a package that its go.mod names as a tool", () => {
  for (const name of toolNames) {
    expect(buildSteps.filter(({ tools }) => name in tools)).toHaveLength(1);
  }
  for (const step of buildSteps) {
    for (const path of Object.values(step.tools)) {
      expect(goMod(step.module)).toMatch(new RegExp(`^(tool |\\t)${path}$`, "m"));
    }
  }
});

test("a change of flags or versions builds into another folder", () => {
  for (const step of buildSteps) {
    expect(builtFolder({ ...step, ldflags: "" })).not.toBe(builtFolder(step));
    expect(builtFolder({ ...step, version: "0.0.1" })).not.toBe(builtFolder(step));
  }
});
