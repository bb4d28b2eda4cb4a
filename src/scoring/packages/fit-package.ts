import { feedsOf, type ToFeeds } from '../../core/batch/feeds.ts';
import { type Layout, layoutOf } from '../../core/batch/layout.ts';
import { type Fault, pointerTo, ScoringError, valid } from '../../core/fault.ts';
import { pipelineOpset } from '../../core/graph/lift.ts';
import { writeOnnx } from '../../core/graph/onnx-file.ts';
import type { Manifest } from '../../core/manifest/manifest.ts';
import { withCategories } from '../../core/manifest/with-categories.ts';
import { type FitStage, nextFitStage, withTargets } from '../../core/pipeline/fit-stage.ts';
import { digestOfStep, type Fitted } from '../../core/pipeline/fitted.ts';
import type { Scorer } from '../ports.ts';
import type { DataRows } from './data-rows.ts';
import { learnCategories } from './learn-categories.ts';
import type { PackageFolder } from './package-folder.ts';
import { fittedFile, jsonText, manifestFile, mustBeOpen, readManifest, readModel } from './read-package.ts';
import { sampleReader } from './step-samples.ts';

/** Loads a graph of our own making. */
export type LoadGraph = (bytes: Uint8Array) => Promise<Scorer>;

export interface FitProgress {
  /** Passes over the data so far, this one included. */
  readonly pass: number;
  /** Rows of this pass so far. */
  readonly rows: number;
  /** Kinds of the steps that learn in it. */
  readonly steps: readonly string[];
}

/**
 * Learns what the steps of a manifest need and writes `fitted.json`. The data streams by: once for all steps that do
 * not wait for each other, again for those that refine (medians, quantiles) and for those that wait.
 * @throws {ScoringError} what cannot be learned, and why; nothing is written then
 */
export async function fitPackage(
  folder: PackageFolder,
  data: DataRows,
  loadGraph: LoadGraph,
  onProgress: (progress: FitProgress) => void,
): Promise<Fitted> {
  await mustBeOpen(folder);
  const manifest = await readManifest(folder);
  const fit = new Fit(folder, manifest, await opsetOf(folder, manifest), data, loadGraph, onProgress);
  const fitted = await fit.run();
  await folder.write(fittedFile, jsonText(fitted));
  return fitted;
}

/** The operators of the fit are those of the build, so that both compute the same. */
async function opsetOf(folder: PackageFolder, manifest: Manifest): Promise<number> {
  const opset = pipelineOpset((await readModel(folder, manifest)).model);
  return typeof opset === 'number' ? opset : valid<number>([opset], `${folder.label}/${manifest.model.file}`);
}

class Fit {
  readonly #where: string;
  readonly #manifest: Manifest;
  readonly #opset: number;
  readonly #data: DataRows;
  readonly #loadGraph: LoadGraph;
  readonly #onProgress: (progress: FitProgress) => void;
  readonly #learned: unknown[] = [];
  #pass = 0;
  #rows = 0;
  #refused = 0;

  constructor(
    folder: PackageFolder,
    manifest: Manifest,
    opset: number,
    data: DataRows,
    loadGraph: LoadGraph,
    onProgress: (progress: FitProgress) => void,
  ) {
    this.#where = `${folder.label}/${manifestFile}`;
    this.#manifest = manifest;
    this.#opset = opset;
    this.#data = data;
    this.#loadGraph = loadGraph;
    this.#onProgress = onProgress;
  }

  async run(): Promise<Fitted> {
    const categories = valid(await learnCategories(this.#manifest, this.#data), this.#where);
    const known = withTargets(withCategories(this.#manifest, categories));
    while (true) {
      const stage = valid(
        nextFitStage(known, (index) => this.#learned[index], this.#opset),
        this.#where,
      );
      if (stage.steps.length === 0) break;
      await this.#learn(stage, known);
    }
    return {
      format: 1,
      data: { rows: this.#rows, refused: this.#refused },
      categories,
      steps: this.#manifest.steps.map(({ step }, index) => {
        const values = this.#learned[index];
        return values === undefined ? null : { step, of: digestOfStep(this.#manifest, index), values };
      }),
    };
  }

  async #learn(stage: FitStage, known: Manifest): Promise<void> {
    const scorer = await this.#loadGraph(writeOnnx(stage.graph));
    try {
      const layout = layoutOf(known, new Map());
      const toFeeds = valid(feedsOf(layout, scorer.inputs, false), this.#where);
      let learning = stage.steps;
      while (learning.length > 0) {
        await this.#readOnce({ ...stage, steps: learning }, layout, toFeeds, scorer);
        learning = learning.filter(({ index, learner }) => {
          const outcome = learner.endPass();
          if (outcome === 'again') return true;
          if (isFault(outcome)) {
            valid([{ ...outcome, path: `${pointerTo('steps', index)}${outcome.path}` }], this.#where);
          }
          this.#learned[index] = outcome;
          return false;
        });
      }
    } finally {
      await scorer.release();
    }
  }

  /** One pass over the data. */
  async #readOnce({ steps }: FitStage, layout: Layout, toFeeds: ToFeeds, scorer: Scorer): Promise<void> {
    this.#pass++;
    const samples = steps.map((step) => ({ ...step, sample: sampleReader(layout, step) }));
    const outputs = steps.map(({ output }) => output);
    const kinds = steps.map(({ step }) => step.step);
    let rows = 0;
    let refused = 0;
    for await (const { batch, faults } of this.#data.read(layout)) {
      refused += new Set(faults.map(({ row }) => row)).size;
      if (batch.length === 0) continue;
      rows += batch.length;
      const { feeds } = toFeeds([{ batch, from: 0, to: batch.length }]);
      const results = await scorer.run(feeds, outputs);
      for (const { output, learner, sample } of samples) learner.add(sample(batch, results[output]));
      this.#onProgress({ pass: this.#pass, rows, steps: kinds });
    }
    this.#rows = rows;
    this.#refused = refused;
    if (rows === 0)
      throw new ScoringError(
        'fit.impossible',
        `There is nothing to learn from: ${refused} rows were read and none fits the manifest.`,
        { retryable: false },
      );
  }
}

const isFault = (outcome: unknown): outcome is Fault =>
  typeof outcome === 'object' && outcome !== null && 'code' in outcome && 'expected' in outcome;
