import type { CatalogSource } from "../../../server/src/adapters/catalog/catalog.ts";
import { NameTableBuilder } from "../../../server/src/adapters/catalog/name-builder.ts";
import type { NameTable } from "../../../server/src/adapters/catalog/name-table.ts";
import { type Known, known, unavailable } from "../../../server/src/base/known.ts";
import type { MetricType } from "../../../server/src/world/ports.ts";

export function tableOf(names: readonly string[]): Promise<NameTable> {
  const builder = new NameTableBuilder();
  for (const name of names) builder.addText(name);
  return builder.finish();
}

/** A backend of the catalog in memory, which notes what it is asked. */
export class FakeSource implements CatalogSource {
  readonly asked: string[] = [];
  /** What the list of all names holds; a search finds what is in `newer` too. */
  names_: readonly string[] = [];
  newer: readonly string[] = [];
  offline = false;
  readonly types_ = new Map<string, MetricType>();
  /** Holds the answer with all names back until it is called. */
  #release: (() => void) | undefined;
  #held: Promise<void> | undefined;
  now = 0;

  hold(): () => void {
    this.#held = new Promise((resolve) => {
      this.#release = resolve;
    });
    return () => this.#release?.();
  }

  async names(): ReturnType<CatalogSource["names"]> {
    this.asked.push("names");
    await this.#held;
    if (this.offline) return this.#down();
    return known({ table: await tableOf(this.names_), complete: true }, "Dev", this.now);
  }

  async search(text: string, limit: number): ReturnType<CatalogSource["search"]> {
    this.asked.push(`search ${text}`);
    if (this.offline) return this.#down();
    const found = [...this.names_, ...this.newer].filter((name) => name.startsWith(text));
    return known({ names: found.slice(0, limit), complete: found.length <= limit }, "Dev", this.now);
  }

  types(): ReturnType<CatalogSource["types"]> {
    return Promise.resolve(this.types_);
  }

  #down(): Known<never> {
    return unavailable("offline", "Dev cannot be reached; check its address.", "Dev", this.now);
  }
}
