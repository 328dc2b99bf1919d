/** How work is shared out among threads. */
export interface Threads {
  /** What a thread runs. */
  readonly script: URL;
  /** Inputs of fewer bytes are done sooner by one thread than others have started. */
  readonly leastBytes: number;
  /** How many threads there is room for now, with the first. Each reads all inputs, so more of them take more memory. */
  free(): number;
}

/** What the command line reads and writes; tests hand in their own. */
export interface CliIo {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Whether standard output is a terminal that shows colours. */
  readonly colours: boolean;
  write(text: string): void;
  /** Diagnostics about the run itself, on standard error. */
  warn(text: string): void;
  readStdin(): Promise<string>;
  /** How large inputs are shared out among threads; nothing to have all done by one. */
  readonly threads?: Threads | undefined;
  /** Asks the person at the terminal; nothing where nobody sits at one. */
  readonly confirm?: ((question: string) => Promise<boolean>) | undefined;
}

/** Exit codes of every command. */
export const exitCodes = { clean: 0, findings: 1, usage: 2 } as const;

/** A mistake in the arguments or an input that cannot be read; the message is one sentence for the user. */
export class UsageError extends Error {}
