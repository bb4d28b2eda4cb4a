import { expect, test } from 'vitest';
import { until } from '../../local/demo/demo-events.ts';
import { makeFleet } from '../../local/devices/fleet.ts';
import { sendEvents } from '../../src/cli/event-sender.ts';
import type { ScoreDocument } from '../../src/core/outputs/score-document.ts';
import { allBlobs } from '../adapters/blob-storage.ts';
import { useTwin } from './twin-fixture.ts';

const twin = useTwin({ routes: { streams: [{ hub: 'telemetry', model: 'machine-failure', sink: 'blob' }] } });

test('a stream whose route says so is written to blobs, each event once, in the order of its partition', async () => {
  const { producer, blobs } = twin();
  const count = 1_500;
  const events = makeFleet({ machines: 20, seed: 9, eventsPerSecond: 1_000 }).take(count);
  await sendEvents(
    producer,
    events.map(({ event, partitionKey }) => ({ body: event.body, key: partitionKey })),
  );
  const results = blobs.getContainerClient('results');
  const documents = async () =>
    [...(await allBlobs(results))].map(([path, text]) => ({
      path,
      documents: text
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as ScoreDocument),
    }));
  const total = async () => (await documents()).reduce((sum, each) => sum + each.documents.length, 0);
  await until('all documents', async () => (await total()) === count, 60_000, 250);

  const all = await documents();
  expect(new Set(all.flatMap((each) => each.documents.map(({ id }) => id))).size).toBe(count);
  for (const { path, documents: inBlob } of all) {
    const sequences = inBlob.map(({ source }) => (source.kind === 'stream' ? source.sequence : -1));
    expect(sequences).toEqual(sequences.toSorted((a, b) => a - b));
    const [, , partition] = path.split('/');
    expect(new Set(inBlob.map(({ source }) => source.kind === 'stream' && source.partition))).toEqual(
      new Set([partition]),
    );
  }
});
