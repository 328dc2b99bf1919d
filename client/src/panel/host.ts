import { type FromPanel, type PanelQuery, readQuery, type ToPanel } from "../panel-messages.ts";

interface Api {
  postMessage(message: FromPanel): void;
  getState(): unknown;
  setState(state: PanelQuery): void;
}

declare function acquireVsCodeApi(): Api;

export interface Host {
  send(message: FromPanel): void;
  listen(listener: (message: ToPanel) => void): void;
  /** What the controls said when the window was last open. */
  readonly saved: PanelQuery;
  save(query: PanelQuery): void;
}

/** The other side of the panel; may be asked for once only. */
export function connect(): Host {
  const api = acquireVsCodeApi();
  return {
    saved: readQuery(api.getState()),
    send: (message) => api.postMessage(message),
    save: (query) => api.setState(query),
    listen: (listener) =>
      window.addEventListener("message", (event: MessageEvent<ToPanel>) => listener(event.data)),
  };
}
