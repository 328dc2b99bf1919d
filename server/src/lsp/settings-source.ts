import type { Connection } from "vscode-languageserver/node";

const section = "promscope";

type Bag = Readonly<Record<string, unknown>>;

const isBag = (value: unknown): value is Bag =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/**
 * The section `promscope` of what a client sent: `{promscope: {…}}`, `{"promscope.checks": …}` or the section
 * itself. Nothing where there is nothing in it, as with the `null` of a client that was asked for a section it has not.
 */
function sectionIn(value: unknown): Bag | undefined {
  if (!isBag(value)) return undefined;
  const dotted = Object.entries(value).filter(([key]) => key.startsWith(`${section}.`));
  const nested = value[section];
  const found = isBag(nested)
    ? nested
    : dotted.length > 0
      ? Object.fromEntries(dotted.map(([key, one]) => [key.slice(section.length + 1), one]))
      : value;
  return Object.keys(found).length === 0 ? undefined : found;
}

/**
 * Where the settings of a client come from. Editors differ: VS Code is asked, others push what they have with
 * `workspace/didChangeConfiguration`, or give it once as `initializationOptions`. The first of these in this order
 * that has something in it counts, whole.
 */
export class SettingsSource {
  readonly #connection: Connection;
  readonly #canBeAsked: boolean;
  readonly #initial: Bag | undefined;
  #pushed: Bag | undefined;

  constructor(connection: Connection, canBeAsked: boolean, initializationOptions: unknown) {
    this.#connection = connection;
    this.#canBeAsked = canBeAsked;
    this.#initial = sectionIn(initializationOptions);
  }

  /** The `settings` of a `workspace/didChangeConfiguration`. */
  push(settings: unknown): void {
    this.#pushed = sectionIn(settings);
  }

  async read(): Promise<Bag> {
    return (await this.#ask()) ?? this.#pushed ?? this.#initial ?? {};
  }

  async #ask(): Promise<Bag | undefined> {
    if (!this.#canBeAsked) return undefined;
    try {
      return sectionIn(await this.#connection.workspace.getConfiguration(section));
    } catch {
      // Some clients say that they can be asked and then refuse.
      return undefined;
    }
  }
}
