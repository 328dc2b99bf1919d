import { describe, expect, test } from "vitest";
import { completionContext, type Expectation, enclosingCall } from "../../../server/src/promql/context.ts";
import { unquoted } from "../../../server/src/promql/quote.ts";
import { selectorText } from "../../../server/src/promql/selector-text.ts";
import { cursorIn, expectsAt } from "./check.ts";

function first<K extends Expectation["kind"]>(marked: string, kind: K): Extract<Expectation, { kind: K }> {
  const { text, offset } = cursorIn(marked);
  const found = completionContext(text, offset).expects.find(
    (expectation): expectation is Extract<Expectation, { kind: K }> => expectation.kind === kind,
  );
  if (found === undefined) throw new Error(`no ${kind} at ${marked}: ${expectsAt(marked).join("; ")}`);
  return found;
}

describe("what may stand at the cursor", () => {
  test.each([
    ["|", ["expression"]],
    ["rate(|", ["expression in rate 0"]],
    ["rate((|", ["expression in rate 0"]],
    ["histogram_quantile(0.9, |", ["expression in histogram_quantile 1"]],
    ["sum by (job) (rate(http_|req[5m]))", ["expression<http_req> in rate 0"]],
    ["-|", ["expression"]],
    ["foo * |", ["expression", "keyword on ignoring fill fill_left fill_right"]],
    ["foo > |", ["expression", "keyword bool on ignoring fill fill_left fill_right"]],
    ["foo * on (a) |", ["expression", "keyword group_left group_right fill fill_left fill_right"]],
    ["foo * on (a) group_left |", ["expression", "keyword fill fill_left fill_right"]],
    ["foo and on (a) |", ["expression"]],
    ["foo >|", ["operator<>>", "expression", "keyword bool on ignoring fill fill_left fill_right"]],
    ["foo |", ["keyword offset @", "operator"]],
    ["foo{a='b'} |", ["keyword offset @", "operator"]],
    ["rate(foo[5m] |", ["keyword offset @ anchored smoothed", "operator"]],
    ["rate(foo[5m]) |", ["operator"]],
    ["sum(foo) |", ["keyword by without", "operator"]],
    ["sum |", ["keyword by without offset @", "operator"]],
    ["sum by (a) |", []],
    ["foo @ |", ["at-modifier"]],
    ["foo offset |", ["duration offset"]],
    ["foo offset -|", ["duration offset"]],
    ["foo[|", ["duration range"]],
    ["foo[5|", ["duration<5> range"]],
    ["foo[5m:|", ["duration step"]],
    ["foo[5m |", ["duration-operator"]],
    ["foo > 5|", []],
    ["foo # a | b", []],
    ["foo > # a\n|", ["expression", "keyword bool on ignoring fill fill_left fill_right"]],
    ["topk(|", ["expression in topk 0"]],
    ["topk(5, |", ["expression in topk 1"]],
    ['label_replace(up, "|', ["string-argument"]],
    ['label_replace(up, "a", "$1", "in|", "x")', ["string-argument<in>"]],
  ])("%s", (marked, wanted) => {
    expect(expectsAt(marked)).toEqual(wanted);
  });

  test.each([
    ["foo{|", ["label-name"]],
    ["{|", ["label-name", "metric-string"]],
    ['{"|', ["label-name", "metric-string"]],
    ['{"a.|b"}', ["label-name<a.b>", "metric-string<a.b>"]],
    ['foo{a="b",|', ["label-name"]],
    ['foo{ins|tance="b"}', ["label-name<instance>"]],
    ['foo{|instance="b"}', ["label-name"]],
    ["foo{a|}", ["label-name<a>", "match-operator"]],
    ["foo{a |}", ["match-operator"]],
    ["foo{a=|}", ["match-operator<=>", "label-value of a"]],
    ['foo{a=|"b"}', ["match-operator<=>"]],
    ['foo{a="|', ["label-value of a"]],
    ['foo{a="|}', ["label-value of a"]],
    ['foo{a="|, b="c"}', ["label-value of a"]],
    ['foo{a="x|y", b="c"}', ["label-value<xy> of a"]],
    ["foo{a='x|y'}", ["label-value<xy> of a"]],
    ['foo{a=~"x¦y|z¦w"}', ["label-value<yz> of a"]],
    ['foo{a=~"x¦|"}', ["label-value of a"]],
    ['foo{a="b"|', []],
    ['foo{a="b" |}', []],
  ])("%s", (marked, wanted) => {
    expect(expectsAt(marked)).toEqual(wanted);
  });

  test.each([
    ["sum by (|", ["grouping-label of "]],
    ["sum by (|) (up)", ["grouping-label of up"]],
    ["sum(up / down) by (x, y|", ["grouping-label<y> of up+down"]],
    ["topk by (|) (scalar(limit), up)", ["grouping-label of up"]],
    ["a + b * on (|) c - d", ["grouping-label of b / c"]],
    ["a * b + on (|) c * d", ["grouping-label of a+b / c+d"]],
    ["a * on (x) group_left (|) b", ["grouping-label of b"]],
    ["a * on (x) group_right (|) b", ["grouping-label of a"]],
    ["sum without (|", ["grouping-label of "]],
    ["sum(rate(foo[5m])) by (a, |", ["grouping-label of foo"]],
    ["sum by (a |", []],
  ])("%s", (marked, wanted) => {
    expect(expectsAt(marked)).toEqual(wanted);
  });
});

