import { ScoringError, valid } from '../../core/fault.ts';
import { type Golden, goldenFile, parseGolden, usualTolerance } from '../../core/golden/golden.ts';
import { type ModelProto, readOnnx } from '../../core/graph/onnx-file.ts';
import { inputInfos } from '../../core/graph/tensor-infos.ts';
import type { Manifest } from '../../core/manifest/manifest.ts';
import { parseManifest } from '../../core/manifest/parse-manifest.ts';
import { sealFile } from '../../core/manifest/seal.ts';
import { type Fitted, nothingFitted, parseFitted } from '../../core/pipeline/fitted.ts';
import type { PackageFolder } from './package-folder.ts';

export const manifestFile = 'manifest.json';
export const fittedFile = 'fitted.json';

/** A JSON file of a package; undefined when there is none. @throws {ScoringError} `manifest.invalid` */
export async function readJsonFile(folder: PackageFolder, name: string): Promise<unknown> {
  const bytes = await folder.read(name);
  if (bytes === undefined) return undefined;
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    const message = `${folder.label}/${name} is not JSON: ${(error as Error).message}`;
    throw new ScoringError('manifest.invalid', message, { retryable: false });
  }
}

/** The JSON text of a package's file, as people like to read and compare it. */
export const jsonText = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

/** @throws {ScoringError} `model.unknown` when there is no manifest, `manifest.invalid` when it is wrong */
export async function readManifest(folder: PackageFolder): Promise<Manifest> {
  const written = await readJsonFile(folder, manifestFile);
  if (written !== undefined) return valid(parseManifest(written), `${folder.label}/${manifestFile}`);
  const message = `${folder.label} has no ${manifestFile}: write one, or let \`sluice import MODEL.onnx\` begin it.`;
  throw new ScoringError('model.unknown', message, { retryable: false });
}

export async function readFitted(folder: PackageFolder): Promise<Fitted> {
  const written = await readJsonFile(folder, fittedFile);
  return written === undefined ? nothingFitted : valid(parseFitted(written), `${folder.label}/${fittedFile}`);
}

export async function readGolden(folder: PackageFolder): Promise<Golden> {
  const written = await readJsonFile(folder, goldenFile);
  if (written === undefined) return { format: 1, tolerance: usualTolerance, cases: [] };
  return valid(parseGolden(written), `${folder.label}/${goldenFile}`);
}

/** The user's model of a package, parsed. @throws {ScoringError} `model.not_ready`, `model.malformed` */
export async function readModel(
  folder: PackageFolder,
  { model }: Manifest,
): Promise<{ bytes: Uint8Array; model: ModelProto }> {
  const where = `${folder.label}/${model.file}`;
  const bytes = await folder.read(model.file);
  if (bytes === undefined) throw new ScoringError('model.not_ready', `There is no ${where}`, { retryable: false });
  const parsed = readOnnx(bytes);
  return { bytes, model: 'code' in parsed ? valid<ModelProto>([parsed], where) : parsed };
}

/** Names of the inputs and outputs of a package's model, in its order. */
export async function inputsAndOutputs(
  folder: PackageFolder,
  manifest: Manifest,
): Promise<{ inputs: string[]; outputs: string[] }> {
  const { graph } = (await readModel(folder, manifest)).model;
  return {
    inputs: graph === undefined ? [] : inputInfos(graph).map(({ name }) => name),
    outputs: graph?.output.map(({ name }) => name) ?? [],
  };
}

/** @throws {ScoringError} `package.sealed` when the version is sealed and may not change any more */
export async function mustBeOpen(folder: PackageFolder): Promise<void> {
  if ((await folder.read(sealFile)) === undefined) return;
  const message = `${folder.label} is sealed: \`sluice fork\` begins the next version from it.`;
  throw new ScoringError('package.sealed', message, { retryable: false });
}
