import { setImmediate } from "node:timers/promises";
import type { KubernetesApi } from "./api.ts";
import { ApiError, type Asked, brokenAnswer, clip, TooLargeError } from "./failures.ts";
import { type Collection, Patience, refusal } from "./list.ts";

export type Change = "added" | "modified" | "deleted";

export interface WatchOptions {
  readonly signal: AbortSignal;
  readonly resourceVersion: string;
  /** Seconds after which the server is asked to end the watch. */
  readonly timeoutSeconds: number;
  /** Milliseconds without a byte after which the connection counts as dead: bookmarks come about every minute. */
  readonly idleMs: number;
  /** Milliseconds until the server has accepted the watch. */
  readonly openMs: number;
  /** The server has accepted the watch: what was known before is true again. */
  readonly onOpen: () => void;
  /** Something came; with the version from which a watch may go on, where it is known. */
  readonly onVersion: (resourceVersion: string) => void;
  readonly onChange: (change: Change, object: unknown) => void;
}

/** One event is one object; etcd takes none above 1.5 MB. */
const maxLineBytes = 10_000_000;
const maxBusyMs = 8;

/**
 * Watches a collection until the server ends it, which is no error. Throws {@link ApiError} for a refusal and for an
 * ERROR event (status 410: the version is no longer remembered, list again), or the connection's error.
 */
export async function watch(
  api: KubernetesApi,
  collection: Collection,
  options: WatchOptions,
): Promise<void> {
  const asked: Asked = { context: api.context, what: collection.what };
  const query = new URLSearchParams({
    watch: "1",
    allowWatchBookmarks: "true",
    resourceVersion: options.resourceVersion,
    timeoutSeconds: String(options.timeoutSeconds),
  });
  if (collection.selector !== "") query.set("labelSelector", collection.selector);
  const opening = new Patience(options.signal, undefined, options.openMs);
  let answer: Awaited<ReturnType<KubernetesApi["get"]>>;
  const life = new AbortController();
  const signal = AbortSignal.any([opening.signal, life.signal]);
  try {
    answer = await api.get(`${collection.path}?${query}`, { signal, maxBytes: Number.POSITIVE_INFINITY });
  } catch (error) {
    throw opening.reason ?? error;
  } finally {
    opening.end();
  }
  const patience = new Patience(options.signal, undefined, options.idleMs);
  const stop = (): void => life.abort(patience.reason);
  patience.signal.addEventListener("abort", stop, { once: true });
  try {
    if (answer.status !== 200) throw await refusal(answer, asked);
    options.onOpen();
    let busySince = performance.now();
    for await (const line of linesOf(answer.body, () => patience.alive())) {
      handle(line, asked, options);
      if (performance.now() - busySince > maxBusyMs) {
        await setImmediate();
        busySince = performance.now();
      }
    }
  } catch (error) {
    throw patience.reason ?? error;
  } finally {
    patience.end();
    patience.signal.removeEventListener("abort", stop);
    answer.discard();
  }
}

function handle(line: string, asked: Asked, options: WatchOptions): void {
  let event: {
    type?: unknown;
    object?: { metadata?: { resourceVersion?: unknown }; code?: unknown; message?: unknown };
  };
  try {
    event = JSON.parse(line);
  } catch {
    throw new ApiError(brokenAnswer(asked, line));
  }
  const { type, object } = event ?? {};
  if (type === "ERROR") {
    const status = typeof object?.code === "number" ? object.code : 500;
    const said = typeof object?.message === "string" ? object.message : "no reason";
    const message = clip(
      `The cluster ${clip(asked.context, 40)} ended a watch of ${asked.what}: ${said}`,
      120,
    );
    throw new ApiError({ reason: "offline", message }, status);
  }
  const version = object?.metadata?.resourceVersion;
  if (typeof type !== "string" || typeof version !== "string") throw new ApiError(brokenAnswer(asked, line));
  if (type === "ADDED") options.onChange("added", object);
  else if (type === "MODIFIED") options.onChange("modified", object);
  else if (type === "DELETED") options.onChange("deleted", object);
  options.onVersion(version);
}

async function* linesOf(body: AsyncIterable<Buffer>, alive: () => void): AsyncGenerator<string> {
  let pieces: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    alive();
    let from = 0;
    for (let end = chunk.indexOf(0x0a); end >= 0; end = chunk.indexOf(0x0a, from)) {
      const line = Buffer.concat([...pieces, chunk.subarray(from, end)]).toString("utf8");
      pieces = [];
      bytes = 0;
      from = end + 1;
      if (line.trim() !== "") yield line;
    }
    if (from === chunk.length) continue;
    pieces.push(Buffer.from(chunk.subarray(from)));
    bytes += chunk.length - from;
    if (bytes > maxLineBytes) throw new TooLargeError("An event is too large");
  }
  // Half a line is a connection that broke: the version before it stands.
}
