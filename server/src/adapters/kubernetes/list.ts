import { setImmediate } from "node:timers/promises";
import type { ApiAnswer, KubernetesApi } from "./api.ts";
import { ApiError, type Asked, brokenAnswer, statusFailure, TooLargeError } from "./failures.ts";
import { ListPageReader } from "./list-page.ts";

/** What is listed. */
export interface Collection {
  /** The path of the API, without a query: `/api/v1/namespaces/shop/pods`. */
  readonly path: string;
  /** A label selector; empty for none. */
  readonly selector: string;
  /** For sentences: "Pods in shop". */
  readonly what: string;
}

export interface ListOptions {
  readonly signal: AbortSignal;
  /** Milliseconds for one page. */
  readonly deadlineMs: number;
  /** Milliseconds without a byte. */
  readonly idleMs: number;
  readonly maxItems: number;
  /** Everything that was handed on so far is void: the list starts again. */
  readonly restart: () => void;
  readonly onItem: (item: unknown) => void;
}

export interface Listed {
  /** From where a watch sees everything that the list did not. */
  readonly resourceVersion: string;
  /** False where there are more objects than `maxItems`. */
  readonly complete: boolean;
}

/** As kubectl's `--chunk-size`. */
const firstPageSize = 500;
const lastPageSize = 20;
/** An answer is cut here; a page that is larger is asked for again with fewer objects. */
const maxPageBytes = 10_000_000;
const maxRestarts = 2;

/**
 * Lists a collection page by page, each object handed on as it arrives. A page that the server no longer remembers
 * (410) starts the list again, at the third time the server's own token of the 410 carries it on, as client-go's pager
 * has it (`tools/pager`). Throws {@link ApiError} or the connection's error.
 */
export async function listAll(
  api: KubernetesApi,
  collection: Collection,
  options: ListOptions,
): Promise<Listed> {
  let next = "";
  let resourceVersion = "";
  let items = 0;
  let pageSize = firstPageSize;
  let restarts = 0;
  const count = (item: unknown): void => {
    items++;
    options.onItem(item);
  };
  for (;;) {
    const query = new URLSearchParams({ limit: String(Math.min(pageSize, options.maxItems)) });
    if (collection.selector !== "") query.set("labelSelector", collection.selector);
    if (next !== "") query.set("continue", next);
    let page: Page;
    try {
      page = await readPage(api, `${collection.path}?${query}`, collection, options, count);
    } catch (error) {
      const isExpired = error instanceof ApiError && error.status === 410 && next !== "";
      if (isExpired) {
        const inconsistent = error instanceof ExpiredError ? error.next : "";
        if (++restarts > maxRestarts && inconsistent !== "") {
          next = inconsistent;
          continue;
        }
        if (restarts > maxRestarts) throw error;
      } else if (error instanceof TooLargeError && pageSize > lastPageSize) {
        pageSize = Math.max(lastPageSize, Math.floor(pageSize / 4));
      } else throw error;
      // What came of the page was handed on: that can be taken back only as a whole.
      next = "";
      resourceVersion = "";
      items = 0;
      options.restart();
      continue;
    }
    resourceVersion ||= page.resourceVersion;
    if (page.next === "" || page.next === next) return { resourceVersion, complete: page.next === "" };
    next = page.next;
    if (items >= options.maxItems) return { resourceVersion, complete: false };
  }
}

/** 410 with the token by which the list may go on, from newer objects. */
class ExpiredError extends ApiError {
  readonly next: string;
  constructor(failure: ApiError["failure"], next: string) {
    super(failure, 410);
    this.next = next;
  }
}

interface Page {
  readonly next: string;
  readonly resourceVersion: string;
}

async function readPage(
  api: KubernetesApi,
  path: string,
  { what }: Collection,
  { signal, deadlineMs, idleMs }: ListOptions,
  onItem: (item: unknown) => void,
): Promise<Page> {
  const asked: Asked = { context: api.context, what };
  const patience = new Patience(signal, deadlineMs, idleMs);
  try {
    const answer = await api.get(path, { signal: patience.signal, maxBytes: maxPageBytes, packed: true });
    patience.alive();
    if (answer.status !== 200) throw await refusal(answer, asked);
    const reader = new ListPageReader(onItem);
    let busySince = performance.now();
    try {
      for await (const chunk of answer.body) {
        patience.alive();
        reader.push(chunk);
        if (performance.now() - busySince > maxBusyMs) {
          await setImmediate();
          busySince = performance.now();
        }
      }
      const around = reader.end() as { kind?: unknown; metadata?: Record<string, unknown>; items?: unknown };
      if (typeof around?.kind !== "string" || !around.kind.endsWith("List"))
        throw new SyntaxError("This is no list");
      const text = (key: string): string => {
        const value = around.metadata?.[key];
        return typeof value === "string" ? value : "";
      };
      return { next: text("continue"), resourceVersion: text("resourceVersion") };
    } catch (error) {
      answer.discard();
      if (error instanceof SyntaxError) throw new ApiError(brokenAnswer(asked, reader.start));
      throw patience.reason ?? error;
    }
  } catch (error) {
    throw patience.reason ?? error;
  } finally {
    patience.end();
  }
}

/** The event loop is left alone after so much work, in milliseconds. */
const maxBusyMs = 8;
const maxErrorBytes = 64_000;

/** What a status other than 200 means, as an error to throw. */
export async function refusal(answer: ApiAnswer, asked: Asked): Promise<ApiError> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of answer.body) {
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes > maxErrorBytes) break;
    }
  } catch {
    // The status says enough.
  }
  answer.discard();
  const text = Buffer.concat(chunks).toString("utf8");
  const failure = statusFailure(asked, answer.status, text);
  if (answer.status === 410) return new ExpiredError(failure, continueOf(text));
  const { retryAfter } = answer;
  return new ApiError(
    retryAfter === undefined ? failure : { ...failure, retryAfterMs: retryAfter * 1000 },
    answer.status,
  );
}

function continueOf(text: string): string {
  try {
    const { metadata } = JSON.parse(text) as { metadata?: { continue?: unknown } };
    return typeof metadata?.continue === "string" ? metadata.continue : "";
  } catch {
    return "";
  }
}

/** A signal that fires with a `TimeoutError` when a whole exchange or a silence in it lasts too long. */
export class Patience {
  readonly #controller = new AbortController();
  readonly #outer: AbortSignal;
  readonly #stop = (): void => this.#controller.abort(this.#outer.reason);
  readonly #total: NodeJS.Timeout | undefined;
  readonly #idleMs: number;
  #idle: NodeJS.Timeout | undefined;

  constructor(outer: AbortSignal, totalMs: number | undefined, idleMs: number) {
    this.#outer = outer;
    this.#idleMs = idleMs;
    if (outer.aborted) this.#stop();
    else outer.addEventListener("abort", this.#stop, { once: true });
    if (totalMs !== undefined) this.#total = setTimeout(() => this.#late(), totalMs);
    this.alive();
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Why it fired; nothing while it has not. */
  get reason(): unknown {
    return this.#controller.signal.aborted ? this.#controller.signal.reason : undefined;
  }

  alive(): void {
    clearTimeout(this.#idle);
    if (this.#controller.signal.aborted) return;
    this.#idle = setTimeout(() => this.#late(), this.#idleMs);
  }

  end(): void {
    clearTimeout(this.#idle);
    clearTimeout(this.#total);
    this.#outer.removeEventListener("abort", this.#stop);
  }

  #late(): void {
    this.#controller.abort(new DOMException("The answer took too long", "TimeoutError"));
  }
}
