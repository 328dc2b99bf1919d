import { ensureGoProgram, LineProgram } from "./go-program.ts";

/** What is asked: paths may be relative to `folder`. */
export interface KubeconfigQuestion {
  readonly folder: string;
  /** The value of `KUBECONFIG`. */
  readonly env: string;
  /** The value of `--kubeconfig`; empty for none. */
  readonly explicit: string;
  /** The value of `--context`; empty for none. */
  readonly context: string;
}

/** What client-go makes of it; everything is empty where it refuses. */
export interface KubeconfigAnswer {
  readonly error: string;
  readonly context: string;
  readonly namespace: string;
  readonly server: string;
  readonly serverName: string;
  readonly insecure: boolean;
  readonly caFile: string;
  readonly ca: string;
  readonly proxy: string;
  readonly certFile: string;
  readonly cert: string;
  readonly keyFile: string;
  readonly key: string;
  readonly headers: Readonly<Record<string, readonly string[]>> | null;
  /** The command, its arguments and its variables. */
  readonly exec: readonly string[] | null;
  readonly execMode: string;
}

/** kubectl's own loading rules (client-go), in a process of their own. */
export interface KubeconfigOracle {
  ask(question: KubeconfigQuestion): Promise<KubeconfigAnswer>;
  close(): Promise<void>;
}

/** Starts the oracle. */
export async function startKubeconfigOracle(): Promise<KubeconfigOracle> {
  const program = new LineProgram(await ensureGoProgram("kubeconfig", "kubeconfig"));
  return {
    ask: async (question) => (await program.ask(question)) as KubeconfigAnswer,
    close: () => program.close(),
  };
}
