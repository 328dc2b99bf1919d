import { type Known, valueIn } from "../base/known.ts";
import type { Labels } from "../base/labels.ts";
import { touches } from "../base/text.ts";
import { parseDuration } from "../checks/rule/duration.ts";
import type { RuleModel } from "../model/rules.ts";
import { parseExpr } from "../promql/parse.ts";
import { printExpr } from "../promql/print.ts";
import type { LiveAlert, LiveRule, ServerRules } from "../world/ports.ts";
import { keyOf, stringMap, textOf, valueAt } from "../yaml/access.ts";
import { rulesOf } from "./embedded.ts";
import { ago } from "./hover-age.ts";
import { hoverAnnotation, templateAt } from "./hover-annotation.ts";
import { type HoverRequest, metricDoc } from "./hover-live.ts";
import { block, bullets, code, joined, type MarkupText, markup, paragraphs, plain } from "./markdown.ts";
import type { Hover } from "./types.ts";

/** More environments than this are not asked for one hover. */
const maxEnvironments = 12;
/** Alerts of one environment that are written out. */
const shownAlerts = 3;
const shownLabels = 6;

/** What one environment says of a rule; nothing where the budget ran out. */
interface Answer {
  readonly environment: string;
  readonly scope: Labels;
  readonly fact: Known<readonly LiveRule[]> | undefined;
}

/**
 * How the rule whose name is under the cursor stands in the environments of its file: which of its alerts are pending
 * or firing and since when, whether it fails, is missing, or is another one than here.
 */
export async function hoverRule(request: HoverRequest, offset: number): Promise<Hover | undefined> {
  const place = ruleNameAt(request, offset);
  if (place === undefined) return undefined;
  const { rule, name, span } = place;
  const kind = rule.kind === "alert" ? "alert" : "record";
  const asked = request.snapshot.environments.flatMap(({ environment, rules }) =>
    rules === undefined ? [] : [{ environment, rules }],
  );
  const [answers, metric] = await Promise.all([
    Promise.all(
      asked.slice(0, maxEnvironments).map(async ({ environment, rules }) => ({
        environment: environment.name,
        scope: environment.scope,
        fact: await factOf(rules, kind, name, request),
      })),
    ),
    kind === "record" ? metricDoc(name, request) : undefined,
  ]);
  if (answers.length === 0 && metric === undefined) return undefined;
  const lines = answers.map((answer) => lineOf(answer, rule, request));
  const contents = paragraphs([
    metric ?? markup`**Alert** ${code(name)}`,
    lines.length === 0 ? undefined : bullets(lines),
    ...answers.flatMap((answer) => details(answer, rule, request.now)),
  ]);
  return { contents, span };
}

/**
 * The text of a label or annotation as a server has rendered it for an alert that is active, where that server has the
 * same template; else as it would be for the last run of the expression or an alert as it could be.
 */
export async function hoverText(request: HoverRequest, offset: number): Promise<Hover | undefined> {
  const { snapshot, now } = request;
  const place = templateAt(snapshot, offset);
  if (place === undefined) return undefined;
  const { rule, name, isLabel, scalar, span } = place;
  for (const { environment, rules } of snapshot.environments.slice(0, maxEnvironments)) {
    const alert = rule.name?.value ?? "";
    const fact =
      rules === undefined || alert === "" ? undefined : await factOf(rules, "alert", alert, request);
    const answer = { environment: environment.name, scope: environment.scope, fact };
    const same = (of: LiveRule): boolean => (isLabel ? of.labels : of.annotations)[name] === scalar.value;
    const [active] = alertsOf(answer, rule, same);
    const text = active === undefined ? undefined : (isLabel ? active.labels : active.annotations)[name];
    if (active === undefined || text === undefined) continue;
    const since = active.activeAt === undefined ? "" : ` since ${ago(active.activeAt, now)}`;
    const words = plain(`As ${environment.name} has it for an alert that is ${active.state}${since}.`);
    return { contents: paragraphs([block(text, ""), words]), span };
  }
  return hoverAnnotation(snapshot, offset, now, place);
}

function factOf(
  rules: ServerRules,
  kind: LiveRule["kind"],
  name: string,
  { token, budget }: HoverRequest,
): Promise<Known<readonly LiveRule[]> | undefined> {
  return budget(rules.named(kind, name, token));
}

function ruleNameAt({ snapshot }: HoverRequest, offset: number) {
  for (const rule of rulesOf(snapshot)) {
    const { name, node, kind } = rule;
    if (name === undefined || name.value === "" || kind === "unknown" || !touches(node.span, offset))
      continue;
    const pair = node.pairs.find((candidate) => keyOf(candidate) === kind);
    if (pair === undefined || !touches(pair.span, offset)) continue;
    return { rule, name: name.value, span: name.span };
  }
  return undefined;
}

/** The rules of the server that this one is: those with its labels, else all of its name. */
function counterparts({ fact, scope }: Answer, rule: RuleModel): readonly LiveRule[] {
  const all = ((fact && valueIn(fact)) ?? []).filter(({ labels }) => within(labels, scope));
  const own = [...stringMap(rule.labels)].filter(([, value]) => !value.includes("{{"));
  const alike = all.filter(({ labels }) => own.every(([name, value]) => (labels[name] ?? "") === value));
  return alike.length > 0 ? alike : all;
}

/** Labels that are not there may be added on the way out only. */
function within(labels: Labels, scope: Labels): boolean {
  return Object.entries(scope).every(([name, value]) => (labels[name] ?? value) === value);
}

