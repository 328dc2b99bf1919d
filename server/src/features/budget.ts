/**
 * How long a feature waits for facts: one deadline for all look-ups of a request. Once it has passed, every
 * wait gives nothing, and the feature answers with what it has. The pure floors know no timers, so the shell
 * hands one in.
 */
export type Budget = <T>(work: Promise<T>) => Promise<T | undefined>;

/** Waits for as long as it takes. */
export const unlimited: Budget = (work) => work;
