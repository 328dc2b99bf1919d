import { textOfBytes } from "../../adapters/files/text.ts";
import type { Told } from "../../checks/assemble.ts";
import type { Finding } from "../../checks/check.ts";
import type { SourceDocument } from "../../model/document.ts";
import { FileProjects } from "../projects.ts";
import { snapshotsOf } from "../snapshots.ts";
import { documentOf } from "../sources.ts";
import type { Order } from "./crew.ts";
import { type Outcome, unitsOf, Worker } from "./units.ts";

/** Does what is left to be done; the answer is JSON, which is read faster than what threads send by themselves. */
export async function work({ cwd, judging, sources, bytes, next }: Order): Promise<string> {
  const counter = new Int32Array(next);
  const projects = await FileProjects.ofFiles(sources.map(({ file }) => file));
  const documents = sources.map((source): SourceDocument => {
    const text =
      "text" in source
        ? source.text
        : textOfBytes(Buffer.from(Buffer.from(bytes, source.from, source.to - source.from)));
    return documentOf(source.file, text, { cwd }, projects.kindOf(source.file));
  });
  const worker = new Worker(documents, await snapshotsOf(documents, judging, []));
  const units = unitsOf(documents);
  const done: (readonly [number, Outcome])[] = [];
  for (let taken = Atomics.add(counter, 0, 1); taken < units.length; taken = Atomics.add(counter, 0, 1)) {
    const unit = units[taken];
    if (unit !== undefined) done.push([taken, plain(worker.do(unit))]);
  }
  return JSON.stringify(done);
}

/** Without what stands in classes, and with only that of raw findings which decides who is told. */
function plain(outcome: Outcome): Outcome {
  if ("findings" in outcome) return { ...outcome, findings: outcome.findings.map(plainFinding) };
  const { parts, failures } = outcome.looked;
  return {
    looked: { failures, parts: parts.map(({ told, spent }) => ({ told: told.map(plainTold), spent })) },
  };
}

function plainTold({ finding, raw: { check, onceInFile, onceHere } }: Told): Told {
  return { finding: plainFinding(finding), raw: { check, onceInFile, onceHere } };
}

function plainFinding(finding: Finding): Finding {
  if (finding.related === undefined || finding.related.length === 0) return finding;
  return { ...finding, related: finding.related.map(({ message, uri, span }) => ({ message, uri, span })) };
}
