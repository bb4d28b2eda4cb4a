import { readFile } from 'node:fs/promises';
import { feedsOf, type ToFeeds } from '../core/batch/feeds.ts';
import { type DigestRow, inputDigestOf } from '../core/batch/input-digest.ts';
import { type JsonBytesReader, jsonBytesReader } from '../core/batch/json-bytes.ts';
import { type AppendJsonRow, jsonRowReader } from '../core/batch/json-rows.ts';
import { type Layout, layoutOf } from '../core/batch/layout.ts';
import { type Digest, digestOfFiles } from '../core/digest.ts';
import { type Fault, ScoringError, valid } from '../core/fault.ts';
import { goldenFile, parseGolden } from '../core/golden/golden.ts';
import type { Manifest } from '../core/manifest/manifest.ts';
import { parseManifest } from '../core/manifest/parse-manifest.ts';
import { withCategories } from '../core/manifest/with-categories.ts';
import { type ReadScores, scoresOf } from '../core/outputs/read-outputs.ts';
import { type Contract, contractFile, graphFile, parseContract } from '../core/pipeline/contract.ts';
import type { TensorInfo } from '../core/tensor.ts';
import { goldenFaults } from './packages/check-golden.ts';
import { type PictureRoad, pictureRoad } from './pictures/picture-road.ts';
import type { LoadScorer, ModelFile, ModelPackage, Scorer } from './ports.ts';
import { RunQueue } from './run-queue.ts';
import { TensorQueue } from './tensor-queue.ts';

/** One model version in memory: everything that a row needs on its way from a document to a score. */
export interface LoadedModel extends RowRoad {
  readonly manifest: Manifest;
  /** Digest of what decides the scores: `sha256sum manifest.json scoring.json scoring.onnx | sha256sum` */
  readonly digest: Digest;
  readonly scorer: Scorer;
  readonly queue: RunQueue;
  /** The way of tensors; undefined for a model of rows. */
  readonly tensors: TensorQueue | undefined;
  /** The way of pictures; undefined for a model that does not say how it takes them. */
  readonly pictures: PictureRoad | undefined;
}

/** How records become feeds, and outputs scores. */
export interface RowRoad {
  readonly layout: Layout;
  readonly appendJsonRow: AppendJsonRow;
  readonly jsonBytes: JsonBytesReader;
  readonly digestRow: DigestRow;
  readonly toFeeds: ToFeeds;
  /** Whether a run takes one row only. */
  readonly takesOneRow: boolean;
  readonly fetches: readonly string[];
  readonly readScores: ReadScores;
}

/**
 * Loads a model version, checks that its parts fit together, and has it answer its golden rows.
 * @throws {ScoringError} `manifest.invalid`, `model.mismatch`, `model.golden_failed` or `model.not_ready`; the message
 *   lists what is wrong
 */
export async function loadModel(source: ModelPackage, loadScorer: LoadScorer): Promise<LoadedModel> {
  const at = `models/${source.name}/${source.version}`;
  if (source.seal === undefined) throw notReady(`${at} is not sealed: run \`sluice build ${source.name}\``);
  const written = valid(parseManifest(source.manifest), `${at}/manifest.json`);
  if (written.name !== source.name || written.version !== source.version) {
    const got = `${written.name} ${written.version}`;
    throw new ScoringError('manifest.invalid', `${at}/manifest.json says that it is ${got}`, { retryable: false });
  }
  const contractSource = await source.file(contractFile);
  const contract = valid(parseContract(await jsonOf(contractSource)), `${at}/${contractFile}`);
  const manifest = withCategories(written, contract.categories);
  const file = await source.file(graphFile);
  const scorer = await loadScorer(file, { isHeavy: manifest.image !== undefined });
  try {
    const road = valid(rowRoad(manifest, contract, scorer), at);
    const digest = digestOfFiles(
      new Map([
        ['manifest.json', source.manifestDigest],
        [contractFile, contractSource.digest],
        [graphFile, file.digest],
      ]),
    );
    const model = { manifest, digest, scorer, ...road };
    if (source.seal.files.has(goldenFile)) {
      const golden = valid(parseGolden(await jsonOf(await source.file(goldenFile))), `${at}/${goldenFile}`);
      const faults = await goldenFaults(golden, model);
      if (faults.length > 0) valid(faults, `${at}/${goldenFile}`);
    }
    const tensors = manifest.features.length === 0 ? new TensorQueue(scorer, road.takesOneRow) : undefined;
    const pictures = tensors === undefined ? undefined : pictureRoad(manifest, tensors, road.readScores);
    return {
      ...model,
      queue: new RunQueue(model),
      tensors,
      pictures: pictures === undefined ? undefined : valid(pictures, at),
    };
  } catch (error) {
    await scorer.release();
    throw error;
  }
}

/** Compiles the road of rows through a built graph; a fault for each place where its parts do not fit. */
export function rowRoad(manifest: Manifest, contract: Contract, scorer: Scorer): RowRoad | Fault[] {
  const layout = layoutOf(manifest, new Map(Object.entries(contract.inputTypes)));
  const takesRows = manifest.features.length > 0;
  const takesOneRow = manifest.model.batch === 'row';
  const toFeeds = takesRows ? feedsOf(layout, scorer.inputs, takesOneRow) : noRows(manifest.name);
  if (Array.isArray(toFeeds)) return toFeeds;
  const scores = scoresOf(manifest, scorer.outputs, contract);
  if (Array.isArray(scores)) return scores;
  return {
    layout,
    appendJsonRow: jsonRowReader(layout),
    jsonBytes: jsonBytesReader(layout),
    digestRow: inputDigestOf(layout),
    toFeeds,
    takesOneRow,
    fetches: takesRows ? scores.fetches : scorer.outputs.map(({ name }: TensorInfo) => name),
    readScores: scores.read,
  };
}

const noRows =
  (name: string): ToFeeds =>
  () => {
    throw new ScoringError('model.tensors_only', `The model ${name} takes tensors, not rows.`, { retryable: false });
  };

const notReady = (message: string) => new ScoringError('model.not_ready', message, { retryable: true });

async function jsonOf(file: ModelFile): Promise<unknown> {
  try {
    return JSON.parse(await readFile(file.path, 'utf8'));
  } catch (error) {
    throw notReady(`${file.name} cannot be read: ${(error as Error).message}`);
  }
}
