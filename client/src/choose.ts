import { commands, type QuickPickItem, window, workspace } from "vscode";
import type { EnvironmentStatus } from "../../server/src/protocol.ts";
import type { Consent } from "./consent.ts";
import type { Environments } from "./environments.ts";

const marks: Readonly<Record<EnvironmentStatus["health"], string>> = {
  checking: "is being asked",
  ok: "answers",
  degraded: "answers in part",
  down: "does not answer",
  none: "has no backend",
};

const markOf = ({ health, remedy }: EnvironmentStatus): string =>
  remedy === "signIn" ? "wants credentials" : marks[health];

interface Choice extends QuickPickItem {
  readonly environment?: string;
  readonly command?: () => Thenable<unknown>;
}

const connect: Choice = {
  label: "$(plug) Connect…",
  command: () => commands.executeCommand("promscope.connectBackend"),
};

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

/** Lets the user pick where to run: one environment, or all that are named side by side; undefined if they leave. */
export async function askWhereToRun(
  environments: Environments,
  names: readonly string[],
): Promise<readonly string[] | undefined> {
  const able = names.filter((name) => environments.find(name)?.backend !== null);
  const all: Choice = { label: "$(split-horizontal) All side by side", description: able.join(", ") };
  const picked = await window.showQuickPick(
    [...choices(environments, names), ...(able.length > 1 ? [all] : [])],
    { title: "Run on which environment?", matchOnDescription: true },
  );
  if (picked === all) return able;
  return picked?.environment === undefined ? undefined : [picked.environment];
}

/**
 * The quick pick behind the status item: what mends what is wrong stands first, then where queries may run, then
 * results, settings and output. Where there is nothing to choose from, it leads to an address at once.
 */
export async function chooseEnvironment(environments: Environments, consent: Consent): Promise<void> {
  const names = environments.all.map(({ name }) => name);
  if (names.length === 0 && consent.all.length === 0) {
    await commands.executeCommand("promscope.connectBackend");
    return;
  }
  const mends = [...environments.all.flatMap(mendsOf), ...proposalMends(consent)];
  const picked = await window.showQuickPick(
    [
      ...(mends.length > 0 ? [heading("What is wrong"), ...mends] : []),
      ...(names.length > 0 ? [heading("Environments"), ...choices(environments, names)] : []),
      heading("More"),
      connect,
      showResults,
      openSettings,
      showOutput,
    ],
    { title: "Where should queries run?", matchOnDescription: true, matchOnDetail: true },
  );
  if (picked?.environment !== undefined) await environments.choose(picked.environment);
  else await picked?.command?.();
}

const heading = (label: string): Choice => ({ label, kind: -1 });

/** What would mend an environment, the likeliest first; nothing for one that is well or has no backend. */
function mendsOf({ name, health, remedy, message }: EnvironmentStatus): readonly Choice[] {
  if (health !== "down" && health !== "degraded") return [];
  const run = (command: string, ...rest: readonly unknown[]) => {
    return () => commands.executeCommand(command, ...rest);
  };
  const retry: Choice = { label: `$(refresh) Ask ${name} Again`, command: run("promscope.retry", name) };
  if (remedy === "signIn")
    return [
      { label: `$(key) Sign In to ${name}…`, detail: message, command: run("promscope.signIn", name) },
      retry,
    ];
  if (remedy === "settings")
    return [{ ...openSettings, label: `$(gear) Edit the Settings of ${name}`, detail: message }, retry];
  return [{ ...retry, detail: message }];
}

function proposalMends(consent: Consent): readonly Choice[] {
  const { waiting } = consent;
  if (waiting.length === 0) return [];
  const names = waiting.map(({ name }) => name).join(", ");
  return [
    {
      label: "$(shield) Review the Environments of promscope.yaml…",
      detail: workspace.isTrusted
        ? `Not used before you agree: ${names}`
        : `Not used while the workspace is not trusted: ${names}`,
      command: () => commands.executeCommand("promscope.reviewProposals"),
    },
  ];
}

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
        status === undefined ? "" : markOf(status),
      ]
        .filter((part) => part !== "")
        .join(", "),
      detail: [status?.version ?? "", status?.backend ?? ""].filter((part) => part !== "").join(" at "),
    };
  });
}
