const comment = /#[ \t]*pint[ \t]+ignore\/(line|next-line|begin|end)\b/;

/** Whether a text may have lines that `withoutIgnored` takes out. */
export function hasIgnored(text: string): boolean {
  return text.includes("pint ignore/");
}

/**
 * The text with blanks in place of what pint's comments take out, so that offsets stay: `# pint ignore/line`,
 * `ignore/next-line` and what stands between `ignore/begin` and `ignore/end` (pint's `internal/parser/read.go`). People
 * write them around what a template engine replaces before the file is YAML.
 */
export function withoutIgnored(text: string): string {
  if (!hasIgnored(text)) return text;
  let within = false;
  let next = false;
  const lines = text.split("\n").map((line) => {
    const verb = comment.exec(line)?.[1];
    const ignored = within || next || verb === "line";
    next = verb === "next-line";
    if (verb === "begin") within = true;
    if (verb === "end") within = false;
    if (!ignored || verb === "begin" || verb === "end") return line;
    // Comments tell us things, also on lines that are taken out.
    const end = verb === undefined ? line.length : line.search(comment);
    return line.slice(0, end).replace(/[^\r]/g, " ") + line.slice(end);
  });
  return lines.join("\n");
}
