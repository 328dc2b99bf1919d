import { FileRun, type Looked } from "../../checks/run.ts";
import type { SourceDocument } from "../../model/document.ts";
import type { Snapshots } from "../snapshots.ts";
import type { Crew } from "./crew.ts";
import { type Found, type Outcome, type Unit, unitsOf, Worker } from "./units.ts";

export type { Found } from "./units.ts";

/** What one thread finds in a file. */
export function findAlone(document: SourceDocument, snapshots: Snapshots): Found {
  const problems: string[] = [];
  const run = new FileRun(snapshots.of(document), snapshots.plans, snapshots.recall);
  return { findings: run.all(problems), problems };
}

/** What is found in each file: the same as alone, with the help of others. */
export async function findTogether(
  documents: readonly SourceDocument[],
  snapshots: Snapshots,
  crew: Pick<Crew, "take" | "outcomes">,
): Promise<readonly Found[]> {
  const worker = new Worker(documents, snapshots);
  const units = unitsOf(documents);
  const outcomes = new Map<Unit, Outcome>();
  for (let unit = units[crew.take()]; unit !== undefined; unit = units[crew.take()])
    outcomes.set(unit, worker.do(unit));
  if (outcomes.size < units.length)
    for (const [index, outcome] of await crew.outcomes()) {
      const unit = units[index];
      if (unit !== undefined) outcomes.set(unit, outcome);
    }
  // What somebody has taken and not done.
  for (const unit of units) if (!outcomes.has(unit)) outcomes.set(unit, worker.do(unit));
  const wholes = new Map<number, Found>();
  const pieces = new Map<number, Looked[]>();
  for (const unit of units) {
    const outcome = outcomes.get(unit);
    if (outcome === undefined) continue;
    if ("findings" in outcome) wholes.set(unit.document, outcome);
    else {
      const looked = pieces.get(unit.document) ?? [];
      pieces.set(unit.document, looked);
      looked.push(outcome.looked);
    }
  }
  return documents.map((document, index) => {
    const looked = pieces.get(index);
    if (looked === undefined) return wholes.get(index) ?? findAlone(document, snapshots);
    const problems: string[] = [];
    const findings = worker.runOf(index).findings(looked, problems);
    return findings === undefined ? findAlone(document, snapshots) : { findings, problems };
  });
}
