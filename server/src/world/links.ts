import type { Known } from "../base/known.ts";

/** What an address of the web answered. */
export interface LinkAnswer {
  /** Of HTTP; nothing where no server answered. */
  readonly status: number | undefined;
  /** The answer in a few words: "404 Not Found", "no such host". */
  readonly words: string;
}

/**
 * Whether addresses lead to pages. There is one only where somebody asked for it at the command line: nothing is
 * contacted because a file is open or somebody types.
 */
export interface Links {
  /** Answers at once with what is known, and asks the address in the background, once. */
  answer(address: string): Known<LinkAnswer>;
  settled(): Promise<void>;
  onChange(listener: () => void): { dispose(): void };
}
