/**
 * Stands, in a text, for what a template engine will put there: some text that nobody knows yet. A character of the
 * private use area, which people do not write.
 */
export const opaqueCharacter = "\ue001";

/** Whether a part of a text is not known yet. */
export function isOpaque(text: string): boolean {
  return text.includes(opaqueCharacter);
}
