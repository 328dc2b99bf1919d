import type { Recall } from "../base/recall.ts";
import { CheckPlans } from "../checks/plans.ts";
import { allChecks, loadChecks } from "../checks/registry.ts";
import { recallOfRun } from "../checks/run.ts";
import type { SourceDocument } from "../model/document.ts";
import { type EnvironmentAccess, environmentsOf } from "../world/environment.ts";
import type { Links } from "../world/links.ts";
import { nameIndexOf } from "../world/names/index.ts";
import type { CheckLevels } from "../world/settings.ts";
import type { Snapshot } from "../world/snapshot.ts";
import { declarationsOf, mergeDeclarations } from "../world/workspace.ts";
import { FileProjects } from "./projects.ts";

/** What the findings of files depend on besides the files and the environments; plain data, which threads can share. */
export interface Judging {
  /** Prometheus' own names. */
  readonly features: readonly string[];
  /** Severities of single checks where no `promscope.yaml` is near. */
  readonly levels: CheckLevels;
  /** `none`: only what a program refuses to load. */
  readonly lint: "all" | "none";
  /** In milliseconds since 1970. */
  readonly now: number;
}

/** The snapshots of files that are checked together. */
export interface Snapshots {
  /** Which checks look at what, for all of the files. */
  readonly plans: CheckPlans;
  /** What was made of texts of the file before; files that are checked in turn share it. */
  readonly recall: Recall;
  of(document: SourceDocument): Snapshot;
  levelsOf(document: SourceDocument): CheckLevels;
}

/** Puts the documents of a run together with what stands beside them: projects, names and declarations. */
export async function snapshotsOf(
  documents: readonly SourceDocument[],
  { features, levels, lint, now }: Judging,
  environments: readonly EnvironmentAccess[],
  links?: Links,
): Promise<Snapshots> {
  const workspace = mergeDeclarations(documents.map(declarationsOf));
  const projects = await FileProjects.of(documents);
  // Whether a file loads does not depend on the names in others.
  const names = lint === "none" ? undefined : nameIndexOf(documents);
  return {
    plans: new CheckPlans(lint === "none" ? loadChecks : allChecks),
    recall: recallOfRun(),
    of: (document) => ({
      document,
      workspace,
      names,
      environments: environmentsOf(document.path, environments),
      features: [...features, ...(projects.project(document)?.enableFeatures ?? [])],
      policy: lint === "none" ? undefined : projects.policy(document),
      now,
      links,
    }),
    levelsOf: (document) => projects.levels(document) ?? levels,
  };
}
