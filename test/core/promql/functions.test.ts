import { expect, test } from "vitest";
import { aggregations, functions, signatureOf } from "../../../server/src/promql/functions.ts";
import { parseExpr } from "../../../server/src/promql/parse.ts";

test("there are 91 functions and 14 aggregations, each told apart and described in one line", () => {
  expect(functions.size).toBe(91);
  expect(aggregations.size).toBe(14);
  for (const { name, doc } of [...functions.values(), ...aggregations.values()]) {
    expect(doc, name).toMatch(/\.$/);
    expect(doc.length, name).toBeLessThanOrEqual(120);
    expect(doc, name).not.toContain("\n");
  }
});

test("signatures name parameters, types and defaults", () => {
  expect(signatureOf("rate")?.label).toBe("rate(v range-vector)");
  expect(signatureOf("round")?.label).toBe("round(v instant-vector, to_nearest=1 scalar)");
  expect(signatureOf("topk")?.parameters).toEqual(["k scalar", "v instant-vector"]);
  expect(signatureOf("label_join")).toMatchObject({ repeatsLast: true });
  expect(signatureOf("SUM")?.label).toBe("sum(v instant-vector)");
  expect(signatureOf("Rate")).toBeUndefined();
});

test("a call that follows its declaration is accepted, one argument less or more is not", () => {
  const written = { vector: "foo", matrix: "foo[5m]", scalar: "1", string: '"x"' };
  const accepted = (name: string, args: readonly string[]): boolean =>
    parseExpr(`${name}(${args.join(", ")})`, { experimentalFunctions: true }).errors.length === 0;
  for (const { name, parameters, variadic } of functions.values()) {
    const args = parameters.map(({ type }, i) => (name === "info" && i === 1 ? "{}" : written[type]));
    const last = args.at(-1) ?? "1";
    expect(accepted(name, args), name).toBe(true);
    expect(accepted(name, [...args, last]), name).toBe(variadic < 0 || variadic > 1);
    if (args.length > 0) expect(accepted(name, args.slice(0, -1)), name).toBe(variadic !== 0);
  }
});
