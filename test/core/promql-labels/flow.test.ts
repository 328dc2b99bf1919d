import { describe, expect, test } from "vitest";
import { summary } from "./summary.ts";

describe("selectors", () => {
  test.each([
    [`up`, "+__name__=up …"],
    [`up{job='a'}`, "+__name__=up +job=a …"],
    [`up{job=''}`, "+__name__=up -job …"],
    [`up{job!=''}`, "+__name__=up +job …"],
    [`up{job=~'a|b'}`, "+__name__=up +job=a|b …"],
    [`up{job=~'a|b|'}`, "+__name__=up ?job=a|b …"],
    [`up{job=~'.+'}`, "+__name__=up +job …"],
    [`up{job=~'.*'}`, "+__name__=up ?job …"],
    [`up{job!~'.+'}`, "+__name__=up -job …"],
    [`up{job!~'.*'}`, "+__name__=up ?job … empty(contradiction)"],
    [`up{job=~''}`, "+__name__=up -job …"],
    [`up{job=~'a.*'}`, "+__name__=up +job …"],
    [`up{job=~'a.*|'}`, "+__name__=up ?job …"],
    [`up{job!~'a|'}`, "+__name__=up +job …"],
    [`up{job='a',job='b'}`, "+__name__=up ?job … empty(contradiction)"],
    [`up{job='a',job!='a'}`, "+__name__=up ?job … empty(contradiction)"],
    [`up{job=~'a|b',job!='a'}`, "+__name__=up +job=b …"],
    [`up{job='abc',job!~'a.*'}`, "+__name__=up ?job … empty(contradiction)"],
    [`up{job='',job!=''}`, "+__name__=up ?job … empty(contradiction)"],
    [`{__name__=~'a|b'}`, "+__name__=a|b …"],
    [`{__name__='a',__name__='b'}`, "?__name__ … empty(contradiction)"],
    [`up{ip=~'10\\\\.0\\\\.0\\\\.1'}`, "+__name__=up +ip=10.0.0.1 …"],
    [`up offset 5m`, "+__name__=up …"],
    [`up @ end()`, "+__name__=up …"],
    [`up{code=~"5..", code!~"5.."}`, "+__name__=up ?code … empty(contradiction)"],
  ])("%s", (text, known) => {
    expect(summary(text)).toBe(known);
  });
});

describe("functions", () => {
  test.each([
    [`rate(http_requests_total{code='200'}[5m])`, "-__name__ +code=200 …"],
    [`last_over_time(up{job='a'}[5m])`, "+__name__=up +job=a …"],
    [`first_over_time(up[5m])`, "+__name__=up …"],
    [`max_over_time(up{job='a'}[5m])`, "-__name__ +job=a …"],
    [`sort_desc(up)`, "+__name__=up …"],
    [`sort_by_label(up, 'job')`, "+__name__=up …"],
    [`abs(up)`, "-__name__ …"],
    [`timestamp(up)`, "-__name__ …"],
    [`-up`, "-__name__ …"],
    [`+up`, "+__name__=up …"],
    [`scalar(up)`, "-__name__ always"],
    [`vector(1)`, "-__name__ always"],
    [`time()`, "-__name__ always"],
    [`hour()`, "-__name__ always"],
    [`hour(up)`, "-__name__ …"],
    [`1`, "-__name__ always"],
    [`histogram_quantile(0.9, rate(x_bucket{job='a'}[5m]))`, "-__name__ +job=a -le …"],
    [`histogram_quantile(0.9, sum by (job) (rate(x_bucket[5m])))`, "-__name__ ?job"],
    [`histogram_quantile(0.9, sum by (job, le) (rate(x_bucket[5m])))`, "-__name__ ?job -le"],
    [`histogram_quantiles(x_bucket, 'q', 0.5, 0.9)`, "-__name__ -le +q …"],
    [`histogram_quantile(0.9, x{le='1'})`, "-__name__ ?le …"],
    [`histogram_count(x)`, "-__name__ …"],
    [`max_over_time(rate(x{a='1'}[5m])[1h:1m])`, "-__name__ +a=1 …"],
    [`max_over_time(vector(1)[1h:1m])`, "-__name__ always"],
    [`vector(1)[1m:2m]`, "-__name__"],
    [`rate(up[1m:1m])`, "-__name__ … empty(one-sample)"],
    [`rate(up[5m:1m])`, "-__name__ …"],
    [`histogram_quantile(0.9, count by (job) (x_bucket))`, "-__name__ ?job empty(no-buckets)"],
    [`histogram_count(count(x))`, "-__name__ empty(no-histograms)"],
    [`clamp(up, 2, 1)`, "-__name__ … empty(no-range)"],
    [`vector(max_of(1, 2)) < 2`, "-__name__ empty(never-true) if"],
    [`info(sum(up))`, "-__name__"],
    [`info(sum(up), {version=~'.+'})`, "-__name__ -version empty(no-info)"],
    [
      `last_over_time(label_replace(rate(x[5m]), '__type__', 'gauge', '', '')[5m:1m])`,
      "-__name__ -__type__ …",
    ],
  ])("%s", (text, known) => {
    expect(summary(text)).toBe(known);
  });
});

