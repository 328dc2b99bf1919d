import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import Ajv from "ajv-draft-04";
import formats from "ajv-formats";

/** A Go module that carries the schema of OASIS, unchanged, for tests of its own. */
const module = "github.com/securego/gosec/v2@v2.30.0";

/** The official JSON schema of SARIF 2.1.0, from the cache of Go modules; nothing where it cannot be had. */
export function sarifSchema(): object | undefined {
  try {
    const told = execFileSync("go", ["mod", "download", "-json", module], {
      encoding: "utf8",
      cwd: "/",
      stdio: ["ignore", "pipe", "ignore"],
    });
    const { Dir } = JSON.parse(told) as { readonly Dir: string };
    return JSON.parse(
      readFileSync(join(Dir, "report/sarif/testdata/sarif-schema-2.1.0.json"), "utf8"),
    ) as object;
  } catch {
    return undefined;
  }
}

/** What a schema has against a value: `path message`. */
export function objections(schema: object, value: unknown): readonly string[] {
  const checker = new Ajv({ strict: false, allErrors: true });
  formats(checker);
  const validate = checker.compile(schema);
  if (validate(value)) return [];
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message ?? ""}`);
}
