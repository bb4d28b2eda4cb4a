import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type Digest, digestOf } from '../../core/digest.ts';
import { describeFault, ScoringError } from '../../core/fault.ts';
import { limits } from '../../core/limits.ts';
import { parseSeal, sealFile, sealText } from '../../core/manifest/seal.ts';
import type { ModelFile, PackageSeal } from '../../scoring/ports.ts';
import { digestOfFile } from './file-digest.ts';
import { parseJsonFile } from './json-file.ts';

/**
 * Reads the text of `digests.json`.
 * @param where what it is, for messages: `models/pump/3`
 * @throws {ScoringError} `package.broken`
 */
export function readSeal(text: string, where: string): PackageSeal {
  const seal = parseSeal(parseJsonFile(text, `${where}/${sealFile}`, 'package.broken'));
  if (Array.isArray(seal)) {
    throw broken(`${where}/${sealFile} is wrong:${seal.map((fault) => `\n  ${describeFault(fault)}`).join('')}`);
  }
  // Each byte counts: what reads the same and is written otherwise is no longer what was sealed.
  if (sealText(seal) !== text) throw broken(`${where}/${sealFile} is not written as sluice writes it`);
  return { ...seal, digest: digestOf(text) };
}

/**
 * Holds a folder against a seal: the same files, byte for byte, and no others.
 * @returns the files by name, `digests.json` among them
 * @throws {ScoringError} `package.broken`, with the first file that differs
 */
export async function verifyFolder(
  folder: string,
  seal: PackageSeal,
  where: string,
): Promise<ReadonlyMap<string, ModelFile>> {
  const expected = new Map([...seal.files, [sealFile, seal.digest] as const]);
  await checkNames(folder, expected, where);
  const files = await Promise.all(
    [...expected].map(async ([name, digest]): Promise<[string, ModelFile]> => {
      const path = join(folder, name);
      const { size: bytes } = await stat(path);
      checkSize(bytes, `${where}/${name}`);
      if ((await digestOfFile(path, bytes)) === digest) return [name, { name, path, digest, bytes }];
      throw broken(`${where}/${name} is not the file that ${sealFile} names: its SHA-256 differs`);
    }),
  );
  return new Map(files);
}

/** @throws {ScoringError} `package.broken`: no runtime loads a model that is larger */
export function checkSize(bytes: number, what: string): void {
  if (bytes > limits.modelBytesMax) throw broken(`${what} is larger than ${limits.modelBytesMax} bytes`);
}

async function checkNames(folder: string, expected: ReadonlyMap<string, Digest>, where: string): Promise<void> {
  const entries = await readdir(folder, { withFileTypes: true });
  for (const entry of entries) {
    if (!entry.isFile()) throw broken(`${where}/${entry.name} is no plain file; a sealed package holds only files`);
  }
  checkSealedNames(
    entries.map(({ name }) => name),
    expected.keys(),
    where,
  );
}

/**
 * Compares the names of the files that are there with those that are sealed.
 * @throws {ScoringError} `package.broken`
 */
export function checkSealedNames(found: readonly string[], sealed: Iterable<string>, where: string): void {
  const expected = new Set([...sealed, sealFile]);
  const missing = [...expected].filter((name) => !found.includes(name));
  if (missing.length > 0) throw broken(`${where} lacks a file that ${sealFile} names: ${missing.join(', ')}`);
  const extra = found.filter((name) => !expected.has(name));
  if (extra.length > 0) throw broken(`${where} has a file that ${sealFile} does not name: ${extra.join(', ')}`);
}

/** Sealed bytes do not heal by themselves, but storage may have been asked in a bad moment. */
export const broken = (message: string): ScoringError =>
  new ScoringError('package.broken', message, { retryable: true });