describe("absent", () => {
  test.each([
    [`absent(up)`, "-__name__ if"],
    [`absent(up{job='a',x!='',y=~'z'})`, "-__name__ +job=a -x -y if"],
    [`absent(up{job='a',job='b'})`, "-__name__ -job always if"],
    [`absent(up{job!='b',job='a'})`, "-__name__ +job=a if"],
    [`absent(up{job=''})`, "-__name__ -job if"],
    [`absent((up{job='a'}))`, "-__name__ +job=a if"],
    [`absent(sum(up{job='a'}))`, "-__name__ -job if"],
    [`absent(vector(1))`, "-__name__ empty(never-absent) if"],
    [`absent(up{job='a',job='b'} > 1)`, "-__name__ -job always if"],
    [`absent_over_time(up{job='a'}[5m])`, "-__name__ +job=a if"],
    [`absent_over_time(vector(1)[5m:1m])`, "-__name__ empty(never-absent) if"],
    [`absent_over_time(vector(1)[1m:2m])`, "-__name__ if"],
    [`absent_over_time(vector(1)[5m:])`, "-__name__ if"],
    [`absent_over_time(rate(up{job='a'}[5m])[1h:1m])`, "-__name__ -job if"],
  ])("%s", (text, known) => {
    expect(summary(text)).toBe(known);
  });
});

describe("aggregations", () => {
  test.each([
    [`sum(up{job='a'})`, "-__name__ -job"],
    [`sum by (job) (up{job='a'})`, "-__name__ +job=a"],
    [`sum by (job, x) (up{job='a'})`, "-__name__ +job=a ?x"],
    [`sum without (job) (up{job='a',x='1'})`, "-__name__ -job +x=1 …"],
    [`sum by (job) (sum by (x) (up))`, "-__name__ -job -x"],
    [`sum by (__name__) (up)`, "+__name__=up"],
    [`topk(3, up{job='a'})`, "+__name__=up +job=a …"],
    [`topk by (x) (3, up{job='a'})`, "+__name__=up +job=a ?x …"],
    [`topk(0, up)`, "+__name__=up … empty(no-elements)"],
    [`limitk(2, up)`, "+__name__=up …"],
    [`quantile by (job) (0.9, up)`, "-__name__ ?job"],
    [`count_values('v', up{job='a'})`, "-__name__ -job +v"],
    [`count_values by (job) ('v', up{job='a'})`, "-__name__ +job=a +v"],
    [`count_values without (x) ('v', up{job='a'})`, "-__name__ +job=a +v -x …"],
    [`count_values without (v) ('v', up)`, "-__name__ -v …"],
    [`group(up)`, "-__name__"],
    [`sum(vector(1))`, "-__name__ always"],
    [`count(up) == 0`, "-__name__ empty(never-true) if"],
    [`count(up) > 0`, "-__name__ if"],
    [`group(up) == 2`, "-__name__ empty(never-true) if"],
  ])("%s", (text, known) => {
    expect(summary(text)).toBe(known);
  });
});

