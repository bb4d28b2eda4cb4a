import fc from 'fast-check';
import { expect, test } from 'vitest';
import { documentId, readDocumentId, runId } from '../../src/core/ids.ts';
import { partitionKeyOf, type Source } from '../../src/core/source.ts';

const stream: Source = {
  kind: 'stream',
  hub: 'telemetry',
  partition: '0',
  sequence: 1207,
  enqueuedAt: '2026-11-21T03:04:05.678Z',
};

// These strings are in databases: a change here is a change of every document's id.
test('ids are as they are written down', () => {
  expect(documentId(stream, 'machine-failure')).toBe('telemetry~0~1207~mwptqiwe~machine-failure');
  expect(documentId({ ...stream, index: 3 }, 'machine-failure')).toBe('telemetry~0~1207.3~mwptqiwe~machine-failure');
  const file: Source = { kind: 'file', container: 'incoming', blob: 'a/b ü.csv', etag: '0x8D', row: 17 };
  expect(documentId(file, 'm')).toBe('file~incoming~a!2Fb!20!C3!BC.csv~0x8D~17~m');
  expect(documentId({ kind: 'http', requestId: 'r-1', row: 0 }, 'm')).toBe('http~r-1~0~m');
});

const name = fc.string({ minLength: 1, maxLength: 60, unit: 'binary' }).filter((text) => text.isWellFormed());
const time = fc
  .date({ min: new Date(0), max: new Date('2100-01-01'), noInvalidDate: true })
  .map((date) => date.toISOString());
const source: fc.Arbitrary<Source> = fc.oneof(
  fc.record({
    kind: fc.constant('stream' as const),
    hub: name,
    partition: name,
    sequence: fc.nat(),
    enqueuedAt: time,
  }),
  fc.record({
    kind: fc.constant('stream' as const),
    hub: name,
    partition: name,
    sequence: fc.nat(),
    index: fc.nat(),
    enqueuedAt: time,
  }),
  fc.record({ kind: fc.constant('file' as const), container: name, blob: name, etag: name, row: fc.nat() }),
  fc.record({ kind: fc.constant('http' as const), requestId: name, row: fc.nat() }),
);

test('an id can be read back, holds nothing that Cosmos DB refuses and fits', () => {
  fc.assert(
    fc.property(source, name, (from, model) => {
      const id = documentId(from, model);
      expect(readDocumentId(id)).toEqual({ source: from, model });
      expect(id).toMatch(/^[A-Za-z0-9._~!-]+$/);
    }),
  );
});

test('a blob name without end still makes an id that fits, and two of them two', () => {
  const blob = (last: string): Source => ({
    kind: 'file',
    container: 'c'.repeat(63),
    blob: `${'é'.repeat(1023)}${last}`,
    etag: '0x8DE2A1B2C3D4E5F',
    row: 4_000_000_000,
  });
  const [a, b] = [documentId(blob('a'), 'm'.repeat(63)), documentId(blob('b'), 'm'.repeat(63))];
  expect(Buffer.byteLength(a)).toBeLessThanOrEqual(1023);
  expect(a).not.toBe(b);
  expect(readDocumentId(a)).toBeUndefined();
});

test.each(['', 'x', 'a~b', 'a~b~c~d~e', '~~~~', 'http~1', 'file~a~b~c~1'])('%j is no id of ours', (id) => {
  expect(readDocumentId(id)).toBeUndefined();
});

test('a run is named by blob, version and route', () => {
  const run = runId('incoming', 'a.csv', '0x8D', 'a/');
  expect(run).toBe(runId('incoming', 'a.csv', '0x8D', 'a/'));
  expect(run).toMatch(/^r_[0-9a-v]{26}$/);
  const others = [
    runId('incoming', 'b.csv', '0x8D', 'a/'),
    runId('incoming', 'a.csv', '0x8E', 'a/'),
    runId('incoming', 'a.csv', '0x8D', 'b/'),
  ];
  expect(new Set([run, ...others]).size).toBe(4);
});

test('a partition never collects for ever: keys by day, streams without key by hour', () => {
  if (stream.kind !== 'stream') throw new Error();
  expect(partitionKeyOf(stream, 'machine-17')).toBe('machine-17~2026-11-21');
  expect(partitionKeyOf(stream, undefined)).toBe('telemetry~0~2026-11-21T03');
});
