import { Worker as Thread } from "node:worker_threads";
import type { Judging } from "../snapshots.ts";
import type { Source } from "../sources.ts";
import type { Outcome } from "./units.ts";

/** What a thread is told. */
export interface Order {
  readonly cwd: string;
  readonly judging: Judging;
  readonly sources: readonly SharedSource[];
  /** All files, one behind the other. */
  readonly bytes: SharedArrayBuffer;
  /** The number of the next unit that nobody has taken. */
  readonly next: SharedArrayBuffer;
}

export type SharedSource = { readonly file: string } & (
  | { readonly text: string }
  | { readonly from: number; readonly to: number }
);

/**
 * Other threads that help with the checks of one run. Each reads all inputs by itself, for what checks look at cannot
 * be shared, and takes units one by one. Who cannot be started, or fails, is done without.
 */
export class Crew {
  readonly #next: Int32Array;
  readonly #threads: readonly Thread[];
  readonly #told: readonly Promise<readonly (readonly [unit: number, outcome: Outcome])[]>[];

  constructor(script: URL, others: number, sources: readonly Source[], judging: Judging, cwd: string) {
    const order: Order = { cwd, judging, ...shared(sources), next: new SharedArrayBuffer(4) };
    this.#next = new Int32Array(order.next);
    const threads: Thread[] = [];
    for (let n = 0; n < others; n++)
      try {
        threads.push(new Thread(script, { workerData: order }));
      } catch {
        // A system without room for a thread: this one does it all.
        break;
      }
    this.#threads = threads;
    this.#told = threads.map(outcomesOf);
  }

  /** The number of a unit that nobody else will do. */
  take(): number {
    return Atomics.add(this.#next, 0, 1);
  }

  /** What the others have made, when all are done. */
  async outcomes(): Promise<ReadonlyMap<number, Outcome>> {
    return new Map((await Promise.all(this.#told)).flat());
  }

  /** Who is still at work is needed no longer. */
  dispose(): void {
    for (const thread of this.#threads) void thread.terminate();
  }
}

function shared(sources: readonly Source[]): Pick<Order, "sources" | "bytes"> {
  let size = 0;
  for (const source of sources) size += "bytes" in source ? source.bytes.length : 0;
  const bytes = new SharedArrayBuffer(size);
  const view = new Uint8Array(bytes);
  let from = 0;
  const places = sources.map((source): SharedSource => {
    if ("text" in source) return source;
    const to = from + source.bytes.length;
    view.set(source.bytes, from);
    const place = { file: source.file, from, to };
    from = to;
    return place;
  });
  return { sources: places, bytes };
}

/** Nothing from one that fails. */
function outcomesOf(thread: Thread): Promise<readonly (readonly [unit: number, outcome: Outcome])[]> {
  return new Promise((resolve) => {
    thread.on("message", (text: string) => resolve(JSON.parse(text)));
    thread.on("error", () => resolve([]));
    thread.on("exit", () => resolve([]));
  });
}
