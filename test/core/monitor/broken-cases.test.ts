import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { shared } from "../../shared.ts";
import { check } from "./reading.ts";

const folder = shared("cases", "broken");

/** Manifests that people posted because nothing was scraped, and what is wrong with them. */
const expected = {
  "01.yaml": "monitor.wrong-type",
  "03.yaml": "monitor.port-not-on-service",
  "05.yaml": "monitor.selector-matches-nothing",
  "07.yaml": "monitor.selector-matches-nothing",
  "11.yaml": "monitor.target-port-not-declared",
  "13.yaml": "monitor.port-number",
  "19.yaml": "monitor.unknown-field",
  "21.yaml": "monitor.misplaced-key",
} as const;

describe.skipIf(folder === undefined)("posted manifests (needs ../shared/cases/broken)", () => {
  test.each(Object.entries(expected))("%s has one finding, %s", (file, id) => {
    const findings = check(readFileSync(join(folder ?? "", file), "utf8"));
    expect(findings.map((finding) => finding.check)).toEqual([id]);
  });
});
