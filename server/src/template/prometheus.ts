import type { ParsedTemplate, TemplateDialect } from "./ast.ts";
import { parseTemplate } from "./parse.ts";

/** What every Go template has (`text/template/funcs.go`, builtins). */
const builtins = "and call eq ge gt html index js le len lt ne not or print printf println slice urlquery";

/** What Prometheus adds (`template/template.go`, NewTemplateExpander). */
const added =
  "args externalURL first graphLink humanize humanize1024 humanizeDuration humanizePercentage " +
  "humanizeTimestamp label match now parseDuration pathPrefix query reReplaceAll safeHtml sortByLabel " +
  "stripDomain stripPort strvalue tableLink title toDuration toLower toTime toUpper urlQueryEscape value";

/** Labels and annotations of alerts (`model/rulefmt/rulefmt.go`, testTemplateParsing). */
export const alertDialect: TemplateDialect = {
  functions: new Set(`${builtins} ${added}`.split(" ")),
  preamble:
    "{{$labels := .Labels}}{{$externalLabels := .ExternalLabels}}{{$externalURL := .ExternalURL}}{{$value := .Value}}",
  variables: ["$labels", "$externalLabels", "$externalURL", "$value"],
};

/** Parses a label or annotation of an alert as Prometheus does when it loads the rule. Never throws. */
export function parseAlertTemplate(text: string, alert: string): ParsedTemplate {
  return parseTemplate(text, `__alert_${alert}`, alertDialect);
}
