import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import Ajv from "ajv-draft-04";
import formats from "ajv-formats";

/** The schema of SARIF 2.1.0 as GitHub asks for it, in the package of Microsoft that validates by it. */
const published = join(
  import.meta.dirname,
  "../../node_modules/@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json",
);
/** A Go module that carries the schema of OASIS with its errata, unchanged, for tests of its own. */
const module = "github.com/securego/gosec/v2@v2.30.0";

/** The JSON schemas of SARIF 2.1.0: the published one, and with its errata where Go modules can be had. */
function sarifSchemas(): readonly object[] {
  const schemas = [JSON.parse(readFileSync(published, "utf8")) as object];
  try {
    const told = execFileSync("go", ["mod", "download", "-json", module], {
      encoding: "utf8",
      cwd: "/",
      stdio: ["ignore", "pipe", "ignore"],
    });
    const { Dir } = JSON.parse(told) as { readonly Dir: string };
    const corrected = readFileSync(join(Dir, "report/sarif/testdata/sarif-schema-2.1.0.json"), "utf8");
    return [...schemas, JSON.parse(corrected) as object];
  } catch {
    return schemas;
  }
}

const schemas = sarifSchemas();

/** What the schemas of SARIF have against a value: `path message`. */
export function objections(value: unknown): readonly string[] {
  return schemas.flatMap((schema) => objectionsOf(schema, value));
}

function objectionsOf(schema: object, value: unknown): readonly string[] {
  const checker = new Ajv({ strict: false, allErrors: true, unicodeRegExp: false });
  formats(checker);
  const validate = checker.compile(schema);
  if (validate(value)) return [];
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message ?? ""}`);
}
