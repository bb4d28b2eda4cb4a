import { expect, test } from 'vitest';
import { fleetObservations } from '../../../local/devices/fleet.ts';
import { readingsCsv } from '../../../local/devices/readings-csv.ts';

async function chunksOf(options: Parameters<typeof readingsCsv>[0]): Promise<Buffer[]> {
  const chunks: Buffer[] = [];
  for await (const chunk of readingsCsv(options)) chunks.push(chunk);
  return chunks;
}

test('the CSV holds a header and the readings of the fleet, value for value', async () => {
  const options = { machines: 7, seed: 4, rows: 5_000 };
  const chunks = await chunksOf(options);
  expect(chunks.length).toBeGreaterThan(1);
  for (const chunk of chunks) expect(chunk.at(-1)).toBe('\n'.charCodeAt(0));

  const [header, ...lines] = Buffer.concat(chunks).toString().trimEnd().split('\n');
  expect(header).toBe('machineId,type,airTemperature,processTemperature,rotationalSpeed,torque,toolWear');
  const fleet = fleetObservations(options);
  const readings = Array.from({ length: options.rows }, () => fleet.next().value.reading);
  expect(lines).toEqual(readings.map((reading) => Object.values(reading).join(',')));
});

test('no rows are a header alone', async () => {
  const chunks = await chunksOf({ machines: 1, seed: 1, rows: 0 });
  expect(Buffer.concat(chunks).toString().split('\n')).toHaveLength(2);
});
