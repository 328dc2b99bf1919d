import type { LogOutputChannel, ViewColumn } from "vscode";

/**
 * The channel for what client and server say to each other: a trace holds every message, and with it credentials on
 * their way to the server. Those are made unreadable here.
 */
export function redactedChannel(
  output: LogOutputChannel,
  redact: (text: string) => string,
): LogOutputChannel {
  const clean = (values: readonly unknown[]): unknown[] =>
    values.map((value) => redact(typeof value === "string" ? value : (JSON.stringify(value) ?? "")));
  return {
    get name() {
      return output.name;
    },
    get logLevel() {
      return output.logLevel;
    },
    onDidChangeLogLevel: output.onDidChangeLogLevel,
    trace: (message, ...rest) => output.trace(redact(message), ...clean(rest)),
    debug: (message, ...rest) => output.debug(redact(message), ...clean(rest)),
    info: (message, ...rest) => output.info(redact(message), ...clean(rest)),
    warn: (message, ...rest) => output.warn(redact(message), ...clean(rest)),
    error: (error, ...rest) => output.error(redact(String(error)), ...clean(rest)),
    append: (value) => output.append(redact(value)),
    appendLine: (value) => output.appendLine(redact(value)),
    replace: (value) => output.replace(redact(value)),
    clear: () => output.clear(),
    show: (place?: ViewColumn | boolean, preserveFocus?: boolean) =>
      output.show(typeof place === "boolean" ? place : preserveFocus),
    hide: () => output.hide(),
    dispose: () => output.dispose(),
  };
}
