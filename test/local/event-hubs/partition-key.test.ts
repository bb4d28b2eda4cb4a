import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { partitionIndexOf } from '../../../local/event-hubs/partition-key.ts';

/** The client's own copy of the hash is no public API: it is loaded by its place in the package. */
const require = createRequire(import.meta.url);
const clientFolder = dirname(require.resolve('@azure/event-hubs'));
const { mapPartitionKeyToId } = require(join(clientFolder, 'impl/partitionKeyToIdMapper.js')) as {
  mapPartitionKeyToId(key: string, partitions: number): number;
};

test("a key goes to the partition that the vendor's client computes", () => {
  const key = fc.string({ unit: 'grapheme', maxLength: 60 });
  fc.assert(
    fc.property(key, fc.integer({ min: 1, max: 1_024 }), (text, partitions) => {
      expect(partitionIndexOf(text, partitions)).toBe(mapPartitionKeyToId(text, partitions));
    }),
    { numRuns: 5_000 },
  );
});

test('keys of every length around the block of the hash agree too', () => {
  for (let length = 0; length < 40; length++) {
    const key = 'k'.repeat(length);
    expect(partitionIndexOf(key, 32), `length ${length}`).toBe(mapPartitionKeyToId(key, 32));
  }
});
