import * as z from 'zod';
import { type Digest, digestOf } from '../digest.ts';
import { describeValue, type Fault } from '../fault.ts';
import { limits } from '../limits.ts';
import { checkDocument } from '../schema-faults.ts';

/** Name of the file that seals a package version: it is written last, and nothing changes afterwards. */
export const sealFile = 'digests.json';

/** What `digests.json` says. */
export interface Seal {
  /** SHA-256 of every file of the version's folder but `digests.json` itself. */
  readonly files: ReadonlyMap<string, Digest>;
  /** The program that sealed the package: `sluice 0.1.0`. */
  readonly builtBy: string;
}

const fileName = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/, 'names of files without folders: letters, digits, dot, _ and -')
  .refine((name) => name !== sealFile, `files other than ${sealFile}`);
const digest = z.string().regex(/^sha256:[0-9a-f]{64}$/, '"sha256:" and 64 hexadecimal digits');

const sealSchema = z.strictObject({
  format: z.literal(1),
  builtBy: z.string().min(1).max(128),
  files: z.record(fileName, digest).refine((files) => {
    const count = Object.keys(files).length;
    return count > 0 && count <= limits.packageFilesMax;
  }, `1 to ${limits.packageFilesMax} files`),
  checksum: digest,
});

/**
 * Reads a seal. Its own bytes are protected too: `checksum` is the SHA-256 of the text without that field.
 * @param root what `digests.json` holds, parsed
 * @returns the seal, or a fault for each place that is wrong
 */
export function parseSeal(root: unknown): Seal | Fault[] {
  const written = checkDocument(sealSchema, root, 'package.broken');
  if (Array.isArray(written)) return written;
  const { builtBy, files, checksum } = written;
  const seal = { builtBy, files: new Map(Object.entries(files) as [string, Digest][]) };
  const expected = checksumOf(seal);
  if (checksum === expected) return seal;
  const got = describeValue(checksum);
  return [{ code: 'package.broken', path: '/checksum', expected: `${expected}, as the rest of the file has it`, got }];
}

/** The text of `digests.json`: equal seals have equal texts, whatever the order in which they were put together. */
export const sealText = (seal: Seal): string => textOf({ ...fieldsOf(seal), checksum: checksumOf(seal) });

const checksumOf = (seal: Seal): Digest => digestOf(textOf(fieldsOf(seal)));

const fieldsOf = ({ builtBy, files }: Seal) => ({
  format: 1,
  builtBy,
  files: sorted([...files]),
});

const sorted = (entries: readonly (readonly [string, string])[]) =>
  Object.fromEntries(entries.toSorted(([a], [b]) => (a < b ? -1 : 1)));

const textOf = (fields: object): string => `${JSON.stringify(fields, null, 2)}\n`;
