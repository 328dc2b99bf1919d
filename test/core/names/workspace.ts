import { expect } from "vitest";
import type { Finding } from "../../../server/src/checks/check.ts";
import { nameChecks } from "../../../server/src/checks/names/index.ts";
import { allChecks } from "../../../server/src/checks/registry.ts";
import { runChecks } from "../../../server/src/checks/run.ts";
import type { SourceDocument } from "../../../server/src/model/document.ts";
import { readDocument } from "../../../server/src/model/read.ts";
import { type EnvironmentAccess, environmentsOf } from "../../../server/src/world/environment.ts";
import { type NameIndex, nameIndexOf } from "../../../server/src/world/names/index.ts";
import type { Snapshot } from "../../../server/src/world/snapshot.ts";
import { emptyWorkspace } from "../../../server/src/world/workspace.ts";
import { noEnvironment } from "../environment.ts";

/** Files of a workspace by their paths. */
export type Files = Readonly<Record<string, string>>;

function documentsOf(files: Files): readonly SourceDocument[] {
  return Object.entries(files).map(([path, text]) =>
    readDocument({ uri: `file:///w/${path}`, path, version: 1, text }),
  );
}

/** The index of names of these files. */
export function namesIn(files: Files): NameIndex {
  return nameIndexOf(documentsOf(files));
}

/** The environments have a name and globs of the files that are deployed there. */
export function environmentsWith(files: Readonly<Record<string, readonly string[]>>): EnvironmentAccess[] {
  return Object.entries(files).map(([name, globs]) => ({
    environment: { ...noEnvironment, name, files: globs },
    metrics: undefined,
    queries: undefined,
    cluster: undefined,
  }));
}

/** One snapshot a file, all with the same index of names. */
export function snapshotsOf(files: Files, environments: readonly EnvironmentAccess[] = []): Snapshot[] {
  const documents = documentsOf(files);
  const names = nameIndexOf(documents);
  return documents.map((document) => ({
    document,
    workspace: emptyWorkspace,
    names,
    environments: environmentsOf(document.path, environments),
    otherEnvironments: environments.filter(
      (one) => !environmentsOf(document.path, environments).includes(one),
    ),
    features: [],
  }));
}

/** What checks of one id say of the files: `path:line severity "source" message`, with related places. */
export function findings(
  files: Files,
  id: string,
  environments: readonly EnvironmentAccess[] = [],
): readonly string[] {
  const snapshots = snapshotsOf(files, environments);
  expect(allChecks).toEqual(expect.arrayContaining([...nameChecks]));
  return snapshots.flatMap((snapshot) => {
    const problems: string[] = [];
    const found = runChecks(snapshot, problems).filter(({ check }) => check === id);
    expect(problems).toEqual([]);
    return found.map((finding) => worded(snapshot.document, finding, snapshots));
  });
}

function worded(
  { path, text, lines }: SourceDocument,
  { span, severity, message, related, fixes }: Finding,
  snapshots: readonly Snapshot[],
): string {
  expect(message.length).toBeLessThanOrEqual(120);
  const at = `${path}:${lines.positionAt(span.start).line + 1}`;
  const source = text.slice(span.start, span.end);
  const places = (related ?? []).map((each) => {
    const target = snapshots.find(({ document }) => document.uri === (each.uri ?? ""))?.document;
    const line = (target?.lines ?? lines).positionAt(each.span.start).line + 1;
    return ` -> ${target?.path ?? path}:${line} ${(target?.text ?? text).slice(each.span.start, each.span.end)}`;
  });
  const mended = (fixes ?? []).map(({ title, safe }) => ` [${safe ? "safe " : ""}${title}]`);
  return `${at} ${severity} ${source}: ${message}${places.join("")}${mended.join("")}`;
}

/** A file of rules: groups of lines `record NAME: EXPR` or `alert NAME: EXPR`, with labels in braces behind the name. */
export function rules(...groups: readonly string[][]): string {
  const lines = ["groups:"];
  for (const [index, group] of groups.entries()) {
    lines.push(`  - name: g${index}`, "    rules:");
    for (const rule of group) {
      const match = /^(record|alert) ([^\s{]+?)(?:\{(\w+)=(\w+)\})?: (.*)$/.exec(rule);
      const [, kind, name, label, value, expr] = match ?? [];
      lines.push(`      - ${kind}: ${name}`, `        expr: ${expr}`);
      if (label !== undefined) lines.push("        labels:", `          ${label}: ${value}`);
    }
  }
  return `${lines.join("\n")}\n`;
}
