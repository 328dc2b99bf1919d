/** Why a text is no regular expression of RE2, in the words of `regexp/syntax`. */
export class SyntaxFault extends Error {}

/** The fault with that code at that part of the expression. */
export function fault(code: string, fragment: string): SyntaxFault {
  // Bytes that are no UTF-8 are held as lone surrogates.
  return new SyntaxFault(`error parsing regexp: ${code}: \`${fragment}\``.toWellFormed());
}
