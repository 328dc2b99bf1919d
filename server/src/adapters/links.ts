import { STATUS_CODES } from "node:http";
import type { Dispatcher } from "undici";
import { type Known, known, unavailable } from "../base/known.ts";
import type { LinkAnswer, Links } from "../world/links.ts";
import type { Clock } from "../world/ports.ts";
import { createAgent } from "./http/agent.ts";

/** So many addresses are asked in all, and so many at one time. */
const mostAddresses = 1_000;
const atOnce = 8;
const deadlineMs = 10_000;
const connectTimeoutMs = 5_000;

/** Asks addresses of the web; to be disposed when no more answers are wanted. */
export function openLinks(clock: Clock): Links & { dispose(): Promise<void> } {
  return new WebLinks(clock);
}

/**
 * Asks each address once, without its fragment: HEAD, and GET where that is refused, through the proxy of the
 * environment, without credentials or cookies. Addresses with a user in them are not asked at all.
 */
class WebLinks implements Links {
  readonly #clock: Clock;
  readonly #answers = new Map<string, Known<LinkAnswer>>();
  readonly #agents = new Map<string, Promise<Dispatcher>>();
  readonly #listeners = new Set<() => void>();
  readonly #waiting: (() => Promise<void>)[] = [];
  #running = 0;
  #idle: PromiseWithResolvers<void> | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  answer(address: string): Known<LinkAnswer> {
    const url = askable(address);
    if (url === undefined) return unavailable("invalid", "The address cannot be asked.", "the web", 0);
    const { href, host } = url;
    const before = this.#answers.get(href);
    if (before !== undefined) return before;
    const isTooMany = this.#answers.size >= mostAddresses;
    const first = isTooMany
      ? unavailable<LinkAnswer>("limited", "More addresses are not asked in one run.", host, 0)
      : unavailable<LinkAnswer>("pending", `${host} is being asked.`, host, 0);
    this.#answers.set(href, first);
    if (!isTooMany) this.#ask(url);
    return first;
  }

  async settled(): Promise<void> {
    await this.#idle?.promise;
  }

  onChange(listener: () => void): { dispose(): void } {
    this.#listeners.add(listener);
    return { dispose: () => void this.#listeners.delete(listener) };
  }

  async dispose(): Promise<void> {
    this.#waiting.length = 0;
    const agents = await Promise.allSettled(this.#agents.values());
    this.#agents.clear();
    for (const agent of agents) if (agent.status === "fulfilled") await agent.value.destroy();
  }

  #ask(url: URL): void {
    this.#idle ??= Promise.withResolvers();
    this.#waiting.push(async () => {
      this.#answers.set(url.href, await this.#answerOf(url));
      for (const listener of this.#listeners) listener();
    });
    this.#next();
  }

  #next(): void {
    while (this.#running < atOnce) {
      const work = this.#waiting.shift();
      if (work === undefined) break;
      this.#running++;
      void work().finally(() => {
        this.#running--;
        this.#next();
      });
    }
    if (this.#running > 0) return;
    this.#idle?.resolve();
    this.#idle = undefined;
  }

  async #answerOf(url: URL): Promise<Known<LinkAnswer>> {
    const { host } = url;
    try {
      // Servers that do not know HEAD say all kinds of things.
      const asked = await this.#statusOf(url, "HEAD");
      const status = asked < 400 ? asked : await this.#statusOf(url, "GET");
      return known(
        { status, words: `${status} ${STATUS_CODES[status] ?? ""}`.trim() },
        host,
        this.#clock.now(),
      );
    } catch (error) {
      if (isUnknownHost(error))
        return known({ status: undefined, words: "no such host" }, host, this.#clock.now());
      return unavailable("offline", `${host} does not answer.`, host, this.#clock.now());
    }
  }

  async #statusOf(url: URL, method: "HEAD" | "GET"): Promise<number> {
    const { fetch } = await import("./http/undici.ts");
    const response = await fetch(url, {
      method,
      dispatcher: await this.#agentOf(url),
      signal: AbortSignal.timeout(deadlineMs),
    });
    await response.body?.cancel();
    return response.status;
  }

  #agentOf(url: URL): Promise<Dispatcher> {
    const agent = this.#agents.get(url.origin) ?? createAgent(url, {}, connectTimeoutMs);
    this.#agents.set(url.origin, agent);
    return agent;
  }
}

/** Without its fragment, which no server sees; nothing for what is no plain address of the web. */
function askable(address: string): URL | undefined {
  if (!URL.canParse(address)) return undefined;
  const url = new URL(address);
  url.hash = "";
  const isPlain = url.username === "" && url.password === "";
  return isPlain && (url.protocol === "http:" || url.protocol === "https:") ? url : undefined;
}

function isUnknownHost(error: unknown): boolean {
  for (let at: unknown = error; at instanceof Error; at = at.cause)
    if ("code" in at && at.code === "ENOTFOUND") return true;
  return false;
}
