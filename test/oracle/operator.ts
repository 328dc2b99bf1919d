import { ensureGoProgram, LineProgram } from "./go-program.ts";

/** Which objects the webhook judges, and in which version of their API. */
export type Judged =
  | { readonly resource: "prometheusrules"; readonly version: "v1" }
  | { readonly resource: "alertmanagerconfigs"; readonly version: "v1alpha1" | "v1beta1" };

/** kubectl's reading of a file, and the admission webhook of prometheus-operator, in a process of their own. */
export interface OperatorOracle {
  /** The object that kubectl sends; fails with its words where it cannot read the file. */
  object(text: string): Promise<unknown>;
  /** What the webhook says of an object as the API server holds it; nothing where it admits it. */
  refusal(object: unknown, judged: Judged): Promise<readonly string[]>;
  close(): Promise<void>;
}

interface Answer {
  readonly object?: unknown;
  readonly errors?: readonly string[];
  readonly oracleError?: string;
}

/** The path of the program. */
export function ensureOperatorOracle(): Promise<string> {
  return ensureGoProgram("operator", "operator");
}

/** Starts the oracle. */
export async function startOperatorOracle(): Promise<OperatorOracle> {
  const program = new LineProgram(await ensureOperatorOracle());
  const ask = async (question: unknown): Promise<Answer> => {
    const answer = (await program.ask(question)) as Answer;
    if (answer.oracleError !== undefined) throw new Error(answer.oracleError);
    return answer;
  };
  return {
    async object(text) {
      const { object, errors = [] } = await ask({ text });
      if (errors.length > 0) throw new Error(errors.join("; "));
      return object;
    },
    async refusal(object, judged) {
      return (await ask({ object, ...judged })).errors ?? [];
    },
    close: () => program.close(),
  };
}
