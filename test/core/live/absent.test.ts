import { expect, test } from "vitest";
import { alertChecks } from "../../../server/src/checks/alert/index.ts";
import { fakeIndex } from "./fake-index.ts";
import { liveFindingsIn } from "./live-check.ts";

const dev = fakeIndex({ scrapes: { api: 15, slow: 60 } });

/** What is said of an alert on an expression that waits. */
function said(expr: string, wait: string, environments = [dev]): readonly string[] {
  const text = `groups:\n- name: g\n  rules:\n  - alert: A\n    expr: ${expr}\n    for: ${wait}\n`;
  return liveFindingsIn(text, environments, {}, alertChecks).flatMap((line) => {
    const [, told] = /^rule.absent-for-short (.*)$/.exec(line) ?? [];
    return told === undefined ? [] : [told];
  });
}

test("an alert on absent() waits for two scrapes of the job that it names, or of what is scraped most", () => {
  expect(said('absent(up{job="slow"})', "119s")).toEqual([
    'warning "absent(up{job=\\"slow\\"})" Dev scrapes every 1m: absent() is not told from a scrape that fails, wait for 4m.',
    'warning "119s" Dev scrapes every 1m, and this is less than two scrapes: wait for 4m.',
  ]);
  expect(said('absent(up{job="slow"})', "2m")).toEqual([]);
  expect(said("absent(up)", "29s")).toHaveLength(2);
  expect(said("absent(up)", "30s")).toEqual([]);
});

test("also where something else has to be so, or another branch fires", () => {
  expect(said("absent(up) and on () hour() > 8", "10s")).toHaveLength(2);
  expect(said("(absent(up)) unless on () down == 1 or up == 0", "10s")).toHaveLength(2);
  expect(said("absent(up) or absent(down)", "10s")).toHaveLength(3);
});

test.each([
  ["absent(up)", "0s"],
  ["up unless absent(up)", "10s"],
  ["sum(absent(up))", "10s"],
  ["absent_over_time(up[5m])", "10s"],
])("%s for %s is no such alert", (expr, wait) => {
  expect(said(expr, wait)).toEqual([]);
});

test("nothing is said where nobody tells how often is scraped", () => {
  expect(said("absent(up)", "1s", [])).toEqual([]);
  expect(said("absent(up)", "1s", [fakeIndex({})])).toEqual([]);
});
