import { type Digest, digestOf } from '../../core/digest.ts';
import { valid } from '../../core/fault.ts';
import { writeOnnx } from '../../core/graph/onnx-file.ts';
import { unsafeParts } from '../../core/graph/safety/unsafe-parts.ts';
import type { Manifest } from '../../core/manifest/manifest.ts';
import { sealFile, sealText } from '../../core/manifest/seal.ts';
import { withCategories } from '../../core/manifest/with-categories.ts';
import { type BuiltGraph, buildGraph } from '../../core/pipeline/build-graph.ts';
import { contractFile, graphFile } from '../../core/pipeline/contract.ts';
import { rowRoad } from '../loaded-model.ts';
import type { LoadScorer } from '../ports.ts';
import { goldenFaults } from './check-golden.ts';
import type { PackageFolder } from './package-folder.ts';
import {
  fittedFile,
  jsonText,
  manifestFile,
  mustBeOpen,
  readFitted,
  readGolden,
  readManifest,
  readModel,
} from './read-package.ts';

/** What a build made. */
export interface BuildReport {
  readonly manifest: Manifest;
  /** Digest of the sealed package. */
  readonly digest: Digest;
  readonly graphBytes: number;
  readonly operators: number;
  readonly goldenRows: number;
}

/**
 * Builds and seals a package: compiles the pipeline, fuses it in front of the model, has the result loaded and its
 * golden rows answered, and writes the digests last. What fails leaves the version open.
 * @param builtBy the program: `sluice 0.1.0`
 * @throws {ScoringError} what is wrong, with its place
 */
export async function buildPackage(
  folder: PackageFolder,
  loadScorer: LoadScorer,
  builtBy: string,
): Promise<BuildReport> {
  await mustBeOpen(folder);
  const manifest = await readManifest(folder);
  const graph = await compilePackage(folder, manifest);
  const bytes = writeOnnx(graph.scoring);
  await folder.write(graphFile, bytes);
  await folder.write(contractFile, jsonText(graph.contract));
  const goldenRows = await prove(folder, manifest, graph, loadScorer);
  const digest = await seal(folder, builtBy);
  return { manifest, digest, graphBytes: bytes.length, operators: graph.scoring.graph?.node.length ?? 0, goldenRows };
}

/** Compiles what a package's files say; nothing is written. @throws {ScoringError} */
export async function compilePackage(folder: PackageFolder, manifest: Manifest): Promise<BuiltGraph> {
  const { bytes, model } = await readModel(folder, manifest);
  const unsafe = unsafeParts(model);
  if (unsafe.length > 0) valid(unsafe, `${folder.label}/${manifest.model.file}`);
  const [fitted, fittedBytes, manifestBytes] = [
    await readFitted(folder),
    await folder.read(fittedFile),
    await folder.read(manifestFile),
  ];
  const built = buildGraph(manifest, fitted, model, {
    'sluice.model': digestOf(bytes),
    'sluice.manifest': digestOf(manifestBytes ?? ''),
    ...(fittedBytes !== undefined && { 'sluice.fitted': digestOf(fittedBytes) }),
  });
  return valid(built, `${folder.label}/${manifestFile}`);
}

/** Loads what was built, as the app will, and has its golden rows answered. @returns how many there are */
async function prove(
  folder: PackageFolder,
  manifest: Manifest,
  { contract }: BuiltGraph,
  loadScorer: LoadScorer,
): Promise<number> {
  const scorer = await loadScorer({ name: graphFile, path: folder.path(graphFile) });
  try {
    const road = valid(rowRoad(withCategories(manifest, contract.categories), contract, scorer), folder.label);
    const golden = await readGolden(folder);
    const faults = await goldenFaults(golden, { ...road, scorer });
    if (faults.length > 0) valid(faults, `${folder.label}/golden.json`);
    return golden.cases.reduce((sum, { rows, feeds }) => sum + (rows?.length ?? Object.keys(feeds).length), 0);
  } finally {
    await scorer.release();
  }
}

async function seal(folder: PackageFolder, builtBy: string): Promise<Digest> {
  const files = new Map<string, Digest>();
  for (const name of await folder.names()) files.set(name, digestOf((await folder.read(name)) ?? ''));
  const text = sealText({ files, builtBy });
  await folder.write(sealFile, text);
  return digestOf(text);
}
