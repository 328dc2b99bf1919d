/** Why nothing is known: each is a different fact, and none of them means "does not exist". */
export type UnavailableReason =
  | "pending"
  | "offline"
  | "timeout"
  | "forbidden"
  | "unauthorized"
  | "invalid"
  | "unsupported"
  | "cancelled"
  | "limited"
  | "not-configured";

/** Where a fact comes from and how old it is. */
interface Origin {
  /** A name a person knows: "Prometheus Prod NA", "cluster dev", "workspace". */
  readonly source: string;
  /** Milliseconds since the epoch at which the source answered. */
  readonly asOf: number;
}

/** A value from outside, with its source, its age and its completeness. */
export type Known<T> =
  | (Origin & { readonly status: "ok"; readonly value: T })
  | (Origin & { readonly status: "partial"; readonly value: T; readonly missing: readonly string[] })
  | (Origin & {
      readonly status: "unavailable";
      readonly reason: UnavailableReason;
      readonly message: string;
    });

/** A value that is whole. `asOf` is in milliseconds since the epoch. */
export function known<T>(value: T, source: string, asOf: number): Known<T> {
  return { status: "ok", value, source, asOf };
}

/** A value of which parts are missing; `missing` names them in plain words. */
export function partial<T>(value: T, source: string, asOf: number, missing: readonly string[]): Known<T> {
  return { status: "partial", value, source, asOf, missing };
}

/** `message` is one plain sentence that names the source and what to do. */
export function unavailable<T>(
  reason: UnavailableReason,
  message: string,
  source: string,
  asOf: number,
): Known<T> {
  return { status: "unavailable", reason, message, source, asOf };
}

/** The value if there is one, complete or not. */
export function valueIn<T>(fact: Known<T>): T | undefined {
  return fact.status === "unavailable" ? undefined : fact.value;
}

/** The same fact with its value changed; its source, age and completeness stay. */
export function mapKnown<T, U>(fact: Known<T>, change: (value: T) => U): Known<U> {
  return fact.status === "unavailable" ? fact : { ...fact, value: change(fact.value) };
}

/** Whether it is being asked, so that something will be known. */
export function isPending(fact: Known<unknown>): boolean {
  return fact.status === "unavailable" && fact.reason === "pending";
}
