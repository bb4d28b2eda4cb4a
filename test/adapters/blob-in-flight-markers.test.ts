import { expect, test } from 'vitest';
import { BlobInFlightMarkers } from '../../src/adapters/blob-in-flight-markers.ts';
import type { InFlight } from '../../src/core/in-flight.ts';
import { allBlobs, useBlobStorage } from './blob-storage.ts';

const storage = useBlobStorage();
const marker = (life: string): InFlight => ({ life, now: { from: 1, to: 2, events: 2 }, died: [], deaths: {} });

test('each process writes its own marker, and reads those of all at its place', async () => {
  const container = await storage.newContainer();
  const markers = new BlobInFlightMarkers(async () => container);
  await markers.write('telemetry/1', marker('a'));
  await markers.write('telemetry/1', { ...marker('a'), alone: 'x' });
  await markers.write('telemetry/1', marker('b'));
  await markers.write('telemetry/10', marker('c'));
  expect(await markers.read('telemetry/1')).toEqual([{ ...marker('a'), alone: 'x' }, marker('b')]);
  expect([...(await allBlobs(container)).keys()]).toEqual([
    'telemetry/1/a.json',
    'telemetry/1/b.json',
    'telemetry/10/c.json',
  ]);
  await markers.remove('telemetry/1', 'a');
  await markers.remove('telemetry/1', 'a');
  expect(await markers.read('telemetry/1')).toEqual([marker('b')]);
});

test('storage that is out of reach is a fault that may heal', async () => {
  const markers = new BlobInFlightMarkers(async () => storage.service().getContainerClient('nowhere'));
  const fault = { code: 'storage.unavailable', retryable: true };
  await expect(markers.read('telemetry/0')).rejects.toMatchObject(fault);
  await expect(markers.write('telemetry/0', marker('a'))).rejects.toMatchObject(fault);
});
