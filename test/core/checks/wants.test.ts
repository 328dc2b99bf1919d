import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { allChecks } from "../../../server/src/checks/registry.ts";
import { ruleFile } from "../../bench/rules.ts";
import { examplesOf } from "../docs-examples.ts";
import { bothWays } from "./wants.ts";

const pages = new URL("../../../docs/checks/", import.meta.url);

describe("a rule is asked only by checks that can find something in it", () => {
  test("in the examples of all pages", () => {
    let count = 0;
    for (const page of readdirSync(pages)) {
      const { wrong, right } = examplesOf(readFileSync(new URL(page, pages), "utf8"));
      for (const { files } of [wrong, right]) {
        const named = files.map(({ name, text }) => ({ path: name, text }));
        for (const { told, all } of bothWays(named)) expect(told, page).toBe(all);
        count += files.length;
      }
    }
    expect(count).toBeGreaterThan(150);
  });

  test("in rules that are written in another way than nearly all", () => {
    const fields = [
      "",
      "for: 0s",
      "for: 0",
      "for: 5x",
      "for: 5m30s",
      "for: 99999d",
      "for:",
      "for: !!str 5m",
      "keep_firing_for: 0m",
      "keep_firing_for: ''",
      "record: b",
      "record:",
      "record: 'a b'",
      "alert: B",
      "expr: down",
      "expr:",
      "expr: 5",
      "expr: ''",
      "unknown: x",
      "'labels': {}",
      "labels:",
      "labels: []",
      "labels: {a: }",
      "labels: {a: ''}",
      "labels: {'': x}",
      "labels: {a: 1}",
      "labels: {a: yes}",
      "labels: {a: b, a: c}",
      "labels: {__name__: x}",
      "labels: {__a: x}",
      "labels: {alertname: x}",
      "labels: {'{{ $labels.a }}': x}",
      "labels: {~: x}",
      "labels: {a: [b]}",
      "labels: &x {a: b}",
      "labels: {<<: {a: b}}",
      "labels: {a: !!int b}",
      "labels: *missing",
      "annotations: {summary: }",
      "annotations: {'': x}",
      "annotations: {a: b, 'a': c}",
      "annotations: {'{{a}}': x}",
      "annotations: text",
      "<<: {for: 0s}",
      "? [a]\n: b",
    ];
    const items = [
      "- null",
      "- text",
      "- []",
      "- {}",
      "- &r {alert: A, expr: up}",
      "- *r",
      "- !!map {alert: A, expr: up}",
    ];
    const heads = [
      "alert: A\nexpr: up == 0",
      "record: a:b\nexpr: sum(up)",
      "record: 'a{b}'\nexpr: up",
      "expr: up",
      "alert: A",
    ];
    const lines: string[] = [];
    for (const head of heads)
      for (const field of fields) lines.push(`- ${[head, field].join("\n").replaceAll("\n", "\n  ")}`);
    const found = new Set<string>();
    // Each in a file of its own, for what refuses a file silences others.
    for (const item of [...items, ...lines]) {
      const group = `- name: g\n  rules:\n${item.replace(/^/gm, "  ")}\n`;
      const text = `groups:\n${group}`;
      const object = `apiVersion: monitoring.coreos.com/v1\nkind: PrometheusRule\nmetadata: {name: a}\nspec:\n${text.replace(/^(?=.)/gm, "  ")}`;
      for (const [path, written] of [
        ["a.yaml", text],
        ["b.yaml", object],
      ] as const)
        for (const { told, all } of bothWays([{ path, text: written }])) {
          expect(told, written).toBe(all);
          for (const [, id = ""] of String(told).matchAll(/"check":"([^"]+)"/g)) found.add(id);
        }
    }
    const ofOdd = allChecks.filter((check) => check.unit === "rule" && check.wants?.includes("odd") === true);
    expect(ofOdd.length).toBeGreaterThan(12);
    expect(ofOdd.map(({ id }) => id).filter((id) => !found.has(id))).toEqual([]);
  });

  test("in a file of many shapes", () => {
    for (const { told, all } of bothWays([{ path: "a.yaml", text: ruleFile(60) }])) expect(told).toBe(all);
  });
});
