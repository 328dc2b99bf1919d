import { afterAll, expect, test } from "vitest";
import { api, faultServer } from "../core/adapters/fault-server.ts";
import { Sandbox } from "./run.ts";

const sandbox = new Sandbox();
afterAll(() => sandbox.dispose());

const rules = "groups:\n- name: g\n  rules:\n  - alert: A\n    expr: up == 0\n    for: 5m\n";
const empty = {
  "status/buildinfo": { version: "3.16.0", revision: "x" },
  "label/__name__/values": [],
  "label/job/values": [],
};

/** What `promscope check` says of a backend that made its live checks silent. */
async function told(backend: string, text = rules): Promise<readonly [number, string]> {
  sandbox.write({ "rules.yml": text });
  const { code, err } = await sandbox.run(["check", "rules.yml", "--backend", backend]);
  return [code, err];
}

test("a backend that shows no metrics at all makes no finding, and is named", async () => {
  const { url, host } = await faultServer(api(empty));
  const text = rules.replace("up == 0", 'there_is_none{job="x"} == 0');
  const words = `promscope: ${host} shows no metrics at all; check its tenant, scope and clock.\n`;
  expect(await told(url, text)).toEqual([0, words]);
});

test("one that does not answer is named too, without the credentials of its address", async () => {
  const { url, host } = await faultServer((_, response) => void response.writeHead(403).end());
  const [code, err] = await told(url.replace("//", "//ann:geheim@"));
  expect([code, err]).toEqual([
    0,
    `promscope: ${host} forbids this (403); ask for the right to read its API.\n`,
  ]);
});

test("one that is well is not, and none is asked for files without rules", async () => {
  const well = await faultServer(api({ ...empty, "label/__name__/values": ["up"] }));
  expect(await told(well.url)).toEqual([0, ""]);
  const asked = well.asked.length;
  expect(await told(well.url, "a: 1\n")).toEqual([0, ""]);
  expect(well.asked.length).toBe(asked);
});
