import type { Finding } from "../../checks/check.ts";
import { FileRun, type Looked } from "../../checks/run.ts";
import type { DocumentPart, SourceDocument } from "../../model/document.ts";
import type { Snapshots } from "../snapshots.ts";

/** A piece of work: some of the rules of a file, or all of it. */
export interface Unit {
  /** Index of the document. */
  readonly document: number;
  /** The rules from one to before another; nothing for the whole file. */
  readonly rules: readonly [from: number, to: number] | undefined;
}

/** The findings of a file, and what went wrong with checks. */
export interface Found {
  readonly findings: readonly Finding[];
  readonly problems: readonly string[];
}

/** What was made of a unit; plain data, which other threads can read. */
export type Outcome = Found | { readonly looked: Looked };

/** So many rules are looked at together: few, so that no thread waits long for the last of another. */
const rulesAtOnce = 100;

/** The work to be done for documents, the same for all who read them. */
export function unitsOf(documents: readonly SourceDocument[]): readonly Unit[] {
  return documents.flatMap(({ parts }, document): readonly Unit[] => {
    const count = parts.reduce((sum, part) => sum + rulesIn(part), 0);
    if (count < 2 * rulesAtOnce) return [{ document, rules: undefined }];
    const units: Unit[] = [];
    for (let from = 0; from < count; from += rulesAtOnce)
      units.push({ document, rules: [from, Math.min(from + rulesAtOnce, count)] });
    return units;
  });
}

/** As many as are looked at: what stands in the lists of rules. */
function rulesIn({ model }: DocumentPart): number {
  if (!("rules" in model)) return model.kind === "promql" ? 1 : 0;
  return model.rules.groups.reduce((sum, { items }) => sum + items.length, 0);
}

/** Does units of documents. */
export class Worker {
  readonly #documents: readonly SourceDocument[];
  readonly #snapshots: Snapshots;
  readonly #runs = new Map<number, FileRun>();

  constructor(documents: readonly SourceDocument[], snapshots: Snapshots) {
    this.#documents = documents;
    this.#snapshots = snapshots;
  }

  do({ document, rules }: Unit): Outcome {
    if (rules !== undefined) return { looked: this.runOf(document).look(...rules) };
    const run = this.#begin(document);
    const problems: string[] = [];
    return { findings: run.all(problems), problems };
  }

  /** The run of a document that is looked at in pieces. */
  runOf(index: number): FileRun {
    const run = this.#runs.get(index) ?? this.#begin(index);
    this.#runs.set(index, run);
    return run;
  }

  #begin(index: number): FileRun {
    const document = this.#documents[index];
    if (document === undefined) throw new Error("no such document");
    return new FileRun(this.#snapshots.of(document), this.#snapshots.plans);
  }
}
