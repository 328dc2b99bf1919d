import { LineIndex } from "../../base/text.ts";
import { localFault } from "../../model/broken.ts";
import type { DocumentPart, SourceDocument } from "../../model/document.ts";
import type { SlicedRules } from "../../model/sliced.ts";
import type { Snapshot } from "../../world/snapshot.ts";
import type { YamlDocument } from "../../yaml/node.ts";
import { inOrder, worded } from "../assemble.ts";
import type { Check } from "../check.ts";
import { documentContext } from "../contexts.ts";
import { listed } from "../gravest.ts";
import { Failures, outside } from "../run.ts";
import { commentsInSlices } from "../suppress.ts";
import type { Assembled } from "./assembly.ts";
import { moved } from "./placed.ts";

/** What is said of a large file in which one rule is no valid YAML; nothing where the whole must be read. */
export function brokenFindings(
  sliced: SlicedRules,
  snapshot: Snapshot,
  registry: readonly Check[],
  problems: string[],
): Assembled | undefined {
  const fault = localFault(sliced);
  if (fault === undefined) return undefined;
  const { uri, path } = sliced.file;
  const { text, problem, toFile } = fault;
  const yaml: YamlDocument = { root: undefined, span: { start: 0, end: text.length }, problems: [problem] };
  const part: DocumentPart = { model: sliced.frame.part.model, yaml };
  const stream = { text, documents: [yaml] };
  const lines = new LineIndex(text);
  const document: SourceDocument = { uri, path, version: 0, text, lines, stream, parts: [part] };
  const context = documentContext({ ...snapshot, document }, part);
  const failures = new Failures(uri, problems);
  const found = registry
    .filter((check) => check.kinds.includes(part.model.kind))
    .filter((check) => check.unit === "document" && check.onBrokenYaml === true)
    .flatMap((check) => outside(check, context, failures));
  const place = { path: "", lineOf: (at: number) => sliced.lines.positionAt(toFile(at)).line + 1 };
  const told = found.map((raw) => ({ raw, finding: moved(worded(raw, place), toFile) }));
  const comments = commentsInSlices(sliced, snapshot.now);
  // Of a file that is no YAML nearly no check says anything, so what comments silence is no proof.
  const outcome = { registry, ran: new Set<string>(), finds: () => false };
  const about = (comments?.findings(outcome) ?? []).map((finding) => ({ raw: finding, finding }));
  const findings = inOrder([...told, ...about]).filter((finding) => comments?.isSuppressed(finding) !== true);
  return { ...listed(findings), findings: () => findings };
}
