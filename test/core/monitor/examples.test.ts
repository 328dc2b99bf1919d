import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { check } from "./reading.ts";

const folder = new URL("../../../examples/", import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, folder), "utf8");
const services = Object.fromEntries(
  readdirSync(new URL("services/", folder)).map((name) => [name, read(`services/${name}`)]),
);

test("the example monitors show what they say", () => {
  expect(check(read("monitors/gateway.yaml"), services)).toEqual([]);
  expect(check(read("monitors/checkout.yaml"), services)).toMatchObject([
    {
      check: "monitor.port-not-on-service",
      message: "No matching Service has a port `metrics`: `checkout` has `http`, `http-metrics`.",
      fixes: [{ title: "Use the port `http-metrics`", safe: false }],
    },
  ]);
  expect(check(read("monitors/service-x.yaml"), services).map(({ check: id }) => id)).toEqual([
    "monitor.lost-indent",
    "monitor.lost-indent",
  ]);
});
