import { window } from "vscode";
import type { LanguageClient } from "vscode-languageclient/node";
import type { CredentialKind, Credentials, EnvironmentStatus } from "../../server/src/protocol.ts";
import { askCredentials } from "./ask-credentials.ts";
import { askWhoAnswers } from "./ask-server.ts";
import { askEnvironment } from "./choose.ts";
import type { Environments } from "./environments.ts";
import type { Secrets } from "./secrets.ts";

/** Asks for the credentials of an environment, tries them and keeps them; without a name, of which one. */
export async function signIn(
  client: LanguageClient,
  environments: Environments,
  secrets: Secrets,
  name?: string,
): Promise<void> {
  const environment = await theOne(environments, name, "Sign in to which environment?");
  if (environment === undefined) return;
  const title = `Promscope: Sign In to ${environment.name}`;
  let reason = environment.remedy === "signIn" ? environment.message : "What does it want to see?";
  const [address = "", context] = environment.address.split("@");
  let credentials: Credentials | undefined;
  let kinds: readonly CredentialKind[] = [];
  for (;;) {
    const given = await askCredentials(title, reason, kinds, credentials);
    if (given === undefined) return;
    secrets.learn(given);
    credentials = { ...credentials, ...given };
    const outcome = await askWhoAnswers(client, {
      address,
      credentials,
      ...(context === undefined ? {} : { context }),
    });
    if (outcome.status === "credentials") {
      reason = outcome.message;
      kinds = outcome.kinds;
      continue;
    }
    // What fails for another reason may be right all the same: the status item says what is wrong.
    await secrets.keep(environment.address, [environment.name], credentials);
    const said =
      outcome.status === "recognised"
        ? `Signed in to ${environment.name}: ${outcome.title}.`
        : `The credentials of ${environment.name} are kept. ${outcome.message}`;
    void window.showInformationMessage(said);
    return;
  }
}

/** Forgets the credentials of an environment's address. */
export async function signOut(environments: Environments, secrets: Secrets): Promise<void> {
  const environment = await theOne(environments, undefined, "Sign out of which environment?");
  if (environment === undefined) return;
  const others = environments.all.filter(({ address }) => address === environment.address);
  const names = others.map(({ name }) => name).join(", ");
  const had = await secrets.forget(environment.address);
  void window.showInformationMessage(
    had ? `Signed out of ${names}: nothing is kept for it any more.` : `Nothing is kept for ${names}.`,
  );
}

async function theOne(
  environments: Environments,
  name: string | undefined,
  title: string,
): Promise<EnvironmentStatus | undefined> {
  const possible = environments.all.filter(({ address }) => address !== "");
  if (possible.length === 0) {
    void window.showInformationMessage("No environment has a backend yet; run Promscope: Connect first.");
    return undefined;
  }
  const chosen =
    name ??
    (possible.length === 1
      ? possible[0]?.name
      : await askEnvironment(
          environments,
          possible.map((one) => one.name),
          title,
        ));
  return environments.find(chosen);
}
