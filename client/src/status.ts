import {
  commands,
  Disposable,
  MarkdownString,
  StatusBarAlignment,
  type TextDocumentChangeEvent,
  ThemeColor,
  window,
  workspace,
} from "vscode";
import { type LanguageClient, State } from "vscode-languageclient/node";
import type { EnvironmentStatus } from "../../server/src/protocol.ts";
import type { Consent } from "./consent.ts";
import { type Environments, environmentsOf } from "./environments.ts";

const icons: Readonly<Record<EnvironmentStatus["health"], string>> = {
  checking: "$(sync~spin)",
  ok: "$(pass)",
  degraded: "$(warning)",
  down: "$(error)",
  none: "$(circle-slash)",
};

/** The one status item: which environment the active file uses, how it is, and behind a click what mends it. */
export function showStatus(
  client: LanguageClient,
  environments: Environments,
  consent: Consent,
): Disposable[] {
  const bar = window.createStatusBarItem("promscope.environment", StatusBarAlignment.Right, 90);
  bar.name = "Promscope Environment";
  bar.command = "promscope.chooseEnvironment";

  /** Answers may overtake each other; only the newest may be shown. */
  let revision = 0;
  const update = async (): Promise<void> => {
    const mine = ++revision;
    if (client.state === State.Stopped || client.state === State.StartFailed) {
      showStopped();
      return;
    }
    const document = window.activeTextEditor?.document;
    const names = document === undefined ? null : await environmentsOf(client, document);
    if (mine !== revision) return;
    void commands.executeCommand("setContext", "promscope.ours", names !== null);
    if (names === null) {
      bar.hide();
      return;
    }
    showEnvironment(names);
  };

  const showStopped = (): void => {
    bar.text = "$(error) Promscope";
    bar.tooltip = "The Promscope language server has stopped. Click to start it again.";
    bar.command = "promscope.restartServer";
    bar.backgroundColor = new ThemeColor("statusBarItem.errorBackground");
    bar.show();
  };

  const showEnvironment = (names: readonly string[]): void => {
    const status = environments.find(environments.pick(names));
    const waiting = consent.waiting.length > 0;
    const none = environments.all.length === 0 ? "No Environment" : "Offline Checks Only";
    const here = names.length === 0 ? undefined : status;
    const label = here?.name ?? none;
    const health = here?.health ?? "none";
    const icon =
      here?.remedy === "signIn"
        ? "$(key)"
        : here !== undefined
          ? icons[health]
          : environments.all.length > 0
            ? icons.none
            : waiting
              ? "$(shield)"
              : "$(plug)";
    bar.text = `${icon} ${escapeIcons(label)}`;
    bar.tooltip = tooltip(names, environments, consent);
    bar.command = "promscope.chooseEnvironment";
    bar.backgroundColor = health === "down" ? new ThemeColor("statusBarItem.warningBackground") : undefined;
    bar.accessibilityInformation = {
      label: `Promscope environment: ${label}. ${here?.message ?? ""} ${age(here?.asOf ?? 0)}`.trim(),
    };
    bar.show();
  };

  const refresh = (): void => void update();
  refresh();
  // A text becomes one of ours while it is written, and stops being one.
  let pause: ReturnType<typeof setTimeout> | undefined;
  const typed = ({ document }: TextDocumentChangeEvent): void => {
    if (document !== window.activeTextEditor?.document) return;
    clearTimeout(pause);
    pause = setTimeout(refresh, 500);
  };
  // The age of the last answer grows while nothing else happens.
  const clock = setInterval(refresh, 30_000);
  return [
    bar,
    new Disposable(() => clearInterval(clock)),
    consent.onDidChange(refresh),
    window.onDidChangeActiveTextEditor(refresh),
    workspace.onDidChangeTextDocument(typed),
    new Disposable(() => clearTimeout(pause)),
    environments.onDidChange(refresh),
    client.onDidChangeState(refresh),
  ];
}

/** `$(name)` would become an icon; names come from settings, so it must stay text. */
function escapeIcons(text: string): string {
  return text.replaceAll("$(", "$\u200b(");
}

function tooltip(names: readonly string[], environments: Environments, consent: Consent): MarkdownString {
  const text = new MarkdownString("", true);
  if (environments.all.length === 0)
    text.appendText(
      "Files are checked. Click to connect to a Prometheus or Thanos and see what is live.\n\n",
    );
  if (consent.waiting.length > 0) {
    const waiting = consent.waiting.map(({ name }) => name).join(", ");
    const why = workspace.isTrusted ? "you agree" : "the workspace is trusted";
    text.appendText(`promscope.yaml names ${waiting}: not used before ${why}.\n\n`);
  }
  for (const status of environments.all) {
    text.appendMarkdown(`${icons[status.health]} **`);
    text.appendText(status.name);
    text.appendMarkdown("**");
    const last = age(status.asOf);
    const facts = [
      status.version,
      status.backend ?? "no backend",
      last === "" ? "" : `last answer ${last}`,
      status.proposed ? "from promscope.yaml" : "",
    ].filter((fact) => fact !== "");
    text.appendText(`${names.includes(status.name) ? " (this file)" : ""}: ${facts.join(", ")}`);
    text.appendMarkdown("  \n");
    // Who answers stands above already.
    if (status.health !== "ok") text.appendText(status.message);
    if (status.cluster !== null) {
      text.appendMarkdown("  \n");
      text.appendText(`Kubernetes ${status.cluster}: ${status.clusterMessage}`);
    }
    text.appendMarkdown("\n\n");
  }
  return text;
}

/** How long ago the backend last answered, for a person; empty where it never did. */
function age(asOf: number): string {
  if (asOf === 0) return "";
  const seconds = Math.max(0, Math.round((Date.now() - asOf) / 1000));
  if (seconds < 5) return "just now";
  if (seconds < 90) return `${seconds} s ago`;
  return `${Math.round(seconds / 60)} min ago`;
}