describe("arithmetic and comparisons", () => {
  test.each([
    [`up{job='a'} + 1`, "-__name__ +job=a …"],
    [`up{job='a'} > 1`, "+__name__=up +job=a … if"],
    [`1 < up{job='a'}`, "+__name__=up +job=a … if"],
    [`up{job='a'} > bool 1`, "-__name__ +job=a …"],
    [`(up == 0) > 0`, "+__name__=up … empty(never-true) if"],
    [`(up > 5) < 3`, "+__name__=up … empty(never-true) if"],
    [`vector(1) > 0`, "-__name__ always if"],
    [`vector(1) > 2`, "-__name__ empty(never-true) if"],
    [`1 > bool 2`, "-__name__ always"],
    [`(up > 1) == bool 1`, "-__name__ … if"],
    [`clamp(up, 0, 1) > 1`, "-__name__ … empty(never-true) if"],
    [`up == NaN`, "+__name__=up … empty(never-true) if"],
    [`up >= NaN`, "+__name__=up … empty(never-true) if"],
    [`count(up) / count(x) < 0`, "-__name__ empty(never-true) if"],
    [`avg(count by (job) (up)) < 0`, "-__name__ -job empty(never-true) if"],
    [`(count(up) >= bool 0) == 0`, "-__name__ empty(never-true) if"],
    [`vector(1) or on () up`, "-__name__ always"],
  ])("%s", (text, known) => {
    expect(summary(text)).toBe(known);
  });
});

describe("joins", () => {
  test.each([
    [`a{x='1'} / b`, "-__name__ +x=1 …"],
    [`a{x='1'} > b`, "+__name__=a +x=1 … if"],
    [`a / on (job) b`, "-__name__ ?job"],
    [`a{job!=''} / on (job) b`, "-__name__ +job"],
    [`a / on (job) b{job='1'}`, "-__name__ +job=1"],
    [`a{x='1'} > on (job) b`, "-__name__ ?job -x if"],
    [`a{x='1'} / ignoring (x) b`, "-__name__ -x …"],
    [`a{job='1'} / on (job) b{job='2'}`, "-__name__ +job=1 empty(no-match)"],
    [`a{job='1'} / b{job='2'}`, "-__name__ +job=1 … empty(no-match)"],
    [`a{job='1'} / ignoring (job) b{job='2'}`, "-__name__ -job …"],
    [`a / sum(b)`, "-__name__"],
    [`a{job='1'} / sum(b)`, "-__name__ +job=1 empty(no-match)"],
    [`a / on () sum(b)`, "-__name__"],
    [`a * on (job) group_left (team) b`, "-__name__ ?job ?team …"],
    [`a * on (job) group_left (team) b{team!=''}`, "-__name__ ?job +team …"],
    [`a{team='x'} * on (job) group_left (team) b{team=''}`, "-__name__ ?job -team …"],
    [`a{team='x'} * on (job) group_left (team) sum by (job) (b)`, "-__name__ ?job -team …"],
    [`a > on (job) group_left () b`, "+__name__=a ?job … if"],
    [`a{x='1'} * on (job) group_right (x) b`, "-__name__ ?job +x=1 …"],
    [`a == on (job) group_right () b`, "+__name__=b ?job … if"],
    [`sum by (job) (a) / sum by (instance) (b)`, "-__name__ -instance -job"],
    [`sum by (job) (a{job!=''}) / sum by (instance) (b)`, "-__name__ -instance +job empty(no-match)"],
    [`a{x='1'} / on (x) fill (0) b{x='2'}`, "-__name__ +x=1|2"],
    [`a{x='1'} + on (job) fill_right (0) b`, "-__name__ ?job -x"],
    [`vector(1) + vector(2)`, "-__name__ always"],
    [`vector(1) == vector(2)`, "-__name__ empty(never-true) if"],
    [`a{code=~"5.."} / a{code!~"5.."}`, "-__name__ +code … empty(no-match)"],
    [`a{code="500"} and on (code) b{code=~"4.."}`, "+__name__=a +code=500 … empty(no-match)"],
    [`a{code=~"5.."} and on (code) b{code=~"200|500"}`, "+__name__=a +code=500 …"],
    [`a{code!="x"} and on (code) b{code=~"x|y"}`, "+__name__=a +code=y …"],
  ])("%s", (text, known) => {
    expect(summary(text)).toBe(known);
  });
});

