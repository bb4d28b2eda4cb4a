import { readJsonRows } from '../../core/batch/json-rows.ts';
import { describeFault, type Fault, ScoringError, valid } from '../../core/fault.ts';
import { type GoldenCase, goldenFile } from '../../core/golden/golden.ts';
import { tensorToJson } from '../../core/golden/tensor-json.ts';
import { writeOnnx } from '../../core/graph/onnx-file.ts';
import { withCategories } from '../../core/manifest/with-categories.ts';
import type { Feeds, Tensor } from '../../core/tensor.ts';
import { rowRoad } from '../loaded-model.ts';
import { compilePackage } from './build-package.ts';
import { type GoldenSubject, goldenFaults } from './check-golden.ts';
import type { LoadGraph } from './fit-package.ts';
import type { PackageFolder } from './package-folder.ts';
import { jsonText, mustBeOpen, readGolden, readManifest } from './read-package.ts';

/** Examples for a package: records, or tensors for a model that takes those. */
export type Examples =
  | { readonly rows: readonly Record<string, unknown>[]; readonly expected?: readonly object[] }
  | { readonly feeds: Feeds; readonly outputs: Readonly<Record<string, Tensor>> };

/**
 * Adds examples to the golden rows of an open package, with what its graph answers now and what others expect of it.
 * @returns how many cases there are then
 * @throws {ScoringError} when a record does not fit, or an answer is not what is expected; nothing is written then
 */
export async function addGolden(
  folder: PackageFolder,
  examples: Examples,
  about: string | undefined,
  loadGraph: LoadGraph,
): Promise<number> {
  await mustBeOpen(folder);
  const manifest = await readManifest(folder);
  const { scoring, contract } = await compilePackage(folder, manifest);
  const scorer = await loadGraph(writeOnnx(scoring));
  try {
    const road = valid(rowRoad(withCategories(manifest, contract.categories), contract, scorer), folder.label);
    const subject = { ...road, scorer };
    const added = 'rows' in examples ? await fromRows(subject, examples) : [fromTensors(examples)];
    const cases = added.map((each) => (about === undefined ? each : { about, ...each }));
    const golden = await readGolden(folder);
    const faults = await goldenFaults({ ...golden, cases }, subject);
    if (faults.length > 0) valid(faults, `${folder.label}: an example`);
    const all = [...golden.cases, ...cases];
    await folder.write(goldenFile, jsonText({ ...golden, cases: all }));
    return all.length;
  } finally {
    await scorer.release();
  }
}

/** One case, or one for each row where the model takes one row at a time. */
async function fromRows(
  subject: GoldenSubject,
  { rows, expected }: Extract<Examples, { rows: unknown }>,
): Promise<GoldenCase[]> {
  if (expected !== undefined && expected.length !== rows.length) {
    const message = `${rows.length} rows, but ${expected.length} expected scores`;
    throw new ScoringError('model.golden_failed', message, { retryable: false });
  }
  const size = subject.takesOneRow ? 1 : rows.length;
  const cases: GoldenCase[] = [];
  for (let from = 0; from < rows.length; from += size) {
    const part = rows.slice(from, from + size);
    const { batch, faults } = readJsonRows(subject.layout, subject.appendJsonRow, part);
    const [first] = faults;
    if (first !== undefined) throw misfit(from + first[0], first[1][0] as Fault);
    const { feeds } = subject.toFeeds([{ batch, from: 0, to: batch.length }]);
    const outputs = await subject.scorer.run(feeds, subject.fetches);
    cases.push({
      rows: part,
      feeds: toJson(feeds),
      outputs: toJson(outputs),
      ...(expected !== undefined && { expected: expected.slice(from, from + size) as Record<string, unknown>[] }),
    });
  }
  return cases;
}

const misfit = (row: number, fault: Fault) =>
  new ScoringError(fault.code, `row ${row} does not fit the manifest: ${describeFault(fault)}`, { retryable: false });

const fromTensors = ({ feeds, outputs }: Extract<Examples, { feeds: Feeds }>): GoldenCase => ({
  feeds: toJson(feeds),
  outputs: toJson(outputs),
});

const toJson = (tensors: Readonly<Record<string, Tensor>>) =>
  Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, tensorToJson(tensor)]));
