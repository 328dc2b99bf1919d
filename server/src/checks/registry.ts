import { alertChecks } from "./alert/index.ts";
import type { Check } from "./check.ts";
import { commentChecks } from "./comments/checks.ts";
import { counterChecks } from "./counter/index.ts";
import { flowChecks } from "./flow/index.ts";
import { liveChecks } from "./live/index.ts";
import { monitorChecks } from "./monitor/index.ts";
import { nameChecks } from "./names/index.ts";
import { policyChecks } from "./policy/index.ts";
import { projectChecks } from "./project/index.ts";
import { promqlDeprecated } from "./promql/deprecated.ts";
import { promqlFeatures } from "./promql/features.ts";
import { promqlSyntax } from "./promql/syntax.ts";
import { durationInvalid } from "./rule/duration-invalid.ts";
import { groupNameDuplicate, groupNameMissing } from "./rule/group-name.ts";
import { limitInvalid } from "./rule/limit-invalid.ts";
import { annotationNameInvalid, labelNameInvalid, recordNameInvalid } from "./rule/names.ts";
import { objectType } from "./rule/object-type.ts";
import { partialResponseInvalid } from "./rule/partial-response.ts";
import { recordOnlyFields } from "./rule/record-only-fields.ts";
import { exprMissing, noRecordOrAlert, recordAndAlert } from "./rule/rule-kind.ts";
import { scalarType } from "./rule/scalar-type.ts";
import { unknownField } from "./rule/unknown-field.ts";
import { wrongType } from "./rule/wrong-type.ts";
import { ruleTestChecks } from "./rule-test/index.ts";
import { selectorChecks } from "./selector/index.ts";
import { templateExec } from "./template/exec.ts";
import { humanizeValue } from "./template/humanize.ts";
import { templateInName } from "./template/in-name.ts";
import { templateMissingLabel } from "./template/missing-label.ts";
import { queryMissingLabel } from "./template/query-missing-label.ts";
import { templateQuerySyntax } from "./template/query-syntax.ts";
import { templateSyntax } from "./template/syntax.ts";
import { helmUnescapedTemplate } from "./template/unescaped.ts";
import { valueInLabel } from "./template/value-in-label.ts";
import { duplicateKey } from "./yaml/duplicate-key.ts";
import { multiDocument } from "./yaml/multi-document.ts";
import { yamlSyntax } from "./yaml/syntax.ts";

/** What a program refuses, or would refuse in another version: whether a document loads. */
export const loadChecks: readonly Check[] = [
  yamlSyntax,
  duplicateKey,
  multiDocument,
  unknownField,
  wrongType,
  scalarType,
  groupNameMissing,
  groupNameDuplicate,
  recordAndAlert,
  noRecordOrAlert,
  exprMissing,
  recordOnlyFields,
  recordNameInvalid,
  labelNameInvalid,
  annotationNameInvalid,
  durationInvalid,
  limitInvalid,
  partialResponseInvalid,
  objectType,
  promqlSyntax,
  promqlFeatures,
  promqlDeprecated,
  templateSyntax,
  helmUnescapedTemplate,
  ...monitorChecks,
  ...ruleTestChecks,
];

/** Every check of the linter: whether a document loads, and whether what loads can do what it is for. */
export const allChecks: readonly Check[] = [
  ...loadChecks,
  templateMissingLabel,
  valueInLabel,
  templateQuerySyntax,
  humanizeValue,
  templateInName,
  templateExec,
  queryMissingLabel,
  ...selectorChecks,
  ...flowChecks,
  ...alertChecks,
  ...policyChecks,
  ...projectChecks(() => allChecks.map(({ id }) => id)),
  ...liveChecks,
  ...nameChecks,
  ...counterChecks,
  ...commentChecks,
];
