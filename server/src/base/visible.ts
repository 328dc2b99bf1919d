/** What a terminal obeys or an editor does not show, and what could hide or reorder text; not tabs and line ends. */
export const invisible =
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g;

/** Any text as one line that shows as it is: line ends become blanks, the rest of what is invisible is left out. */
export function oneLine(text: string): string {
  return text
    .replace(/[\r\n\t\u0085\u2028\u2029]+/g, " ")
    .replace(invisible, "")
    .toWellFormed();
}

/** The text cut to `length` characters, with an ellipsis where something was cut. */
export function cutText(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 1).replace(/[\ud800-\udbff]$/, "")}…`;
}
