import { readFileSync } from "node:fs";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { settingsPage } from "../../../scripts/settings-page.ts";
import {
  configurationContribution,
  parseProject,
  parseSettings,
} from "../../../server/src/world/settings.ts";

const root = new URL("../../../", import.meta.url);

test("the manifest and the docs say what the declarations say", () => {
  const manifest = JSON.parse(readFileSync(new URL("package.json", root), "utf8")) as {
    contributes: { configuration: unknown };
  };
  const hint = "run `node scripts/settings.ts`";
  expect(manifest.contributes.configuration, hint).toEqual(configurationContribution());
  expect(readFileSync(new URL("docs/settings.md", root), "utf8"), hint).toBe(settingsPage());
});

test("nothing set gives the defaults and no warning", () => {
  const defaults = {
    settings: {
      environments: [],
      checks: {},
      lensEnabled: true,
      formatOnSave: false,
      enableFeatures: [],
      queryHeavySamples: 5_000_000,
      queryHeavySeries: 20_000,
      grafanaUrl: "",
      grafanaDataSource: "",
      promtool: "",
      traceServer: "off",
    },
    warnings: [],
  };
  for (const nothing of [undefined, null, {}]) expect(parseSettings(nothing)).toEqual(defaults);
});

test("a full environment is read, with what is not set made plain", () => {
  const { settings, warnings } = parseSettings({
    environments: [
      {
        name: "Prod NA",
        backend: "https://thanos.example/prefix",
        scope: { cluster: "prod-na" },
        context: "na",
        files: ["rules/prod-na/**"],
        replicaLabels: ["replica"],
        flavour: "thanos",
        protected: true,
      },
      { name: "Dev", backend: "kubernetes:monitoring/prometheus-operated:9090" },
    ],
    checks: { "promql.syntax": "off" },
    lens: { enabled: false },
    enableFeatures: ["promql-experimental-functions"],
  });
  expect(warnings).toEqual([]);
  expect(settings.environments[0]).toEqual({
    name: "Prod NA",
    backend: "https://thanos.example/prefix",
    scope: { cluster: "prod-na" },
    kubeconfig: undefined,
    context: "na",
    files: ["rules/prod-na/**"],
    replicaLabels: ["replica"],
    protected: true,
    version: undefined,
    flavour: "thanos",
    features: [],
    httpConfig: undefined,
  });
  expect(settings.environments[1]?.backend).toBe("kubernetes:monitoring/prometheus-operated:9090");
  expect(settings).toMatchObject({ checks: { "promql.syntax": "off" }, lensEnabled: false });
});

test("keys may be dotted, as some editors send them", () => {
  expect(parseSettings({ "lens.enabled": false }).settings.lensEnabled).toBe(false);
});

test.each([
  [{ environments: "x" }, "promscope.environments must be a list; it is ignored."],
  [{ environments: [{}] }, "promscope.environments[0] needs name; it is ignored."],
  [{ environments: [{ name: "" }] }, "promscope.environments[0].name must be a text; it is ignored."],
  [
    { environments: [{ name: "A", backend: "localhost:9090" }] },
    "promscope.environments[0].backend must be a URL (https://…) or kubernetes:NAMESPACE/SERVICE:PORT; it is ignored.",
  ],
  [
    { environments: [{ name: "A", scope: ["x"] }] },
    "promscope.environments[0].scope must be a mapping; it is ignored.",
  ],
  [
    { environments: [{ name: "A", scope: { cluster: 1 } }] },
    "promscope.environments[0].scope.cluster must be a text; it is ignored.",
  ],
  [{ environments: [null] }, "promscope.environments[0] must be a mapping; it is ignored."],
  [
    { checks: { a: "loud" } },
    "promscope.checks.a must be one of off, hint, info, warning, error; it is ignored.",
  ],
  [{ lens: { enabled: "yes" } }, "promscope.lens.enabled must be true or false; it is ignored."],
  [{ enableFeatures: [1] }, "promscope.enableFeatures[0] must be a text; it is ignored."],
])("%j gives one warning and the default", (raw, warning) => {
  const { settings, warnings } = parseSettings(raw);
  expect(warnings).toEqual([warning]);
  expect(settings).toEqual(parseSettings({}).settings);
});

test("a bad environment leaves the good ones, an unknown key leaves the rest of its environment", () => {
  const { settings, warnings } = parseSettings({
    environments: [
      { name: "A", colour: "red" },
      { name: "B", scope: 1 },
      { name: "C" },
      { name: "C", protected: true },
    ],
  });
  expect(settings.environments.map(({ name, protected: guarded }) => [name, guarded])).toEqual([
    ["A", false],
    ["C", false],
  ]);
  expect(warnings).toEqual([
    "promscope.environments[0].colour is not known; it is ignored.",
    "promscope.environments[1].scope must be a mapping; it is ignored.",
    'promscope.environments has "C" twice; only the first counts.',
  ]);
});

test("a project has the same keys, and no others", () => {
  const { project, warnings } = parseProject({
    environments: [{ name: "A" }],
    checks: { x: "off" },
    lens: {},
  });
  expect(project.environments.map(({ name }) => name)).toEqual(["A"]);
  expect(project.checks).toEqual({ x: "off" });
  expect(warnings).toEqual(["promscope.yaml: lens is not known; it is ignored."]);
  expect(parseProject([]).warnings).toEqual(["promscope.yaml must be a mapping; it is ignored."]);
});

test("no value makes it throw", () => {
  const anything = fc.anything({ withNullPrototype: true });
  const settings = fc.record(
    { environments: anything, checks: anything, lens: anything, enableFeatures: anything, trace: anything },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(fc.oneof(anything, settings), (raw) => {
      const parsed = parseSettings(raw);
      parseProject(raw);
      return parsed.settings.environments.every(({ name }) => typeof name === "string" && name !== "");
    }),
    { seed: 3, numRuns: 500 },
  );
});
