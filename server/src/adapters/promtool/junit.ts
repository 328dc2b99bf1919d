/** What promtool says of one group of tests. */
export interface PromtoolCase {
  readonly name: string;
  /** Each as promtool prints it; none where the group passed. */
  readonly failures: readonly string[];
}

/** Reads the JUnit file of `promtool test rules --junit` (`util/junitxml`): the cases in the order of the tests. */
export function readJunit(xml: string): readonly PromtoolCase[] {
  const cases: PromtoolCase[] = [];
  for (const [, name = "", body = ""] of xml.matchAll(
    /<testcase name="([^"]*)"[^>]*?(?:\/>|>([\s\S]*?)<\/testcase>)/g,
  )) {
    const failures: string[] = [];
    for (const [, text = ""] of body.matchAll(/<failure[^>]*>([\s\S]*?)<\/failure>/g))
      failures.push(unescaped(text));
    cases.push({ name: unescaped(name), failures });
  }
  return cases;
}

const entities: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

function unescaped(text: string): string {
  return text.replace(/&(?:#x([0-9a-fA-F]+)|#([0-9]+)|([a-z]+));/g, (whole, hex, decimal, name) => {
    if (name !== undefined) return entities[name] ?? whole;
    const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}
