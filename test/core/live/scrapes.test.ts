import { describe, expect, test } from "vitest";
import { fakeIndex, type State } from "./fake-index.ts";
import { typeFindings } from "./live-check.ts";

const scrapes = { api: 30, node: 60 };
const dev = fakeIndex({ scrapes });

/** What is said of the window, with the environments that were asked. */
const said = (expr: string, environments = [dev]): readonly string[] =>
  typeFindings(expr, environments).flatMap((line) => {
    const [, told] = /^promql.rate-window-vs-scrape (.*)$/.exec(line) ?? [];
    return told === undefined ? [] : [told];
  });

describe("the window of a function that needs two samples", () => {
  test("is held against the scrapes of the job that the selector names", () => {
    expect(said('rate(x_total{job="api"}[45s]) > 0')).toEqual([
      'error "45s" Dev scrapes every 30s, so 45s has one sample at times and rate needs two: write 2m.',
    ]);
    expect(said('increase(x_total{job="node"}[90s]) > 0')).toEqual([
      'error "90s" Dev scrapes every 1m, so 90s has one sample at times and increase needs two: write 4m.',
    ]);
    expect(said('rate(x_total{job="node"}[2m]) > 0')).toEqual([
      'hint "2m" Dev scrapes every 1m: one scrape that fails leaves rate without samples, write 4m.',
    ]);
    expect(said('rate(x_total{job="node"}[4m]) > 0')).toEqual([]);
  });

  test("is held against what is scraped most where the job is not known", () => {
    for (const selector of ["x_total", 'x_total{job="other"}', 'x_total{job=~"node"}']) {
      expect(said(`irate(${selector}[59s]) > 0`)).toEqual([expect.stringMatching("^error .* every 30s")]);
      expect(said(`irate(${selector}[2m]) > 0`)).toEqual([]);
    }
  });

  test.each(["delta", "idelta", "deriv"])("is that of %s, too", (name) => {
    expect(said(`${name}(x[30s]) > 0`)).toHaveLength(1);
  });

  test.each([
    "count_over_time(x_total[10s])",
    "rate(x_total[10s] anchored)",
    "rate(job:x:sum[10s])",
    'rate({job="api"}[10s])',
    "x_total",
  ])("is none in %s", (expr) => {
    expect(said(expr)).toEqual([]);
  });

  test("of a subquery has two steps", () => {
    expect(said("rate(x_total[5m:5m]) > 0", [])).toEqual([
      'warning "5m:5m" This window has one step of 5m at most and rate needs two: it returns nothing.',
    ]);
    expect(said("rate(x_total[10m:5m]) > 0")).toEqual([]);
    expect(said("max_over_time(x_total[5m:5m]) > 0")).toEqual([]);
  });

  test("is held against what the settings of an environment say, before its backend is asked", () => {
    const { access } = fakeIndex({ name: "Prod", scrapes });
    const slow = {
      asked: [],
      access: { ...access, environment: { ...access.environment, scrapeInterval: "2m" } },
    };
    expect(said('rate(x_total{job="api"}[3m]) > 0', [slow])).toEqual([
      expect.stringMatching('^error "3m" Prod scrapes every 2m'),
    ]);
    expect(said('rate(x_total{job="api"}[90s]) > 0', [dev, slow])).toEqual([
      expect.stringMatching('^error "90s" Prod '),
    ]);
  });

  test.each<State>(["partial", "pending", "unavailable"])("is not judged by what is %s", (state) => {
    expect(
      said("rate(x_total[10s]) > 0", [fakeIndex({ scrapes, states: { scrapeIntervals: state } })]),
    ).toEqual([]);
  });
});
