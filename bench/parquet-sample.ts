import { ParquetWriter } from '../src/core/parquet/parquet-writer.ts';
import { featureCount } from './make-models.ts';
import { sampleRecords } from './samples.ts';

/** The readings of the benches as Parquet: the device and twenty numbers; the same ones several times over. */
export function sampleParquet(rows: number, times: number): Buffer {
  const names = ['deviceId', ...Array.from({ length: featureCount }, (_, i) => `f${i}`)];
  const writer = new ParquetWriter(names.map((name) => ({ name, kind: name === 'deviceId' ? 'text' : 'float64' })));
  const parts = [writer.begin()];
  const records = sampleRecords(rows);
  for (let i = 0; i < times * rows; i++) {
    const record = records[i % rows]!;
    const group = writer.append(names.map((name) => record[name]!));
    if (group !== undefined) parts.push(group);
  }
  return Buffer.concat([...parts, writer.end()]);
}
