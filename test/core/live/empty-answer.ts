import type { QueryAnswer } from "../../../server/src/world/query.ts";

/** A whole answer without any series. */
export const emptyAnswer: QueryAnswer = {
  backend: "http://dev",
  expression: "x",
  resultType: "vector",
  series: [],
  warnings: [],
  infos: [],
  completeness: { status: "complete", missing: [] },
  elapsedMs: 1,
  stats: null,
};
