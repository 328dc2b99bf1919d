import { randomBytes } from "node:crypto";
import {
  commands,
  type Disposable,
  EventEmitter,
  Uri,
  type Webview,
  type WebviewView,
  type WebviewViewProvider,
  window,
} from "vscode";
import type { FromPanel, ToPanel } from "./panel-messages.ts";

const viewId = "promscope.results";

/** The one reused results panel. Messages sent before its page is ready wait for it. */
export class ResultsView implements WebviewViewProvider, Disposable {
  readonly #extension: Uri;
  readonly #messages = new EventEmitter<FromPanel>();
  readonly onMessage = this.#messages.event;
  readonly #registration: Disposable;
  #view: WebviewView | undefined;
  #ready = false;
  #waiting: ToPanel[] = [];

  constructor(extension: Uri) {
    this.#extension = extension;
    this.#registration = window.registerWebviewViewProvider(viewId, this, {
      webviewOptions: { retainContextWhenHidden: true },
    });
  }

  dispose(): void {
    this.#registration.dispose();
    this.#messages.dispose();
  }

  resolveWebviewView(view: WebviewView): void {
    this.#view = view;
    this.#ready = false;
    view.webview.options = {
      enableScripts: true,
      localResourceRoots: [Uri.joinPath(this.#extension, "client", "dist")],
    };
    view.webview.onDidReceiveMessage((message: FromPanel) => {
      if (message.type === "ready") this.#becomeReady();
      this.#messages.fire(message);
    });
    view.onDidDispose(() => {
      this.#view = undefined;
      this.#ready = false;
    });
    view.webview.html = page(view.webview, this.#extension);
  }

  /** Shows the panel, and leaves the cursor where the user has it. */
  async reveal(): Promise<void> {
    if (this.#view === undefined) await commands.executeCommand(`${viewId}.focus`, { preserveFocus: true });
    else this.#view.show(true);
  }

  post(message: ToPanel): void {
    if (this.#view !== undefined && this.#ready) void this.#view.webview.postMessage(message);
    else if (message.type === "open" || message.type === "restore") this.#waiting = [message];
  }

  #becomeReady(): void {
    this.#ready = true;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const message of waiting) this.post(message);
  }
}

/** The page without any content of its own: script and style of the bundle, nothing else may load. */
function page(webview: Webview, extension: Uri): string {
  const nonce = randomBytes(16).toString("hex");
  const dist = (file: string): string =>
    webview.asWebviewUri(Uri.joinPath(extension, "client", "dist", file)).toString();
  const policy = ["default-src 'none'", `style-src ${webview.cspSource}`, `script-src 'nonce-${nonce}'`].join(
    "; ",
  );
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="${dist("panel.css")}">
<title>Query Results</title>
</head>
<body><script nonce="${nonce}" src="${dist("panel.js")}"></script></body>
</html>`;
}
