import { expect, test } from 'vitest';
import { BlobRecords } from '../../src/adapters/blob-records.ts';
import { BlobSideTrack } from '../../src/adapters/blob-side-track.ts';
import { BlobSink } from '../../src/adapters/blob-sink.ts';
import { documentId } from '../../src/core/ids.ts';
import type { ScoreDocument } from '../../src/core/outputs/score-document.ts';
import type { StreamSource } from '../../src/core/source.ts';
import type { DeadLetter, ParkedRecord } from '../../src/scoring/ports.ts';
import { allBlobs, useBlobStorage } from './blob-storage.ts';

const storage = useBlobStorage();

const sourceOf = (sequence: number): StreamSource => ({
  kind: 'stream',
  hub: 'telemetry',
  partition: '0',
  sequence,
  enqueuedAt: '2026-11-21T03:04:05.678Z',
});

const documentOf = (sequence: number, input = 'a'): ScoreDocument => ({
  id: documentId(sourceOf(sequence), 'pump'),
  partition: 'p~2026-11-21',
  model: 'pump',
  version: 1,
  modelDigest: 'sha256:00',
  inputDigest: `sha256:${input}`,
  source: sourceOf(sequence),
  outputs: { value: sequence },
});

const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);
const kinds = (results: readonly { kind: string }[]) => [...new Set(results.map(({ kind }) => kind))];

test('documents of a stream lie in windows of fixed borders, in the order of the stream', async () => {
  const container = await storage.newContainer();
  const sink = new BlobSink(async () => container);
  expect(
    kinds(
      await sink.write(
        range(990, 1010)
          .reverse()
          .map((n) => documentOf(n)),
      ),
    ),
  ).toEqual(['created']);
  const blobs = await allBlobs(container);
  expect([...blobs.keys()]).toEqual([
    'pump/telemetry/0/2026-11-21/0000000000000000.ndjson',
    'pump/telemetry/0/2026-11-21/0000000000001000.ndjson',
  ]);
  const sequences = [...blobs.values()].flatMap((text) =>
    text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line).source.sequence),
  );
  expect(sequences).toEqual(range(990, 1010));
});

test('a redelivered batch with other borders adds nothing twice', async () => {
  const container = await storage.newContainer();
  const sink = new BlobSink(async () => container);
  await sink.write(range(0, 20).map((n) => documentOf(n)));
  const results = await sink.write(range(10, 30).map((n) => documentOf(n)));
  expect(results.map(({ kind }) => kind)).toEqual([
    ...range(0, 10).map(() => 'existed'),
    ...range(0, 10).map(() => 'created'),
  ]);
  const [text = ''] = (await allBlobs(container)).values();
  expect(text.trimEnd().split('\n')).toHaveLength(30);
});

test('the same id with another input is a fault, and what is there stays', async () => {
  const container = await storage.newContainer();
  const sink = new BlobSink(async () => container);
  await sink.write([documentOf(1)]);
  const before = await allBlobs(container);
  expect(await sink.write([documentOf(1, 'b')])).toMatchObject([{ kind: 'fault', fault: { code: 'id.conflict' } }]);
  expect(await allBlobs(container)).toEqual(before);
});

test('writers of one window lose nothing of each other', async () => {
  const container = await storage.newContainer();
  const sinks = range(0, 4).map(() => new BlobSink(async () => container));
  await Promise.all(sinks.map((sink, i) => sink.write(range(i * 10, i * 10 + 10).map((n) => documentOf(n)))));
  const [text = ''] = (await allBlobs(container)).values();
  expect(text.trimEnd().split('\n')).toHaveLength(40);
});

test('a container that is not there is an error that may heal', async () => {
  const missing = storage.service().getContainerClient('not-there');
  expect(await new BlobSink(async () => missing).write([documentOf(1)])).toMatchObject([
    { kind: 'error', error: { code: 'storage.unavailable', retryable: true } },
  ]);
});

const letter: DeadLetter = {
  id: 'telemetry~0~1~x~telemetry',
  reason: 'feature.out_of_range',
  path: '/torque',
  expected: '0..100 Nm',
  got: '-3',
  source: sourceOf(1),
  route: 'telemetry',
  body: '{"torque":-3}',
  bodyEncoding: 'utf8',
};

test('dead letters lie by reason and day, parked records by day, each under its id; writing again changes nothing', async () => {
  const [letters, parked] = [await storage.newContainer(), await storage.newContainer()];
  const sideTrack = new BlobSideTrack(new BlobRecords(async () => letters), new BlobRecords(async () => parked));
  const { reason: _r, path: _p, expected: _e, got: _g, ...record } = letter;
  const waiting: ParkedRecord = { ...record, waitsFor: 'cosmos', error: { code: 'sink.unavailable', message: 'dark' } };
  for (let i = 0; i < 2; i++) {
    await sideTrack.writeDeadLetters([letter]);
    await sideTrack.park([waiting]);
  }
  const [letterBlobs, parkedBlobs] = [await allBlobs(letters), await allBlobs(parked)];
  expect([...letterBlobs.keys()]).toEqual([`feature.out_of_range/2026-11-21/${letter.id}.json`]);
  expect([...letterBlobs.values()].map((text) => JSON.parse(text))).toEqual([letter]);
  expect([...parkedBlobs.keys()]).toEqual([`2026-11-21/${letter.id}.json`]);
  expect([...parkedBlobs.values()].map((text) => JSON.parse(text))).toEqual([waiting]);
});

test('a side track that is dark throws', async () => {
  const missing = new BlobRecords<never>(async () => storage.service().getContainerClient('not-there'));
  await expect(new BlobSideTrack(missing, missing).writeDeadLetters([letter])).rejects.toMatchObject({
    code: 'storage.unavailable',
  });
});