describe("set operators", () => {
  test.each([
    [`a and b`, "+__name__=a …"],
    [`a{x='1'} and on (x) b{x='2'}`, "+__name__=a +x=1 … empty(no-match)"],
    [`a and on (job) b{job!=''}`, "+__name__=a +job …"],
    [`a{job!=''} and on (job) sum(b)`, "+__name__=a +job … empty(no-match)"],
    [`a and vector(1)`, "+__name__=a"],
    [`a and on () vector(1)`, "+__name__=a …"],
    [`a{x='1'} or b{x='2'}`, "+__name__=a|b +x=1|2 …"],
    [`a{x='1'} or b`, "+__name__=a|b ?x …"],
    [`a{x='1'} or sum(b)`, "?__name__=a ?x=1 …"],
    [`a or vector(0)`, "?__name__=a … always"],
    [`sum(a) or vector(0)`, "-__name__ always"],
    [`vector(1) or a`, "?__name__=a … always"],
    [`a unless b`, "+__name__=a … if"],
    [`a unless on () vector(1)`, "+__name__=a … empty(always-excluded) if"],
    [`a{x='1'} unless on (x) b{x='2'}`, "+__name__=a +x=1 … if"],
    [`a{x='1',x='2'} or b{y='1'}`, "+__name__=b ?x +y=1 …"],
  ])("%s", (text, known) => {
    expect(summary(text)).toBe(known);
  });
});

describe("label_replace, label_join, info", () => {
  test.each([
    [`label_replace(a, 'x', 'new', 'y', '.*')`, "+__name__=a +x=new ?y …"],
    [`label_replace(a, 'x', 'none', 'x', '')`, "+__name__=a +x …"],
    [`label_replace(a, 'x', '', 'y', '.*')`, "+__name__=a -x ?y …"],
    [`label_replace(a, 'x', '$1', 'y', '(.*)')`, "+__name__=a ?x ?y …"],
    [`label_replace(a{y='1'}, 'x', '$1', 'y', '(.*)')`, "+__name__=a +x=1 +y=1 …"],
    [`label_replace(a{y!=''}, 'x', '$1', 'y', '(.+)')`, "+__name__=a +x +y …"],
    [`label_replace(a, 'x', '$1', 'y', '(.*):.*')`, "+__name__=a ?x ?y …"],
    [`label_replace(a{x='1'}, 'x', '$1', 'y', '(.*):.*')`, "+__name__=a ?x ?y …"],
    [`label_replace(a{y='1'}, 'x', 'new', 'y', '2')`, "+__name__=a ?x +y=1 …"],
    [`label_replace(a{y=~'1|2'}, 'x', 'new', 'y', '2')`, "+__name__=a ?x +y=1|2 …"],
    [`label_replace(sum(a), 'x', 'new', '', '')`, "-__name__ +x=new"],
    [`label_replace(sum(a), 'x', '$1', 'y', '(.*)')`, "-__name__ -x -y"],
    [`label_replace(up, '__name__', 'down', '', '')`, "+__name__=down …"],
    [`label_replace(a, 'x', 'p-$1', 'y', '(.*)')`, "+__name__=a +x ?y …"],
    [`label_join(a{y='1',z='2'}, 'x', '-', 'y', 'z')`, "+__name__=a +x=1-2 +y=1 +z=2 …"],
    [`label_join(a, 'x', '-', 'y', 'z')`, "+__name__=a +x ?y ?z …"],
    [`label_join(a, 'x', '', 'y', 'z')`, "+__name__=a ?x ?y ?z …"],
    [`label_join(a, 'x', '', 'y')`, "+__name__=a ?x ?y …"],
    [`label_join(sum(a), 'x', '', 'y')`, "-__name__ -x -y"],
    [`info(a{job='1'})`, "+__name__=a +job=1 …"],
    [`info(a, {team=~'.+'})`, "+__name__=a +team …"],
    [`info(sum by (job) (a))`, "-__name__ -instance ?job …"],
    [`label_replace(a{x!=""}, "x", "$1", "x", "([^:]+):.*")`, "+__name__=a +x …"],
    [`label_replace(a{x!=""}, "x", "$1", "x", "([^:]*):.*")`, "+__name__=a ?x …"],
  ])("%s", (text, known) => {
    expect(summary(text)).toBe(known);
  });
});
