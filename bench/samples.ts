import { seededRandom } from '../local/devices/seeded-random.ts';
import { featureCount, reading } from './make-models.ts';

/** Readings of twenty numbers, as the models of the benches take them; about 400 bytes each as JSON. */
export function sampleRecords(count: number): Record<string, number | string>[] {
  const random = seededRandom(11);
  return Array.from({ length: count }, (_, i) => {
    const record: Record<string, number | string> = { deviceId: `device-${i % 50}` };
    for (let feature = 0; feature < featureCount; feature++)
      record[`f${feature}`] = Number(random.normal(reading.mean, reading.deviation).toFixed(6));
    return record;
  });
}

/** The same as CSV with a header. */
export function sampleCsv(rows: number): Buffer {
  const records = sampleRecords(rows);
  const names = Object.keys(records[0] ?? {});
  return Buffer.from(
    [names.join(','), ...records.map((record) => names.map((name) => record[name]).join(','))].join('\n'),
  );
}

/** The same as NDJSON. */
export const sampleNdjson = (rows: number): Buffer =>
  Buffer.from(
    sampleRecords(rows)
      .map((record) => `${JSON.stringify(record)}\n`)
      .join(''),
  );
