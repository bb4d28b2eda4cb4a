import { type FleetOptions, fleetObservations } from './fleet.ts';
import type { MachineReading } from './milling-process.ts';

/** The columns of the CSV, in order. */
export const readingColumns = [
  'machineId',
  'type',
  'airTemperature',
  'processTemperature',
  'rotationalSpeed',
  'torque',
  'toolWear',
] as const satisfies readonly (keyof MachineReading)[];

const chunkChars = 1 << 16;

/**
 * A header and `rows` readings of a fleet as CSV, in chunks of about 64 KiB that end with whole lines.
 * No value needs quotes: machine ids are made here.
 */
export async function* readingsCsv(options: FleetOptions & { readonly rows: number }): AsyncGenerator<Buffer> {
  const observations = fleetObservations(options);
  let chunk = `${readingColumns.join(',')}\n`;
  for (let row = 0; row < options.rows; row++) {
    const { reading } = observations.next().value;
    chunk += `${readingColumns.map((column) => reading[column]).join(',')}\n`;
    if (chunk.length < chunkChars) continue;
    yield Buffer.from(chunk);
    chunk = '';
  }
  if (chunk !== '') yield Buffer.from(chunk);
}
