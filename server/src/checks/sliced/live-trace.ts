import { isPending, type Known } from "../../base/known.ts";
import type { EnvironmentAccess } from "../../world/environment.ts";
import type { LiveIndex, SeriesHistory } from "../../world/live.ts";
import type { Facts } from "../check.ts";

/** An answer of an index that findings rest on. */
interface Answer {
  /** Asks again: what is known now. */
  readonly ask: () => Known<unknown>;
  readonly fact: Known<unknown>;
}

/** What the checks of one slice asked of the indexes of backends, so that its findings are kept until that changes. */
export class LiveTrace {
  readonly #answers: Answer[] = [];

  /** The facts as the slice's checks are to see them; the same where there is no index to ask. */
  facts(facts: Facts): Facts {
    const { environments, otherEnvironments = [] } = facts;
    if (![...environments, ...otherEnvironments].some(({ live }) => live !== undefined)) return facts;
    const traced = this.#all(environments);
    const others = this.#all(otherEnvironments);
    // What else is looked at is still noted where it stands.
    return Object.create(facts, {
      environments: { value: traced, enumerable: true },
      otherEnvironments: { value: others, enumerable: true },
    }) as Facts;
  }

  get isEmpty(): boolean {
    return this.#answers.length === 0;
  }

  /** Whether everything is still so. Asks all again, which is what questions wait for that are not yet sent. */
  holds(): boolean {
    let isSame = true;
    for (const { ask, fact } of this.#answers) if (!isSameAnswer(fact, ask())) isSame = false;
    return isSame;
  }

  note<T>(ask: () => Known<T>): Known<T> {
    const fact = ask();
    this.#answers.push({ ask, fact });
    return fact;
  }

  #all(environments: readonly EnvironmentAccess[]): readonly EnvironmentAccess[] {
    return environments.map((access) =>
      access.live === undefined ? access : { ...access, live: new TracedIndex(access.live, this) },
    );
  }
}

class TracedIndex implements LiveIndex {
  readonly #live: LiveIndex;
  readonly #trace: LiveTrace;
  readonly history: ((selector: string) => Known<SeriesHistory>) | undefined;
  readonly scrapeIntervals: LiveIndex["scrapeIntervals"];
  readonly retention: LiveIndex["retention"];

  constructor(live: LiveIndex, trace: LiveTrace) {
    this.#live = live;
    this.#trace = trace;
    const { history, scrapeIntervals, retention } = live;
    this.retention = retention && (() => trace.note(() => retention()));
    this.scrapeIntervals = scrapeIntervals && (() => trace.note(() => scrapeIntervals()));
    this.history = history && ((selector) => trace.note(() => history(selector)));
  }

  now(): number {
    return this.#live.now();
  }

  presence(metric: string): ReturnType<LiveIndex["presence"]> {
    return this.#trace.note(() => this.#live.presence(metric));
  }

  metadata(metric: string): ReturnType<LiveIndex["metadata"]> {
    return this.#trace.note(() => this.#live.metadata(metric));
  }

  labelNames(metric: string): ReturnType<LiveIndex["labelNames"]> {
    return this.#trace.note(() => this.#live.labelNames(metric));
  }

  labelValues(metric: string, label: string): ReturnType<LiveIndex["labelValues"]> {
    return this.#trace.note(() => this.#live.labelValues(metric, label));
  }

  // Only decides what is asked.
  knownValues(metric: string, label: string): ReturnType<LiveIndex["knownValues"]> {
    return this.#live.knownValues(metric, label);
  }

  selects(selector: string, label: string): ReturnType<LiveIndex["selects"]> {
    return this.#trace.note(() => this.#live.selects(selector, label));
  }

  elsewhere(metric: string): ReturnType<LiveIndex["elsewhere"]> {
    return this.#trace.note(() => this.#live.elsewhere(metric));
  }

  externalLabels(): ReturnType<LiveIndex["externalLabels"]> {
    return this.#trace.note(() => this.#live.externalLabels());
  }

  recheck(): void {
    this.#live.recheck();
  }

  settled(): Promise<void> {
    return this.#live.settled();
  }

  onChange(listener: () => void): { dispose(): void } {
    return this.#live.onChange(listener);
  }
}

/** An index keeps the value itself as long as it is told the same. */
function isSameAnswer(a: Known<unknown>, b: Known<unknown>): boolean {
  if (a === b) return true;
  if (a.status !== b.status || isPending(a) !== isPending(b)) return false;
  return a.status === "unavailable" || b.status === "unavailable" || a.value === b.value;
}
