import { ConfigurationTarget, commands, type QuickPickItem, ThemeIcon, window, workspace } from "vscode";
import type { LanguageClient } from "vscode-languageclient/node";
import type {
  ConnectOutcome,
  ConnectRequest,
  Credentials,
  EnvironmentEntry,
} from "../../server/src/protocol.ts";
import { askCredentials } from "./ask-credentials.ts";
import { askContext, askWhoAnswers } from "./ask-server.ts";
import type { Secrets } from "./secrets.ts";

const title = "Promscope: Connect";

type Recognised = Extract<ConnectOutcome, { readonly status: "recognised" }>;
type Found = Recognised["proposals"][number];

/** From a pasted address to environments in the user's settings. */
export async function connect(client: LanguageClient, secrets: Secrets): Promise<void> {
  const answer = await findBackend(client, secrets);
  if (answer === undefined) return;
  const { request, credentials } = answer;
  const chosen = await chooseProposals(client, request, answer.outcome);
  if (chosen === undefined || chosen.entries.length === 0) return;
  const names = await saveEnvironments(chosen.entries);
  if (credentials !== undefined) await secrets.keep(answer.outcome.address, names, credentials);
  const open = "Open Settings";
  const said = `${names.join(", ")}: connected to ${answer.outcome.title}. ${answer.outcome.test.message}`;
  const picked = await window.showInformationMessage(said, open);
  if (picked === open)
    await commands.executeCommand("workbench.action.openSettings", "promscope.environments");
}

interface Answer {
  readonly outcome: Recognised;
  readonly request: ConnectRequest;
  /** What the secret storage has to keep. */
  readonly credentials: Credentials | undefined;
}

/** Asks for the address until something is recognised there; undefined if the user leaves. */
async function findBackend(client: LanguageClient, secrets: Secrets): Promise<Answer | undefined> {
  let address = "";
  let problem = "";
  for (;;) {
    const typed = await askAddress(address, problem, async (text) => {
      const context = text.startsWith("kubernetes:")
        ? await askContext(client, title, "Through the API server of which context?")
        : "";
      if (context === undefined) return undefined;
      const request: ConnectRequest = { address: text, ...(context === "" ? {} : { context }) };
      return { request, outcome: await askWhoAnswers(client, request) };
    });
    if (typed === undefined) return undefined;
    let { request, outcome } = typed;
    address = request.address;
    while (outcome.status === "credentials") {
      const given = await askCredentials(title, outcome.message, outcome.kinds, request.credentials);
      if (given === undefined) break;
      secrets.learn(given);
      const credentials = { ...request.credentials, ...given };
      request = { ...request, address: addressOf(request, outcome.address), credentials };
      outcome = await askWhoAnswers(client, request);
    }
    if (outcome.status === "recognised") {
      const fromAddress = outcome.credentials;
      if (fromAddress !== undefined) secrets.learn(fromAddress);
      const credentials =
        request.credentials === undefined && fromAddress === undefined
          ? undefined
          : { ...fromAddress, ...request.credentials };
      const { address: base } = outcome;
      return {
        outcome,
        request: { ...request, address: addressOf(request, base), credentials },
        credentials,
      };
    }
    problem = outcome.message;
  }
}

/** The base that answered; for a Service the address stays as it was typed. */
function addressOf(request: ConnectRequest, base: string): string {
  return request.address.startsWith("kubernetes:") ? request.address : base;
}

/**
 * One box for the address: it stays open while the server asks, and says what is wrong. Undefined if the user leaves.
 */
function askAddress<T extends { readonly outcome: ConnectOutcome }>(
  value: string,
  problem: string,
  ask: (address: string) => Promise<T | undefined>,
): Promise<T | undefined> {
  const box = window.createInputBox();
  box.title = title;
  box.prompt = "Address of a Prometheus, Thanos, Mimir or VictoriaMetrics, as you open it in the browser.";
  box.placeholder = "https://thanos.example.org or kubernetes:monitoring/prometheus-k8s:web";
  box.ignoreFocusOut = true;
  box.value = value;
  if (problem !== "") box.validationMessage = problem;
  return new Promise((resolve) => {
    let asking = 0;
    let done = false;
    const end = (answer: T | undefined): void => {
      if (done) return;
      done = true;
      resolve(answer);
      box.dispose();
    };
    box.onDidChangeValue(() => {
      asking++;
      box.busy = false;
      box.validationMessage = "";
    });
    box.onDidAccept(async () => {
      const address = box.value.trim();
      if (address === "" || box.busy) return;
      const mine = ++asking;
      box.busy = true;
      box.validationMessage = "";
      box.prompt = `Asking ${address.replace(/\/\/[^/@]*@/, "//")}…`;
      const answer = await ask(address);
      if (mine !== asking || done) return;
      box.busy = false;
      box.prompt =
        "Address of a Prometheus, Thanos, Mimir or VictoriaMetrics, as you open it in the browser.";
      if (answer === undefined || answer.outcome.status !== "failed") end(answer);
      else box.validationMessage = answer.outcome.message;
    });
    box.onDidHide(() => end(undefined));
    box.show();
  });
}

interface ProposalItem extends QuickPickItem {
  readonly proposal: Found;
}

const separate = "Separate by Another Label";