function alertsOf(
  answer: Answer,
  rule: RuleModel,
  wanted: (live: LiveRule) => boolean = () => true,
): readonly LiveAlert[] {
  return (
    counterparts(answer, rule)
      .filter(wanted)
      // A Thanos tells of the rule alone where it is evaluated.
      .flatMap((live) =>
        live.alerts.map((alert) => ({ ...alert, labels: { ...live.labels, ...alert.labels } })),
      )
      .filter(({ labels }) => within(labels, answer.scope))
      .sort((a, b) => order(a) - order(b) || (a.activeAt ?? 0) - (b.activeAt ?? 0))
  );
}

function order({ state }: LiveAlert): number {
  return state === "firing" ? 0 : 1;
}

function lineOf(answer: Answer, rule: RuleModel, { now }: HoverRequest): MarkupText {
  const name = markup`**${plain(answer.environment)}**`;
  const { fact } = answer;
  if (fact === undefined) return markup`${name}: did not answer in time`;
  if (fact.status === "unavailable") return markup`${name}: ${plain(fact.message)}`;
  const found = counterparts(answer, rule);
  const [first] = found;
  if (first === undefined)
    return fact.status === "ok"
      ? markup`${name}: the server has no such rule`
      : markup`${name}: no such rule, but not all servers answered`;
  const parts = [
    stateOf(answer, rule, found, now),
    ...found.flatMap((one) => differences(one, rule)).slice(0, 1),
  ];
  return markup`${name}: ${joined(parts, " · ")}`;
}

function stateOf(answer: Answer, rule: RuleModel, found: readonly LiveRule[], now: number): MarkupText {
  const failing = found.find(({ health }) => health === "err");
  if (failing !== undefined) return markup`its evaluation fails: ${code(failing.lastError)}`;
  const evaluated = Math.max(...found.map(({ lastEvaluation }) => lastEvaluation ?? 0));
  const when = evaluated === 0 ? plain("not evaluated yet") : markup`evaluated ${plain(ago(evaluated, now))}`;
  if (rule.kind === "record") return when;
  const alerts = alertsOf(answer, rule);
  const firing = alerts.filter(({ state }) => state === "firing");
  const pending = alerts.length - firing.length;
  if (alerts.length === 0) return markup`inactive, ${when}`;
  const [longest] = firing.length > 0 ? firing : alerts;
  const counts = [
    ...(firing.length > 0 ? [markup`**${plain(`${firing.length} firing`)}**`] : []),
    ...(pending > 0 ? [plain(`${pending} pending`)] : []),
  ];
  const since = longest?.activeAt === undefined ? "" : `, the oldest since ${ago(longest.activeAt, now)}`;
  return markup`${joined(counts, ", ")}${plain(since)}`;
}

/** In what the rule of the server is not the one of the file. */
function differences(live: LiveRule, rule: RuleModel): readonly MarkupText[] {
  const here = printed(rule.expr?.text ?? "");
  const there = printed(live.query);
  if (here !== undefined && there !== undefined && here !== there)
    return [plain("another expression than in this file")];
  const hold = parseDuration(textOf(valueAt(rule.node, "for")) ?? "0");
  if (live.kind === "alert" && hold.ok && Number(hold.milliseconds) / 1000 !== live.holdSeconds)
    return [plain(`for: ${live.holdSeconds} s, not as in this file`)];
  const other = [...stringMap(rule.labels)].find(([name, value]) => (live.labels[name] ?? "") !== value);
  return other === undefined ? [] : [markup`another label ${code(other[0])} than in this file`];
}

function printed(text: string): string | undefined {
  const { expr, errors } = parseExpr(text, { experimentalFunctions: true, fillModifiers: true });
  return expr === undefined || errors.length > 0 ? undefined : printExpr(expr);
}

/** The expression of the server where it is another one, and the alerts that are active. */
function details(answer: Answer, rule: RuleModel, now: number): readonly (MarkupText | undefined)[] {
  const found = counterparts(answer, rule);
  const here = printed(rule.expr?.text ?? "");
  const other = found.find(({ query }) => here !== undefined && (printed(query) ?? here) !== here);
  const alerts = alertsOf(answer, rule);
  const more = alerts.length - shownAlerts;
  return [
    other === undefined ? undefined : markup`In ${plain(answer.environment)} the expression is`,
    other === undefined ? undefined : block(other.query, "promql"),
    ...alerts.slice(0, shownAlerts).map((alert) => alertText(alert, answer.environment, rule, now)),
    more > 0 ? plain(`… and ${more} more in ${answer.environment}.`) : undefined,
  ];
}

/** One alert: its labels, since when, its value, and the first of its texts as it is rendered. */
function alertText(alert: LiveAlert, environment: string, rule: RuleModel, now: number): MarkupText {
  const own = stringMap(rule.labels);
  const told = Object.entries(alert.labels).filter(
    ([name, value]) => name !== "alertname" && own.get(name) !== value,
  );
  const names = told.slice(0, shownLabels).map(([name, value]) => code(`${name}="${value}"`));
  const labels = names.length === 0 ? plain("without labels") : joined(names, ", ");
  const since = alert.activeAt === undefined ? "" : ` since ${ago(alert.activeAt, now)}`;
  const text = alert.annotations["summary"] ?? Object.values(alert.annotations)[0];
  const rendered = text === undefined || text.trim() === "" ? markup`` : markup`: ${plain(text)}`;
  return markup`${plain(`${environment}: ${alert.state}${since}`)}, value ${code(alert.value)}, ${labels}${rendered}`;
}
