import { expect, test } from 'vitest';
import hostJson from '../../../host.json' with { type: 'json' };
import {
  boundedReading,
  overridesOf,
  type StreamLoad,
  streamProfiles,
} from '../../../src/core/streams/stream-profiles.ts';

const load = (changes: Partial<StreamLoad> = {}): StreamLoad => ({
  eventBytes: 1_024,
  partitions: 4,
  memoryBytes: 256 << 20,
  ...changes,
});

test('host.json is the profile that holds where nobody says otherwise', () => {
  expect(hostJson.extensions.eventHubs).toEqual({
    ...streamProfiles.economy,
    initialOffsetOptions: { type: 'fromStart' },
  });
});

test.each(['economy', 'latency'] as const)('%s is as it stands for small events', (profile) => {
  expect(boundedReading(profile, load())).toEqual(streamProfiles[profile]);
});

test('large events mean smaller batches and less prefetching, within the memory however many partitions there are', () => {
  for (const profile of ['economy', 'latency'] as const) {
    for (const eventBytes of [1_024, 16 << 10, 256 << 10, 1 << 20]) {
      for (const partitions of [1, 4, 32]) {
        const { maxEventBatchSize, minEventBatchSize, prefetchCount } = boundedReading(
          profile,
          load({ eventBytes, partitions }),
        );
        expect((maxEventBatchSize + prefetchCount) * partitions * eventBytes).toBeLessThanOrEqual(256 << 20);
        expect(minEventBatchSize).toBeLessThanOrEqual(maxEventBatchSize);
        expect(minEventBatchSize).toBeGreaterThanOrEqual(1);
      }
    }
  }
});

test('one event at a time is read where memory would not do for more', () => {
  const reading = boundedReading('economy', load({ eventBytes: 1 << 20, memoryBytes: 1 << 20 }));
  expect(reading).toMatchObject({ maxEventBatchSize: 1, minEventBatchSize: 1, prefetchCount: 2 });
});

test('the values go over host.json by their places in it', () => {
  expect(overridesOf(streamProfiles.latency)).toMatchObject({
    extensions__eventHubs__maxEventBatchSize: '256',
    extensions__eventHubs__maxWaitTime: '00:00:02',
    extensions__eventHubs__batchCheckpointFrequency: '1',
  });
});
