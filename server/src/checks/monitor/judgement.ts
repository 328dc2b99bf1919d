import type { Severity } from "../check.ts";
import type { Evidence, LiveSource } from "./evidence.ts";

/** Which source a finding rests on, and how sure it is. */
export interface Verdict<T> {
  readonly severity: Severity;
  readonly selected: readonly T[];
  readonly live: LiveSource | undefined;
}

/**
 * Whether the sources say that nothing selected has what is asked for. Files alone are a warning, for they are
 * partial; a cluster that showed everything is believed: it makes an error, or the files' word void where it has it.
 */
export function missingIn<T>(
  sources: readonly Evidence<T>[],
  has: (object: T) => boolean,
): Verdict<T> | undefined {
  const speaking = sources.filter(({ selected }) => selected.length > 0);
  const lacking = speaking.filter(({ selected }) => !selected.some(has));
  const complete = lacking.find(({ live }) => live?.complete === true);
  const files = speaking.find(({ live }) => live === undefined);
  if (files !== undefined && lacking.includes(files)) {
    const found = speaking.some((source) => source.live !== undefined && !lacking.includes(source));
    if (found) return undefined;
    return {
      severity: complete === undefined ? "warning" : "error",
      selected: files.selected,
      live: undefined,
    };
  }
  if (complete === undefined) return undefined;
  // What the files add is only not deployed yet.
  return {
    severity: files === undefined ? "error" : "info",
    selected: complete.selected,
    live: complete.live,
  };
}

/** " in Dev (…)" for live sources, nothing for files. */
export function whereWords(live: LiveSource | undefined): string {
  return live === undefined ? "" : ` ${live.words}`;
}
