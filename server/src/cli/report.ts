import type { LineIndex, Range, Span } from "../base/text.ts";
import type { Finding, RefusedBy, Severity } from "../checks/check.ts";
import type { SourceDocument } from "../model/document.ts";

/** The findings of one file that are to be printed. */
export interface FileReport {
  readonly document: SourceDocument;
  readonly findings: readonly Finding[];
}

export interface Report {
  readonly files: readonly FileReport[];
  /** How many files were read. */
  readonly checked: number;
  /** How many of them are YAML of no known kind. */
  readonly unknown: number;
}

/** One entry of the JSON output; positions are zero-based UTF-16 as in LSP. */
export interface JsonFinding {
  readonly file: string;
  readonly check: string;
  readonly severity: Severity;
  readonly message: string;
  readonly range: Range;
  readonly refusedBy?: RefusedBy;
  /** Where the author of a policy says more. */
  readonly link?: string;
  readonly related: readonly { readonly message: string; readonly file: string; readonly range: Range }[];
  readonly fixes: readonly {
    readonly title: string;
    readonly safe: boolean;
    readonly edits: readonly { readonly file: string; readonly range: Range; readonly newText: string }[];
  }[];
}

/** A file as it is printed: its path, and its lines. */
export interface PrintedFile {
  readonly path: string;
  readonly lines: LineIndex;
}

/** The file in which a related place lies. */
export type Elsewhere = (uri: string) => PrintedFile | undefined;

/** The related places of a finding in `here`; those in files that were not read are left out. */
export function relatedPlaces(
  { related = [] }: Finding,
  here: PrintedFile,
  elsewhere: Elsewhere,
): readonly { readonly message: string; readonly file: PrintedFile; readonly span: Span }[] {
  return related.flatMap(({ message, uri, span }) => {
    const file = uri === undefined ? here : elsewhere(uri);
    return file === undefined ? [] : [{ message, file, span }];
  });
}

/** The findings in the shape of `--format json`; `elsewhere` gives the lines of other files. */
export function toJson(report: Report, elsewhere: Elsewhere): JsonFinding[] {
  return report.files.flatMap(({ document, findings }) =>
    findings.map((finding) => jsonFinding(finding, document, elsewhere)),
  );
}

function jsonFinding(finding: Finding, document: SourceDocument, elsewhere: Elsewhere): JsonFinding {
  const { path, lines } = document;
  return {
    file: path,
    check: finding.check,
    severity: finding.severity,
    message: finding.message,
    range: lines.range(finding.span),
    ...(finding.refusedBy === undefined ? {} : { refusedBy: finding.refusedBy }),
    ...(finding.link === undefined ? {} : { link: finding.link }),
    related: relatedPlaces(finding, document, elsewhere).map(({ message, file, span }) => ({
      message,
      file: file.path,
      range: file.lines.range(span),
    })),
    fixes: (finding.fixes ?? []).map((fix) => ({
      title: fix.title,
      safe: fix.safe,
      edits: fix.edits.map((edit) => ({ file: path, range: lines.range(edit.span), newText: edit.newText })),
    })),
  };
}
