import { commands, type QuickPickItem, window } from "vscode";
import type { EnvironmentStatus } from "../../server/src/protocol.ts";
import type { Environments } from "./environments.ts";

const marks: Readonly<Record<EnvironmentStatus["health"], string>> = {
  checking: "is being asked",
  ok: "answers",
  degraded: "answers in part",
  down: "does not answer",
  none: "has no backend",
};

interface Choice extends QuickPickItem {
  readonly environment?: string;
  readonly command?: () => Thenable<unknown>;
}

const openSettings: Choice = {
  label: "$(gear) Open Settings",
  command: () => commands.executeCommand("workbench.action.openSettings", "promscope.environments"),
};

const showOutput: Choice = {
  label: "$(output) Show Output",
  command: () => commands.executeCommand("promscope.showOutput"),
};

const showResults: Choice = {
  label: "$(table) Show Query Results",
  command: () => commands.executeCommand("promscope.showResults"),
};

/** Lets the user pick one of the environments named; undefined if they leave. */
export async function askEnvironment(
  environments: Environments,
  names: readonly string[],
  title: string,
): Promise<string | undefined> {
  const picked = await window.showQuickPick(choices(environments, names), {
    title,
    matchOnDescription: true,
  });
  return picked?.environment;
}

/** The quick pick behind the status item: choose where queries run, or go to results, settings or output. */
export async function chooseEnvironment(environments: Environments): Promise<void> {
  const names = environments.all.map(({ name }) => name);
  const picked = await window.showQuickPick(
    [...choices(environments, names), separator, showResults, openSettings, showOutput],
    { title: "Where should queries run?", matchOnDescription: true },
  );
  if (picked?.environment !== undefined) await environments.choose(picked.environment);
  else await picked?.command?.();
}

const separator: Choice = { label: "", kind: -1 };

function choices(environments: Environments, names: readonly string[]): Choice[] {
  const current = environments.pick(names);
  return names.map((name) => {
    const status = environments.find(name);
    return {
      label: name,
      environment: name,
      description: [
        name === current ? "current" : "",
        status?.protected ? "protected" : "",
        status === undefined ? "" : marks[status.health],
      ]
        .filter((part) => part !== "")
        .join(", "),
      detail: [status?.version ?? "", status?.backend ?? ""].filter((part) => part !== "").join(" at "),
    };
  });
}