/** The proposals to take over, each with its context; undefined if the user leaves. */
async function chooseProposals(
  client: LanguageClient,
  request: ConnectRequest,
  first: Recognised,
): Promise<{ readonly entries: readonly EnvironmentEntry[] } | undefined> {
  let outcome = first;
  for (;;) {
    const picked = await pickProposals(outcome);
    if (picked === undefined) return undefined;
    if (picked !== separate) return await withContexts(picked, outcome.contexts);
    const label = await pickLabel(outcome);
    if (label === undefined) continue;
    const next = await askWhoAnswers(client, { ...request, clusterLabel: label });
    if (next.status === "recognised") outcome = next;
    else void window.showErrorMessage(next.message);
  }
}

function pickProposals(outcome: Recognised): Promise<readonly Found[] | typeof separate | undefined> {
  const { proposals, otherLabels, title: who, test, clusterLabel } = outcome;
  const pick = window.createQuickPick<ProposalItem>();
  pick.title = `${who}: ${proposals.length === 1 ? "one environment" : `${proposals.length} environments`}`;
  pick.placeholder =
    clusterLabel === undefined
      ? `${test.message} Enter saves it.`
      : `One for each value of ${clusterLabel}. Enter saves the ticked.`;
  pick.canSelectMany = true;
  pick.ignoreFocusOut = true;
  pick.items = proposals.map((proposal) => ({ proposal, ...describe(proposal) }));
  pick.selectedItems = pick.items;
  // A button of the title is out of the list, where everything would be ticked.
  const button = { iconPath: new ThemeIcon("list-tree"), tooltip: separate };
  if (otherLabels.length > 0) pick.buttons = [button];
  return new Promise((resolve) => {
    pick.onDidTriggerButton(() => {
      resolve(separate);
      pick.dispose();
    });
    pick.onDidAccept(() => {
      resolve(pick.selectedItems.map(({ proposal }) => proposal));
      pick.dispose();
    });
    pick.onDidHide(() => {
      resolve(undefined);
      pick.dispose();
    });
    pick.show();
  });
}

function describe({ environment }: Found): QuickPickItem {
  const { name, scope = {}, context, replicaLabels = [] } = environment;
  const matchers = Object.entries(scope).map(([label, value]) => `${label}="${value}"`);
  const facts = [
    ...(replicaLabels.length > 0 ? [`replicas differ in the label ${replicaLabels.join(", ")}`] : []),
    ...(context === undefined ? [] : [`Kubernetes context ${context}`]),
  ];
  return {
    label: name,
    description: matchers.join(", "),
    ...(facts.length > 0 ? { detail: facts.join("; ") } : {}),
  };
}

async function pickLabel({ otherLabels, clusterLabel }: Recognised): Promise<string | undefined> {
  const one = { label: "One environment for all", value: "" };
  const picked = await window.showQuickPick(
    [
      ...otherLabels.map(({ label, environments }) => ({
        label,
        description: `${environments} environments`,
        value: label,
      })),
      ...(clusterLabel === undefined ? [] : [one]),
    ],
    { title, placeHolder: "One environment for each value of which label?", ignoreFocusOut: true },
  );
  return picked?.value;
}

/** Asks for the context of each environment that several contexts are alike to; none is a choice too. */
async function withContexts(
  picked: readonly Found[],
  contexts: readonly string[],
): Promise<{ readonly entries: readonly EnvironmentEntry[] } | undefined> {
  const entries: EnvironmentEntry[] = [];
  for (const { environment, contexts: like } of picked) {
    if (environment.context !== undefined || like.length === 0) {
      entries.push(environment);
      continue;
    }
    const none = { label: "None of them", value: "" };
    const rest = contexts.filter((name) => !like.includes(name));
    const answer = await window.showQuickPick(
      [...[...like, ...rest].map((name) => ({ label: name, value: name })), none],
      {
        title,
        placeHolder: `Which Kubernetes context is the cluster of ${environment.name}?`,
        ignoreFocusOut: true,
      },
    );
    if (answer === undefined) return undefined;
    entries.push(answer.value === "" ? environment : { ...environment, context: answer.value });
  }
  return { entries };
}

/** Writes the environments into the user's settings; one of the same name and address is replaced. */
async function saveEnvironments(entries: readonly EnvironmentEntry[]): Promise<readonly string[]> {
  const settings = workspace.getConfiguration("promscope");
  const before = settings.inspect<EnvironmentEntry[]>("environments")?.globalValue ?? [];
  const replaced = (one: EnvironmentEntry): boolean =>
    entries.some(({ name, backend }) => one.name === name && one.backend === backend);
  const kept = before.filter((one) => !replaced(one));
  const added = withFreeNames(
    entries,
    kept.map(({ name }) => name),
  );
  await settings.update("environments", [...kept, ...added], ConfigurationTarget.Global);
  return added.map(({ name }) => name);
}

/** The entries with names that are neither taken nor each other's. */
function withFreeNames(
  entries: readonly EnvironmentEntry[],
  taken: readonly string[],
): readonly EnvironmentEntry[] {
  const used = new Set(taken);
  return entries.map((entry) => {
    let { name } = entry;
    for (let count = 2; used.has(name); count++) name = `${entry.name} ${count}`;
    used.add(name);
    return { ...entry, name };
  });
}
