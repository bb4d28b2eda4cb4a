import { feedsOf, type ToFeeds } from '../core/batch/feeds.ts';
import { type DigestRow, inputDigestOf } from '../core/batch/input-digest.ts';
import { type JsonBytesReader, jsonBytesReader } from '../core/batch/json-bytes.ts';
import { type AppendJsonRow, jsonRowReader } from '../core/batch/json-rows.ts';
import { type Layout, layoutOf } from '../core/batch/layout.ts';
import { type Digest, digestOfFiles } from '../core/digest.ts';
import { describeFault, type Fault, ScoringError } from '../core/fault.ts';
import type { Manifest } from '../core/manifest/manifest.ts';
import { parseManifest } from '../core/manifest/parse-manifest.ts';
import { type ReadScores, scoresOf } from '../core/outputs/read-outputs.ts';
import type { LoadScorer, ModelPackage, Scorer } from './ports.ts';
import { RunQueue } from './run-queue.ts';

/** One model version in memory: everything that a row needs on its way from a document to a score. */
export interface LoadedModel {
  readonly manifest: Manifest;
  /** Digest of what decides the scores: manifest and model file. `sha256sum manifest.json model.onnx | sha256sum` */
  readonly digest: Digest;
  readonly layout: Layout;
  readonly appendJsonRow: AppendJsonRow;
  readonly jsonBytes: JsonBytesReader;
  readonly digestRow: DigestRow;
  readonly toFeeds: ToFeeds;
  readonly fetches: readonly string[];
  readonly readScores: ReadScores;
  readonly scorer: Scorer;
  readonly queue: RunQueue;
}

/**
 * Loads a model version and checks that its parts fit together.
 * @throws {ScoringError} `manifest.invalid`, `model.mismatch` or `model.not_ready`; the message lists what is wrong
 */
export async function loadModel(source: ModelPackage, loadScorer: LoadScorer): Promise<LoadedModel> {
  const at = `models/${source.name}/${source.version}`;
  const manifest = valid(parseManifest(source.manifest), `${at}/manifest.json`);
  if (manifest.name !== source.name || manifest.version !== source.version) {
    const got = `${manifest.name} ${manifest.version}`;
    throw new ScoringError('manifest.invalid', `${at}/manifest.json says that it is ${got}`, { retryable: false });
  }
  const file = await source.file(manifest.model.file);
  const scorer = await loadScorer(file);
  try {
    const layout = layoutOf(manifest, new Map(scorer.inputs.map(({ name, type }) => [name, type])));
    const toFeeds = valid(feedsOf(manifest, layout, scorer.inputs), `${at}/manifest.json`);
    const { fetches, read: readScores } = valid(scoresOf(manifest, scorer.outputs), `${at}/manifest.json`);
    const model = {
      manifest,
      digest: digestOfFiles(
        new Map([
          ['manifest.json', source.manifestDigest],
          [file.name, file.digest],
        ]),
      ),
      layout,
      appendJsonRow: jsonRowReader(layout),
      jsonBytes: jsonBytesReader(layout),
      digestRow: inputDigestOf(layout),
      toFeeds,
      fetches,
      readScores,
      scorer,
    };
    return { ...model, queue: new RunQueue(model) };
  } catch (error) {
    await scorer.release();
    throw error;
  }
}

/** The value, unless it is a list of faults. */
function valid<T>(value: T | Fault[], where: string): T {
  if (!Array.isArray(value)) return value;
  const [first] = value as Fault[];
  const sentences = (value as Fault[]).map((fault) => `\n  ${describeFault(fault)}`).join('');
  throw new ScoringError(first?.code ?? 'manifest.invalid', `${where} is wrong:${sentences}`, { retryable: false });
}
