import { createHash, randomBytes } from "node:crypto";
import { createWriteStream } from "node:fs";
import { mkdir, readdir, readFile, rename, rm, stat, utimes } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { promisify } from "node:util";
import { createGzip, gunzip } from "node:zlib";
import { Breather } from "../breather.ts";
import { NameTableBuilder } from "./name-builder.ts";
import type { NameTable } from "./name-table.ts";

/** A catalog as it was when the backend last told it. */
export interface StoredCatalog {
  readonly table: NameTable;
  /** Whether the backend had told all names. */
  readonly complete: boolean;
  /** Milliseconds since the epoch. */
  readonly asOf: number;
}

/** Keeps the catalog of one backend from one session to the next. */
export interface CatalogStore {
  /** Nothing where there is none, or none that can be read. */
  load(): Promise<StoredCatalog | undefined>;
  /** Never fails: a catalog that cannot be kept is fetched again. */
  save(catalog: StoredCatalog): Promise<void>;
}

interface Header {
  readonly format: number;
  readonly key: string;
  readonly asOf: number;
  readonly complete: boolean;
  readonly size: number;
  readonly bytes: number;
}

/** Raised whenever the layout, or the meaning of the kinds, changes: older files are then ignored. */
const format = 1;
const extension = ".names.gz";
const maxUnpackedBytes = 80_000_000;
/** Older catalogs say too little about now. */
const maxAgeMs = 30 * 86_400_000;
const halfMadeMs = 3_600_000;
const unzip = promisify(gunzip);

/** The catalogs in a folder: one compressed file a backend, and those used longest ago go when they are too many. */
export class CatalogFolder {
  readonly #folder: string;
  readonly #maxBytes: number;

  constructor(folder: string, maxBytes = 256_000_000) {
    this.#folder = folder;
    this.#maxBytes = maxBytes;
  }

  /** The place of one backend's catalog; `key` says who it is, and holds no secrets. */
  store(key: string): CatalogStore {
    const path = join(this.#folder, createHash("sha256").update(key).digest("hex").slice(0, 32) + extension);
    return {
      load: () => read(path, key).catch(() => undefined),
      save: (catalog) => this.#write(path, key, catalog).catch(() => undefined),
    };
  }

  async #write(path: string, key: string, catalog: StoredCatalog): Promise<void> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    const half = `${path}.${process.pid}.${randomBytes(4).toString("hex")}.half`;
    try {
      const file = createWriteStream(half, { mode: 0o600, flags: "wx" });
      await pipeline(Readable.from(pieces(key, catalog)), createGzip({ level: 1, chunkSize: 262_144 }), file);
      await rename(half, path);
    } catch (error) {
      await rm(half, { force: true });
      throw error;
    }
    await this.#prune(path);
  }

  /** Removes what was used longest ago beyond the limit, and what writers that were killed left half made. */
  async #prune(keep: string): Promise<void> {
    const now = Date.now();
    const files: { path: string; bytes: number; used: number }[] = [];
    for (const name of await readdir(this.#folder)) {
      const path = join(this.#folder, name);
      const found = await stat(path).catch(() => undefined);
      if (found === undefined || !name.includes(extension)) continue;
      if (name.endsWith(".half")) {
        if (now - found.mtimeMs > halfMadeMs) await rm(path, { force: true });
      } else files.push({ path, bytes: found.size, used: path === keep ? now : found.mtimeMs });
    }
    let total = 0;
    for (const { path, bytes } of files.sort((a, b) => b.used - a.used)) {
      total += bytes;
      if (total > this.#maxBytes && path !== keep) await rm(path, { force: true });
    }
  }
}

/** The parts of a file: a line of JSON, the kinds, the lengths (two bytes each, the lower one first), the names. */
function* pieces(key: string, { table, complete, asOf }: StoredCatalog): Generator<Uint8Array> {
  const { bytes, starts, kinds } = table.columns;
  const header: Header = { format, key, asOf, complete, size: table.size, bytes: bytes.length };
  yield Buffer.from(`${JSON.stringify(header)}\n`);
  yield kinds;
  const step = 65_536;
  for (let from = 0; from < table.size; from += step) {
    const to = Math.min(table.size, from + step);
    const lengths = Buffer.alloc((to - from) * 2);
    for (let i = from; i < to; i++)
      lengths.writeUInt16LE((starts[i + 1] ?? 0) - (starts[i] ?? 0), (i - from) * 2);
    yield lengths;
  }
  for (let from = 0; from < bytes.length; from += 1 << 20) yield bytes.subarray(from, from + (1 << 20));
}

async function read(path: string, key: string): Promise<StoredCatalog | undefined> {
  const packed = await readFile(path);
  const raw = await unzip(packed, { maxOutputLength: maxUnpackedBytes });
  const line = raw.indexOf(0x0a);
  const header = line < 0 ? undefined : headerIn(raw.toString("utf8", 0, line), key);
  if (header === undefined) return undefined;
  const { size, bytes, asOf, complete } = header;
  const kindsAt = line + 1;
  const lengthsAt = kindsAt + size;
  let at = lengthsAt + size * 2;
  if (raw.length !== at + bytes) return undefined;
  const breather = new Breather();
  const builder = new NameTableBuilder();
  for (let i = 0; i < size; i++) {
    const end = at + raw.readUInt16LE(lengthsAt + i * 2);
    if (end > raw.length) return undefined;
    builder.add(raw, at, end);
    at = end;
    if ((i & 1_023) === 0 && breather.due) await breather.rest();
  }
  const table = await builder.finish();
  // Names that were sorted and different stay in their places.
  if (table.size !== size || at !== raw.length) return undefined;
  table.columns.kinds.set(raw.subarray(kindsAt, lengthsAt));
  const now = new Date();
  await utimes(path, now, now).catch(() => undefined);
  return { table, complete, asOf };
}

/** The header, if it is one of ours for this backend and not too old. */
function headerIn(text: string, key: string): Header | undefined {
  const header = JSON.parse(text) as Partial<Header> | null;
  if (header === null || header.format !== format || header.key !== key) return undefined;
  const { size, bytes, asOf, complete } = header;
  const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0;
  if (!isCount(size) || !isCount(bytes) || !isCount(asOf) || typeof complete !== "boolean") return undefined;
  if (Date.now() - asOf > maxAgeMs) return undefined;
  return { format, key, size, bytes, asOf, complete };
}
