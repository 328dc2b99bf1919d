import {
  commands,
  Disposable,
  LanguageStatusSeverity,
  languages,
  MarkdownString,
  StatusBarAlignment,
  type TextDocumentChangeEvent,
  ThemeColor,
  window,
  workspace,
} from "vscode";
import { type LanguageClient, State } from "vscode-languageclient/node";
import type { EnvironmentStatus } from "../../server/src/protocol.ts";
import { type Environments, environmentsOf } from "./environments.ts";

const icons: Readonly<Record<EnvironmentStatus["health"], string>> = {
  checking: "$(sync~spin)",
  ok: "$(pass)",
  degraded: "$(warning)",
  down: "$(error)",
  none: "$(circle-slash)",
};

const problem: readonly EnvironmentStatus["health"][] = ["degraded", "down"];

/** A status-bar item and a language status item: which environment the active file uses, and how it is. */
export function showStatus(client: LanguageClient, environments: Environments): Disposable[] {
  const bar = window.createStatusBarItem("promscope.environment", StatusBarAlignment.Right, 90);
  bar.name = "Promscope Environment";
  bar.command = "promscope.chooseEnvironment";
  const item = languages.createLanguageStatusItem("promscope.status", [
    { language: "yaml" },
    { language: "promql" },
  ]);
  item.name = "Promscope";

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
      item.text = "Promscope";
      item.detail = "this file is of no kind that Promscope checks";
      item.severity = LanguageStatusSeverity.Information;
      item.command = { command: "promscope.showOutput", title: "Show Output" };
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
    item.text = "Promscope has stopped";
    item.detail = "start it again, or look at the output";
    item.severity = LanguageStatusSeverity.Error;
    item.command = { command: "promscope.restartServer", title: "Restart" };
  };

  const showEnvironment = (names: readonly string[]): void => {
    const status = environments.find(environments.pick(names));
    const none = environments.all.length === 0 ? "No environment" : "Offline checks only";
    const label = status === undefined || names.length === 0 ? none : status.name;
    const health = names.length === 0 ? "none" : (status?.health ?? "none");
    bar.text = `${icons[health]} ${escapeIcons(label)}`;
    bar.tooltip = tooltip(names, environments);
    bar.command = "promscope.chooseEnvironment";
    bar.backgroundColor = health === "down" ? new ThemeColor("statusBarItem.warningBackground") : undefined;
    bar.accessibilityInformation = { label: `Promscope environment: ${label}. ${status?.message ?? ""}` };
    bar.show();
    item.text = `${icons[health]} ${escapeIcons(label)}`;
    item.detail = status === undefined ? "name one in the settings" : status.message;
    item.severity = problem.includes(health)
      ? LanguageStatusSeverity.Warning
      : LanguageStatusSeverity.Information;
    item.command = { command: "promscope.chooseEnvironment", title: "Choose Environment" };
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
  return [
    bar,
    item,
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

function tooltip(names: readonly string[], environments: Environments): MarkdownString {
  const text = new MarkdownString("", true);
  if (environments.all.length === 0) {
    text.appendText("Name a Prometheus or Thanos in the setting promscope.environments to see what is live.");
    return text;
  }
  for (const status of environments.all) {
    text.appendMarkdown(`${icons[status.health]} **`);
    text.appendText(status.name);
    text.appendMarkdown("**");
    const facts = [status.version, status.backend ?? "no backend", age(status.asOf)].filter(
      (fact) => fact !== "",
    );
    text.appendText(`${names.includes(status.name) ? " (this file)" : ""}: ${facts.join(", ")}`);
    text.appendMarkdown("  \n");
    text.appendText(status.message);
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
