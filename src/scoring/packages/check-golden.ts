import { readJsonRows } from '../../core/batch/json-rows.ts';
import { describeFault, describeValue, type Fault, pointerTo } from '../../core/fault.ts';
import { compareOutputs, compareScore } from '../../core/golden/compare.ts';
import type { Golden, GoldenCase } from '../../core/golden/golden.ts';
import { type TensorJson, tensorFromJson } from '../../core/golden/tensor-json.ts';
import type { Feeds, Outputs, Tensor } from '../../core/tensor.ts';
import type { RowRoad } from '../loaded-model.ts';
import type { Scorer } from '../ports.ts';

/** What golden rows run on. */
export interface GoldenSubject extends RowRoad {
  readonly scorer: Scorer;
}

/** Feeds must be equal to the last bit: nothing is computed between a record and its feeds. */
const exact = { absolute: 0, relative: 0 };

/**
 * Runs the golden rows of a package.
 * @returns every difference: feeds that rows become otherwise, outputs beyond the tolerance, scores that others expect
 */
export async function goldenFaults({ cases, tolerance }: Golden, subject: GoldenSubject): Promise<Fault[]> {
  const faults: Fault[] = [];
  for (const [index, each] of cases.entries()) {
    const path = pointerTo('cases', index);
    const feeds = tensorsOf(each.feeds);
    const outputs = await subject.scorer.run(feeds, Object.keys(each.outputs));
    faults.push(
      ...compareOutputs(outputs, tensorsOf(each.outputs), tolerance, path),
      ...rowFaults(each, subject, feeds, path),
      ...(await scoreFaults(each, subject, feeds, tolerance, path)),
    );
  }
  return faults;
}

const tensorsOf = (tensors: Readonly<Record<string, TensorJson>>): Record<string, Tensor> =>
  Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, tensorFromJson(tensor)]));

function rowFaults({ rows }: GoldenCase, subject: GoldenSubject, feeds: Feeds, path: string): Fault[] {
  if (rows === undefined) return [];
  const { batch, faults } = readJsonRows(subject.layout, subject.appendJsonRow, rows);
  if (faults.size > 0) {
    return [...faults].map(([row, [fault]]) => ({
      code: 'model.golden_failed',
      path: `${path}${pointerTo('rows', row)}`,
      expected: 'a record that fits the manifest',
      got: describeFault(fault as Fault),
    }));
  }
  const decoded = subject.toFeeds([{ batch, from: 0, to: batch.length }]).feeds;
  return compareOutputs(decoded, feeds, exact, `${path}/feeds`);
}

async function scoreFaults(
  { expected }: GoldenCase,
  subject: GoldenSubject,
  feeds: Feeds,
  tolerance: Golden['tolerance'],
  path: string,
): Promise<Fault[]> {
  if (expected === undefined) return [];
  const outputs: Outputs = await subject.scorer.run(feeds, subject.fetches);
  const fedRows = Object.values(feeds)[0]?.dims[0] ?? 0;
  if (expected.length > fedRows) {
    const got = describeValue(fedRows);
    return [{ code: 'model.golden_failed', path: `${path}/expected`, expected: `${expected.length} rows`, got }];
  }
  const { scores } = subject.readScores(outputs, expected.length, fedRows);
  return expected.flatMap((each, row) =>
    compareScore(scores[row], each, tolerance, `${path}${pointerTo('expected', row)}`),
  );
}
