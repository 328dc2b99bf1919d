import type { CancellationToken } from "../../base/cancellation.ts";
import type { NameList } from "../../world/ports.ts";
import { about } from "../http/failures.ts";
import type { ApiFailure } from "./api.ts";
import type { BackendSession } from "./session.ts";
import { bag, list, text, texts } from "./wire.ts";

/**
 * What the search API is asked for (Prometheus from 3.13 on, with `--enable-feature=search-api`;
 * `web/api/v1/search.go`); times are seconds since the epoch.
 */
export interface Search {
  readonly what: "metric_names" | "label_names" | "label_values";
  /** Whose values; for `label_values` only. */
  readonly label?: string | undefined;
  readonly text: string;
  readonly selector?: string | undefined;
  readonly limit: number;
  readonly start: number;
  readonly end: number;
}

const deadlineMs = 8_000;
/** The server's own limit, unless `--web.search.max-limit` says otherwise; a higher one is refused. */
const maxLimit = 10_000;

/** Names that contain a text, whatever the case, the best first. A stream that breaks off gives what came before. */
export async function searchLines(
  session: BackendSession,
  search: Search,
  token: CancellationToken,
): Promise<{ ok: true; list: NameList } | { ok: false; failure: ApiFailure }> {
  const params = new URLSearchParams({
    "search[]": search.text,
    case_sensitive: "false",
    // Only what contains the text: names with its letters in order are looked for in the catalog. At a threshold
    // of 0 this algorithm compares substrings alone; `subsequence` at 100 would take nothing but prefixes.
    fuzz_alg: "jarowinkler",
    fuzz_threshold: "0",
    sort_by: "score",
    limit: String(Math.min(search.limit, maxLimit)),
    start: String(search.start),
    end: String(search.end),
  });
  if (search.label !== undefined) params.set("label", search.label);
  if (search.selector !== undefined) params.set("match[]", search.selector);
  const answer = await session.api.callLines(
    { endpoint: `search/${search.what}`, params, deadlineMs },
    token,
  );
  if (!answer.ok) return answer;
  const names: string[] = [];
  let ended: "no" | "whole" | "cut" = "no";
  for (const line of answer.lines) {
    if (line["status"] === "error" && names.length === 0) {
      const message = about(session.host, `could not search: ${text(line["error"])}`);
      return { ok: false, failure: { reason: "invalid", message } };
    }
    if (line["status"] === "success") ended = line["has_more"] === true ? "cut" : "whole";
    if (texts(line["warnings"]).length > 0 && ended === "whole") ended = "cut";
    for (const result of list(line["results"]).map(bag)) {
      const name = text(result["name"]) || text(result["value"]);
      if (name !== "") names.push(name);
    }
  }
  return { ok: true, list: { names, complete: ended === "whole" } };
}
