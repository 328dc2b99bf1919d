import type { NameList } from "../../world/ports.ts";

/** Names that contain `search`, whatever the case, at most `limit`; those that begin with it come first. */
export function cutNames(list: NameList, search: string | undefined, limit: number): NameList {
  const wanted = search?.toLowerCase() ?? "";
  if (wanted === "") {
    if (list.names.length <= limit) return list;
    return { names: list.names.slice(0, limit), complete: false };
  }
  const first: string[] = [];
  const later: string[] = [];
  let found = 0;
  for (const name of list.names) {
    const at = name.toLowerCase().indexOf(wanted);
    if (at < 0) continue;
    found++;
    if (at === 0) {
      if (first.length < limit) first.push(name);
    } else if (later.length < limit) later.push(name);
    // Nothing that follows could be shown.
    if (first.length >= limit && found > limit) break;
  }
  return { names: [...first, ...later].slice(0, limit), complete: list.complete && found <= limit };
}

const opening = '{"status":"success","data":[';

/**
 * Reads a long list of names as it arrives, so that a million of them never stand in one text.
 * Anything that is not laid out as Prometheus writes it is kept and read at the end.
 */
export class NameStream {
  readonly names: string[] = [];
  #rest = "";
  #state: "opening" | "names" | "other" = "opening";

  feed(chunk: string): void {
    this.#rest += chunk;
    if (this.#state === "opening" && this.#rest.length >= opening.length) {
      this.#state = this.#rest.startsWith(`${opening}"`) ? "names" : "other";
      if (this.#state === "names") this.#rest = this.#rest.slice(opening.length);
    }
    if (this.#state === "names") this.#takeWhole();
  }

  /** What is left at the end, as the text of an envelope whose `data` goes on behind the names taken so far. */
  end(): string {
    return this.#state === "names" ? `${opening}${this.#rest}` : this.#rest;
  }

  /** Takes all names but the last one, of which more may come. */
  #takeWhole(): void {
    let at = this.#rest.lastIndexOf('","');
    while (at >= 0 && isEscaped(this.#rest, at)) at = this.#rest.lastIndexOf('","', at - 1);
    // The list may be over already; what follows it is for the end.
    const close = this.#rest.indexOf('"]');
    if (at <= 0 || (close >= 0 && close < at)) return;
    try {
      for (const name of JSON.parse(`[${this.#rest.slice(0, at + 1)}]`) as unknown[])
        if (typeof name === "string") this.names.push(name);
      this.#rest = this.#rest.slice(at + 2);
    } catch {
      this.#state = "other";
      this.#rest = `${opening}${this.#rest}`;
    }
  }
}

function isEscaped(text: string, quote: number): boolean {
  let backslashes = 0;
  while (text[quote - 1 - backslashes] === "\\") backslashes++;
  return backslashes % 2 === 1;
}
