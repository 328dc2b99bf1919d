import { ruleKinds } from "../rule/context.ts";

/** Where expressions stand. */
export const flowKinds = [...ruleKinds, "promql"] as const;
