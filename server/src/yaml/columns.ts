/** The column of an offset: how many characters its line has before it. */
export function columnOf(text: string, offset: number): number {
  return offset - lineStart(text, offset);
}

/** The column of the first character of the offset's line that is no blank. */
export function lineIndent(text: string, offset: number): number {
  const start = lineStart(text, offset);
  let at = start;
  while (text[at] === " " || text[at] === "\t") at++;
  return at - start;
}

function lineStart(text: string, offset: number): number {
  return offset === 0 ? 0 : text.lastIndexOf("\n", offset - 1) + 1;
}
