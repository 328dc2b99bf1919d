import { expect, test } from "vitest";
import { type Known, known, unavailable } from "../../../server/src/base/known.ts";
import { mergeCredentials, readCredentials } from "../../../server/src/world/credentials.ts";
import { dialectFacts, type EnvironmentAccess } from "../../../server/src/world/environment.ts";
import type { BackendIdentity } from "../../../server/src/world/ports.ts";
import { mergeEnvironments } from "../../../server/src/world/project-environments.ts";
import { noEnvironment } from "../environment.ts";

const named = (name: string, backend = "http://x") => ({ ...noEnvironment, name, backend });

test("the user's own environments win by name, and stand first", () => {
  const merged = mergeEnvironments(
    [named("Dev", "http://mine")],
    [{ path: "/repo/promscope.yaml", environments: [named("Dev", "http://theirs"), named("Prod")] }],
  );
  expect(merged.map(({ environment, project }) => [environment.name, environment.backend, project])).toEqual([
    ["Dev", "http://mine", undefined],
    ["Prod", "http://x", "/repo/promscope.yaml"],
  ]);
});

test("two projects may use one name: a query never runs on the wrong one", () => {
  const merged = mergeEnvironments(
    [],
    [
      { path: "/repo/a/promscope.yaml", environments: [named("Dev", "http://a")] },
      { path: "/repo/b/promscope.yaml", environments: [named("Dev", "http://b")] },
      { path: "/other/b/promscope.yaml", environments: [named("Dev", "http://c")] },
    ],
  );
  expect(merged.map(({ environment }) => [environment.name, environment.backend])).toEqual([
    ["Dev", "http://a"],
    ["Dev (b)", "http://b"],
    ["Dev (b 2)", "http://c"],
  ]);
});

function access(fact: Known<BackendIdentity>, settings: object = {}): EnvironmentAccess {
  return {
    environment: { ...noEnvironment, ...settings },
    metrics: undefined,
    queries: undefined,
    cluster: undefined,
    identity: { now: () => fact, settled: async () => {}, onChange: () => ({ dispose() {} }) },
  };
}

test("what a backend tells of itself counts where the settings say nothing", () => {
  const told = known<BackendIdentity>({ flavour: "prometheus", version: "3.5.0", features: ["x"] }, "s", 1);
  expect(dialectFacts(access(told))).toEqual({ flavour: "prometheus", version: "3.5.0", features: ["x"] });
  expect(dialectFacts(access(told, { version: "2.45.0", features: ["y"], flavour: "thanos" }))).toEqual({
    flavour: "thanos",
    version: "2.45.0",
    features: ["y"],
  });
});

test("what is not known stays unknown", () => {
  const nothing = { flavour: undefined, version: undefined, features: undefined };
  expect(dialectFacts(access(unavailable("pending", "m", "s", 0)))).toEqual(nothing);
  expect(
    dialectFacts(access(known({ flavour: "unknown", version: "", features: undefined }, "s", 1))),
  ).toEqual(nothing);
});

test.each([
  [null, undefined],
  ["x", undefined],
  [{}, {}],
  [{ authorization: { type: "bearer", token: 1 } }, {}],
  [{ authorization: { type: "digest", token: "x" } }, {}],
  [{ headers: { a: "b", c: 1 } }, { headers: { a: "b" } }],
  [{ tls: ["x"] }, {}],
])("credentials of any shape are read: %j", (value, read) => {
  expect(readCredentials(value)).toEqual(read);
});

test("later credentials win, and headers add up", () => {
  const one = { authorization: { type: "bearer", token: "a" }, headers: { x: "1", y: "1" } } as const;
  const two = { authorization: { type: "bearer", token: "b" }, headers: { y: "2" } } as const;
  expect(mergeCredentials(one, two)).toEqual({
    authorization: { type: "bearer", token: "b" },
    headers: { x: "1", y: "2" },
    tls: undefined,
  });
  expect(mergeCredentials(undefined, undefined)).toBeUndefined();
});
