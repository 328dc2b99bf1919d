import { afterEach, beforeEach, expect, test } from "vitest";
import { Sandbox } from "./run.ts";

const untidy = "groups:\n- name: g\n  rules:\n  - record: r\n    expr: sum( up )by(job) # jobs\n";
const tidy = untidy.replace("sum( up )by(job)", "sum by (job) (up)");

let box: Sandbox;
beforeEach(() => {
  box = new Sandbox();
});
afterEach(() => box.dispose());

test("writes what is not formatted and names it", async () => {
  box.write({ "a.yaml": untidy, "b.yaml": tidy, "c.yaml": "a: sum( up )\n" });
  expect(await box.run(["fmt", "."])).toEqual({ code: 0, out: "a.yaml\n", err: "" });
  expect(box.read("a.yaml")).toBe(tidy);
  expect(box.read("c.yaml")).toBe("a: sum( up )\n");
  expect(await box.run(["fmt", "."])).toEqual({ code: 0, out: "", err: "" });
});

test("--check writes nothing, names it and exits with 1", async () => {
  box.write({ "a.yaml": untidy });
  expect(await box.run(["fmt", "--check", "."])).toEqual({ code: 1, out: "a.yaml\n", err: "" });
  expect(box.read("a.yaml")).toBe(untidy);
  box.write({ "a.yaml": tidy });
  expect(await box.run(["fmt", "--check", "."])).toEqual({ code: 0, out: "", err: "" });
});

test("what Prometheus does not take is named and left as it is", async () => {
  const broken = untidy.replace("sum( up )by(job)", "sum( up )by(job");
  box.write({ "a.yaml": `${broken}${untidy.replace(/^[^-]*- name: g\n {2}rules:\n/, "")}` });
  const run = await box.run(["fmt", "a.yaml"]);
  expect(run).toMatchObject({
    code: 0,
    out: "a.yaml\n",
    err: expect.stringMatching(/^a\.yaml:5: .* left as it is\.\n$/),
  });
  expect(box.read("a.yaml")).toContain("sum( up )by(job #");
  expect(box.read("a.yaml")).toContain("sum by (job) (up) #");
});

test("standard input goes to standard output", async () => {
  expect(await box.run(["fmt", "-"], untidy)).toEqual({ code: 0, out: tidy, err: "" });
  expect(await box.run(["fmt", "-", "--stdin-name", "a.promql"], "sum( up )\n")).toMatchObject({
    out: "sum(up)\n",
  });
});

test("a file that is not UTF-8 is left as it is, one that is not there gives 2", async () => {
  const bytes = Buffer.concat([Buffer.from(untidy), Buffer.from([0x23, 0xff, 0x0a])]);
  box.write({ "a.yaml": bytes });
  const run = await box.run(["fmt", "a.yaml"]);
  expect(run.err).toBe("a.yaml is not UTF-8 and was left as it is; convert it, then format it.\n");
  expect((await box.run(["fmt", "nowhere.yaml"])).code).toBe(2);
});
