import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { InferenceSession } from 'onnxruntime-node';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { fleetObservations } from '../../local/devices/fleet.ts';
import type { MachineReading } from '../../local/devices/milling-process.ts';
import { hasAi4iFile, readAi4iFile } from './ai4i-file.ts';

process.env.ORT_DISABLE_TELEMETRY = '1';
const { InferenceSession: Sessions, Tensor } = await import('onnxruntime-node');

interface Expected {
  readonly modelSha256: string;
  readonly tolerance: number;
  readonly rows: readonly (readonly number[])[];
  readonly onnxruntime: readonly number[];
  readonly scikitLearn: readonly number[];
}
interface TrainingRecord {
  readonly modelSha256: string;
  /** The probability at which the model's label changes. */
  readonly threshold: number;
  readonly measured: {
    readonly bytes: number;
    readonly ai4i2020: { readonly precision: number; readonly recall: number };
  };
}
const readFile = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url));
const model = readFile('models/machine-failure/1/model.onnx');
const expected: Expected = JSON.parse(readFile('test/models/machine-failure.expected.json').toString());
const record: TrainingRecord = JSON.parse(readFile('training/machine_failure.json').toString());
const { threshold } = record;

let session: InferenceSession;
beforeAll(async () => {
  session = await Sessions.create(model, { intraOpNumThreads: 1 });
});
afterAll(() => session.release());

const codes = { L: 0, M: 1, H: 2 } as const;
const featuresOf = (reading: Omit<MachineReading, 'machineId'>) => [
  codes[reading.type],
  reading.airTemperature,
  reading.processTemperature,
  reading.rotationalSpeed,
  reading.torque,
  reading.toolWear,
];

async function score(rows: readonly (readonly number[])[]): Promise<{ labels: number[]; probabilities: number[] }> {
  const features = new Tensor('float32', Float32Array.from(rows.flat()), [rows.length, 6]);
  const { label, probabilities } = await session.run({ features });
  expect(probabilities!.dims).toEqual([rows.length, 2]);
  const both = probabilities!.data as Float32Array;
  return {
    labels: Array.from(label!.data as BigInt64Array, Number),
    probabilities: rows.map((_, i) => both[2 * i + 1]!),
  };
}

function precisionAndRecall(probabilities: readonly number[], failed: readonly boolean[]) {
  const called = probabilities.map((probability) => probability >= threshold);
  const right = called.filter((isCalled, i) => isCalled && failed[i]).length;
  return { precision: right / called.filter(Boolean).length, recall: right / failed.filter(Boolean).length };
}

test('the golden rows and the training record are of this very model', () => {
  const sha256 = createHash('sha256').update(model).digest('hex');
  expect([expected.modelSha256, record.modelSha256]).toEqual([sha256, sha256]);
  expect(record.measured.bytes).toBe(model.length);
  expect(model.length).toBeLessThan(1_000_000);
});

test('the golden rows score under Node as under Python, by ONNX Runtime and by scikit-learn', async () => {
  const { probabilities } = await score(expected.rows);
  const furthest = (others: readonly number[]) => Math.max(...others.map((p, i) => Math.abs(p - probabilities[i]!)));
  expect(expected.rows).toHaveLength(50);
  expect(furthest(expected.onnxruntime)).toBeLessThanOrEqual(expected.tolerance);
  expect(furthest(expected.scikitLearn)).toBeLessThanOrEqual(expected.tolerance);
});

test('the golden rows show both answers, near the threshold too', () => {
  const between = (low: number, high: number) => expected.onnxruntime.filter((p) => p >= low && p < high).length;
  expect(between(0, 0.1)).toBeGreaterThanOrEqual(10);
  expect(between(0.1, 0.9)).toBeGreaterThanOrEqual(5);
  expect(between(0.9, 1.01)).toBeGreaterThanOrEqual(10);
});

test('the label is the class of the higher probability', async () => {
  const { labels, probabilities } = await score(expected.rows);
  expect(labels).toEqual(probabilities.map((probability) => (probability > threshold ? 1 : 0)));
});

test('the model tells the failures of the simulated fleet: recall >= 0.75 at precision >= 0.9', async () => {
  const fleet = fleetObservations({ machines: 200, seed: 1 });
  const observations = Array.from({ length: 40_000 }, () => fleet.next().value);
  const { probabilities } = await score(observations.map(({ reading }) => featuresOf(reading)));
  const { precision, recall } = precisionAndRecall(
    probabilities,
    observations.map(({ fired }) => fired.length > 0),
  );
  expect(precision).toBeGreaterThanOrEqual(0.9);
  expect(recall).toBeGreaterThanOrEqual(0.75);
});

test.skipIf(!hasAi4iFile)(
  'the model tells the failures of the published data (../shared/data): recall >= 0.60 at precision >= 0.75',
  async ({ annotate }) => {
    const rows = readAi4iFile();
    const { probabilities } = await score(rows.map(({ reading }) => featuresOf(reading)));
    const { precision, recall } = precisionAndRecall(
      probabilities,
      rows.map(({ failed }) => failed),
    );
    const figures = `AI4I 2020 at threshold ${threshold}: precision ${precision.toFixed(4)}, recall ${recall.toFixed(4)}`;
    await annotate(figures);
    process.stdout.write(`${figures}\n`);
    expect(rows).toHaveLength(10_000);
    expect(precision).toBeGreaterThanOrEqual(0.75);
    expect(recall).toBeGreaterThanOrEqual(0.6);
    expect(precision, 'as training/machine_failure.json says').toBeCloseTo(record.measured.ai4i2020.precision, 3);
    expect(recall, 'as training/machine_failure.json says').toBeCloseTo(record.measured.ai4i2020.recall, 3);
  },
);
