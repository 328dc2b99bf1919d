import { type QuickPickItem, Uri, window } from "vscode";
import type { CredentialKind, Credentials } from "../../server/src/protocol.ts";

interface KindItem extends QuickPickItem {
  readonly kind_: CredentialKind;
}

const items: Readonly<Record<CredentialKind, KindItem>> = {
  bearer: { kind_: "bearer", label: "$(key) Bearer Token", detail: "Sent as Authorization: Bearer …" },
  basic: { kind_: "basic", label: "$(person) User Name and Password", detail: "HTTP basic authentication" },
  tenant: {
    kind_: "tenant",
    label: "$(organization) Tenant or Other Header",
    detail: "X-Scope-OrgID for Mimir, THANOS-TENANT for Thanos, or any header",
  },
  certificate: {
    kind_: "certificate",
    label: "$(verified) Client Certificate",
    detail: "PEM files of the certificate and its key; they stay where they are",
  },
  authority: {
    kind_: "authority",
    label: "$(shield) Certificate Authority",
    detail: "PEM file of who signed the server's certificate; it stays where it is",
  },
};

const all: readonly CredentialKind[] = ["bearer", "basic", "tenant", "certificate", "authority"];

/**
 * Asks for credentials; `reason` says why. `kinds` are those that the server wants, first things first; `known` are
 * those that it has seen already. Nothing where the person leaves.
 */
export async function askCredentials(
  title: string,
  reason: string,
  kinds: readonly CredentialKind[],
  known?: Credentials,
): Promise<Credentials | undefined> {
  const order = [...kinds, ...all.filter((kind) => !kinds.includes(kind))];
  const picked = await window.showQuickPick(
    order.map((kind) => items[kind]),
    { title, placeHolder: reason, ignoreFocusOut: true },
  );
  if (picked === undefined) return undefined;
  const ask = (prompt: string, more: { password?: boolean; value?: string } = {}) =>
    window.showInputBox({
      title,
      prompt,
      ignoreFocusOut: true,
      validateInput: (value) => (value.trim() === "" ? "Type something, or press Escape." : undefined),
      ...more,
    });
  switch (picked.kind_) {
    case "bearer": {
      const token = await ask("The token; it is kept in VS Code's secret storage", { password: true });
      return token === undefined
        ? undefined
        : { authorization: { type: "bearer", token: token.trim().replace(/^bearer\s+/i, "") } };
    }
    case "basic": {
      const username = await ask("User name");
      if (username === undefined) return undefined;
      const password = await ask(`Password of ${username}; it is kept in VS Code's secret storage`, {
        password: true,
      });
      return password === undefined ? undefined : { authorization: { type: "basic", username, password } };
    }
    case "tenant": {
      const name = await ask("Name of the header", { value: "X-Scope-OrgID" });
      if (name === undefined) return undefined;
      const value = await ask(`Value of ${name}`);
      return value === undefined ? undefined : { headers: { [name.trim()]: value.trim() } };
    }
    case "certificate":
      return await askCertificate(title, known?.tls);
    case "authority": {
      const caFile = await askFile(title, "Certificate Authority");
      return caFile === undefined ? undefined : { tls: { ...known?.tls, caFile } };
    }
  }
}

/** `beside`: a file whose folder is shown first; keys lie beside their certificates. */
async function askFile(title: string, label: string, beside?: string): Promise<string | undefined> {
  const picked = await window.showOpenDialog({
    title: `${title}: ${label}`,
    openLabel: `Use as ${label}`,
    canSelectMany: false,
    ...(beside === undefined ? {} : { defaultUri: Uri.joinPath(Uri.file(beside), "..") }),
    filters: { PEM: ["pem", "crt", "cer", "key"], All: ["*"] },
  });
  return picked?.[0]?.fsPath;
}

async function askCertificate(title: string, known: Credentials["tls"]): Promise<Credentials | undefined> {
  const certFile = await askFile(title, "Client Certificate", known?.caFile);
  if (certFile === undefined) return undefined;
  const keyFile = await askFile(title, "Key", certFile);
  if (keyFile === undefined) return undefined;
  if (known?.caFile !== undefined) return { tls: { ...known, certFile, keyFile } };
  const authority = await window.showQuickPick(
    [{ label: "No" }, { label: "Yes", detail: "Choose the PEM file of the certificate authority" }],
    {
      title,
      placeHolder: "Is the server's certificate from an authority of your own?",
      ignoreFocusOut: true,
    },
  );
  if (authority === undefined) return undefined;
  const caFile =
    authority.label === "Yes" ? await askFile(title, "Certificate Authority", certFile) : undefined;
  return { tls: { certFile, keyFile, ...(caFile === undefined ? {} : { caFile }) } };
}