describe("the other matchers", () => {
  test.each([
    ['foo{a="x", b="|"}', '{__name__="foo",a="x"}'],
    ['{a="x", b="|"}', '{a="x"}'],
    ['{"foo.bar", b="|"}', '{__name__="foo.bar"}'],
    ['foo{b="|", c!="y"}', '{__name__="foo",c!="y"}'],
    ['foo{b="|, c!="y"}', '{__name__="foo",c!="y"}'],
    ['foo{a=\'"q"\', b="|', '{__name__="foo",a="\\"q\\""}'],
    ['{a="", b="|"}', undefined],
    ['{a=~".*", b="|"}', undefined],
    ['{a=~"(", c="d", b="|"}', '{c="d"}'],
    ['{"k8s.pod"="x", b="|"}', '{"k8s.pod"="x"}'],
    ['foo{a="x"} + bar{b="|"}', '{__name__="bar"}'],
  ])("%s", (marked, wanted) => {
    const value = first(marked, "label-value");
    expect(selectorText(value.selector, value.matcher)).toBe(wanted);
  });

  test("of a metric whose name is typed after its matchers", () => {
    const { selector } = first('rate(|{job="x"}[5m])', "expression");
    expect(selector === undefined ? undefined : selectorText(selector)).toBe('{job="x"}');
  });

  test("of a label name", () => {
    const name = first('foo{a="x", b|, c="y"}', "label-name");
    expect(selectorText(name.selector, name.matcher)).toBe('{__name__="foo",a="x",c="y"}');
  });
});

describe("strings that are still being typed", () => {
  test.each([
    ['"abc"', "abc"],
    ['"abc', "abc"],
    ['"a\\"', 'a"'],
    ['"a\\', "a"],
    ['"a\\\\"', "a\\"],
    ["'", ""],
    ["`a\\", "a\\"],
    ["'\\x41\\u00e9'", "Aé"],
  ])("%s", (literal, value) => expect(unquoted(literal)).toBe(value));
});

describe("the call around the cursor", () => {
  test.each([
    ["rate(|", "rate 0"],
    ['sum(rate(foo{a="|"}[5m]), 3)', "rate 0"],
    ["clamp((foo + |), 1, 2)", "clamp 0"],
    ["clamp(foo, 1|, 2)", "clamp 1"],
    ["topk(5, foo[5m]) + |", undefined],
    ["topk(5, sum by (|) (x))", "topk 1"],
    ["sum|(x)", undefined],
  ])("%s", (marked, wanted) => {
    const { text, offset } = cursorIn(marked);
    const call = enclosingCall(text, offset);
    expect(call === undefined ? undefined : `${call.name} ${call.argument}`).toBe(wanted);
  });
});
