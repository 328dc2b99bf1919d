import { describe, expect, test } from "vitest";
import { known } from "../../../server/src/base/known.ts";
import type { SeriesHistory } from "../../../server/src/world/live.ts";
import { dev } from "./dev.ts";
import { type FakeIndexOptions, now } from "./fake-index.ts";
import { liveFindings, liveFindingsIn } from "./live-check.ts";

describe("history", () => {
  const week = 7 * 86_400;
  const to = now / 1000;
  const history = (of: Partial<SeriesHistory>): Pick<FakeIndexOptions, "history"> => ({
    history: () =>
      known(
        {
          from: to - week,
          to,
          step: 600,
          looks: 1009,
          hits: 0,
          first: to - week,
          last: undefined,
          between: of.hits ?? 0,
          stretches: 1,
          ...of,
        },
        "Dev",
        now,
      ),
  });

  test("tells what was never there from what is gone and what comes and goes", () => {
    expect(liveFindings("frob > 1", [dev(history({}))])).toEqual([
      'live.metric-missing error "frob" `frob` was never in Dev, looking back 7 days.',
    ]);
    expect(liveFindings("frob > 1", [dev(history({ first: to - 2 * 86_400, looks: 288 }))])).toEqual([
      'live.metric-missing error "frob" `frob` was never in Dev, which remembers 2 days.',
    ]);
    expect(liveFindings("frob > 1", [dev(history({ hits: 300, last: to - 3 * 86_400 }))])).toEqual([
      'live.metric-disappeared error "frob" `frob` disappeared from Dev 3 days ago; what exported it is gone or renamed it.',
    ]);
    expect(liveFindings("frob > 1", [dev(history({ hits: 3, last: to - 600 }))])).toEqual([]);
    const often = { hits: 60, between: 500, stretches: 5, last: to - 86_400 };
    expect(liveFindings("frob > 1", [dev(history(often))])).toEqual([
      'live.intermittent hint "frob" `frob` comes and goes in Dev: in 7 days it was there 5 times, for about 2 hours each.',
    ]);
    expect(liveFindings("frob > 1", [dev(history({ hits: 6, last: to - 86_400 }))])).toEqual([
      'live.intermittent hint "frob" `frob` comes and goes in Dev: in 7 days it was there once, for about 60 minutes.',
    ]);
  });

  test("a comment of pint says for how long something may be away", () => {
    const text = (comment: string): string =>
      `groups:\n- name: g\n  rules:\n  - alert: A\n    ${comment}\n    expr: frob{job="x"} > 1\n`;
    const gone = dev(history({ hits: 300, last: to - 86_400 }));
    const told = (comment: string): readonly string[] =>
      liveFindingsIn(text(comment), [gone]).map((line) => line.split(" ")[0] ?? "");
    expect(told("# nothing")).toEqual(["live.metric-disappeared"]);
    expect(told("# pint rule/set promql/series min-age 3d")).toEqual([]);
    expect(told("# pint rule/set promql/series(frob) min-age 3d")).toEqual([]);
    expect(told('# pint rule/set promql/series({job="x"}) min-age 3d')).toEqual([]);
    expect(told("# pint rule/set promql/series(other) min-age 3d")).toEqual(["live.metric-disappeared"]);
    expect(told("# pint rule/set promql/series min-age 12h")).toEqual(["live.metric-disappeared"]);
  });

  test("of labels and values", () => {
    expect(liveFindings('up{frobnication="x"} > 1', [dev(history({}))])).toEqual([
      'live.label-missing error "frobnication" `up` never had a label `frobnication` in Dev, looking back 7 days.',
    ]);
    expect(liveFindings('up{job="database"} > 1', [dev(history({}))])).toEqual([
      'live.value-missing warning "job=\\"database\\"" No `up` ever had job="database" in Dev, looking back 7 days.',
    ]);
    expect(liveFindings('up{job="database"} > 1', [dev(history({ hits: 90, last: to - 86_400 }))])).toEqual([
      'live.value-disappeared warning "job=\\"database\\"" `up` had job="database" in Dev until 24 hours ago, and no series has it now.',
    ]);
    expect(liveFindings('up{job="database"} > 1', [dev(history({ hits: 9, last: to - 86_400 }))])).toEqual([
      'live.intermittent hint "job=\\"database\\"" job="database" comes and goes in Dev: in 7 days it was there once, for about 90 minutes.',
    ]);
    expect(liveFindings('up{job="database"} > 1', [dev(history({ hits: 9, last: to - 600 }))])).toEqual([]);
  });
});
