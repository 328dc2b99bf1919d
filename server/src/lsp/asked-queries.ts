import type { CancellationToken } from "../base/cancellation.ts";
import type { QueryOutcome, QueryRequest } from "../world/query.ts";
import type { Session } from "./session.ts";

/** Runs queries through the editor's own ways; who agreed to one has agreed to those that belong to it. */
export function oneAfterTheOther(
  session: Session,
  environment: string,
  token: CancellationToken,
): (request: QueryRequest) => Promise<QueryOutcome> {
  let before: Promise<QueryOutcome> | undefined;
  return (request) => {
    const last = before;
    const run = async (): Promise<QueryOutcome> => {
      const earlier = await last;
      if (earlier !== undefined && !earlier.ok) return earlier;
      const confirmed = earlier !== undefined;
      const { expression: expr, range } = request;
      return await session.queries.run({ environment, expr, ...range, strict: true, confirmed }, token);
    };
    before = run();
    return before;
  };
}
