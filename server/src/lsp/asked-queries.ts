import { MessageType, ShowMessageNotification } from "vscode-languageserver/node";
import type { CancellationToken } from "../base/cancellation.ts";
import type { Environment } from "../world/environment.ts";
import type { QueryOutcome, QueryRequest } from "../world/query.ts";
import type { Snapshot } from "../world/snapshot.ts";
import type { Session } from "./session.ts";

/** So many environments of a file are asked for one command: each may ask back before it runs a query. */
const maxEnvironments = 3;

/** Asks the first environments of a file that have a backend, in turn, and shows in the editor what each says. */
export async function askEach<T extends { readonly message: string }>(
  session: Session,
  { environments }: Snapshot,
  ask: (environment: Environment) => Promise<T>,
): Promise<readonly T[]> {
  const answers: T[] = [];
  const named = environments.filter(({ queries }) => queries !== undefined);
  for (const { environment } of named.slice(0, maxEnvironments)) answers.push(await ask(environment));
  if (answers.length > 0 && !session.closed)
    void session.connection.sendNotification(ShowMessageNotification.type, {
      type: MessageType.Info,
      message: answers.map(({ message }) => message).join(" "),
    });
  return answers;
}

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
