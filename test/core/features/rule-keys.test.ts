import { describe, expect, test } from "vitest";
import { neverCancelled } from "../../../server/src/base/cancellation.ts";
import { complete } from "../../../server/src/features/completion.ts";
import { marked } from "./files.ts";

async function check(text: string): Promise<readonly string[]> {
  const { snapshot, offset } = marked(text);
  const found = await complete(snapshot, offset, neverCancelled);
  return found?.items.map(({ label }) => label) ?? [];
}

const head = "groups:\n  - name: g\n    rules:\n";

describe("keys of rule files", () => {
  test("a new rule", async () => {
    const labels = await check(`${head}      - ‖\n      - alert: A\n        expr: up\n`);
    expect(labels.slice(0, 2)).toEqual(["alerting rule", "recording rule"]);
    expect(labels).toContain("alert");
  });

  test("what an alerting rule does not have yet", async () => {
    const labels = await check(`${head}      - alert: A\n        expr: up\n        ‖\n`);
    expect(labels).toEqual(["for", "keep_firing_for", "labels", "annotations"]);
  });

  test("what a recording rule may have, also above its other keys", async () => {
    const labels = await check(`${head}      - record: a:b\n        l‖\n        expr: up\n`);
    expect(labels).toEqual(["labels"]);
  });

  test("a group", async () => {
    const labels = await check(
      "groups:\n  - name: g\n    ‖\n    rules:\n      - alert: A\n        expr: up\n",
    );
    expect(labels).toContain("interval");
    expect(labels).not.toContain("rules");
  });

  test("annotations, and labels that other rules carry", async () => {
    const labels = await check(
      `${head}      - alert: A\n        expr: up\n        labels:\n          team: x\n      - alert: B\n        expr: up\n        labels:\n          ‖\n`,
    );
    expect(labels).toEqual(["severity", "team"]);
    const annotations = await check(
      `${head}      - alert: A\n        expr: up\n        annotations:\n          summary: x\n          ‖\n`,
    );
    expect(annotations).toEqual(["description", "runbook_url"]);
  });

  test("values that are known beforehand", async () => {
    expect(await check(`${head}      - alert: A\n        expr: up\n        for: ‖\n`)).toContain("5m");
    expect(
      await check(
        `${head}      - alert: A\n        expr: up\n        labels:\n          severity: page\n      - alert: B\n        expr: up\n        labels:\n          severity: ‖\n`,
      ),
    ).toEqual(["page", "critical", "warning", "info"]);
  });

  test("in a PrometheusRule", async () => {
    const labels = await check(
      "apiVersion: monitoring.coreos.com/v1\nkind: PrometheusRule\nmetadata:\n  name: x\nspec:\n  groups:\n    - name: g\n      rules:\n        - alert: A\n          ‖\n",
    );
    expect(labels).toContain("expr");
  });

  test.each([
    [
      "texts of annotations",
      `${head}      - alert: A\n        expr: up\n        annotations:\n          summary: ‖\n`,
    ],
    ["names", `${head}      - alert: ‖\n        expr: up\n`],
    ["files that are not ours", "a:\n  ‖\n"],
  ])("nothing in %s", async (_what, text) => expect(await check(text)).toEqual([]));
});
