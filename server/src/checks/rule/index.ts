import type { Check } from "../check.ts";
import { durationInvalid } from "./duration-invalid.ts";
import { fieldVersion, nameVersion } from "./field-version.ts";
import { groupNameDuplicate, groupNameMissing } from "./group-name.ts";
import { limitInvalid } from "./limit-invalid.ts";
import { annotationNameInvalid, labelNameInvalid, recordNameInvalid } from "./names.ts";
import { objectType } from "./object-type.ts";
import { partialResponseInvalid } from "./partial-response.ts";
import { recordOnlyFields } from "./record-only-fields.ts";
import { exprMissing, noRecordOrAlert, recordAndAlert } from "./rule-kind.ts";
import { scalarType } from "./scalar-type.ts";
import { unknownField } from "./unknown-field.ts";
import { wrongType } from "./wrong-type.ts";

/** What Prometheus or Kubernetes refuses of groups and rules, or would refuse in another version. */
export const ruleChecks: readonly Check[] = [
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
  fieldVersion,
  nameVersion,
];
