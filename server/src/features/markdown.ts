import { invisible, oneLine } from "../base/visible.ts";

/**
 * Markdown that was built here and nowhere else. Remote text (HELP, label values, names, expressions)
 * enters it only as a code span, a fenced block or escaped plain text, so nothing of it is ever
 * rendered as markdown or HTML.
 */
export type MarkupText = string & { readonly __markup: unique symbol };

/** A line longer than this says nothing more to a reader; VS Code cuts a whole hover at 100,000. */
const maxTextLength = 1000;
const maxBlockLength = 10_000;

function branded(text: string): MarkupText {
  return text as MarkupText;
}

function line(text: string): string {
  const clean = oneLine(text);
  return clean.length > maxTextLength ? `${clean.slice(0, maxTextLength)}…` : clean;
}

/** The longest run of backticks in a text; a fence must be longer. */
function longestBackticks(text: string): number {
  let longest = 0;
  for (const run of text.match(/`+/g) ?? []) longest = Math.max(longest, run.length);
  return longest;
}

const entities: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;" };

/**
 * What markdown could read, and no more, so that the text stays readable where it is not rendered: what opens
 * emphasis, code, links and HTML anywhere; what opens lists, headings and rules at the start; an underscore
 * that is not within a word; addresses that would become links; VS Code's `$(icon)`.
 */
const special =
  /[\\`*[\]<>&~|]|^[-+#=:]|(?<=^\d+)[.)]|(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])|:(?=\/\/)|(?<=[\w.+-])@(?=\w)|(?<=www)\.|(?<=mailto|xmpp):|\$(?=\()/giu;

/** Any text as plain text: what markdown or HTML could read is escaped, lines are joined. */
export function plain(text: string): MarkupText {
  return branded(
    line(text)
      .trim()
      .replace(special, (char) => entities[char] ?? `\\${char}`),
  );
}

/** Any text as a code span; its fence is longer than any run of backticks in it. */
export function code(text: string): MarkupText {
  const clean = line(text);
  if (clean.trim() === "") return branded("` `");
  const fence = "`".repeat(longestBackticks(clean) + 1);
  const pad = clean.startsWith("`") || clean.endsWith("`") || (clean.startsWith(" ") && clean.endsWith(" "));
  return branded(pad ? `${fence} ${clean} ${fence}` : `${fence}${clean}${fence}`);
}

/** Any text as a fenced block; `language` is one of ours. */
export function block(text: string, language: "promql" | "yaml" | ""): MarkupText {
  const cut = text.length > maxBlockLength ? `${text.slice(0, maxBlockLength)}…` : text;
  const clean = cut
    .replace(/\r\n?|\u2028|\u2029/g, "\n")
    .replace(invisible, "")
    .replace(/\s+$/, "");
  const fence = "`".repeat(Math.max(3, longestBackticks(clean) + 1));
  return branded(`${fence}${language}\n${clean}\n${fence}`);
}

/** Texts of ours with markup in the holes: `` markup`Held by ${code(name)}.` `` */
export function markup(texts: TemplateStringsArray, ...holes: readonly MarkupText[]): MarkupText {
  return branded(texts.reduce((result, text, i) => result + text + (holes[i] ?? ""), ""));
}

/** Markup texts one after another in one paragraph. */
export function joined(parts: readonly MarkupText[], separator: ", " | " · " | " "): MarkupText {
  return branded(parts.join(separator));
}

/** Markup texts as paragraphs; empty ones are left out. */
export function paragraphs(parts: readonly (MarkupText | undefined)[]): MarkupText {
  return branded(parts.filter((part) => part !== undefined && part !== "").join("\n\n"));
}

/** Markup texts as a bullet list. */
export function bullets(items: readonly MarkupText[]): MarkupText {
  return branded(items.map((item) => `- ${item}`).join("\n"));
}

/** Schemes of documents of the editor; any other address stays a text. */
const documentScheme = /^(?:file|untitled|vscode-remote|vscode-vfs|vscode-userdata):/;

/** A link to a line of a document of the editor (zero-based); its label is any text. */
export function fileLink(label: string, uri: string, line: number): MarkupText {
  if (!documentScheme.test(uri)) return code(label);
  const address = uri.replace(/[^A-Za-z0-9:/._~%-]/gu, (char) =>
    char.isWellFormed() ? encodeURIComponent(char).replace(/[!'()*]/g, hex) : "",
  );
  return branded(`[${plain(label)}](<${address}#L${line + 1}>)`);
}

const hex = (char: string): string => `%${char.charCodeAt(0).toString(16)}`;

const characters: Readonly<Record<string, string>> = { "&amp;": "&", "&lt;": "<", "&gt;": ">" };

/** An escaped character, an entity, a code span or emphasis: all that {@link plain}, {@link code} and we write. */
const link = /(?<!\\)\[((?:\\[\s\S]|[^\]\\])*)\]\(<[^<>]*>\)/g;
const inline = /\\([\s\S])|(&(?:amp|lt|gt);)|(`+)([\s\S]*?[^`])\3(?!`)|\*+/g;

/** The same text for editors that do not render markdown: without its escapes, fences and emphasis. */
export function unformatted(text: MarkupText): string {
  const shown: string[] = [];
  let fence: string | undefined;
  let prose: string[] = [];
  const flush = (): void => {
    const plainProse = prose
      .join("\n")
      .replace(link, "$1")
      .replace(inline, (_, escaped, entity, ticks, inside) => {
        if (escaped !== undefined) return escaped;
        if (entity !== undefined) return characters[entity] ?? entity;
        return ticks === undefined ? "" : inside.replace(/^ ([\s\S]*\S[\s\S]*) $/, "$1");
      });
    if (prose.length > 0) shown.push(plainProse);
    prose = [];
  };
  for (const line of text.split("\n")) {
    const opened = /^(`{3,})[a-z]*$/.exec(line)?.[1];
    if (fence !== undefined) {
      if (line === fence) fence = undefined;
      else shown.push(line);
    } else if (opened === undefined) prose.push(line);
    else {
      flush();
      fence = opened;
    }
  }
  flush();
  return shown.join("\n");
}
