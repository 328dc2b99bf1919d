import { createHash } from "node:crypto";
import { isAbsolute } from "node:path";
import { pathToFileURL } from "node:url";
import type {
  ArtifactLocation,
  Location,
  Log,
  PhysicalLocation,
  Region,
  ReportingDescriptor,
  Result,
  Fix as SarifFix,
} from "sarif";
import type { LineIndex, Span } from "../../base/text.ts";
import type { Check, Fix, Severity } from "../../checks/check.ts";
import { docsUrl } from "../../checks/docs-url.ts";
import { identitiesOf, keyOf } from "../identity.ts";
import { type Elsewhere, type PrintedFile, type Report, relatedPlaces } from "../report.ts";

const levels: Readonly<Record<Severity, "error" | "warning" | "note">> = {
  error: "error",
  warning: "warning",
  info: "note",
  hint: "note",
};

/** A file as it is shown, with its lines. */
/**
 * SARIF 2.1.0: columns are UTF-16 units, and fingerprints do not change when lines above are added. The types are made
 * of the schema; what they do not say is in the test.
 */
export function sarifReport(
  report: Report,
  checks: readonly Check[],
  version: string,
  elsewhere: Elsewhere,
): string {
  const indexes = new Map(checks.map(({ id }, index) => [id, index]));
  const results = report.files.flatMap(({ document, findings }): readonly Result[] => {
    const identities = identitiesOf(document, findings);
    const seen = new Map<string, number>();
    return findings.map((finding, index): Result => {
      const identity = identities[index];
      const key = identity === undefined ? "" : keyOf(document.path, identity);
      const count = seen.get(key) ?? 0;
      seen.set(key, count + 1);
      const ruleIndex = indexes.get(finding.check);
      const related = relatedPlaces(finding, document, elsewhere).map(
        ({ message, file, span }, id): Location => ({
          id,
          message: { text: message },
          physicalLocation: physical(file, span),
        }),
      );
      const fixes = (finding.fixes ?? []).map((fix) => fixOf(fix, document));
      return {
        ruleId: finding.check,
        ...(ruleIndex === undefined ? {} : { ruleIndex }),
        level: levels[finding.severity],
        message: { text: finding.message },
        locations: [{ physicalLocation: physical(document, finding.span) }],
        ...(related.length === 0 ? {} : { relatedLocations: related }),
        ...(fixes.length === 0 ? {} : { fixes }),
        partialFingerprints: { "promscope/v1": hashed(count === 0 ? key : `${key}\0${count}`) },
      };
    });
  });
  const log: Log = {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: { driver: { name: "promscope", semanticVersion: version, version, rules: checks.map(ruleOf) } },
        columnKind: "utf16CodeUnits",
        results,
      },
    ],
  };
  return `${JSON.stringify(log, null, 2)}\n`;
}

function ruleOf({ id, summary, severity }: Check): ReportingDescriptor {
  return {
    id,
    shortDescription: { text: summary },
    helpUri: docsUrl(id),
    defaultConfiguration: { level: levels[severity] },
  };
}

function fixOf({ title, edits }: Fix, { path, lines }: PrintedFile): SarifFix {
  return {
    description: { text: title },
    artifactChanges: [
      {
        artifactLocation: artifact(path),
        replacements: edits.map(({ span, newText }) => ({
          deletedRegion: region(lines, span),
          ...(newText === "" ? {} : { insertedContent: { text: newText } }),
        })),
      },
    ],
  };
}

function physical({ path, lines }: PrintedFile, span: Span): PhysicalLocation {
  return { artifactLocation: artifact(path), region: region(lines, span) };
}

function region(lines: LineIndex, span: Span): Region {
  const { start, end } = lines.range(span);
  return {
    startLine: start.line + 1,
    startColumn: start.character + 1,
    endLine: end.line + 1,
    endColumn: end.character + 1,
  };
}

/** Relative to where the program runs, which is the root of the sources wherever SARIF is read. */
function artifact(path: string): ArtifactLocation {
  if (isAbsolute(path)) return { uri: pathToFileURL(path).href };
  return { uri: path.split("/").map(encodeURIComponent).join("/"), uriBaseId: "%SRCROOT%" };
}

function hashed(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 32);
}
