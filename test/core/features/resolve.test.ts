import { describe, expect, test } from "vitest";
import { neverCancelled } from "../../../server/src/base/cancellation.ts";
import { resolveCompletion } from "../../../server/src/features/completion-resolve.ts";
import { fakeEnvironment } from "./fakes.ts";

const environments = [
  fakeEnvironment("Dev", {
    series: [],
    metadata: { up: { type: "gauge", help: "1 if *up*", unit: "" } },
  }),
  fakeEnvironment("Prod", { series: [], state: "offline" }),
];

const metric = (name: string, environment: string): Promise<string | undefined> =>
  resolveCompletion({ kind: "metric", name, environment }, environments, neverCancelled);

describe("what an item says once it is looked at", () => {
  test("a metric's type and help", async () => {
    expect(await metric("up", "Dev")).toBe("`gauge`\n\n1 if \\*up\\*");
  });

  test("that nothing is known, or why not", async () => {
    expect(await metric("down", "Dev")).toBe("No type or help is known in Dev.");
    expect(await metric("up", "Prod")).toBe("Prod cannot be reached; check its address.");
    expect(await metric("up", "Gone")).toBeUndefined();
  });

  test("a function's signature and meaning", async () => {
    const text = await resolveCompletion({ kind: "function", name: "limitk" }, environments, neverCancelled);
    expect(text).toContain("limitk(");
    expect(text).toContain("Experimental: needs `--enable-feature=promql-experimental-functions`.");
  });
});
