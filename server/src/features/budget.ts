/**
 * How long a feature waits for facts: gives nothing once the time is up, and the feature answers with what
 * it has. The pure floors know no timers, so the shell hands one in.
 */
export type Budget = <T>(work: Promise<T>) => Promise<T | undefined>;

/** Waits for as long as it takes. */
export const unlimited: Budget = (work) => work;
