import { describe, expect, test } from "vitest";
import { check, exprOf } from "./completion.ts";
import { ruleWith } from "./files.ts";

describe("labels", () => {
  test("names of the selector's series without those that are used", async () => {
    const { labels, asked, choose } = await check(ruleWith("http_requests_total{job='api', c‖}"));
    expect(asked).toEqual(['labels {__name__="http_requests_total",job="api"} c']);
    expect(labels).toEqual(["code", "=", "!=", "=~", "!~"]);
    expect(exprOf(choose("code"))).toBe("http_requests_total{job='api', code=\"‸\"}");
  });

  test("a name before its operator is replaced alone", async () => {
    const { choose } = await check(ruleWith("up{j‖b='x'}"));
    expect(exprOf(choose("job"))).toBe("up{job='x'}");
  });

  test("quoted names", async () => {
    const { choose } = await check(ruleWith("node_load1{‖}"));
    expect(exprOf(choose("k8s.pod"))).toBe('node_load1{"k8s.pod"="‸"}');
  });

  test("values with the other matchers, before and behind, closed or not", async () => {
    const { labels, asked } = await check(ruleWith('up{instance="‖", job="node"}'));
    expect(asked).toEqual(['values instance {__name__="up",job="node"}']);
    expect(labels).toEqual(["a:1"]);
    const open = await check(ruleWith('up{job="node", instance="‖'));
    expect(exprOf(open.choose("a:1"))).toBe('up{job="node", instance="a:1"');
  });

  test.each([
    ["plain", 'http_requests_total{path="‖"}', 'http_requests_total{path="a \\"quoted\\" path"}'],
    ["plain", "http_requests_total{path='‖'}", "http_requests_total{path='a \"quoted\" path'}"],
    ["single", "'http_requests_total{path=\"‖\"}'", '\'http_requests_total{path="a \\"quoted\\" path"}\''],
    ["single", "'http_requests_total{path=‖}'", '\'http_requests_total{path="a \\"quoted\\" path"}\''],
    ["double", "\"http_requests_total{path='‖'}\"", '"http_requests_total{path=\'a \\"quoted\\" path\'}"'],
    [
      "double",
      '"http_requests_total{path=\\"‖\\"}"',
      '"http_requests_total{path=\\"a \\\\\\"quoted\\\\\\" path\\"}"',
    ],
    [
      "literal",
      "|\n          http_requests_total{path=`‖`}",
      '|\n          http_requests_total{path=`a "quoted" path`}',
    ],
    [
      "folded",
      '>\n          http_requests_total{path="‖"}',
      '>\n          http_requests_total{path="a \\"quoted\\" path"}',
    ],
  ])("values are escaped for PromQL's quotes and the %s style: %s", async (_style, before, after) => {
    const { choose } = await check(ruleWith(before));
    expect(exprOf(choose('a "quoted" path'))).toBe(after);
  });

  test("a value that would end a plain scalar is written in another way", async () => {
    const { choose } = await check(ruleWith('http_requests_total{path="‖"}'));
    expect(exprOf(choose("key: value"))).toBe('http_requests_total{path="key\\x3a value"}');
  });

  test("one alternative of a regex", async () => {
    const { choose, asked } = await check(ruleWith('up{job=~"node|a‖"}'));
    expect(asked).toEqual(['values job {__name__="up"} a']);
    expect(exprOf(choose("api"))).toBe('up{job=~"node|api"}');
  });

  test("of an aggregation's operand, wherever it stands", async () => {
    expect((await check(ruleWith("sum by (‖) (rate(http_requests_total[5m]))"))).asked).toEqual([
      'labels {__name__="http_requests_total"}',
    ]);
    const { labels } = await check(ruleWith("sum(http_requests_total) by (code, ‖)"));
    expect(labels).toEqual(["job", "path", "__name__"]);
  });

  test("that both sides of an operator have, before those of one side", async () => {
    const on = await check(ruleWith("up * on (‖) http_requests_total"));
    expect(on.labels).toEqual(["job", "__name__"]);
    const ignoring = await check(ruleWith("up * ignoring (‖) http_requests_total"));
    expect(ignoring.labels[0]).toBe("job");
    expect(ignoring.labels).toEqual(expect.arrayContaining(["code", "instance"]));
    const left = await check(ruleWith("up * on (job) group_left (‖) http_requests_total"));
    expect(left.labels).toEqual(["code", "job", "path", "__name__"]);
  });

  test("as arguments of label_replace", async () => {
    const { labels, choose } = await check(ruleWith('label_replace(up, "x", "$1", "‖", "(.*)")'));
    expect(labels).toEqual(["instance", "job"]);
    expect(exprOf(choose("job"))).toContain('"$1", "job", "(.*)"');
  });
});

describe("matchers that nothing fits", () => {
  test("show what the metric has, and say so", async () => {
    const { find, asked } = await check(ruleWith('up{job="typo", instance="‖"}'));
    expect(asked).toEqual(['values instance {__name__="up",job="typo"}', 'values instance {__name__="up"}']);
    expect(find("a:1").detail).toBe("not with the other matchers");
  });

  test("show what other metrics have where the metric is unknown", async () => {
    const { find } = await check(ruleWith("unknown{‖}"));
    expect(find("job").detail).toBe("of other metrics");
  });

  test("a label may be excluded twice, but not be equal to two things", async () => {
    expect((await check(ruleWith('up{job!="a", ‖}'))).labels).toContain("job");
    expect((await check(ruleWith('up{job="a", ‖}'))).labels).not.toContain("job");
  });
});
