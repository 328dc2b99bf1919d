import { parseAlertTemplate } from "../../server/src/template/prometheus.ts";
import type { Oracle } from "./oracle.ts";

export interface AlertTemplate {
  readonly text: string;
  readonly alert: string;
}

export interface TemplateMismatch extends AlertTemplate {
  readonly ours: string;
  readonly theirs: string;
}

/**
 * Whether Go prints what a pointer points to: a percent sign in the name asks for it, and the addresses in it
 * are different in every run.
 */
function printsPointers({ alert }: AlertTemplate, message: string): boolean {
  return alert.includes("%") && (message.includes("&{") || /%[^%]*p/.test(alert));
}

/** How our answer differs from Prometheus'; nothing where it does not. */
export async function templateMismatch(
  oracle: Oracle,
  template: AlertTemplate,
): Promise<TemplateMismatch | undefined> {
  const { text, alert } = template;
  const ours = parseAlertTemplate(text, alert).problems[0]?.message ?? "";
  const theirs = (await oracle.template(text, alert)).error;
  if (ours !== "" && printsPointers(template, theirs)) return undefined;
  return ours === theirs ? undefined : { text, alert, ours, theirs };
}

/** Those for which we answer otherwise than Prometheus. */
export async function templateMismatches(
  oracle: Oracle,
  templates: readonly AlertTemplate[],
): Promise<TemplateMismatch[]> {
  const found: TemplateMismatch[] = [];
  for (let at = 0; at < templates.length; at += 500) {
    const answers = templates.slice(at, at + 500).map((template) => templateMismatch(oracle, template));
    for (const mismatch of await Promise.all(answers)) if (mismatch !== undefined) found.push(mismatch);
  }
  return found;
}

/** The mismatches for a person to read, the first few of them. */
export function templateReport(found: readonly TemplateMismatch[]): string {
  return found
    .slice(0, 10)
    .map(
      ({ text, alert, ours, theirs }) =>
        `${JSON.stringify(text)} of ${JSON.stringify(alert)}\n  Prometheus: ${theirs}\n  ours:       ${ours}`,
    )
    .join("\n\n");
}
