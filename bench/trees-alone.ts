import { join } from 'node:path';
import { loadOnnxScorer } from '../src/adapters/onnx-scorer.ts';
import type { Tensor } from '../src/core/tensor.ts';
import { featureCount } from './make-models.ts';
import { sampleRecords } from './samples.ts';

/** Rows of one run: about 4 ms, as long as the product lets a run take. */
const chunkRows = 256;

/** Scores the sample rows with ONNX Runtime and nothing around it. */
export async function treesAlone(benchModels: string, rows: number): Promise<() => Promise<void>> {
  const path = join(benchModels, 'gbt500x8', '1', 'scoring.onnx');
  const scorer = await loadOnnxScorer({ name: 'scoring.onnx', path });
  const numbers = Float64Array.from(
    sampleRecords(rows).flatMap((record) => Array.from({ length: featureCount }, (_, i) => Number(record[`f${i}`]))),
  );
  const outputs = scorer.outputs.map(({ name }) => name);
  return async () => {
    for (let from = 0; from < rows; from += chunkRows) {
      const to = Math.min(rows, from + chunkRows);
      const data = numbers.subarray(from * featureCount, to * featureCount);
      const tensor: Tensor = { type: 'float64', dims: [to - from, featureCount], data };
      await scorer.run({ numbers: tensor }, outputs);
    }
  };
}
