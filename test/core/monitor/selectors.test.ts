import { expect, test } from "vitest";
import { selects } from "../../../server/src/world/selectors.ts";

const selector = (
  matchLabels: Readonly<Record<string, string>>,
  expressions: readonly { key: string; operator: string; values: readonly string[] }[] = [],
) => ({ matchLabels: new Map(Object.entries(matchLabels)), expressions });

test("values are anchored regular expressions in which the dot acts", () => {
  expect(selects(selector({ team: "x.y" }), { team: "xzy" })).toBe(true);
  expect(selects(selector({ team: "x.y" }), { team: "xzyy" })).toBe(false);
  expect(selects(selector({ team: "x.y" }), { team: "xzy" }, "RoleSelector")).toBe(false);
});

test("keys that differ only in signs are the same key", () => {
  const labels = { "app_kubernetes_io/name": "web" };
  expect(selects(selector({ "app.kubernetes.io/name": "web" }), labels)).toBe(true);
  expect(selects(selector({ "app.kubernetes.io/name": "web" }), labels, "RoleSelector")).toBe(false);
});

test.each([
  ["In", ["a", "b"], { k: "a" }, true],
  ["In", ["a", "b"], { k: "c" }, false],
  ["In", ["a"], {}, false],
  ["NotIn", ["a"], { k: "b" }, true],
  ["NotIn", ["a"], {}, true],
  ["NotIn", ["a"], { k: "a" }, false],
  ["Exists", [], { k: "" }, true],
  ["Exists", [], {}, false],
  ["DoesNotExist", [], {}, true],
  ["DoesNotExist", [], { k: "a" }, false],
])("%s %j on %j", (operator, values, labels: Record<string, string>, expected) => {
  expect(selects(selector({}, [{ key: "k", operator, values }]), labels)).toBe(expected);
});

test("an empty selector takes everything", () => {
  expect(selects(selector({}), { any: "thing" })).toBe(true);
});
