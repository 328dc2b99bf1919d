import { describe, expect, test } from "vitest";
import { lint } from "./check-yaml.ts";
import { alert } from "./pint-marks.ts";

describe("templates", () => {
  const found = (expr: string, rest: string): readonly string[] => {
    const { document, findings } = lint(alert(expr, rest), "any.yaml");
    return findings.flatMap(({ check: id, span }) =>
      id.startsWith("template.") ? [`${id.slice(9)} ${document.text.slice(span.start, span.end)}`] : [],
    );
  };
  const shows = (text: string): string => `  for: 5m\n  annotations:\n    summary: '${text}'\n`;
  const labelled = (text: string): string => `  for: 5m\n  labels:\n    summary: '${text}'\n`;

  test.each([
    ["sum(x) > 0", "{{ $labels.job }}", "missing-label .job"],
    ["sum by (a) (x) > 0", "{{ .Labels.job }}", "missing-label .job"],
    ["sum without (job) (x) > 0", "{{ $labels.job }}", "missing-label .job"],
    ['absent(x{a="b"})', "{{ $labels.instance }}", "missing-label .instance"],
    ["absent(sum(x) by (job))", "{{ $labels.job }}", "missing-label .job"],
    ["a / on (job) b > 0", "{{ $labels.instance }}", "missing-label .instance"],
    [
      "a * on (job) group_left () sum by (job) (b) > 0 or vector(1) > 0",
      "{{ $labels.x }}",
      "missing-label .x",
    ],
    ["time() > 100", "x", undefined],
    ["vector(1) > 0", "{{ $labels.x }}", "missing-label .x"],
    ["count by (a) (up) == 0", "{{ $labels.x }}", "missing-label .x"],
    ["sum(up) > 0", "{{ $l := $labels }}{{ $l.x }}", "missing-label .x"],
    ["sum(up) > 0", "{{ with $x := .Labels }}{{ $x.y }}{{ end }}", "missing-label .y"],
    ["sum(up) > 0", '{{ $l := $labels }}{{ index $l "x" }}', 'missing-label "x"'],
    ["sum(up) > 0", "{{ $all := $ }}{{ $all.Labels.x }}", "missing-label .x"],
    ["sum by (a) (x or vector(1)) > 0", "{{ $labels.a }}", "missing-label .a"],
    ["1 - (x or vector(0)) < 2", "{{ $labels.a }}", "missing-label .a"],
    ["count_values('v', x) > 1", "{{ $labels.job }}", "missing-label .job"],
    ["label_replace(sum(x), 'a', 'b', '', '') > 0", "{{ $labels.job }}", "missing-label .job"],
    ["up == 0", "{{ $label.job }}", "syntax $label"],
    ["up == 0", "{{ $labels.job | nope }}", "syntax nope"],
    ["up == 0", "{{ $labels.job ", "syntax {{"],
    ["rate(x[5m]) > 1", "{{ $value }}", "humanize $value"],
    ["sum(rate(x[5m])) > 1", "is {{ .Value }}", "humanize .Value"],
    ["1 - rate(x[5m]) > 1", "{{ $value }}", "humanize $value"],
    ["x > 5 or rate(y[5m]) > 1", "{{ $value }}", "humanize $value"],
    ["-deriv(x[5m]) * 60 > 1", "{{ $value }}", "humanize $value"],
    ["rate(x[5m]) > 1", "{{ $value }} {{ $labels.size | humanize }}", "humanize $value"],
    ["up == 0", '{{ query "sum(" }}', 'query-syntax "sum("'],
    [
      "up == 0",
      '{{ with query "sum(up)" }}{{ . | first | label "job" }}{{ end }}',
      'query-missing-label "job"',
    ],
    ["up == 0", '{{ range query "sum(up)" }}{{ .Labels.job }}{{ end }}', "query-missing-label .job"],
    ["up == 0", '{{ (query "sum(up)" | first).Labels.job }}', "query-missing-label .job"],
    [
      "up == 0",
      '{{ query (printf "sum by (a) (x{b=%q})" $labels.b) | first | label "job" }}',
      'query-missing-label "job"',
    ],
  ])("%s | %s", (expr, text, expected) => {
    expect(found(expr, shows(text))).toEqual(expected === undefined ? [] : [expected]);
  });

  test.each([
    ["sum by (job) (x) > 0", "{{ $labels.job }}"],
    ["sum without (x) (x) > 0", "{{ $labels.job }}"],
    ['absent(x{job="b"})', "{{ $labels.job }}"],
    ["a / on (job) group_left (team) b > 0", "{{ $labels.team }} {{ $labels.instance }}"],
    ["label_replace(sum(x), 'a', 'b', '', '') > 0", "{{ $labels.a }}"],
    ["rate(x[5m]) > 1", "{{ $value | humanize }}"],
    ["sum by (a) (x or vector(1)) == 0", "{{ $labels.a }}"],
    ["1 - (x or vector(0)) < 0.999", "{{ $labels.a }}"],
    ["5 > max by (a) (x or vector(2)) * 3", "{{ $labels.a }}"],
    ["sum(up) > 0", "{{ $labels := 5 }}{{ range $i, $l := $labels }}{{ $l }}{{ end }}"],
    ["x * on (a) group_left () sum(y) > 0", "{{ $labels.a }}"],
    ["rate(x[5m]) > 1", '{{ printf "%.2f" $value }}'],
    ["rate(x[5m]) > 1", "{{ humanizePercentage $value }}"],
    ["rate(x[5m]) > 1", "{{ $value | humanize }} ({{ $value }})"],
    ["histogram_quantile(0.9, rate(x_bucket[5m])) > 1", "{{ $value }}"],
    ["abs(rate(x[5m])) > 1", "{{ $value }}"],
    ["x - rate(y[5m]) > 1", "{{ $value }}"],
    ["x > 1 and rate(y[5m]) > 1", "{{ $value }}"],
    ["rate(x[5m]) > 1", '{{ $value }} {{ $v := $value }}{{ printf "%.2f" $v }}'],
    ["up == 0", "{{ $value }}"],
    ["up == 0", '{{ with query "sum by (job) (up)" }}{{ . | first | label "job" }}{{ end }}'],
    ["up == 0", '{{ range query "up" }}{{ .Labels.job }}{{ end }}'],
    ["up == 0", '{{ query (printf "x{b=%q}" $labels.b) | first | value }}'],
    ["up == 0", "{{ $externalLabels.x }} {{ $externalURL }}"],
    ["up == 0", '{{ with $x := query "sum(up)" }}{{ $labels.job }}{{ end }}'],
  ])("silent: %s | %s", (expr, text) => {
    expect(found(expr, shows(text))).toEqual([]);
  });

  test("the value in a label", () => {
    expect(found("up == 0", labelled("{{ $value }}"))).toEqual(["value-in-label $value"]);
    expect(found("up == 0", labelled('{{ $value | printf "%f" }}'))).toEqual(["value-in-label $value"]);
    expect(found("up == 0", labelled("{{ $labels.job }}"))).toEqual([]);
  });

  test.each([
    ["{{ .Nope }}", "exec .Nope"],
    ["{{ $value.x }}", "exec $value.x"],
    ["{{ $labels.job.x }}", "exec $labels.job.x"],
    ["{{ $value | toUpper }}", "exec toUpper"],
    ['{{ $value | match "a.+" }}', 'exec match "a.+"'],
    ['{{ $value | reReplaceAll "a" "b" }}', 'exec reReplaceAll "a" "b"'],
    ["{{ safeHtml $value }}", "exec safeHtml $value"],
    ["{{ slice $value 1 }}", "exec slice $value 1"],
    ["{{ call $labels.job }}", "exec call $labels.job"],
    ['{{ sortByLabel "job" $value }}', 'exec sortByLabel "job" $value'],
    ["{{ pathPrefix 1 }}", "exec pathPrefix 1"],
    ['{{ match "a.+" $labels.job }}', undefined],
    ["{{ slice $labels.job 1 }}", undefined],
    ["{{ toTime $labels.job }}", undefined],
    ['{{ humanize "abc" }}', 'exec humanize "abc"'],
    ['{{ eq $value "1" }}', 'exec eq $value "1"'],
    ["{{ gt $value 1 }}", "exec gt $value 1"],
    ["{{ humanize $labels.size }}", undefined],
    ["{{ if $labels.x }}{{ .Nope }}{{ end }}", undefined],
    ['{{ query "up" | first | value }}', undefined],
    ["{{ gt $value 1.0 }}", undefined],
  ])("that fail when they are run: %s", (text, expected) => {
    expect(found("up == 0", shows(text))).toEqual(expected === undefined ? [] : [expected]);
  });

  test("a name is no template", () => {
    expect(found("up == 0", "  for: 5m\n  labels:\n    '{{ $labels.x }}': y\n")).toEqual([
      "in-name '{{ $labels.x }}'",
    ]);
  });
});
